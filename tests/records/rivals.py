"""Several units of work at one moment, and a look at whether one of them waits for another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import pytest
from sqlalchemy import text

from belsendi.records.database import Database

T = TypeVar("T")

# Row locks are PostgreSQL's: on SQLite a second writer waits for the first in any case.
postgres_only = pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)


async def at_once(works: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """Starts all of them in the same moment. The first error ends the test."""
    start = asyncio.Barrier(len(works))

    async def run(work: Callable[[], Awaitable[T]]) -> T:
        await start.wait()
        return await work()

    async with asyncio.timeout(60):
        return list(await asyncio.gather(*(run(work) for work in works)))


async def until_it_waits(rival: asyncio.Task[T], database: Database) -> None:
    """Returns when ``rival`` waits for a lock of somebody else's, or when it has ended.

    SQLite has one writer: whoever begins while another writes waits, there is nothing to look at.
    """
    if database.is_sqlite:
        await asyncio.sleep(0)
        return
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN "
        "(SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
    )
    async with asyncio.timeout(30):
        while not rival.done():
            async with database.reading() as session:
                if (await session.execute(waiting)).scalar_one():
                    return
