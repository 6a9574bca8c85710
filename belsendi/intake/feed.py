"""Reading the civil registry's feed of deaths: resumable, nothing lost, nothing taken twice.

The position moves in the same transaction that stores what was read.
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import select

from belsendi.casework.bench import Bench
from belsendi.intake.events import DEATH_REGISTERED, LifeEvents, NewEvent
from belsendi.law import utc_of
from belsendi.records.models import FeedCursor, LifeEvent
from belsendi.records.upsert import insert_unless_there
from belsendi.registries import Inquiry

FEED = "civil-registry/deaths"
_PAGE = 100


class DeathFeedReader:
    def __init__(self, bench: Bench, events: LifeEvents) -> None:
        self._bench = bench
        self._events = events

    async def read_page(self, now: datetime) -> int:
        """Reads one page after the stored position. Returns how many entries it had.

        Raises OutsideSystemUnavailable when the registry is out; the position stays where it was.
        """
        position = await self._position(now)
        inquiry = Inquiry(purpose="deaths since the last reading", asked_at=now)
        answer = await self._bench.registries.civil_registry.death_feed(position, _PAGE, inquiry)
        records = answer.data.records if answer.data is not None else ()
        if not records:
            return 0
        async with self._bench.records.database.writing() as session:
            query = select(FeedCursor).where(FeedCursor.feed == FEED).with_for_update()
            cursor = (await session.execute(query)).scalar_one()
            for record in records:
                if record.cursor <= cursor.position:
                    continue
                event = NewEvent(
                    source=FEED,
                    event_id=str(record.cursor),
                    event_type=DEATH_REGISTERED,
                    occurred_at=utc_of(record.registered_on, time(0)),
                    data={
                        "deceased_iin": record.deceased_iin,
                        "date_of_death": record.date_of_death.isoformat(),
                        "registered_on": record.registered_on.isoformat(),
                        "recipients": [record.declarant_iin] if record.declarant_iin else [],
                    },
                )
                await insert_unless_there(session, LifeEvent, await self._events.values(event, now))
            cursor.position = max(cursor.position, records[-1].cursor)
            cursor.moved_at = now
        return len(records)

    async def _position(self, now: datetime) -> int:
        async with self._bench.records.database.writing() as session:
            await insert_unless_there(session, FeedCursor, {"feed": FEED, "position": 0, "moved_at": now})
            return (await session.get_one(FeedCursor, FEED)).position
