"""Puts the features together: private chats only, every update once, failures without anybody's words."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Dispatcher, F
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import ErrorEvent, TelegramObject, Update

from bot.deps import Deps
from bot.features.language import language_router
from bot.features.other import other_router
from bot.features.start import start_router
from bot.memory import Memory

log = logging.getLogger(__name__)

UPDATE_KINDS = ["message", "callback_query"]
"""What Telegram is asked to send; edits, group events and the like stay there."""

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class OnlyOnce(BaseMiddleware):
    """Drops an update that was seen before: Telegram repeats what a stopped process had not confirmed."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if isinstance(event, Update) and not await self._memory.is_new(event.update_id):
            log.info("an update came again and is dropped", extra={"update_id": event.update_id})
            return None
        return await handler(event, data)


async def note_failure(event: ErrorEvent) -> bool:
    """Logs what went wrong by its type: texts of exceptions quote chats and messages."""
    facts = {"update_id": event.update.update_id, "error": type(event.exception).__name__}
    if isinstance(event.exception, TelegramForbiddenError):
        log.info("a citizen has blocked the bot, the answer is dropped", extra=facts)
    else:
        log.error("an update could not be answered", extra=facts)
    return True


def create_dispatcher(deps: Deps) -> Dispatcher:
    """A dispatcher with every feature. It keeps no conversation state: what counts is asked by SMS."""
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.update.outer_middleware(OnlyOnce(deps.memory))
    dispatcher.message.filter(F.chat.type == ChatType.PRIVATE)
    dispatcher.callback_query.filter(F.message.chat.type == ChatType.PRIVATE)
    dispatcher.errors.register(note_failure)
    dispatcher.include_routers(start_router(deps), language_router(deps), other_router(deps))
    return dispatcher
