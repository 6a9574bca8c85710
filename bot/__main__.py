"""``python -m bot``: runs the Telegram bot until SIGTERM or SIGINT, then ends in order."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import suppress

import uvloop

from belsendi.errors import BelsendiError, ConfigurationError
from belsendi.settings import Settings
from belsendi.telemetry import set_up_logging
from bot.service import BotService

# sysexits.h: the operator has to change a setting, starting again does not help.
EX_CONFIG = 78


async def run(settings: Settings) -> None:
    """Runs until told to stop. Raises ConfigurationError, or OSError when the health port is taken."""
    serving = asyncio.create_task(BotService(settings).run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving


def main() -> int:
    """The exit code."""
    set_up_logging()
    # Its lines quote chats, messages and addresses with the token; ours tell the same by codes.
    logging.getLogger("aiogram").setLevel(logging.CRITICAL + 1)
    try:
        uvloop.run(run(Settings()))
    except ConfigurationError as error:
        logging.getLogger("bot").error("%s", error)
        return EX_CONFIG
    except (BelsendiError, OSError) as error:
        logging.getLogger("bot").error("the bot process ended: %s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
