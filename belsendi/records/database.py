"""One door to the database: short units of work on SQLite (WAL) or PostgreSQL.

A writing unit takes SQLite's write lock at its beginning (BEGIN IMMEDIATE): upgrading a read lock later is
what makes five processes fail with "database is locked".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from belsendi.errors import ConfigurationError

_BUSY_TIMEOUT_MS = 15_000
_TOPICS = "belsendi_topics"

Announce = Callable[[str], Awaitable[None]]
"""Tells other processes that something was written; it may be lost without loss."""


def announce_on_commit(session: AsyncSession, topic: str) -> None:
    """Has ``topic`` announced once this unit of work is committed, and never before."""
    session.info.setdefault(_TOPICS, set()).add(topic)


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("belsendi_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


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
                parsed, pool_size=pool_size, max_overflow=5, pool_timeout=60, hide_parameters=True
            )
            _prepare_sqlite(self.engine)
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
        self.announce: Announce | None = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A unit that only reads; everything in it sees one state on SQLite."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A unit that is committed as a whole, or not at all when the block raises."""
        async with AsyncSession(self._writing_engine, expire_on_commit=False) as session:
            async with session.begin():
                yield session
            if self.announce is not None:
                for topic in sorted(session.info.get(_TOPICS, ())):
                    await self.announce(topic)

    async def close(self) -> None:
        await self.engine.dispose()


def is_unique_violation(error: DBAPIError) -> bool:
    """Whether the database refused a second row where there may be one only."""
    text = str(error.orig).lower()
    return "unique" in text or "duplicate key" in text


def is_transient(error: Exception) -> bool:
    """Whether the same unit may succeed when run again: a lost connection, a lock, a serialisation failure."""
    return isinstance(error, OperationalError | ConnectionError | TimeoutError)
