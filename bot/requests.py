"""Every request to the Bot API: waits as long as Telegram asks, and lets no address or answer text out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.utils.token import TokenValidationError
from pydantic import SecretStr

from belsendi.errors import ConfigurationError

TOKEN_FILE = "telegram-token"  # noqa: S105  the name of a file
REPEATS = 3
LONGEST_WAIT_SECONDS = 60

Wait = Callable[[float], Awaitable[object]]


class PatientRequests(BaseRequestMiddleware):
    """Repeats a request after the seconds Telegram names (429), a few times and never after more than a minute.

    Errors of the network and of decoding are raised anew without their text: it quotes the address, and with it
    the token, or the updates of citizens.
    """

    def __init__(self, wait: Wait = asyncio.sleep) -> None:
        self._wait = wait

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        for _ in range(REPEATS):
            try:
                return await self._ask(make_request, bot, method)
            except TelegramRetryAfter as error:
                if error.retry_after > LONGEST_WAIT_SECONDS:
                    raise
                await self._wait(error.retry_after)
        return await self._ask(make_request, bot, method)

    async def _ask(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            return await make_request(bot, method)
        except TelegramNetworkError:
            problem = "no answer from the Bot API"
        except ClientDecodeError:
            problem = "the answer is not one of the Bot API"
        raise TelegramNetworkError(method=method, message=problem)


def open_bot(token: SecretStr, api_url: str, wait: Wait = asyncio.sleep) -> Bot:
    """A client of the Bot API at ``api_url``, of Telegram itself when that is empty.

    Raises ConfigurationError when the token or the address cannot be one.
    """
    session = AiohttpSession(api=_server(api_url))
    session.middleware(PatientRequests(wait))
    try:
        return Bot(
            token.get_secret_value(),
            session=session,
            default=DefaultBotProperties(link_preview_is_disabled=True),
        )
    except TokenValidationError:
        raise ConfigurationError(
            f"the secret file '{TOKEN_FILE}' holds no bot token; ask @BotFather for one and write it there"
        ) from None


def _server(api_url: str) -> TelegramAPIServer:
    if not api_url:
        return PRODUCTION
    parts = urlsplit(api_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or set("{}?#") & set(api_url):
        raise ConfigurationError(
            "BELSENDI_TELEGRAM_API_URL is no address of a Bot API server; write http(s)://host:port or leave it empty"
        )
    return TelegramAPIServer.from_base(api_url)
