"""The yardstick: a bare Temporal workflow of the shape of a case, without anything of ours in it.

Two updates, six activities that do nothing, one timer that is cancelled: about 45 history events.
``python -m bench.bare_workflow`` runs its worker with the settings of our own worker, so that a ratio
compares the work and not the tuning.
"""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import timedelta

import uvloop
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker

BARE_QUEUE = "bench-bare"
_IN_FLIGHT = 50
_AT_MOST = timedelta(seconds=60)


@activity.defn
async def do_nothing(place: str) -> str:
    """A step that costs what the engine costs, and no more."""
    return place


@workflow.defn
class BareCase:
    """Start, two steps, an answer, a step, a wait of five days that a signature ends, three steps."""

    def __init__(self) -> None:
        self._answer: str | None = None
        self._signature: str | None = None

    @workflow.run
    async def run(self, case_id: str) -> str:
        await self._step("offer")
        await self._step("remind")
        await workflow.wait_condition(lambda: self._answer is not None)
        await self._step("check")
        await workflow.wait_condition(lambda: self._signature is not None, timeout=timedelta(days=5))
        for place in ("approve", "tell", "place"):
            await self._step(place)
        return case_id

    @workflow.update
    async def reply(self, answer: str) -> str:
        self._answer = answer
        return "taken"

    @workflow.update
    async def decide(self, signature: str) -> str:
        self._signature = signature
        return "taken"

    async def _step(self, place: str) -> None:
        await workflow.execute_activity(do_nothing, place, start_to_close_timeout=_AT_MOST)


async def serve() -> None:
    """Runs the worker until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ.get("TEMPORAL_NAMESPACE", "default")
    )
    async with Worker(
        client,
        task_queue=BARE_QUEUE,
        workflows=[BareCase],
        activities=[do_nothing],
        max_cached_workflows=2000,
        max_concurrent_activities=_IN_FLIGHT,
        max_concurrent_workflow_tasks=_IN_FLIGHT,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
    ):
        await stop.wait()


if __name__ == "__main__":
    uvloop.run(serve())
    os._exit(0)  # an exiting interpreter may hang on calls in flight (sdk-python issue 300)
