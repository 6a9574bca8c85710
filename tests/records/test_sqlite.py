"""The one write lock of a SQLite file: who waits for it leaves the event loop free, and gives up in the end."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from belsendi.records import database as units
from belsendi.records import sqlite
from belsendi.records.counters import next_number
from belsendi.records.database import Database, is_transient
from belsendi.records.models import Counter
from belsendi.settings import Settings


@pytest.fixture
async def database(sqlite_settings: Settings) -> AsyncIterator[Database]:
    opened = Database(sqlite_settings.database_url)
    yield opened
    await opened.close()


@pytest.fixture
def other_process(sqlite_settings: Settings) -> Iterator[sqlite3.Connection]:
    """A connection of somebody else to the same file."""
    path = make_url(sqlite_settings.database_url).database
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


async def count_up(database: Database) -> int:
    async with database.writing() as session:
        return await next_number(session, "test")


async def test_a_unit_waits_for_the_write_lock_of_another_process_while_the_loop_turns(
    database: Database, other_process: sqlite3.Connection
) -> None:
    other_process.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(count_up(database))
    done, _ = await asyncio.wait([waiting], timeout=0.1)
    assert not done
    async with database.reading() as session:
        assert (await session.execute(select(Counter))).scalars().all() == []
    other_process.execute("COMMIT")
    async with asyncio.timeout(60):
        assert await waiting == 1


async def test_a_unit_that_never_gets_the_write_lock_fails_as_transient_and_harms_no_later_one(
    database: Database, other_process: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE_SECONDS", 0.05)
    other_process.execute("BEGIN IMMEDIATE")
    with pytest.raises(Exception, match="locked") as refused:
        await count_up(database)
    assert is_transient(refused.value)
    other_process.execute("COMMIT")
    assert await count_up(database) == 1


async def test_units_of_one_process_write_one_after_the_other(database: Database) -> None:
    assert sorted(await asyncio.gather(*(count_up(database) for _ in range(40)))) == list(range(1, 41))


async def test_a_unit_inside_a_unit_fails_instead_of_waiting_for_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "PATIENCE_SECONDS", 0.05)
    with pytest.raises(TimeoutError):
        async with database.writing():
            await count_up(database)
    assert await count_up(database) == 1


async def test_a_cancelled_unit_leaves_nothing_behind(database: Database) -> None:
    inside = asyncio.Event()

    async def write_and_linger() -> None:
        async with database.writing() as session:
            await next_number(session, "test")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_and_linger())
    async with asyncio.timeout(60):
        await inside.wait()
    task.cancel()
    await asyncio.wait([task])
    assert await count_up(database) == 1


async def test_the_file_is_in_wal_mode_with_foreign_keys(database: Database) -> None:
    async with database.reading() as session:
        assert (await session.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
        assert (await session.execute(text("PRAGMA foreign_keys"))).scalar_one() == 1


async def test_a_unit_that_is_cancelled_while_it_waits_for_the_lock_never_takes_it(
    database: Database, other_process: sqlite3.Connection
) -> None:
    other_process.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(count_up(database))
    await asyncio.wait([waiting], timeout=0.05)
    waiting.cancel()
    await asyncio.wait([waiting], timeout=60)
    assert waiting.cancelled()
    other_process.execute("COMMIT")
    async with asyncio.timeout(60):
        assert await count_up(database) == 1
