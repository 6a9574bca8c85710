"""Cases: opening them, walking them through their steps, keeping the time budget and the task list."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.contracts.states import CaseState, Flag, Outcome, Party, TaskKind
from belsendi.errors import NotFound
from belsendi.records.columns import new_id
from belsendi.records.database import announce_on_commit
from belsendi.records.models import Case, CaseStep, Task, Wait
from belsendi.records.upsert import insert_unless_there, table_of

_STEPS, _WAITS, _TASKS = table_of(CaseStep), table_of(Wait), table_of(Task)
_LAST_SEQ = select(func.coalesce(func.max(_STEPS.c.seq), 0)).where(_STEPS.c.case_id == bindparam("of_case"))
_NEXT_STEP = insert(_STEPS).values(seq=_LAST_SEQ.scalar_subquery() + 1).returning(_STEPS.c.seq)
_STEP_DONE = select(CaseStep).where(
    CaseStep.case_id == bindparam("of_case"), CaseStep.key == bindparam("key")
)
_BEGIN_WAIT = insert(_WAITS)
_END_WAIT = (
    update(_WAITS)
    .where(_WAITS.c.case_id == bindparam("of_case"), _WAITS.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
_CLOSE_TASKS = (
    update(_TASKS)
    .where(
        _TASKS.c.case_id == bindparam("of_case"),
        _TASKS.c.kind == bindparam("of_kind"),
        _TASKS.c.closed_at.is_(None),
    )
    .values(closed_at=bindparam("now"), closed_by=bindparam("by"))
)
_REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference(service: str) -> str:
    """A short reference a person can read over the telephone: no look-alike letters, random."""
    letters = "".join(secrets.choice(_REFERENCE_LETTERS) for _ in range(8))
    return f"{service}-{letters[:4]}-{letters[4:]}"


async def open_case(
    session: AsyncSession,
    *,
    service: str,
    subject_id: str,
    recipient_id: str,
    event_id: str | None,
    initiative: str,
    offer_again: bool = False,
    now: datetime,
    clock_shift_seconds: int = 0,
    recipient_type: str = "natural_person",
) -> tuple[Case, bool]:
    """The open case of this subject and recipient, or a new attempt. True when it was opened now.

    A resubmission is a new attempt (COM-14, SIL-42); an event heard twice attaches to the open one (SIL-40).
    ``offer_again`` lets the provider begin anew after an end, where the office decided so (SIL-42).
    """
    query = (
        select(Case)
        .where(Case.service == service, Case.subject_id == subject_id, Case.recipient_id == recipient_id)
        .order_by(Case.attempt.desc())
        .limit(1)
    )
    last = (await session.execute(query)).scalar_one_or_none()
    if last is not None and (last.outcome is None or (initiative == "provider" and not offer_again)):
        return last, False
    attempt = last.attempt + 1 if last is not None else 1
    values = {
        "id": new_id(),
        "reference": new_reference(service),
        "service": service,
        "subject_id": subject_id,
        "recipient_id": recipient_id,
        "attempt": attempt,
        "event_id": event_id,
        "channel": "mobile",
        "initiative": initiative,
        "recipient_type": recipient_type,
        "state": CaseState.IDENTIFIED,
        "flags": [],
        "waiting_for": Party.US,
        "waiting_since": now,
        "clock_shift_seconds": clock_shift_seconds,
        "created_at": now,
        "updated_at": now,
    }
    made = await insert_unless_there(session, Case, values)
    case = (await session.execute(query)).scalar_one()
    if made:
        session.add(Wait(id=new_id(), case_id=case.id, party=Party.US, began_at=now))
        await session.flush()
    return case, made


async def locked_case(session: AsyncSession, case_id: str) -> Case:
    """The case, locked until the transaction ends. Raises NotFound.

    Rows that refer to it may be written meanwhile: a lock of the key too would make a message that is being
    filed under the case and a step that answers it wait for each other (PostgreSQL). What this unit of work knew
    of the case before is read anew: it may have waited for the lock while somebody changed the case.
    """
    await session.flush()
    case = await session.get(Case, case_id, with_for_update={"key_share": True}, populate_existing=True)
    if case is None:
        raise NotFound("there is no such case in the records")
    return case


async def step_done(session: AsyncSession, case_id: str, key: str) -> CaseStep | None:
    """The step with this key when it was taken before: then it is not taken again."""
    taken = await session.execute(_STEP_DONE, {"of_case": case_id, "key": key})
    return taken.scalar_one_or_none()


async def add_step(
    session: AsyncSession,
    case: Case,
    *,
    key: str,
    kind: str,
    at: datetime,
    actor: str,
    rules: list[str],
    facts: dict[str, Any],
    result: dict[str, Any] | None = None,
) -> int:
    """Writes a line of the case's timeline. Returns its number, which is taken in the same statement."""
    line = {
        "id": new_id(),
        "of_case": case.id,
        "case_id": case.id,
        "key": key,
        "kind": kind,
        "at": at,
        "actor": actor,
        "state": case.state,
        "rules": rules,
        "facts": facts,
        "result": result,
    }
    with session.no_autoflush:  # the case itself is written once, at the end of the unit
        written = await session.execute(_NEXT_STEP, line)
    case.updated_at = at
    announce_on_commit(session, f"case:{case.id}")
    seq: int = written.scalar_one()
    return seq


