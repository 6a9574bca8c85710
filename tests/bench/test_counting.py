"""What is counted of a case: statements and units, those of the key store apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from belsendi.records.database import Database
from bench.counting import (
    KEY_STATEMENTS,
    KEY_UNITS,
    READING,
    STATEMENTS,
    WRITING,
    Counting,
    counts_of,
    per_case,
)


@pytest.fixture
def keys_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/keys.db"


@pytest.fixture
def counting(keys_url: str) -> Iterator[Counting]:
    counting = Counting(keys_url)
    yield counting
    counting.stop()


async def test_statements_and_units_are_counted_and_their_beginnings_are_no_statements(
    counting: Counting, tmp_path: Path
) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/records.db")
    async with database.writing() as session:
        await session.execute(text("CREATE TABLE t (x)"))
        await session.execute(text("INSERT INTO t VALUES (1)"))
    async with database.reading() as session:
        await session.execute(text("SELECT x FROM t"))
    await database.close()
    assert counting.counts == {STATEMENTS: 3, WRITING: 1, READING: 1}


async def test_the_key_store_is_counted_apart(counting: Counting, keys_url: str) -> None:
    database = Database(keys_url)
    async with database.reading() as session:
        await session.execute(text("SELECT 1"))
    await database.close()
    assert counting.counts == {KEY_STATEMENTS: 1, KEY_UNITS: 1}


def test_counts_come_whole_to_another_process(counting: Counting, tmp_path: Path) -> None:
    counting.counts[STATEMENTS] = 7
    counting.write_to(tmp_path / "counts.json")
    assert counts_of(tmp_path / "counts.json") == {STATEMENTS: 7}
    assert [file.name for file in tmp_path.iterdir()] == ["counts.json"]


def test_what_came_before_is_of_no_case() -> None:
    assert per_case({STATEMENTS: 50}, {STATEMENTS: 10}, 20)[STATEMENTS] == 2.0
