"""A second offer after one that lapsed: once, by the rule of the service's clock alone (SIL-06; DIS).

Silence is no answer, and a later consent begins to cost months of the benefit (D-r4). It never follows a no, a STOP or
any other end (SIL-07, SIL-42), nor an application that the person made meanwhile.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from belsendi.casework.bench import Bench
from belsendi.contracts.case import CaseOrigin
from belsendi.contracts.states import Outcome
from belsendi.law import legal_day, load_services, minus_months, second_offer, utc_of
from belsendi.law.clocks import SecondOfferRule
from belsendi.records.cases import add_step, locked_case, open_case
from belsendi.records.models import Case, LifeEvent

_AT_ONCE = 50
_LATER = aliased(Case)
_HAS_LATER = (
    select(_LATER.id)
    .where(
        _LATER.service == Case.service,
        _LATER.subject_id == Case.subject_id,
        _LATER.recipient_id == Case.recipient_id,
        _LATER.attempt > Case.attempt,
    )
    .exists()
)


class SecondOffers:
    """Finds lapsed offers whose second one is due, and opens it as a new attempt."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._weighed: dict[str, date] = {}

    async def waiting(self, now: datetime) -> list[str]:
        """Lapsed cases that may get a second offer, some at a time and each once a day: what it hangs on are days."""
        rules = self._rules()
        if not rules:
            return []
        today = legal_day(now)
        self._weighed = {case_id: day for case_id, day in self._weighed.items() if day == today}
        longest = max(rule.months for rule in rules.values())
        query = (
            select(Case.id)
            .where(
                Case.service.in_(rules),
                Case.outcome == Outcome.LAPSED,
                Case.initiative == "provider",
                Case.closed_at >= utc_of(minus_months(today, longest), time(0)),
                ~_HAS_LATER,
            )
            .order_by(Case.closed_at, Case.id)
        )
        async with self._bench.records.database.reading() as session:
            found = (await session.execute(query)).scalars()
            return [case_id for case_id in found if case_id not in self._weighed][:_AT_ONCE]

    async def weigh(self, case_id: str, now: datetime, *, clock_shift_seconds: int = 0) -> bool:
        """Opens the second offer of a lapsed case when its day has come. True when it was opened now.

        Raises StaleCalendar when the calendar does not reach so far.
        """
        today = legal_day(now)
        self._weighed[case_id] = today  # also when it fails: one that always fails must not fill every round
        async with self._bench.records.database.writing() as session:
            case = await locked_case(session, case_id)
            due = await self._due(session, case, today)
            return due and await self._open(session, case, now, clock_shift_seconds)

    def _rules(self) -> dict[str, SecondOfferRule]:
        if not self._bench.profile.defaults.second_offer:
            return {}
        clocks = {code: entry.clock.second_offer for code, entry in load_services().items()}
        return {code: rule for code, rule in clocks.items() if rule is not None}

    async def _due(self, session: AsyncSession, case: Case, today: date) -> bool:
        bench, rule = self._bench, self._rules().get(case.service)
        established_on = await self._established_on(session, case)
        if rule is None or established_on is None or case.closed_at is None:
            return False
        if await bench.people.opted_out(session, number_id=case.number_id, person_id=case.recipient_id):
            return False
        attempts = (
            Case.service == case.service,
            Case.subject_id == case.subject_id,
            Case.recipient_id == case.recipient_id,
        )
        newest = await session.scalar(select(func.max(Case.attempt)).where(*attempts))
        if newest != case.attempt:
            return False
        offers = select(func.count()).where(*attempts, Case.origin == CaseOrigin.OFFER)
        again = second_offer(
            established_on,
            legal_day(case.closed_at) if case.outcome == Outcome.LAPSED else None,
            await session.scalar(offers) or 0,
            bench.profile.defaults.offer_ttl_wd,
            rule.months,
            await bench.calendar_book.calendar(session),
        )
        return again.on is not None and again.on <= today

    async def _established_on(self, session: AsyncSession, case: Case) -> date | None:
        event = await session.get(LifeEvent, case.event_id) if case.event_id else None
        if event is None:
            return None
        body = json.loads(await self._bench.records.vault.open(event.body, f"life_events.body/{event.id}"))
        day = body.get("established_on")
        return date.fromisoformat(day) if day else None

    async def _open(self, session: AsyncSession, lapsed: Case, now: datetime, shift_seconds: int) -> bool:
        case, new = await open_case(
            session,
            service=lapsed.service,
            subject_id=lapsed.subject_id,
            recipient_id=lapsed.recipient_id,
            event_id=lapsed.event_id,
            initiative="provider",
            offer_again=True,
            now=now,
            clock_shift_seconds=shift_seconds,
        )
        if new:
            await add_step(
                session,
                case,
                key="second-offer",
                kind="SECOND_OFFER",
                at=now,
                actor="system",
                rules=[self._rules()[case.service].citation, "D-r4"],
                facts={"attempt": case.attempt},
            )
        return new
