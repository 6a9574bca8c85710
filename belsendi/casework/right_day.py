"""The day a right hangs on, where no register and no application names it: a caseworker's word (SIL-27).

Whoever accepts the paper sees the day; without it neither the sum nor the start of the benefit can be told.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.casework.demands import AT_THE_DESK, case_file_states
from belsendi.casework.identity import identity_of
from belsendi.contracts.personal_data import PersonalData
from belsendi.errors import InvalidInput, NotFound
from belsendi.law import DatumSource, EimStatus, Service, legal_day, service
from belsendi.records.keystore import Owner
from belsendi.records.models import Case

_OF_SUBJECT = {
    "deceased": DatumSource.DEATH_RECORD,
    "recipient": DatumSource.DISABILITY_RECORD,
    "breadwinner": DatumSource.BREADWINNER_DEATH_RECORD,
}
_IN_A_REGISTER = frozenset({EimStatus.PRESENT, EimStatus.INCORRECT})


class RightDayRefused(InvalidInput):
    """The day of the right is missing, not needed or impossible; ``code`` says which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


async def right_day_wanted(bench: Bench, case: Case) -> bool:
    """Whether a case at the desk can be assigned only with the day from the paper: no register has it, and neither
    the event nor the application names it (S-r7(1); COM-06)."""
    if case.state not in AT_THE_DESK or await _in_a_register(bench, case):
        return False
    return (await identity_of(bench, case.id)).event_day is None


async def keep_right_day(
    bench: Bench,
    case_id: str,
    day: Annotated[date | None, PersonalData("svc.death_fact")],
    now: datetime,
    *,
    needed: bool,
) -> None:
    """Keeps the day (Almaty) that the caseworker read from the paper; ``needed`` for a decision to assign.

    Raises NotFound, and RightDayRefused when the day is needed and missing, lies in the future, or a register
    has it: then the register's day stands.
    """
    async with bench.records.database.reading() as session:
        case = await session.get(Case, case_id)
    if case is None:
        raise NotFound("there is no such case")
    if day is None:
        if needed and await right_day_wanted(bench, case):
            raise RightDayRefused(
                "DAY_MISSING", "no register has the day the right arose; enter it from the paper (SIL-27)"
            )
        return
    if day > legal_day(now):
        raise RightDayRefused("DAY_IN_THE_FUTURE", "the day the right arose lies in the future; correct it")
    if case.state in AT_THE_DESK and await _in_a_register(bench, case):
        raise RightDayRefused("DAY_KNOWN", "a register has the day the right arose; leave the field empty")
    async with bench.records.database.writing() as session:
        await _write(bench, session, case_id, day, now)


async def _write(bench: Bench, session: AsyncSession, case_id: str, day: date, now: datetime) -> None:
    case = await session.get_one(Case, case_id, with_for_update=True)
    place = f"cases.right_day/{case_id}"
    case.right_day = await bench.records.vault.seal(Owner.CASE, case_id, day.isoformat(), place, now)


async def _in_a_register(bench: Bench, case: Case) -> bool:
    """Whether the register answered with a record when the case file was last gathered."""
    datum = _datum(service(case.service))
    async with bench.records.database.reading() as session:
        states = await case_file_states(session, case.id)
    return states.get(datum) in _IN_A_REGISTER


def _datum(entry: Service) -> str:
    source = _OF_SUBJECT[entry.subject]
    return next(item.datum for item in entry.needed_data if item.source is source)
