"""The worker of the bare workflow, with the settings of our own worker: ``python -m bench.bare_worker``.

A ratio then compares the work and not the tuning.
"""

from __future__ import annotations

import asyncio
import os
import signal

import uvloop
from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from bench.bare_workflow import BARE_QUEUE, BareCase, do_nothing

_IN_FLIGHT = 50


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
