"""The bot process put together: client, memory, features, polling and the page for watchers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from belsendi.errors import ConfigurationError
from belsendi.settings import Settings
from bot.deps import Deps
from bot.dispatcher import create_dispatcher
from bot.health import HealthPage
from bot.memory import Memory
from bot.polling import Polling
from bot.requests import TOKEN_FILE, Wait, open_bot
from bot.texts import load_texts


class BotService:
    """One bot. Making it reads every setting and template; nothing is asked over the network yet."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Wait = asyncio.sleep,
    ) -> None:
        """Raises ConfigurationError naming what is missing or wrong."""
        if not settings.redis_url:
            raise ConfigurationError("the bot needs Redis for its screens; set REDIS_URL")
        texts = load_texts(settings.templates_dir)
        token = settings.secret(TOKEN_FILE)
        self._bot = open_bot(token, settings.telegram_api_url, wait)
        self._memory = Memory(settings.redis_url, token.get_secret_value())
        dispatcher = create_dispatcher(Deps(texts, self._memory))
        self.polling = Polling(self._bot, dispatcher, clock, wait)
        self.health = HealthPage(lambda: self.polling.serves, settings.bot_health_port)

    async def run(self) -> None:
        """Serves until cancelled. Raises ConfigurationError, or OSError when the health port is taken."""
        try:
            await self.health.start()
            await self.polling.run()
        finally:
            await self.health.stop()
            await self._bot.session.close()
            await self._memory.close()
