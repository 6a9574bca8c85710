"""Minutes at the counters: how long people wait to hand in documents, and how long they are served (T-12, T-13).

The order sets the most of both (B-t3, D-t3, S-t3); they are statistics and bear on no case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from belsendi.casework.bench import Bench
from belsendi.errors import InvalidInput
from belsendi.law import service_clock
from belsendi.records.columns import new_id
from belsendi.records.models import CounterVisit
from belsendi.records.upsert import insert_unless_there

TICKET = re.compile(r"^[A-Za-z0-9._:/-]{1,96}$")
PROVIDER = "provider"
STATE_CORPORATION = "state_corporation"


@dataclass(frozen=True)
class Limits:
    """The most minutes of waiting and of service at a place; ``service`` None where the order sets none."""

    wait: int
    service: int | None
    citation: str


@dataclass(frozen=True)
class TicketTimes:
    """One ticket of the electronic queue. Instants are UTC; those to come are None."""

    source: str
    ticket: str
    service: str
    place: str
    office: str
    joined_at: datetime
    served_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class VisitMinutes:
    """How long one applicant waited and was served, in minutes rounded to tenths; None while not yet known."""

    ticket: str
    waited: float | None
    served: float | None
    limits: Limits

    @property
    def too_long(self) -> bool:
        """Whether either was longer than the order lets it be."""
        return (self.waited or 0) > self.limits.wait or (
            self.limits.service is not None and (self.served or 0) > self.limits.service
        )


@dataclass(frozen=True)
class CounterFigures:
    """How the tickets of one service at one place fared against the limits. Minutes are rounded to tenths."""

    service: str
    place: str
    tickets: int
    served: int
    wait_limit: int
    waited_too_long: int
    longest_wait: float
    mean_wait: float
    service_limit: int | None
    served_too_long: int
    longest_service: float
    mean_service: float
    citation: str


def limits_of(service: str, place: str) -> Limits:
    """The limits of a service at a place. At the provider's desk nobody waits, and no service time is set (D-t3)."""
    clock = service_clock(service)
    if place == PROVIDER:
        return Limits(0, None, clock.times_citation)
    return Limits(clock.wait_minutes, clock.service_minutes, clock.times_citation)


class CounterVisits:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def record(self, times: TicketTimes) -> bool:
        """Keeps what is known of a ticket; a later report adds what it did not know. True when it is a new one.

        Raises InvalidInput when the instants are out of order, or contradict what was reported before.
        """
        _check(times)
        query = select(CounterVisit).where(
            CounterVisit.source == times.source, CounterVisit.ticket == times.ticket
        )
        limits = limits_of(times.service, times.place)
        values = {
            "id": new_id(),
            "source": times.source,
            "ticket": times.ticket,
            "service": times.service,
            "place": times.place,
            "office": times.office,
            "joined_at": times.joined_at,
            "served_at": times.served_at,
            "ended_at": times.ended_at,
            "limits": {"wait": limits.wait, "service": limits.service, "citation": limits.citation},
        }
        async with self._bench.records.database.writing() as session:
            if await insert_unless_there(session, CounterVisit, values):
                return True
            row = (await session.execute(query.with_for_update())).scalar_one()
            for name in ("service", "place", "office", "joined_at", "served_at", "ended_at"):
                known, told = getattr(row, name), getattr(times, name)
                if known is not None and told is not None and known != told:
                    raise InvalidInput(f"this ticket was reported with another {name}; nothing was changed")
            row.served_at = row.served_at or times.served_at
            row.ended_at = row.ended_at or times.ended_at
            return False

    async def belongs_to(self, ticket: str, service: str, place: str, case_id: str) -> bool:
        """Ties the newest ticket of this name at the place to a case. False when the queue reported no such one."""
        query = (
            select(CounterVisit)
            .where(
                CounterVisit.ticket == ticket,
                CounterVisit.service == service,
                CounterVisit.place == place,
                CounterVisit.case_id.is_(None),
            )
            .order_by(CounterVisit.joined_at.desc())
            .limit(1)
        )
        async with self._bench.records.database.writing() as session:
            row = (await session.execute(query.with_for_update())).scalar_one_or_none()
            if row is not None:
                row.case_id = case_id
        return row is not None

    async def of_case(self, case_id: str) -> list[VisitMinutes]:
        """The visits that a case came of, oldest first."""
        query = select(CounterVisit).where(CounterVisit.case_id == case_id).order_by(CounterVisit.joined_at)
        async with self._bench.records.database.reading() as session:
            rows = (await session.execute(query)).scalars().all()
        return [
            VisitMinutes(
                ticket=row.ticket,
                waited=_minutes(row.served_at - row.joined_at) if row.served_at else None,
                served=_minutes(row.ended_at - row.served_at) if row.ended_at and row.served_at else None,
                limits=limits_of(row.service, row.place),
            )
            for row in rows
        ]

    async def figures(self, since: datetime, until: datetime) -> list[CounterFigures]:
        """The tickets drawn from ``since`` on and before ``until`` (UTC), per service and place."""
        query = (
            select(CounterVisit)
            .where(CounterVisit.joined_at >= since, CounterVisit.joined_at < until)
            .order_by(CounterVisit.service, CounterVisit.place)
        )
        groups: dict[tuple[str, str], list[CounterVisit]] = {}
        async with self._bench.records.database.reading() as session:
            for row in (await session.execute(query)).scalars():
                groups.setdefault((row.service, row.place), []).append(row)
        return [_figures(service, place, rows) for (service, place), rows in groups.items()]


def _figures(service: str, place: str, rows: list[CounterVisit]) -> CounterFigures:
    waits = [row.served_at - row.joined_at for row in rows if row.served_at is not None]
    services = [
        row.ended_at - row.served_at for row in rows if row.served_at is not None and row.ended_at is not None
    ]
    limits = limits_of(service, place)
    return CounterFigures(
        service=service,
        place=place,
        tickets=len(rows),
        served=len(services),
        wait_limit=limits.wait,
        waited_too_long=_over(waits, limits.wait),
        longest_wait=_minutes(max(waits, default=timedelta(0))),
        mean_wait=_mean(waits),
        service_limit=limits.service,
        served_too_long=_over(services, limits.service),
        longest_service=_minutes(max(services, default=timedelta(0))),
        mean_service=_mean(services),
        citation=limits.citation,
    )


def _over(lengths: list[timedelta], limit: int | None) -> int:
    return 0 if limit is None else sum(length > timedelta(minutes=limit) for length in lengths)


def _mean(lengths: list[timedelta]) -> float:
    return _minutes(sum(lengths, timedelta(0)) / len(lengths)) if lengths else 0.0


def _minutes(length: timedelta) -> float:
    return round(length.total_seconds() / 60, 1)


def _check(times: TicketTimes) -> None:
    if times.place not in (PROVIDER, STATE_CORPORATION):
        raise InvalidInput("a counter is at the state_corporation or at the provider")
    if times.ended_at is not None and times.served_at is None:
        raise InvalidInput("a service that ended must have begun: give served_at")
    known = [at for at in (times.joined_at, times.served_at, times.ended_at) if at is not None]
    if known != sorted(known):
        raise InvalidInput("a ticket is drawn, then called, then closed; the instants are out of order")
