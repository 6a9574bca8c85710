"""``/start`` and ``/help``: what Belsendi is, and what it never asks for."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, CommandStart
from aiogram.types import Message

from bot.deps import Deps
from bot.features.language import language_buttons
from bot.texts import Answer


def start_router(deps: Deps) -> Router:
    """Answers the two commands; the first greeting carries the language buttons."""
    router = Router(name="start")

    @router.message(CommandStart())
    async def start(message: Message) -> None:
        text = await deps.answer(Answer.START, message.chat.id)
        await message.answer(text, reply_markup=language_buttons(deps.texts))

    @router.message(Command("help"))
    async def tell_how(message: Message) -> None:
        await message.answer(await deps.answer(Answer.HELP, message.chat.id))

    return router
