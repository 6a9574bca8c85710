"""Cases as service accounts and the command line see them: codes, instants and amounts, nobody's data."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.casework.outlook import Spent, Upcoming, outlook, time_budget
from belsendi.contracts.states import CaseState
from belsendi.errors import InvalidInput, NotFound
from belsendi.records.models import (
    Case,
    CaseStep,
    Decision,
    ParameterCheck,
    PaymentOrder,
    Question,
    Wait,
)

_ID_LENGTH = 32


@dataclass(frozen=True)
class CasePart:
    """A page of cases, newest first. ``following`` is None on the last one."""

    cases: list[Case]
    following: str | None


@dataclass(frozen=True)
class CaseStory:
    """One case with everything that happened to it. ``present`` is the case's own now."""

    case: Case
    present: datetime
    steps: list[CaseStep]
    checks: list[ParameterCheck]
    decision: Decision | None
    order: PaymentOrder | None
    spent: list[Spent]
    upcoming: list[Upcoming]


class CaseRecords:
    """Queries by opaque ids only: no name, IIN, number or message is opened for them."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def part(self, *, state: CaseState | None, cursor: str | None, limit: int) -> CasePart:
        """A page of at most ``limit`` cases by the instant they were opened, newest first.

        A case opened meanwhile never moves one from page to page. Raises InvalidInput for a cursor that is not
        one of ours.
        """
        query = select(Case).order_by(Case.created_at.desc(), Case.id.desc()).limit(limit + 1)
        if state is not None:
            query = query.where(Case.state == state)
        if cursor is not None:
            created_at, case_id = _read(cursor)
            last = tuple_(literal(created_at, Case.created_at.type), literal(case_id))
            query = query.where(tuple_(Case.created_at, Case.id) < last)
        async with self._bench.records.database.reading() as session:
            found = list((await session.execute(query)).scalars())
        shown = found[:limit]
        return CasePart(shown, _cursor(shown[-1]) if len(found) > limit else None)

    async def story(self, name: str, now: datetime) -> CaseStory:
        """The case with this id or reference. Raises NotFound."""
        bench = self._bench
        async with bench.records.database.reading() as session:
            query = select(Case).where(or_(Case.id == name, Case.reference == name.upper()))
            case = (await session.execute(query)).scalar_one_or_none()
            if case is None:
                raise NotFound("there is no such case in the records")
            steps = await _all(session, select(CaseStep).where(CaseStep.case_id == case.id), CaseStep.seq)
            waits = await _all(session, select(Wait).where(Wait.case_id == case.id), Wait.began_at)
            questions = await _all(
                session, select(Question).where(Question.case_id == case.id), Question.created_at
            )
            decisions = await _all(
                session, select(Decision).where(Decision.case_id == case.id), Decision.revision.desc()
            )
            checks = await _all(
                session, select(ParameterCheck).where(ParameterCheck.case_id == case.id), ParameterCheck.code
            )
            orders = select(PaymentOrder).where(PaymentOrder.case_id == case.id)
            order = (await session.execute(orders)).scalar_one_or_none()
            calendar = await bench.calendar_book.calendar(session)
        present = now + timedelta(seconds=case.clock_shift_seconds)
        defaults = bench.profile.defaults
        return CaseStory(
            case=case,
            present=present,
            steps=steps,
            checks=checks,
            decision=decisions[0] if decisions else None,
            order=order,
            spent=time_budget(waits, present),
            upcoming=outlook(case, steps, questions, decisions, defaults, calendar, present),
        )


async def _all(session: AsyncSession, query: Any, order: Any) -> list[Any]:
    found: Sequence[Any] = (await session.execute(query.order_by(order))).scalars().all()
    return list(found)


def _cursor(case: Case) -> str:
    text = f"{case.created_at.isoformat()}|{case.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, str]:
    try:
        decoded = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        instant, case_id = decoded.decode("ascii").split("|")
        created_at = datetime.fromisoformat(instant)
        if created_at.utcoffset() != timedelta(0) or len(case_id) != _ID_LENGTH or not case_id.isalnum():
            raise ValueError("not written by us")
    except (ValueError, binascii.Error) as error:
        raise InvalidInput("the cursor is not one this list gave; begin without a cursor") from error
    return created_at, case_id
