"""Lists for officers: cases by their due time, and what a person is asked to do. Names and IIN are masked here."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.contracts.personal_data import PersonalData
from belsendi.contracts.states import Flag, Outcome, Party, TaskKind
from belsendi.errors import InvalidInput
from belsendi.law import RecipientType
from belsendi.records.columns import Instant
from belsendi.records.keystore import KeyDestroyed
from belsendi.records.models import Case, Decision, LifeEvent, Person, Task

PAGE = 25
_FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class CaseFilter:
    """What is wanted of the list. ``outcome`` None shows open cases; "any" shows closed ones of every outcome."""

    state: str | None = None
    outcome: str | None = None
    overdue: bool = False
    waiting_for: str | None = None
    reference: str | None = None

    @property
    def closed(self) -> bool:
        return self.outcome is not None


@dataclass(frozen=True)
class CaseRow:
    """One line of the list. Instants are UTC; ``overdue`` is against the due instant itself, not the flag."""

    id: str
    reference: str
    service: str
    state: str
    outcome: str | None
    flags: list[str]
    waiting_for: str
    waiting_since: datetime
    due_at: datetime | None
    created_at: datetime
    closed_at: datetime | None
    overdue: bool
    name: Annotated[str | None, PersonalData("pd.01")] = field(repr=False)
    iin: Annotated[str | None, PersonalData("pd.02")] = field(repr=False)


@dataclass(frozen=True)
class CaseList:
    rows: list[CaseRow]
    next_cursor: str | None


@dataclass(frozen=True)
class CaseCounts:
    """How the office stands: open cases, those past their term, due within a day, and waiting for a person."""

    open: int
    overdue: int
    due_soon: int
    with_officers: int


@dataclass(frozen=True)
class TaskDraft:
    """The draft a signing task is about."""

    decision_id: str
    revision: int
    kind: str


@dataclass(frozen=True)
class TaskRow:
    """Something a person must do. ``case_id`` is None for a life event without a recipient."""

    id: str
    kind: str
    case_id: str | None
    reference: str | None
    state: str | None
    opened_at: datetime
    due_at: datetime | None
    urgent: bool
    facts: dict[str, Any]
    event_at: datetime | None
    draft: TaskDraft | None


@dataclass(frozen=True)
class TaskList:
    rows: list[TaskRow]
    next_cursor: str | None
    open: int
    """How many tasks of the wanted kind are open, on all pages."""


class CaseViews:
    """Queries of the lists: a fixed number of them, however long the list is."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def cases(
        self, wanted: CaseFilter, now: datetime, *, cursor: str | None = None, limit: int = PAGE
    ) -> CaseList:
        """A page of cases: open ones by due time, soonest first; closed ones, latest first.

        Raises InvalidInput for a cursor that is not one of ours.
        """
        keys = _closed_order() if wanted.closed else _open_order()
        query = select(Case, Person, *keys).join(Person, Person.id == Case.recipient_id)
        query = _filtered(query, wanted, now)
        if cursor is not None:
            after, here = _after(cursor, keys), tuple_(*keys)
            query = query.where(here < after if wanted.closed else here > after)
        query = query.order_by(*(key.desc() if wanted.closed else key.asc() for key in keys))
        async with self._bench.records.database.reading() as session:
            found = (await session.execute(query.limit(limit + 1))).all()
        shown = found[:limit]
        rows = await asyncio.gather(*(self._row(line[0], line[1], now) for line in shown))
        following = _cursor(*shown[-1][2:]) if len(found) > limit else None
        return CaseList(list(rows), following)

    async def counts(self, now: datetime) -> CaseCounts:
        is_open = Case.outcome.is_(None)
        query = select(
            func.count(Case.id),
            func.count(Case.id).filter(Case.due_at < now),
            func.count(Case.id).filter(Case.due_at >= now, Case.due_at < now + timedelta(days=1)),
            func.count(Case.id).filter(Case.waiting_for == Party.OFFICER),
        ).where(is_open)
        async with self._bench.records.database.reading() as session:
            line = (await session.execute(query)).one()
        return CaseCounts(*line)

    async def tasks(
        self, *, kind: str | None = None, cursor: str | None = None, limit: int = PAGE
    ) -> TaskList:
        """A page of open tasks, urgent and soonest due first, with the events that gave nobody to offer to.

        Raises InvalidInput for a cursor that is not one of ours.
        """
        keys = _task_order()
        query = (
            select(Task, Case.reference, Case.state, LifeEvent.received_at, *keys)
            .outerjoin(Case, Case.id == Task.case_id)
            .outerjoin(LifeEvent, LifeEvent.id == Task.event_id)
            .where(Task.closed_at.is_(None))
            .order_by(*keys)
            .limit(limit + 1)
        )
        counted = select(func.count(Task.id)).where(Task.closed_at.is_(None))
        if kind is not None:
            query, counted = query.where(Task.kind == kind), counted.where(Task.kind == kind)
        if cursor is not None:
            query = query.where(tuple_(*keys) > _after(cursor, keys))
        async with self._bench.records.database.reading() as session:
            lines = (await session.execute(query)).all()
            found = [line[:4] for line in lines[:limit]]
            open_tasks = (await session.execute(counted)).scalar_one()
            drafts = await _drafts(
                session, [task.case_id for task, *_ in found if task.kind == TaskKind.SIGN and task.case_id]
            )
        rows = [
            TaskRow(
                id=task.id,
                kind=task.kind,
                case_id=task.case_id,
                reference=reference,
                state=state,
                opened_at=task.opened_at,
                due_at=task.due_at,
                urgent=task.urgent,
                facts=task.facts,
                event_at=received_at,
                draft=drafts.get(task.case_id) if task.kind == TaskKind.SIGN else None,
            )
            for task, reference, state, received_at in found
        ]
        following = _cursor(*lines[limit - 1][4:]) if len(lines) > limit else None
        return TaskList(rows, following, open_tasks)

    async def version(self) -> str:
        """A mark that changes when the lists would show something new."""
        latest = select(func.max(Case.updated_at), func.count(Case.id))
        tasks = select(func.count(Task.id), func.count(Task.closed_at))
        async with self._bench.records.database.reading() as session:
            cases = (await session.execute(latest)).one()
            asked = (await session.execute(tasks)).one()
        return f"{cases[0]}/{cases[1]}/{asked[0]}/{asked[1]}"

    async def _row(self, case: Case, person: Person, now: datetime) -> CaseRow:
        try:
            name = await self._bench.people.name(person)
            iin: str | None = await self._bench.people.iin(person)
        except KeyDestroyed:
            name = iin = None
        return CaseRow(
            id=case.id,
            reference=case.reference,
            service=case.service,
            state=case.state,
            outcome=case.outcome,
            flags=list(case.flags),
            waiting_for=case.waiting_for,
            waiting_since=case.waiting_since,
            due_at=case.due_at,
            created_at=case.created_at,
            closed_at=case.closed_at,
            overdue=case.outcome is None and case.due_at is not None and case.due_at < now,
            name=name if case.recipient_type == RecipientType.LEGAL_ENTITY else masked_name(name),
            iin=masked_iin(iin),
        )


