"""Wakes the dispatcher when somebody has written to the outbox, so that it need not poll fast."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

CHANNEL = "belsendi:outbox"
RECONNECT_SECONDS = 2.0


async def listen(redis_url: str, wake: Callable[[], None], stopping: asyncio.Event) -> None:
    """Calls ``wake`` for every word on :data:`CHANNEL` until ``stopping``. Without Redis polling does the work."""
    while not stopping.is_set():
        try:
            await _listen_once(redis_url, wake, stopping)
        except (RedisError, OSError) as error:
            log.info("no wake-up channel, polling", extra={"error": type(error).__name__})
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), RECONNECT_SECONDS)


async def _listen_once(redis_url: str, wake: Callable[[], None], stopping: asyncio.Event) -> None:
    client: Redis = Redis.from_url(redis_url)
    try:
        async with client.pubsub() as channel:
            await channel.subscribe(CHANNEL)
            wake()  # what was said before the subscription was heard by nobody
            while not stopping.is_set():
                if await channel.get_message(ignore_subscribe_messages=True, timeout=1.0):
                    wake()
    finally:
        await client.aclose()
