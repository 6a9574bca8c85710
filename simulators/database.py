"""The SQLite files of the simulators: opened so that a killed process loses nothing it has answered."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path


def open_database(path: Path, schema: str) -> sqlite3.Connection:
    """Opens or creates the file and its tables. Single writer, write-ahead log, autocommit.

    Synchronous NORMAL survives the death of the process at any instant (not the loss of power).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=5000")
    connection.executescript(schema)
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; an exception undoes what was written since the start."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def now_ms() -> int:
    """This instant in milliseconds of the Unix epoch, UTC."""
    return int(datetime.now(UTC).timestamp() * 1000)


def instant(milliseconds: int) -> datetime:
    """The aware UTC instant of ``now_ms`` milliseconds."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
