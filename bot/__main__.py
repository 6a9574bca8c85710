"""``python -m bot``: runs the Telegram bot until SIGTERM or SIGINT, then ends in order."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from belsendi.process import serve, until_told_to_stop
from belsendi.settings import Settings
from bot.service import BotService


async def run(settings: Settings) -> None:
    """Runs until told to stop. Raises ConfigurationError, or OSError when the health port is taken."""
    # Its lines quote chats, messages and addresses with the token; ours tell the same by codes.
    logging.getLogger("aiogram").setLevel(logging.CRITICAL + 1)
    serving = asyncio.create_task(BotService(settings).run())
    until_told_to_stop(serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving


if __name__ == "__main__":
    serve("bot", run)
