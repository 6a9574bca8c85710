"""Seeing from outside how far cases are, with one query for all of them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.failure import BenchFailed

_INTERVAL = 0.01
_PATIENCE = 120.0


@dataclass(frozen=True)
class CaseSeen:
    """A case as its row shows it now."""

    case_id: str
    state: str
    outcome: str | None


Wanted = Callable[[CaseSeen], bool]


@dataclass
class CaseWatch:
    """Wakes whoever waits for a case. Cases are known by the event that opened them."""

    file: Path
    _waiting: dict[str, tuple[Wanted, asyncio.Future[CaseSeen]]] = field(default_factory=dict)
    _somebody_new: bool = False

    async def until(self, event_row: str, wanted: Wanted) -> CaseSeen:
        """The case once ``wanted`` takes it. Raises BenchFailed after two minutes or at an early end."""
        future: asyncio.Future[CaseSeen] = asyncio.get_running_loop().create_future()
        self._waiting[event_row] = (wanted, future)
        self._somebody_new = True
        try:
            return await asyncio.wait_for(future, _PATIENCE)
        except TimeoutError as error:
            raise BenchFailed("a case did not move on for two minutes; look at the worker's log") from error
        finally:
            self._waiting.pop(event_row, None)

    async def _look(self) -> None:
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as connection:
            version = None
            while True:
                await asyncio.sleep(_INTERVAL)
                now = connection.execute("PRAGMA data_version").fetchone()[0]
                waiting = list(self._waiting)
                if not waiting or (now == version and not self._somebody_new):
                    continue
                version, self._somebody_new = now, False
                places = ",".join("?" * len(waiting))
                query = f"SELECT event_id, id, state, outcome FROM cases WHERE event_id IN ({places})"
                for event_row, *seen in connection.execute(query, waiting):
                    self._tell(event_row, CaseSeen(*seen))

    def _tell(self, event_row: str, seen: CaseSeen) -> None:
        wanted, future = self._waiting[event_row]
        if future.done():
            return
        if wanted(seen):
            future.set_result(seen)
        elif seen.outcome not in (None, "ASSIGNED"):
            future.set_exception(
                BenchFailed(f"a case ended as {seen.outcome} on the way; nothing was measured")
            )


@asynccontextmanager
async def watching(file: Path) -> AsyncIterator[CaseWatch]:
    """Looks at the records while the block runs."""
    watch = CaseWatch(file)
    looking = asyncio.create_task(watch._look())
    try:
        yield watch
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
