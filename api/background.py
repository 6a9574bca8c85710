"""Work that goes on after an answer was given. What a crash takes with it, the sweep takes up again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)
_DRAIN_SECONDS = 8.0


class Background:
    """Keeps hold of running tasks and waits for them when the process ends."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, what: str, work: Coroutine[Any, Any, object]) -> None:
        """Begins ``work`` now. An error is logged by its type: its text may quote data."""
        task = asyncio.create_task(self._guarded(what, work), name=what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float = _DRAIN_SECONDS) -> int:
        """Waits for what runs, then cancels the rest. Returns how many tasks did not end in time."""
        if not self._tasks:
            return 0
        _, late = await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    async def _guarded(self, what: str, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except Exception as error:
            log.error("%s failed and is left to the sweep", what, extra={"error": type(error).__name__})
