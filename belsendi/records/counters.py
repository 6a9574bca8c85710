"""Running numbers without gaps, taken inside the transaction that uses them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.records.columns import new_id
from belsendi.records.models import Counter
from belsendi.records.upsert import insert_unless_there


async def lock_counter(session: AsyncSession, name: str) -> Counter:
    """The named counter, locked until the transaction ends; made at zero when there is none."""
    query = select(Counter).where(Counter.name == name).with_for_update()
    counter = (await session.execute(query)).scalar_one_or_none()
    if counter is None:
        await insert_unless_there(session, Counter, {"id": new_id(), "name": name, "value": 0})
        counter = (await session.execute(query)).scalar_one()
    return counter


async def next_number(session: AsyncSession, name: str) -> int:
    """The next number of a series, from 1."""
    counter = await lock_counter(session, name)
    counter.value += 1
    await session.flush()
    return counter.value
