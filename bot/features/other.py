"""Everything else a citizen may send: the answer says where questions are asked and answered."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Message

from bot.deps import Deps
from bot.texts import Answer

# What a person sends on purpose. Notes of Telegram itself ("a message was pinned") get no answer.
SENT_THINGS = frozenset(
    {
        ContentType.ANIMATION,
        ContentType.AUDIO,
        ContentType.CONTACT,
        ContentType.DICE,
        ContentType.DOCUMENT,
        ContentType.LOCATION,
        ContentType.PAID_MEDIA,
        ContentType.PHOTO,
        ContentType.POLL,
        ContentType.STICKER,
        ContentType.STORY,
        ContentType.VENUE,
        ContentType.VIDEO,
        ContentType.VIDEO_NOTE,
        ContentType.VOICE,
    }
)


def other_router(deps: Deps) -> Router:
    """The last router: whatever no other feature has taken. Nothing that was sent is read or kept."""
    router = Router(name="other")

    @router.message(F.text)
    async def words(message: Message) -> None:
        await message.answer(await deps.answer(Answer.NO_QUESTIONS_HERE, message.chat.id))

    @router.message(F.content_type.in_(SENT_THINGS))
    async def things(message: Message) -> None:
        await message.answer(await deps.answer(Answer.TEXT_ONLY, message.chat.id))

    @router.callback_query()
    async def forgotten_button(query: CallbackQuery) -> None:
        await query.answer()

    return router
