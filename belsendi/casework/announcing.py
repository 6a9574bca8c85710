"""Telling other processes over Redis that something was written. Lost words cost a moment, never a fact."""

from __future__ import annotations

import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class Announcer:
    """Publishes topics on channels ``belsendi:<topic>``; without Redis everybody polls."""

    def __init__(self, redis_url: str) -> None:
        self._redis: Redis = Redis.from_url(redis_url, socket_timeout=1.0, socket_connect_timeout=1.0)

    async def __call__(self, topic: str) -> None:
        try:
            await self._redis.publish(f"belsendi:{topic}", b"1")
        except (RedisError, OSError) as error:
            log.info("nobody could be woken", extra={"error": type(error).__name__})

    async def close(self) -> None:
        await self._redis.aclose()
