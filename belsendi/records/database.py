"""One door to the database: short units of work on SQLite (WAL) or PostgreSQL.

A writing unit takes SQLite's write lock at its beginning (BEGIN IMMEDIATE): upgrading a read lock later is
what makes five processes fail with "database is locked".
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from belsendi.errors import ConfigurationError
from belsendi.records.sqlite import BEGIN_WRITING, PATIENCE_SECONDS, connect

_TOPICS = "belsendi_topics"

Announce = Callable[[str], Awaitable[None]]
"""Tells other processes that something was written; it may be lost without loss."""


def announce_on_commit(session: AsyncSession, topic: str) -> None:
    """Has ``topic`` announced once this unit of work is committed, and never before."""
    session.info.setdefault(_TOPICS, set()).add(topic)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("belsendi_writes", False)
    connection.exec_driver_sql(BEGIN_WRITING if writes else "BEGIN")


class Database:
    """Units of work over one database. ``url`` is a SQLAlchemy async URL (sqlite+aiosqlite, postgresql+asyncpg).

    Errors name the statement, never what was to be written. Raises ConfigurationError for any other kind of
    database.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        parsed = make_url(url)
        if parsed.drivername == "sqlite+aiosqlite":
            Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
            self.engine = create_async_engine(
                parsed,
                async_creator=partial(connect, parsed.database or ""),
                pool_size=pool_size,
                max_overflow=5,
                pool_timeout=60,
                hide_parameters=True,
            )
            event.listen(self.engine.sync_engine, "begin", _begin)
        elif parsed.drivername == "postgresql+asyncpg":
            self.engine = create_async_engine(
                parsed, pool_size=pool_size, max_overflow=5, pool_pre_ping=True, hide_parameters=True
            )
        else:
            raise ConfigurationError(
                f"DATABASE_URL names '{parsed.drivername}'; use sqlite+aiosqlite:/// or postgresql+asyncpg://"
            )
        self.is_sqlite = parsed.drivername.startswith("sqlite")
        self._writing_engine = self.engine.execution_options(belsendi_writes=True)
        self._one_writer = asyncio.Lock()
        self.announce: Announce | None = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A unit that only reads; everything in it sees one state on SQLite."""
        async with self._session(self.engine) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A unit that is committed as a whole, or not at all when the block raises.

        On SQLite the units of a process queue up here, in order; a unit inside a unit would wait for itself and
        fails with TimeoutError.
        """
        async with self._session(self._writing_engine) as session:
            async with self._turn() if self.is_sqlite else nullcontext(), session.begin():
                yield session
            if self.announce is not None:
                for topic in sorted(session.info.get(_TOPICS, ())):
                    await self.announce(topic)

    def _session(self, engine: AsyncEngine) -> AbstractAsyncContextManager[AsyncSession]:
        session = AsyncSession(engine, expire_on_commit=False)
        # Left to itself a session closes in a task of its own, for drivers that wait for a server to let go.
        return aclosing(session) if self.is_sqlite else session

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """SQLite has one writer: whoever waits for this process's turn holds no connection and no thread."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._one_writer.acquire()
        try:
            yield
        finally:
            self._one_writer.release()

    async def close(self) -> None:
        await self.engine.dispose()


def is_unique_violation(error: DBAPIError) -> bool:
    """Whether the database refused a second row where there may be one only."""
    text = str(error.orig).lower()
    return "unique" in text or "duplicate key" in text


def is_transient(error: Exception) -> bool:
    """Whether the same unit may succeed when run again: a lost connection, a lock, a serialisation failure."""
    return isinstance(error, OperationalError | ConnectionError | TimeoutError)