async def wait_for(
    session: AsyncSession, case: Case, party: Party, now: datetime, system: str | None = None
) -> None:
    """Ends the present wait and begins the next: from these rows the time budget is told."""
    if case.waiting_for == party and system is None:
        return
    with session.no_autoflush:
        await session.execute(_END_WAIT, {"of_case": case.id, "now": now})
        if party is not Party.NOBODY:
            wait = {"id": new_id(), "case_id": case.id, "party": party, "system": system, "began_at": now}
            await session.execute(_BEGIN_WAIT, wait)
    case.waiting_for = party
    case.waiting_since = now


async def end_case(session: AsyncSession, case: Case, outcome: Outcome, now: datetime) -> None:
    """Closes the case with its one outcome; its open tasks go with it, but for those that outlive it."""
    case.state = CaseState.CLOSED
    case.outcome = outcome
    case.closed_at = now
    await wait_for(session, case, Party.NOBODY, now)
    lasting = (
        TaskKind.CALL_ACCOUNT,
        TaskKind.CALL_UNDELIVERED,
        TaskKind.NO_NUMBER,
        TaskKind.LATE_WITHDRAWAL,
        TaskKind.CONTACT_CHANGED,
        TaskKind.CHECK_BANK,
        TaskKind.ONE_APPLICATION,
        TaskKind.TWO_BENEFITS,
        TaskKind.SECOND_CHANNEL,
    )
    await session.execute(
        update(Task)
        .where(Task.case_id == case.id, Task.closed_at.is_(None), Task.kind.not_in(lasting))
        .values(closed_at=now, closed_by="system")
    )


def raise_flag(case: Case, flag: Flag) -> None:
    if flag not in case.flags:
        case.flags = [*case.flags, flag.value]


def lower_flag(case: Case, flag: Flag) -> None:
    case.flags = [name for name in case.flags if name != flag]


def set_flags(case: Case, among: Collection[Flag], standing: Collection[Flag]) -> None:
    """Raise those of ``among`` that stand and lower the others."""
    for flag in sorted(among):
        (raise_flag if flag in standing else lower_flag)(case, flag)


async def open_task(
    session: AsyncSession,
    kind: TaskKind,
    *,
    key: str,
    now: datetime,
    case_id: str | None = None,
    event_id: str | None = None,
    due_at: datetime | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Asks a person to do something, once per key."""
    values = {
        "id": new_id(),
        "key": key,
        "kind": kind,
        "case_id": case_id,
        "event_id": event_id,
        "opened_at": now,
        "due_at": due_at,
        "urgent": False,
        "facts": facts or {},
    }
    await insert_unless_there(session, Task, values)


async def close_tasks(session: AsyncSession, case_id: str, kind: TaskKind, by: str, now: datetime) -> None:
    await session.execute(_CLOSE_TASKS, {"of_case": case_id, "of_kind": kind, "now": now, "by": by})
