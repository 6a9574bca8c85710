"""Telling other processes over Redis that something was written. Lost words cost a moment, never a fact."""

from __future__ import annotations

import asyncio
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class Announcer:
    """Publishes topics on channels ``belsendi:<topic>``; without Redis everybody polls.

    Nobody waits for Redis: what is announced while one batch is on its way goes out with the next, once each.
    """

    def __init__(self, redis_url: str) -> None:
        self._redis: Redis = Redis.from_url(redis_url, socket_timeout=1.0, socket_connect_timeout=1.0)
        self._topics: set[str] = set()
        self._sending: asyncio.Task[None] | None = None

    async def __call__(self, topic: str) -> None:
        self._topics.add(topic)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())

    async def close(self) -> None:
        """Publishes what is left and closes the connection."""
        if self._sending is not None:
            await self._sending
        await self._redis.aclose()

    async def _send(self) -> None:
        while self._topics:
            topics, self._topics = sorted(self._topics), set()
            try:
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for topic in topics:
                        pipeline.publish(f"belsendi:{topic}", b"1")
                    await pipeline.execute()
            except (RedisError, OSError) as error:
                log.info("nobody could be woken", extra={"error": type(error).__name__})
