"""A running bot between a Bot API server and a Redis of its own, both real and on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

import pytest

from belsendi.settings import Settings
from bot.requests import TOKEN_FILE
from bot.service import BotService
from stack.layout import valkey_binary
from tests.bot.bot_api import TOKEN, BotApi

ROOT = Path(__file__).resolve().parents[2]

Serve = Callable[[], AbstractAsyncContextManager[BotService]]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    server = BotApi()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def valkey(tmp_path: Path) -> AsyncIterator[str]:
    """The bundled server on a socket of its own; its URL."""
    address = tmp_path / "valkey.sock"
    process = await asyncio.create_subprocess_exec(
        str(valkey_binary()),
        *("--port", "0", "--unixsocket", str(address), "--save", "", "--dir", str(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while b"eady to accept connections" not in await process.stdout.readline():
            assert process.returncode is None
    yield f"unix://{address}"
    process.terminate()
    await process.wait()


@pytest.fixture
def settings(tmp_path: Path, api: BotApi, valkey: str) -> Settings:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / TOKEN_FILE).write_text(f"{TOKEN}\n", encoding="utf-8")
    return Settings.model_validate(
        {
            "secrets_dir": secrets,
            "templates_dir": ROOT / "templates",
            "REDIS_URL": valkey,
            "telegram_api_url": api.url,
        }
    )


@pytest.fixture
def waits() -> list[float]:
    """Seconds the bot wanted to wait; in tests nobody waits them."""
    return []


@pytest.fixture
def serve(settings: Settings, waits: list[float]) -> Serve:
    """Starts a bot of these settings, and stops it as a signal does."""

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    @asynccontextmanager
    async def serving() -> AsyncIterator[BotService]:
        service = BotService(settings, wait=wait)
        running = asyncio.create_task(service.run())
        try:
            yield service
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    return serving


@pytest.fixture
async def bot(serve: Serve) -> AsyncIterator[BotService]:
    async with serve() as service:
        yield service
