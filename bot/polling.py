"""Fetches updates by long polling and has them answered, until told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates
from aiogram.types import Update

from belsendi.errors import ConfigurationError
from bot.dispatcher import UPDATE_KINDS
from bot.requests import TOKEN_FILE, Wait

log = logging.getLogger(__name__)

POLL_SECONDS = 25
"""How long Telegram keeps an empty request open."""
HEALTHY_SECONDS = 90.0
"""Without an answer for so long the bot counts as not serving: three polls and some."""
FINISH_SECONDS = 4.0
AT_ONCE = 20
_DELAYS = (1.0, 2.0, 5.0, 10.0, 30.0)


class Polling:
    """One bot's loop. Times are seconds of ``clock``, a clock that only goes forward."""

    def __init__(
        self, bot: Bot, dispatcher: Dispatcher, clock: Callable[[], float], wait: Wait = asyncio.sleep
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._clock = clock
        self._wait = wait
        self._room = asyncio.Semaphore(AT_ONCE)
        self._answering: set[asyncio.Task[None]] = set()
        self._offset: int | None = None
        self._failures = 0
        self.heard_at: float | None = None
        """When the Bot API last gave updates, or said that there are none."""

    @property
    def serves(self) -> bool:
        """Whether the Bot API has answered lately."""
        return self.heard_at is not None and self._clock() - self.heard_at < HEALTHY_SECONDS

    async def run(self) -> None:
        """Runs until cancelled; then answers in hand are finished, for :data:`FINISH_SECONDS` at most.

        Raises ConfigurationError when Telegram does not know the token. Outages are waited out.
        """
        try:
            while True:
                for update in await self._fetch():
                    await self._room.acquire()
                    task = asyncio.create_task(self._answer(update))
                    self._answering.add(task)
                    task.add_done_callback(self._answering.discard)
                    self._offset = update.update_id + 1
        finally:
            await self._finish()

    async def _fetch(self) -> list[Update]:
        """The next updates; none when the Bot API could not be asked."""
        ask = GetUpdates(offset=self._offset, timeout=POLL_SECONDS, allowed_updates=UPDATE_KINDS)
        try:
            updates = await self._bot(ask, request_timeout=POLL_SECONDS + 15)
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise ConfigurationError(
                f"Telegram does not know the token in the secret file '{TOKEN_FILE}'; "
                "ask @BotFather for a valid one and write it there"
            ) from error
        except TelegramAPIError as error:
            await self._wait(self._note_outage(error))
            return []
        if self._failures:
            log.info("the Bot API answers again")
        self._failures = 0
        self.heard_at = self._clock()
        return updates

    def _note_outage(self, error: TelegramAPIError) -> float:
        """Logs it and gives the seconds to wait."""
        facts = {"error": type(error).__name__}
        delay = _DELAYS[min(self._failures, len(_DELAYS) - 1)]
        self._failures += 1
        if isinstance(error, TelegramConflictError):
            log.error(
                "another process fetches updates with this token, or a webhook is set; end one", extra=facts
            )
        elif isinstance(error, TelegramRetryAfter):
            delay = float(error.retry_after)
            log.warning("Telegram asks to wait", extra=facts | {"seconds": delay})
        elif isinstance(error, TelegramNetworkError):
            log.warning("the Bot API cannot be reached and is asked again", extra=facts)
        else:
            log.warning("the Bot API refused to give updates and is asked again", extra=facts)
        return delay

    async def _answer(self, update: Update) -> None:
        try:
            await self._dispatcher.feed_update(self._bot, update)
        except Exception as error:  # one update must not end the others
            log.error(
                "an update was given up", extra={"update_id": update.update_id, "error": type(error).__name__}
            )
        finally:
            self._room.release()

    async def _finish(self) -> None:
        if not self._answering:
            return
        _, late = await asyncio.wait(self._answering, timeout=FINISH_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
