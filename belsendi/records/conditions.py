"""Which outside systems are out: one row per system, written only when something changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.records.database import Database
from belsendi.records.models import RegistryCondition
from belsendi.records.upsert import insert_unless_there

OUT, UP = "OUT", "UP"
_MOST_LETTERS = 120


async def note_condition(
    database: Database, system: str, *, out: bool, at: datetime, problem: str | None = None
) -> bool:
    """Note that a system is out, or answers again. Returns whether that is news; of a system that has never been
    out nothing is noted when it answers. ``problem`` holds no personal data."""
    async with database.reading() as session:
        known = await session.get(RegistryCondition, system)
        if (known is not None and known.state == OUT) is out:
            return False
    state, words = (OUT, (problem or "")[:_MOST_LETTERS]) if out else (UP, None)
    values = {"system": system, "state": state, "since": at, "problem": words}
    async with database.writing() as session:
        if await insert_unless_there(session, RegistryCondition, values):
            return True
        row = await session.get_one(RegistryCondition, system, with_for_update=True)
        if row.state == state:
            return False
        row.state, row.since, row.problem = state, at, words
        return True


async def systems_out(session: AsyncSession) -> Sequence[RegistryCondition]:
    """The systems that are out now, the one longest out first."""
    query = (
        select(RegistryCondition)
        .where(RegistryCondition.state == OUT)
        .order_by(RegistryCondition.since, RegistryCondition.system)
    )
    return (await session.execute(query)).scalars().all()
