"""A citizen begins: names the deceased, and gets an offer if the number is registered to one person (SIL-04)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.intake.events import LifeEvents, NewEvent
from belsendi.intake.openings import DECEASED_NAMED
from belsendi.records.models import InboundMessage, LifeEvent, PhoneNumber
from belsendi.records.upsert import insert_unless_there


class Naming:
    """Stores the naming as an event of its own; who writes is asked of the registry when it is processed."""

    def __init__(self, bench: Bench, events: LifeEvents) -> None:
        self._bench = bench
        self._events = events

    async def open_from(
        self,
        session: AsyncSession,
        message: InboundMessage,
        number: PhoneNumber,
        deceased_iin: str,
        now: datetime,
    ) -> str:
        """Stores the naming in the message's own unit of work. Returns the message that acknowledges it."""
        event = NewEvent(
            source="citizen",
            event_id=message.id,
            event_type=DECEASED_NAMED,
            occurred_at=message.received_at,
            data={"deceased_iin": deceased_iin, "number": await self._bench.people.digits(number)},
        )
        await insert_unless_there(session, LifeEvent, await self._events.values(event, now))
        return "NAMES-RECEIVED"
