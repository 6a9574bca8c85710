"""The bot against what goes wrong: repeats, waiting times, outages, a lost Redis, wrong settings."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from belsendi.errors import ConfigurationError
from belsendi.settings import Settings
from bot.memory import Memory
from bot.polling import HEALTHY_SECONDS
from bot.requests import TOKEN_FILE, open_bot
from bot.service import BotService
from bot.texts import Language
from stack.commands.health import Process, probe_of
from tests.bot.bot_api import CITIZEN, TOKEN, BotApi, Fault
from tests.bot.conftest import Serve


async def test_an_update_that_comes_again_is_answered_once(serve: Serve, api: BotApi) -> None:
    await api.write(text="/start")
    again = list(api.pending)
    async with serve():
        await api.answer(1)
        await api.confirmed()
    api.pending[:0] = again  # the first process ended before its offset reached the server
    async with serve():
        await api.write(text="/help")
        await api.answer(2)
        await api.confirmed()
    assert len(api.said()) == 2


async def test_seen_updates_and_languages_expire_and_name_no_chat(
    serve: Serve, api: BotApi, valkey: str
) -> None:
    async with serve():
        await api.write(text="/start")
        await api.answer(1)
        await api.press(api.last_message(), "Қазақша")
        await api.until(lambda: len(api.said("editMessageText")) == 1)
    redis = Redis.from_url(valkey, decode_responses=True)
    try:
        keys = [key async for key in redis.scan_iter("*")]
        assert len(keys) == 3
        assert all([await redis.ttl(key) > 3600 for key in keys])
        assert not [key for key in keys if str(CITIZEN) in key]
    finally:
        await redis.aclose()


async def test_the_bot_waits_as_long_as_telegram_asks_and_then_answers(
    bot: BotService, api: BotApi, waits: list[float]
) -> None:
    await api.fail_next("sendMessage", Fault(429, "Too Many Requests", 7), Fault(429, "Too Many Requests", 3))
    await api.write(text="/start")
    await api.answer(1)
    assert waits == [7, 3]
    assert len(api.said()) == 1


async def test_an_answer_that_would_come_too_late_is_dropped(
    bot: BotService, api: BotApi, waits: list[float]
) -> None:
    await api.fail_next("sendMessage", Fault(429, "Too Many Requests", 3600))
    await api.write(text="/start")
    await api.until(lambda: not api.faults["sendMessage"])
    await api.write(text="/help")
    await api.answer(1)
    assert waits == []
    assert len(api.said()) == 1


async def test_polling_waits_as_long_as_telegram_asks_even_for_an_hour(
    serve: Serve, api: BotApi, waits: list[float]
) -> None:
    await api.fail_next(
        "getUpdates", Fault(429, "Too Many Requests", 3600), Fault(429, "Too Many Requests", 5)
    )
    await api.write(text="/start")
    async with serve():
        await api.answer(1)
    assert waits == [3600, 5]


async def test_an_outage_is_waited_out_with_growing_delays(
    serve: Serve, api: BotApi, waits: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    await api.fail_next("getUpdates", Fault(502, "Bad Gateway"), Fault(409, "Conflict"), Fault(500, "Oops"))
    await api.write(text="/start")
    with caplog.at_level(logging.INFO, "bot"):
        async with serve():
            await api.answer(1)
    assert waits == [1, 2, 5]
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert any("another process fetches updates with this token" in line for line in ours)
    assert ours[-1] == "the Bot API answers again"


async def test_a_citizen_who_blocked_the_bot_stops_nobody_else(bot: BotService, api: BotApi) -> None:
    await api.fail_next("sendMessage", Fault(403, "Forbidden: bot was blocked by the user"))
    await api.write(text="/start")
    await api.until(lambda: not api.faults["sendMessage"])
    await api.write(text="/help")
    assert "1414" in await api.answer(1)


async def test_without_redis_every_message_is_answered_and_a_lost_choice_is_said(
    settings: Settings, serve: Serve, api: BotApi
) -> None:
    settings.redis_url = "redis://127.0.0.1:9/0"
    async with serve():
        await api.write(text="/start")
        await api.answer(1)
        await api.press(api.last_message(), "Русский")
        await api.until(lambda: len(api.said("answerCallbackQuery")) == 1)
    assert api.said("answerCallbackQuery")[0]["text"].startswith("Не удалось сохранить выбор")
    assert api.said("editMessageText") == []


async def test_memory_of_two_bots_is_apart(valkey: str) -> None:
    one, other = Memory(valkey, "1:a"), Memory(valkey, "2:b")
    assert [await one.is_new(5), await one.is_new(5), await other.is_new(5)] == [True, False, True]
    assert await one.keep_language(3, Language.RUSSIAN)
    assert (await one.language(3), await other.language(3)) == (Language.RUSSIAN, None)
    await one.close()
    await other.close()


async def test_the_page_is_good_only_while_the_bot_api_answers(settings: Settings, api: BotApi) -> None:
    now = 0.0
    service = BotService(settings, clock=lambda: now)
    running = asyncio.create_task(service.run())
    await api.write(text="/start")
    await api.answer(1)
    await api.confirmed()
    watched = settings.model_copy(update={"bot_health_port": service.health.port})
    assert await probe_of(Process.BOT, watched).ready()
    now = HEALTHY_SECONDS + 1
    assert not await probe_of(Process.BOT, watched).ready()
    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(f"http://127.0.0.1:{service.health.port}/")
    assert (page.status_code, page.json()) == (503, {"serves": False})
    running.cancel()
    await asyncio.wait([running])


async def test_a_token_telegram_does_not_know_ends_the_bot_with_what_to_do(
    settings: Settings, api: BotApi
) -> None:
    api.token = "another:token"
    with pytest.raises(
        ConfigurationError, match="Telegram does not know the token in the secret file"
    ) as caught:
        await asyncio.wait_for(BotService(settings).run(), 60)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("content", ["no token yet", "token", "12 :a"])
def test_a_secret_that_is_no_token_is_named(settings: Settings, content: str) -> None:
    (settings.secrets_dir / TOKEN_FILE).write_text(content)
    with pytest.raises(ConfigurationError, match="'telegram-token' holds no bot token; ask @BotFather"):
        BotService(settings)


def test_a_missing_secret_template_folder_or_redis_is_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="set REDIS_URL"):
        BotService(settings.model_copy(update={"redis_url": ""}))
    with pytest.raises(ConfigurationError, match=r"kk/start\.txt cannot be read"):
        BotService(settings.model_copy(update={"templates_dir": tmp_path}))
    with pytest.raises(ConfigurationError, match="secret file 'telegram-token' cannot be read"):
        BotService(settings.model_copy(update={"secrets_dir": tmp_path}))


@pytest.mark.parametrize("url", ["telegram.example", "ftp://host", "http://", "http://host/{token}"])
def test_a_wrong_address_of_the_bot_api_is_named(settings: Settings, url: str) -> None:
    with pytest.raises(ConfigurationError, match="BELSENDI_TELEGRAM_API_URL is no address"):
        open_bot(settings.secret(TOKEN_FILE), url)
