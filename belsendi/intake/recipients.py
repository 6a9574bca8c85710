"""A person finds out to whom a life event is to be offered, and has it offered (SIL-04)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.casework.officers import checked_reason
from belsendi.contracts.personal_data import PersonalData
from belsendi.contracts.states import TaskKind
from belsendi.errors import Conflict, InvalidInput, NotFound
from belsendi.intake.event_data import DISABILITY_ESTABLISHED
from belsendi.intake.openings import DECEASED_NAMED, meaning_of, services_of, subject_field
from belsendi.law import parse_iin
from belsendi.records.audit import audit
from belsendi.records.cases import add_step, open_case
from belsendi.records.keystore import KeyDestroyed
from belsendi.records.models import Case, LifeEvent, Task

_OFFERABLE = frozenset({TaskKind.NO_RECIPIENT, TaskKind.NAMED_DECEASED_UNCLEAR})


class RecipientRefused(InvalidInput):
    """The person named cannot be the recipient; ``code`` says why, and nothing was done."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class EventView:
    """A life event that waits for a person. Dates are Almaty days; what the event does not hold is None.

    ``meaning``: what happened; ``subject_iin``: of whom the right hangs on: the deceased, or who became disabled.

    ``offerable``: an offer may be made to somebody named; ``failed``: it may be processed once more.
    """

    task: Task
    meaning: str
    source: str
    received_at: datetime
    problem: str | None
    subject_iin: Annotated[str | None, PersonalData("pd.02")] = field(repr=False)
    happened_on: Annotated[date | None, PersonalData("svc.death_fact")] = field(repr=False)
    legal_entities: Annotated[list[str], PersonalData("pd.02")] = field(repr=False)
    cases: list[Case]

    @property
    def offerable(self) -> bool:
        return self.task.closed_at is None and self.task.kind in _OFFERABLE and self.subject_iin is not None

    @property
    def failed(self) -> bool:
        return self.task.closed_at is None and self.task.kind == TaskKind.EVENT_FAILED


class EventTasks:
    """Tasks about life events: what is known of the event, an offer to a person named, another attempt."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def view(self, task_id: str, account_id: str, now: datetime) -> EventView:
        """The event of a task, opened; the look is audited (SIL-39). Raises NotFound."""
        async with self._bench.records.database.writing() as session:
            task, event = await self._found(session, task_id)
            await audit(session, actor=account_id, action="event.view", object_id=task.id, at=now)
            query = select(Case).where(Case.event_id == event.id).order_by(Case.created_at)
            cases = list((await session.execute(query)).scalars())
        try:
            body = await self._body(event)
        except KeyDestroyed:
            body = {}
        happened_on = body.get("date_of_death") or body.get("established_on")
        return EventView(
            task=task,
            meaning=meaning_of(event.event_type),
            source=event.source,
            received_at=event.received_at,
            problem=event.problem,
            subject_iin=body.get(subject_field(event.event_type)),
            happened_on=date.fromisoformat(happened_on) if happened_on else None,
            legal_entities=list(body.get("legal_entities", [])),
            cases=cases,
        )

    async def offer(
        self,
        task_id: str,
        iin: Annotated[str, PersonalData("pd.02")],
        reason: str,
        account_id: str,
        now: datetime,
    ) -> Case:
        """Opens the case of the person whom the officer found, and closes the task. Returns the case; where the
        event is one of several services, that of the first.

        The offer goes the ordinary way: to a number registered to that person, and nothing is registered without
        consent (B-t8). Raises ReasonRefused, RecipientRefused, NotFound, Conflict when somebody did it already.
        """
        words = checked_reason(reason)
        try:
            named = str(parse_iin(iin))
        except InvalidInput as error:
            raise RecipientRefused(
                "IIN_WRONG", "this is no IIN: 12 digits with a right check digit are needed"
            ) from error
        bench = self._bench
        async with bench.records.database.writing() as session:
            task, event = await self._found(session, task_id, locked=True)
            if task.kind not in _OFFERABLE:
                raise Conflict("this task is not about a missing recipient")
            if task.closed_at is not None:
                raise Conflict("somebody has done this task already")
            body = await self._body(event)
            about = body[subject_field(event.event_type)]
            if named == about and event.event_type != DISABILITY_ESTABLISHED:
                raise RecipientRefused(
                    "IIN_OF_DECEASED", "this is the IIN of the deceased; name the recipient"
                )
            subject = await bench.people.person(session, about, now)
            recipient = await bench.people.person(session, named, now)
            opened: list[Case] = []
            for code in services_of(event.event_type):
                case, new = await open_case(
                    session,
                    service=code,
                    subject_id=subject.id,
                    recipient_id=recipient.id,
                    event_id=event.id,
                    initiative="citizen" if event.event_type == DECEASED_NAMED else "provider",
                    offer_again=bench.profile.defaults.offer_again_after_refusal,
                    now=now,
                )
                if new:
                    await self._named(session, case, account_id, words, now)
                    opened.append(case)
            if not opened:
                raise RecipientRefused("CASE_THERE", "this person has a case for this deceased already")
            event.recipients = (event.recipients or 0) + 1
            await _close(session, task, account_id, now, words)
        return opened[0]

    async def _named(self, session: AsyncSession, case: Case, by: str, words: str, now: datetime) -> None:
        await add_step(
            session,
            case,
            key="recipient-named",
            kind="RECIPIENT_NAMED",
            at=now,
            actor=by,
            rules=["SIL-04"],
            facts={},
        )
        await audit(session, actor=by, action="case.open", object_id=case.id, at=now, reason=words)

    async def try_again(self, task_id: str, account_id: str, now: datetime) -> str:
        """Lets an event that failed be processed once more. Returns its id. Raises NotFound, Conflict."""
        async with self._bench.records.database.writing() as session:
            task, event = await self._found(session, task_id, locked=True)
            if task.closed_at is not None or event.state != "failed":
                raise Conflict("this event does not wait for another attempt any more")
            event.state, event.problem = "stored", None
            await _close(session, task, account_id, now, "processed once more")
        return event.id

    async def _found(
        self, session: AsyncSession, task_id: str, *, locked: bool = False
    ) -> tuple[Task, LifeEvent]:
        task = await session.get(Task, task_id, with_for_update=True if locked else None)
        if task is None or task.event_id is None:
            raise NotFound("there is no such task about a life event")
        return task, await session.get_one(LifeEvent, task.event_id, with_for_update=True if locked else None)

    async def _body(self, event: LifeEvent) -> dict[str, Any]:
        place = f"life_events.body/{event.id}"
        return dict(json.loads(await self._bench.records.vault.open(event.body, place)))


async def _close(session: AsyncSession, task: Task, account_id: str, now: datetime, words: str) -> None:
    task.closed_at, task.closed_by = now, account_id
    await audit(session, actor=account_id, action="task.close", object_id=task.id, at=now, reason=words)
