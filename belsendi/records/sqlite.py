"""SQLite without a thread hop for each statement: it runs where it is called, and only waits are awaited.

A statement on a local file takes some ten microseconds; handing each of its four parts to aiosqlite's thread and
back takes several hundred. In WAL mode a reader never waits for a writer, and whoever holds the write lock waits
for nobody. So only three things leave the event loop free: taking the lock, committing (a checkpoint waits for
the disk), and opening and closing.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable
from functools import partial
from typing import Any, Self

import aiosqlite

BEGIN_WRITING = "BEGIN IMMEDIATE"
PATIENCE_SECONDS = 15.0
"""How long a writing unit waits for the one write lock before it fails as transient."""

_PAUSES = (0.0005, 0.001, 0.002, 0.005)
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")
# For the moments in which even a reader meets a lock (recovery after a crash): these block, and are short.
_SHORTLY = "PRAGMA busy_timeout=1000"
_NOT_AT_ALL = "PRAGMA busy_timeout=0"


class _Cursor(aiosqlite.Cursor):
    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        if args and args[0] == BEGIN_WRITING:
            await self._take_write_lock()
            return None
        return fn(*args, **kwargs)

    async def _take_write_lock(self) -> None:
        """Tries until it has the lock. Another process that writes meanwhile is waited for without blocking."""
        until = time.monotonic() + PATIENCE_SECONDS
        turn = 0
        self._cursor.execute(_NOT_AT_ALL)
        try:
            while not self._has_write_lock(last=time.monotonic() > until):
                await asyncio.sleep(_PAUSES[min(turn, len(_PAUSES) - 1)])
                turn += 1
        finally:
            self._cursor.execute(_SHORTLY)

    def _has_write_lock(self, *, last: bool) -> bool:
        try:
            self._cursor.execute(BEGIN_WRITING)
        except sqlite3.OperationalError as error:
            if last or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True


class InlineConnection(aiosqlite.Connection):
    """A connection of aiosqlite whose statements run at once; what may wait for the disk goes to its thread."""

    def cursor(self) -> _Cursor:  # type: ignore[override]
        return _Cursor(self, self._conn.cursor())

    async def rollback(self) -> None:
        self._conn.rollback()


def connect(file: str) -> Awaitable[aiosqlite.Connection]:
    """A connection in WAL mode that begins no transaction by itself."""
    connection = InlineConnection(partial(_open, file), iter_chunk_size=64)
    connection._thread.daemon = True  # as SQLAlchemy has it: an idle connection keeps no process alive
    return connection


def _open(file: str) -> sqlite3.Connection:
    opened = sqlite3.connect(file, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False)
    for pragma in _PRAGMAS:
        opened.execute(f"PRAGMA {pragma}")
    opened.execute(_SHORTLY)
    return opened
