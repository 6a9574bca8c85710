"""SQLite without threads: a statement runs where it is called, and only the wait for the write lock is awaited.

A statement on a local file takes some ten microseconds. Handing each of its parts to a thread and back, as
aiosqlite does, takes several times as long as the statement itself, and a case runs some hundreds of them.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteExecutionContext
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util import await_only

PATIENCE_SECONDS = 15.0
"""How long a writing unit waits for the one write lock before it fails as transient."""
WRITES = "belsendi_writes"
"""The execution option of a connection whose units write."""

_DRIVER = "sqlite+belsendi"
_PAUSES = (0.0005, 0.001, 0.002, 0.005)
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")
# For the moments in which even a reader meets a lock (recovery after a crash): these block, and are short.
_BUSY_TIMEOUT = "PRAGMA busy_timeout=1000"


class _Cursor(sqlite3.Cursor):
    async def _async_soft_close(self) -> None:
        """The asynchronous session lets go of every cursor it is done with; here nothing is waited for."""


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


class _Context(SQLiteExecutionContext):
    def create_server_side_cursor(self) -> Any:
        """A streamed result: SQLite's cursor reads row by row anyway."""
        return self._dbapi_connection.cursor()


class InlineSqlite(SQLiteDialect_pysqlite):
    """The driver of the standard library under an asynchronous engine."""

    driver = "belsendi"
    is_async = True
    supports_statement_cache = True
    supports_server_side_cursors = True
    execution_ctx_cls = _Context

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        await_only(_nothing())  # SQLAlchemy takes a driver that never awaits for one that blocks
        cursor.execute(statement, parameters)

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        return AsyncAdaptedQueuePool


async def _nothing() -> None:
    """What there is to wait for."""


registry.register("sqlite.belsendi", __name__, InlineSqlite.__name__)


def sqlite_engine(url: URL, **options: Any) -> AsyncEngine:
    """An engine over the file that ``url`` names, in WAL mode. Units with the option WRITES take the write lock
    at their beginning; waiting for it leaves the event loop free."""
    engine = create_async_engine(
        url.set(drivername=_DRIVER), connect_args={"factory": _Connection}, **options
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun here and nowhere else
    connection.execute(_BUSY_TIMEOUT)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    if not connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql("BEGIN")
        return
    driver: Any = connection.connection.dbapi_connection
    until = time.monotonic() + PATIENCE_SECONDS
    turn = 0
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not _took_write_lock(driver):
            if time.monotonic() > until:
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # tells the failure in SQLAlchemy's own words
                return
            await_only(asyncio.sleep(_PAUSES[min(turn, len(_PAUSES) - 1)]))
            turn += 1
    finally:
        driver.execute(_BUSY_TIMEOUT)


def _took_write_lock(driver: sqlite3.Connection) -> bool:
    """One attempt that does not wait. False when another process writes now."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
