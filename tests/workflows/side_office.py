"""The work beside the cases on the real engine: requests and obligations, each on a clock of its own."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from belsendi.casework.information import NewRequest
from belsendi.casework.obligations import SurvivorFacts, begin_obligations
from belsendi.contracts.side_work import RequestState
from belsendi.contracts.states import CaseState, Outcome
from belsendi.intake.side_sweep import SideSweep
from belsendi.records.cases import open_case
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import Case, CaseStep, Consent, InformationRequest, Obligation, Task
from belsendi.temporal.side_workflows import SideWorkflows
from simulators.registry.people import Person
from stack.scenario.people import identity_document
from tests.workflows.office import PATIENCE, CaseOffice

NUMBER = "+77015550042"
_MOMENT = timedelta(seconds=2)


class SideOffice:
    """An office at the instant ``at`` (UTC); every row it makes carries that shift of the clock."""

    def __init__(self, office: CaseOffice, at: datetime) -> None:
        self.office = office
        self.bench = office.bench
        self._shift = timedelta(seconds=round((at - datetime.now(UTC)).total_seconds()))
        self._moved: dict[str, timedelta] = {}
        self._ids = itertools.count(1)
        self.sweep = SideSweep(self.bench, SideWorkflows(office.client), self.now)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    async def know(self, iin: str, born: date, **facts: Any) -> None:
        """The registers know a person who does not exist."""
        person = Person(
            iin=iin,
            surname="Сынақов",
            given_name="Сынақ",
            birth_date=born,
            document=identity_document(next(self._ids)),
            **facts,
        )
        await self.office.registry.add_people([person])

    async def survivor_case(
        self, recipient: str, *, number: str | None = NUMBER, consent: bool = True, language: str = "kk"
    ) -> str:
        """A survivor benefit assigned to the recipient. Returns the case's id."""
        people, now = self.bench.people, self.now()
        async with self.bench.records.database.writing() as session:
            breadwinner = await people.person(session, f"5801013{next(self._ids):05d}", now)
            person = await people.person(session, recipient, now)
            case, _ = await open_case(
                session,
                service="SUR",
                subject_id=breadwinner.id,
                recipient_id=person.id,
                event_id=None,
                initiative="provider",
                now=now,
                clock_shift_seconds=int(self._shift.total_seconds()),
            )
            case.state, case.outcome, case.closed_at = CaseState.CLOSED, Outcome.ASSIGNED, now
            case.workflow_started_at = now
            if number is not None:
                row = await people.number(session, number, now)
                row.language = language
                case.number_id = row.id
            if consent:
                session.add(await self._consent(case, now))
            return case.id

    async def _consent(self, case: Case, now: datetime) -> Consent:
        row_id = new_id()
        place = f"consents.words/{row_id}"
        return Consent(
            id=row_id,
            case_id=case.id,
            person_id=case.recipient_id,
            kinds=["CNS-P", "CNS-D"],
            channel="sms",
            language="kk",
            template="M-01-SUR",
            template_version="1",
            full_text_version="1",
            question_message_id=new_id(),
            reply_inbound_id=new_id(),
            words=await self.bench.records.vault.seal(Owner.CASE, case.id, "1", place, now),
            given_at=now,
        )

    async def begin(self, case_id: str, facts: SurvivorFacts) -> list[str]:
        """The obligations of the case begin and their workflows are started by the sweep."""
        async with self.bench.records.database.writing() as session:
            case = await session.get_one(Case, case_id)
            begun = await begin_obligations(self.bench, session, case, facts, self.now())
        await self.sweep.once()
        return begun

    async def ask(self, iin: str, request_id: str = "portal-1", **more: Any) -> InformationRequest:
        """The portal asks on behalf of a person; the answer is begun by the sweep."""
        request = NewRequest(
            source="portal", request_id=request_id, iin=iin, signature_reference="eds-7", **more
        )
        shift = int(self._shift.total_seconds())
        row, _ = await self.sweep.desk.store(request, self.now(), clock_shift_seconds=shift)
        await self.sweep.once()
        return row

    async def until_answered(self, request_id: str) -> InformationRequest:
        async def answered() -> bool:
            return (await self.sweep.desk.find(request_id)).state == RequestState.ANSWERED

        await self.office.until(answered)
        return await self.sweep.desk.find(request_id)

    async def move_to(self, workflow_id: str, instant: datetime) -> None:
        """Moves the clock of one workflow to a moment after ``instant`` (UTC)."""
        moved = self._moved.get(workflow_id, timedelta(0))
        lacking = instant + _MOMENT - self.now() - moved
        await self.office.forward(workflow_id, lacking)
        self._moved[workflow_id] = moved + lacking

    async def until_line(self, case_id: str, kind: str, how_many: int = 1) -> CaseStep:
        """Waits for a line of the case's timeline. Returns the latest."""
        await self.office.until_steps(case_id, kind, how_many)
        query = select(CaseStep).where(CaseStep.case_id == case_id, CaseStep.kind == kind)
        async with self.bench.records.database.reading() as session:
            lines = (await session.execute(query.order_by(CaseStep.seq.desc()))).scalars()
            return next(iter(lines))

    async def until_timers(self, workflow_id: str, how_many: int = 1) -> None:
        """Waits until a workflow has begun to wait so many times: the engine tells of every event."""
        handle = self.office.client.get_workflow_handle(workflow_id)
        found = 0
        async with asyncio.timeout(PATIENCE):
            async for event in handle.fetch_history_events(wait_new_event=True):
                found += event.event_type == EventType.EVENT_TYPE_TIMER_STARTED
                if found == how_many:
                    return
        raise AssertionError("the workflow ended instead of waiting")

    async def tasks(self, kind: str | None = None) -> Sequence[Task]:
        """Open tasks, oldest first."""
        query = select(Task).where(Task.closed_at.is_(None)).order_by(Task.opened_at)
        if kind is not None:
            query = query.where(Task.kind == kind)
        async with self.bench.records.database.reading() as session:
            return (await session.execute(query)).scalars().all()

    async def until_task(self, kind: str) -> Task:
        async def opened() -> bool:
            return bool(await self.tasks(kind))

        await self.office.until(opened)
        return (await self.tasks(kind))[0]

    async def obligation(self, obligation_id: str) -> Obligation:
        return await self.sweep.obligations.find(obligation_id)

    async def count(self, model: type[Any]) -> int:
        async with self.bench.records.database.reading() as session:
            return (await session.execute(select(func.count()).select_from(model))).scalar_one()

    async def messages(self, case_id: str) -> list[str]:
        return await self.office.messages(case_id)

    async def until_next_run(self, workflow_id: str) -> None:
        """Waits until the first run of a workflow has gone on as a new one."""
        first = await self.first_run(workflow_id)
        assert first.run_id is not None
        handle = self.office.client.get_workflow_handle(workflow_id, run_id=first.run_id)
        async with asyncio.timeout(PATIENCE):
            async for event in handle.fetch_history_events(wait_new_event=True):
                if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
                    return

    async def first_run(self, workflow_id: str) -> WorkflowHistory:
        """The history of the first run, as far as it has come."""
        described = await self.office.client.get_workflow_handle(workflow_id).describe()
        first = described.raw_description.workflow_execution_info.first_run_id or described.run_id
        handle = self.office.client.get_workflow_handle(workflow_id, run_id=first)
        return await handle.fetch_history()
