"""Signs of life of a step that talks to state systems: a lost worker is noticed in seconds, not at its time-out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity

_EVERY_SECONDS = 3.0  # well below the heartbeat time-out that the workflow asks for


@asynccontextmanager
async def heartbeats() -> AsyncIterator[None]:
    """Beats while the block runs."""
    beating = asyncio.create_task(_beat())
    try:
        yield
    finally:
        beating.cancel()


async def _beat() -> None:
    while True:
        await asyncio.sleep(_EVERY_SECONDS)
        activity.heartbeat()
