"""``/language``: the citizen chooses Kazakh or Russian with a button."""

from __future__ import annotations

from aiogram import Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.deps import Deps
from bot.texts import Answer, Language, Texts


class LanguageChoice(CallbackData, prefix="language"):
    """A pressed language button; it names the language and nobody's chat."""

    language: Language


def language_buttons(texts: Texts) -> InlineKeyboardMarkup:
    """One button for each language, written in that language."""
    row = [
        InlineKeyboardButton(
            text=texts.say(Answer.LANGUAGE_BUTTON, language),
            callback_data=LanguageChoice(language=language).pack(),
        )
        for language in Language
    ]
    return InlineKeyboardMarkup(inline_keyboard=[row])


def language_router(deps: Deps) -> Router:
    """Asks for the language and keeps what was pressed."""
    router = Router(name="language")

    @router.message(Command("language"))
    async def ask(message: Message) -> None:
        text = await deps.answer(Answer.LANGUAGE_ASK, message.chat.id)
        await message.answer(text, reply_markup=language_buttons(deps.texts))

    @router.callback_query(LanguageChoice.filter())
    async def choose(query: CallbackQuery, callback_data: LanguageChoice) -> None:
        language = callback_data.language
        kept = query.message is not None and await deps.memory.keep_language(query.message.chat.id, language)
        if not kept:
            await _notify(query, deps.texts.say(Answer.LANGUAGE_NOT_KEPT, language))
            return
        await _notify(query, deps.texts.say(Answer.LANGUAGE_SET, language))
        if isinstance(query.message, Message):
            await _show_greeting(query.message, deps.texts.say(Answer.START, language), deps.texts)

    return router


async def _notify(query: CallbackQuery, text: str) -> None:
    """Ends the waiting mark on the button. A press older than Telegram remembers needs no end any more."""
    try:
        await query.answer(text)
    except TelegramBadRequest:
        return


async def _show_greeting(message: Message, text: str, texts: Texts) -> None:
    """Turns the message with the buttons into the greeting. It stays as it is when it says that already."""
    try:
        await message.edit_text(text, reply_markup=language_buttons(texts))
    except TelegramBadRequest:
        return
