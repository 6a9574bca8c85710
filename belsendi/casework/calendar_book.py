"""The working calendar in force: the shipped one with the operator's days over it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.law import CalendarOverride, WorkingCalendar
from belsendi.records.models import CalendarDay

_DAYS = select(CalendarDay).order_by(CalendarDay.day)


class CalendarBook:
    """Reads the operator's days anew in every unit of work, so that a decreed day off counts at once."""

    def __init__(self, shipped: WorkingCalendar) -> None:
        self._shipped = shipped

    async def calendar(self, session: AsyncSession) -> WorkingCalendar:
        rows = (await session.execute(_DAYS)).scalars().all()
        if not rows:
            return self._shipped
        return self._shipped.with_overrides(
            [
                CalendarOverride(day=row.day, working=row.working, citation=row.citation, set_by=row.set_by)
                for row in rows
            ]
        )
