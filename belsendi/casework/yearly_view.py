"""The yearly obligations of a case as an officer sees them: what is owed, since when, what falls due next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from sqlalchemy import select

from belsendi.casework.bench import Bench
from belsendi.casework.obligations import Obligations, task_key
from belsendi.casework.views import masked_iin
from belsendi.contracts.personal_data import PersonalData
from belsendi.contracts.side_work import ObligationKind
from belsendi.records.keystore import KeyDestroyed
from belsendi.records.models import Obligation, ObligationYear, Person, Task

_RULES = {
    ObligationKind.STUDY: ("S-r7", "S-t8", "SIL-34"),
    ObligationKind.CARE: ("S-t8", "SIL-35"),
}


class ObligationStanding(StrEnum):
    """Where an obligation stands. None of these stops a payment (SIL-34, SIL-35)."""

    ENDED = "ENDED"
    PAPER_AWAITED = "PAPER_AWAITED"
    RUNNING = "RUNNING"


@dataclass(frozen=True)
class ObligationView:
    """One obligation. ``next_act`` falls due at ``next_at``; None when nothing does within a year.

    ``waiting_for`` is the year whose paper a caseworker's open task asks for.
    """

    kind: ObligationKind
    who: Annotated[str | None, PersonalData("pd.02")] = field(repr=False)
    began_at: datetime
    ended_at: datetime | None
    standing: ObligationStanding
    met: list[ObligationYear]
    waiting_for: str | None
    next_act: str | None
    next_at: datetime | None
    rules: tuple[str, ...]


class YearlyViews:
    """Reads the obligations of a case; IINs are masked."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._obligations = Obligations(bench)

    async def of_case(self, case_id: str, present: datetime) -> list[ObligationView]:
        """Every obligation of the case in the order they began, seen at the case's own ``present``."""
        found = await self._obligations.of_case(case_id)
        return [await self._view(row, met, present) for row, met in found]

    async def _view(self, row: Obligation, met: list[ObligationYear], present: datetime) -> ObligationView:
        kind = ObligationKind(row.kind)
        waiting, who = await self._task_and_person(row)
        act, at = await self._next(row, present)
        standing = ObligationStanding.RUNNING
        if row.ended_at is not None:
            standing = ObligationStanding.ENDED
        elif waiting is not None:
            standing = ObligationStanding.PAPER_AWAITED
        return ObligationView(
            kind=kind,
            who=who,
            began_at=row.began_at,
            ended_at=row.ended_at,
            standing=standing,
            met=met,
            waiting_for=waiting,
            next_act=act,
            next_at=at,
            rules=_RULES[kind],
        )

    async def _task_and_person(self, row: Obligation) -> tuple[str | None, str | None]:
        prefix = task_key(row.id, "")
        async with self._bench.records.database.reading() as session:
            query = select(Task.key).where(
                Task.case_id == row.case_id, Task.key.startswith(prefix), Task.closed_at.is_(None)
            )
            key = (await session.execute(query.order_by(Task.opened_at.desc()))).scalars().first()
            person = await session.get_one(Person, row.person_id)
        try:
            iin = masked_iin(await self._bench.people.iin(person))
        except KeyDestroyed:
            iin = None
        return (None if key is None else key.removeprefix(prefix)), iin

    async def _next(self, row: Obligation, present: datetime) -> tuple[str | None, datetime | None]:
        """The first thing that falls due within a year; its days are sealed with the case."""
        try:
            plan = await self._obligations.plan(row.id, present)
        except KeyDestroyed:
            return None, None
        return next(((moment.act, moment.at) for moment in plan.moments), (None, None))
