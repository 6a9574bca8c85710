"""Moving the virtual time of cases: waiting until they rest, then jumping to the next instant one waits for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from belsendi.records.models import Case, CaseStep, InboundMessage
from stack.scenario.clock import VirtualClock
from stack.scenario.errors import ClockRanAhead, ScenarioStuck
from stack.scenario.office import Office
from stack.scenario.workshop import Workshop

_PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.01
_NEGLIGIBLE = timedelta(milliseconds=300)
_MOMENT = timedelta(milliseconds=80)
_AHEAD = timedelta(seconds=5)
_RAN_AHEAD = "the engine moved a case further than the scenario's clock; play the file again"


@dataclass(frozen=True)
class _Standing:
    """How a running case stands: how far its own clock is from real time, whether it rests, and until when."""

    offset: timedelta
    resting: bool
    next_instant: datetime | None
    busy_with: str


class Engine:
    """The cases of one office on one virtual clock."""

    def __init__(self, workshop: Workshop, office: Office, clock: VirtualClock) -> None:
        self._workshop = workshop
        self._office = office
        self._clock = clock
        self._ended: set[str] = set()
        self._standings: dict[str, _Standing] = {}

    async def run_until(self, instant: datetime) -> None:
        """Lets everything happen that happens before ``instant``, then makes it the present."""
        await self.settle()
        while True:
            waits = [s.next_instant for s in self._standings.values() if s.next_instant is not None]
            target = min([instant, *waits])
            await self._jump(target)
            await self.settle()
            if target >= instant:
                await self._catch_up_all()  # a case whose timer has just fired is a moment behind
                return

    async def settle(self) -> None:
        """Waits until nothing moves any more: no step runs, nothing lies stored, the sweep finds no work.

        Raises ScenarioStuck when that takes too long; the message names what was still moving.
        """
        deadline = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
        while True:
            self._standings = await self._running_cases()
            busy = [standing.busy_with for standing in self._standings.values() if not standing.resting]
            if not busy and not await self._sweep() and not await self._unhandled():
                await self._refuse_steps_of_the_future()
                return
            if asyncio.get_running_loop().time() > deadline:
                raise ScenarioStuck(f"the scenario does not come to rest: {'; '.join(busy) or 'the inbox'}")
            await asyncio.sleep(_PAUSE_SECONDS)

    async def end(self) -> None:
        """Terminates what still runs, so that it cannot disturb the next scenario."""
        for case_id in await self._running_cases():
            await self._workshop.client.get_workflow_handle(case_id).terminate("the scenario is over")

    async def _sweep(self) -> int:
        sweep = self._office.sweep
        sweep.clock_shift = self._clock.offset
        return await sweep.once(grace=timedelta(0))

    async def _refuse_steps_of_the_future(self) -> None:
        async with self._office.bench.records.database.reading() as session:
            last = (await session.execute(select(func.max(CaseStep.at)))).scalar_one()
        if last is not None and last - self._clock.now() > _AHEAD:
            raise ClockRanAhead(_RAN_AHEAD)

    async def _unhandled(self) -> bool:
        query = select(InboundMessage.id).where(InboundMessage.state == "stored").limit(1)
        async with self._office.bench.records.database.reading() as session:
            return (await session.execute(query)).first() is not None

    async def _jump(self, target: datetime) -> None:
        """Moves the clock, and with it every running case, each by what its own clock lacks."""
        self._clock.move_to(target)
        await self._catch_up_all()
        offset = int(self._clock.offset.total_seconds())
        async with self._office.bench.records.database.writing() as session:
            await session.execute(
                update(Case).where(Case.workflow_started_at.is_(None)).values(clock_shift_seconds=offset)
            )

    async def _catch_up_all(self) -> None:
        await asyncio.gather(*(self._catch_up(*each) for each in self._standings.items()))

    async def _catch_up(self, case_id: str, standing: _Standing) -> None:
        """Moves a case's clock to ours, but only to a moment before its next timer, which then fires by itself.

        Were both at one instant, the engine could run a case on to its following timer before it stops skipping.
        """
        lacking = self._clock.offset - standing.offset
        if standing.next_instant is not None:
            own_now = datetime.now(UTC) + standing.offset
            lacking = min(lacking, standing.next_instant - _MOMENT - own_now)
        if lacking > _NEGLIGIBLE:
            handle = self._workshop.client.get_workflow_handle(case_id)
            try:
                await self._workshop.skipper.fast_forward(handle, lacking)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                raise ClockRanAhead(_RAN_AHEAD) from error  # it has ended before we moved it

    async def _running_cases(self) -> dict[str, _Standing]:
        query = select(Case.id, Case.clock_shift_seconds).where(Case.workflow_started_at.is_not(None))
        async with self._office.bench.records.database.reading() as session:
            rows = (await session.execute(query)).all()
        asked_for = [(row.id, row.clock_shift_seconds) for row in rows if row.id not in self._ended]
        found = await asyncio.gather(
            *(self._standing(case_id, timedelta(seconds=shift)) for case_id, shift in asked_for)
        )
        return {
            case_id: standing
            for (case_id, _), standing in zip(asked_for, found, strict=True)
            if standing is not None
        }

    async def _standing(self, case_id: str, shift: timedelta) -> _Standing | None:
        description = await self._workshop.client.get_workflow_handle(case_id).describe()
        asked_at = datetime.now(UTC)
        if description.status is not WorkflowExecutionStatus.RUNNING:
            self._ended.add(case_id)
            if description.status is not WorkflowExecutionStatus.COMPLETED:
                raise ScenarioStuck(f"the workflow of a case ended as {description.status}")
            return None
        clock = _own_clock(description, asked_at) + shift
        offset = clock - asked_at
        if offset - self._clock.offset > _AHEAD:
            raise ClockRanAhead(_RAN_AHEAD)
        busy_with = await self._work_in_hand(description)
        if busy_with:
            return _Standing(offset, False, None, busy_with)
        view = await self._office.cases.view(case_id)
        at = view.next_instant
        resting = at is None or at > max(clock, self._clock.now())
        return _Standing(offset, resting, at, "" if resting else f"a timer of {view.state}")

    async def _work_in_hand(self, description: WorkflowExecutionDescription) -> str:
        raw = description.raw_description
        work: list[str] = []
        for pending in raw.pending_activities:
            why = ""
            if pending.HasField("last_failure"):
                converter = self._workshop.client.data_converter
                why = f" ({await converter.decode_failure(pending.last_failure)})"
            work.append(f"step {pending.activity_type.name}, attempt {pending.attempt}{why}")
        if raw.HasField("pending_workflow_task"):
            work.append(f"workflow task, attempt {raw.pending_workflow_task.attempt}")
        return ", ".join(work)


def _own_clock(description: WorkflowExecutionDescription, asked_at: datetime) -> datetime:
    extended = description.raw_description.workflow_extended_info
    if not extended.HasField("time_skipping_info"):
        return asked_at
    return extended.time_skipping_info.current_time.ToDatetime().replace(tzinfo=UTC)