def masked_name(name: str | None) -> str | None:
    """ "Ахметов Асан Болатұлы" as "Ах••• А. Б."; None stays None."""
    if not name:
        return None
    surname, *others = name.split()
    return " ".join([f"{surname[:2]}•••", *(f"{word[0]}." for word in others)])


def masked_iin(iin: str | None) -> str | None:
    """The last four digits: the first six of an IIN are a date of birth."""
    return f"•••• {iin[-4:]}" if iin else None


def _far() -> ColumnElement[datetime]:
    return literal(_FAR, Instant())


def _open_order() -> tuple[ColumnElement[Any], ...]:
    return (
        func.coalesce(Case.due_at, _far(), type_=Instant()),
        Case.created_at.expression,
        Case.id.expression,
    )


def _closed_order() -> tuple[ColumnElement[Any], ...]:
    return (
        func.coalesce(Case.closed_at, _far(), type_=Instant()),
        Case.created_at.expression,
        Case.id.expression,
    )


def _task_order() -> tuple[ColumnElement[Any], ...]:
    return (
        case((Task.urgent, 0), else_=1),
        func.coalesce(Task.due_at, _far(), type_=Instant()),
        Task.opened_at.expression,
        Task.id.expression,
    )


def _filtered(query: Select[Any], wanted: CaseFilter, now: datetime) -> Select[Any]:
    if wanted.reference:
        return query.where(Case.reference.ilike(f"%{_plain(wanted.reference)}%"))
    if wanted.outcome is None:
        query = query.where(Case.outcome.is_(None))
    elif wanted.outcome == "any":
        query = query.where(Case.outcome.is_not(None))
    else:
        query = query.where(Case.outcome == Outcome(wanted.outcome))
    if wanted.state:
        query = query.where(Case.state == wanted.state)
    if wanted.waiting_for:
        query = query.where(Case.waiting_for == wanted.waiting_for)
    if wanted.overdue:
        query = query.where(or_(and_(Case.outcome.is_(None), Case.due_at < now), _flagged(Flag.OVERDUE)))
    return query


def _flagged(flag: Flag) -> ColumnElement[bool]:
    """Flags are a JSON list of codes; both databases can look into its text."""
    return cast(Case.flags, String).like(f'%"{flag.value}"%')


def _plain(reference: str) -> str:
    return "".join(char for char in reference.upper() if char.isalnum() or char == "-")


async def _drafts(session: AsyncSession, case_ids: list[str]) -> dict[str | None, TaskDraft]:
    if not case_ids:
        return {}
    query = select(Decision.case_id, Decision.id, Decision.revision, Decision.kind).where(
        Decision.case_id.in_(case_ids), Decision.status == "draft"
    )
    return {
        case_id: TaskDraft(decision_id, revision, kind)
        for case_id, decision_id, revision, kind in (await session.execute(query)).all()
    }


def _cursor(*parts: datetime | int | str) -> str:
    """The place of a line in its list, as text that a link can carry."""
    text = "|".join(part.isoformat() if isinstance(part, datetime) else str(part) for part in parts)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _after(cursor: str, keys: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """The place a cursor names, in the types of the list's own order. Raises InvalidInput."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        parts = [_part(part, key) for part, key in zip(text.split("|"), keys, strict=True)]
    except (ValueError, binascii.Error) as error:
        raise InvalidInput(
            "the cursor is not one this list gave; open the list from its beginning"
        ) from error
    return tuple_(*(literal(part, key.type) for part, key in zip(parts, keys, strict=True)))


def _part(text: str, key: ColumnElement[Any]) -> datetime | int | str:
    if isinstance(key.type, Instant):
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise ValueError("an instant without a time zone")
        return instant
    return int(text) if isinstance(key.type, Integer) else text
