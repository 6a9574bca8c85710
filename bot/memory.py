"""What the bot remembers in Redis: chosen languages and seen updates. All of it may be lost without loss."""

from __future__ import annotations

import hashlib
import hmac
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.texts import Language

log = logging.getLogger(__name__)

# Telegram keeps an update that nobody has fetched for 24 hours at most (Bot API, "Getting updates").
UPDATE_SECONDS = 48 * 3600
LANGUAGE_SECONDS = 180 * 86400
_ANSWER_SECONDS = 2.0


class Memory:
    """Languages and updates of one bot. Chats are kept under a keyed hash, never under their number."""

    def __init__(self, redis_url: str, token: str) -> None:
        self._redis: Redis = Redis.from_url(
            redis_url,
            socket_timeout=_ANSWER_SECONDS,
            socket_connect_timeout=_ANSWER_SECONDS,
            decode_responses=True,
        )
        self._secret = token.encode()
        self._bot = token.partition(":")[0]

    async def is_new(self, update_id: int) -> bool:
        """Whether this update was never seen; from now on it was. Without Redis each counts as new.

        An answer twice is better than none: nothing the bot says changes a case.
        """
        key = f"belsendi:bot:{self._bot}:update:{update_id}"
        try:
            return bool(await self._redis.set(key, "1", nx=True, ex=UPDATE_SECONDS))
        except (RedisError, OSError) as error:
            log.warning("updates cannot be compared without Redis", extra={"error": type(error).__name__})
            return True

    async def language(self, chat_id: int) -> Language | None:
        """The language chosen in a chat; None when none was, or when Redis does not answer."""
        try:
            kept = await self._redis.get(self._language_key(chat_id))
        except (RedisError, OSError) as error:
            log.warning("languages cannot be read without Redis", extra={"error": type(error).__name__})
            return None
        return Language(kept) if kept in set(Language) else None

    async def keep_language(self, chat_id: int, language: Language) -> bool:
        """Keeps the choice for half a year; False when Redis does not answer."""
        try:
            await self._redis.set(self._language_key(chat_id), language.value, ex=LANGUAGE_SECONDS)
        except (RedisError, OSError) as error:
            log.warning("a language cannot be kept without Redis", extra={"error": type(error).__name__})
            return False
        return True

    async def close(self) -> None:
        await self._redis.aclose()

    def _language_key(self, chat_id: int) -> str:
        chat = hmac.new(self._secret, str(chat_id).encode(), hashlib.sha256).hexdigest()[:32]
        return f"belsendi:bot:{self._bot}:language:{chat}"
