"""Reading the registers' feeds of life events: resumable, nothing lost, nothing taken twice.

The position moves in the same transaction that stores what was read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import select

from belsendi.casework.bench import Bench
from belsendi.intake.event_data import BREADWINNER_LOST, DISABILITY_ESTABLISHED
from belsendi.intake.events import LifeEvents, NewEvent
from belsendi.intake.openings import DEATH_REGISTERED
from belsendi.law import utc_of
from belsendi.records.models import FeedCursor, LifeEvent
from belsendi.records.upsert import insert_unless_there
from belsendi.registries import Inquiry, Registries

_PAGE = 100


@dataclass(frozen=True)
class Entry:
    """One entry: its cursor, the Almaty day from which the event counts, and the event's data."""

    cursor: int
    on: date = field(repr=False)
    data: dict[str, object] = field(repr=False)


@dataclass(frozen=True)
class Feed:
    """A feed by the name under which its position is kept, and the type of event that its entries become."""

    name: str
    event_type: str
    purpose: str
    entries: Callable[[Registries, int, Inquiry], Awaitable[list[Entry]]]


async def _deaths(registries: Registries, after: int, inquiry: Inquiry) -> list[Entry]:
    answer = await registries.civil_registry.death_feed(after, _PAGE, inquiry)
    return [
        Entry(
            cursor=notice.cursor,
            on=notice.registered_on,
            data={
                "deceased_iin": notice.deceased_iin,
                "date_of_death": notice.date_of_death.isoformat(),
                "registered_on": notice.registered_on.isoformat(),
                "recipients": [notice.declarant_iin] if notice.declarant_iin else [],
            },
        )
        for notice in (answer.data.records if answer.data is not None else ())
    ]


async def _disabilities(registries: Registries, after: int, inquiry: Inquiry) -> list[Entry]:
    answer = await registries.disabilities.disability_feed(after, _PAGE, inquiry)
    return [
        Entry(
            cursor=notice.cursor,
            on=notice.established_on,
            data={
                "person_iin": notice.iin,
                "established_on": notice.established_on.isoformat(),
                "recipients": [notice.applicant_iin],
            },
        )
        for notice in (answer.data.records if answer.data is not None else ())
    ]


async def _breadwinners(registries: Registries, after: int, inquiry: Inquiry) -> list[Entry]:
    answer = await registries.civil_registry.breadwinner_feed(after, _PAGE, inquiry)
    return [
        Entry(
            cursor=notice.cursor,
            on=notice.registered_on,
            data={
                "breadwinner_iin": notice.breadwinner_iin,
                "date_of_death": notice.date_of_death.isoformat(),
                "registered_on": notice.registered_on.isoformat(),
                "recipients": [notice.applicant_iin] if notice.applicant_iin else [],
                "dependants": [each.model_dump(mode="json") for each in notice.dependants],
            },
        )
        for notice in (answer.data.records if answer.data is not None else ())
    ]


DEATHS = Feed("civil-registry/deaths", DEATH_REGISTERED, "deaths since the last reading", _deaths)
DISABILITIES = Feed(
    "disabilities/established",
    DISABILITY_ESTABLISHED,
    "disabilities established since the last reading",
    _disabilities,
)
BREADWINNERS = Feed(
    "civil-registry/breadwinners",
    BREADWINNER_LOST,
    "lost breadwinners since the last reading",
    _breadwinners,
)
FEEDS = (DEATHS, DISABILITIES, BREADWINNERS)
"""Every feed; their names are no source that a door may use."""


class FeedReader:
    """Reads one feed page by page into stored life events."""

    def __init__(self, bench: Bench, events: LifeEvents, feed: Feed = DEATHS) -> None:
        self._bench = bench
        self._events = events
        self._feed = feed

    async def read_page(self, now: datetime) -> int:
        """Reads one page after the stored position. Returns how many entries it had.

        Raises OutsideSystemUnavailable when the registry is out; the position stays where it was.
        """
        position = await self._position(now)
        inquiry = Inquiry(purpose=self._feed.purpose, asked_at=now)
        entries = await self._feed.entries(self._bench.registries, position, inquiry)
        if not entries:
            return 0
        async with self._bench.records.database.writing() as session:
            query = select(FeedCursor).where(FeedCursor.feed == self._feed.name).with_for_update()
            cursor = (await session.execute(query)).scalar_one()
            for entry in entries:
                if entry.cursor <= cursor.position:
                    continue
                event = NewEvent(
                    source=self._feed.name,
                    event_id=str(entry.cursor),
                    event_type=self._feed.event_type,
                    occurred_at=utc_of(entry.on, time(0)),
                    data=entry.data,
                )
                await insert_unless_there(session, LifeEvent, await self._events.values(event, now))
            cursor.position = max(cursor.position, entries[-1].cursor)
            cursor.moved_at = now
        return len(entries)

    async def _position(self, now: datetime) -> int:
        start = {"feed": self._feed.name, "position": 0, "moved_at": now}
        async with self._bench.records.database.writing() as session:
            await insert_unless_there(session, FeedCursor, start)
            return (await session.get_one(FeedCursor, self._feed.name)).position
