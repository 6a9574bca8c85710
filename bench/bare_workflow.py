"""The yardstick: a bare Temporal workflow of the shape of a case, without anything of ours in it.

Two updates, six activities that do nothing, one timer that is cancelled: about 45 history events. This file
imports nothing that the sandbox would have to load anew for each workflow.
"""

from __future__ import annotations

from datetime import timedelta

from temporalio import activity, workflow

BARE_QUEUE = "bench-bare"
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
