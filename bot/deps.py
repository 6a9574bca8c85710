"""What the routers of the bot need; handed to them, never looked up."""

from __future__ import annotations

from dataclasses import dataclass

from bot.memory import Memory
from bot.texts import Answer, Texts


@dataclass(frozen=True)
class Deps:
    """Texts and memory of one bot."""

    texts: Texts
    memory: Memory

    async def answer(self, answer: Answer, chat_id: int) -> str:
        """The text of an answer in the language of the chat."""
        return self.texts.say(answer, await self.memory.language(chat_id))
