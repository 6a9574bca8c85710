"""The application over fresh SQLite records, called in this process; engines that are out, and a real one."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.context import ApiContext, context_over
from belsendi.casework.bench import Bench, open_bench
from belsendi.settings import Settings
from belsendi.temporal.client import connect
from tests.api.sender import Clock, Sender

TOKEN = "token-of-a-service-account"
CENTRE_TOKEN = "token-of-the-contact-centre"
NOBODY = "127.0.0.1:1"


@pytest.fixture(autouse=True)
def only_given_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's environment must not lead the tests to another engine."""
    for name in ("TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "REDIS_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def settings(sqlite_settings: Settings, secrets_dir: Path) -> Settings:
    """Settings with secrets of their own, an engine, a Redis and registries where nobody answers."""
    return _alone(sqlite_settings, secrets_dir)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def bench(settings: Settings) -> AsyncIterator[Bench]:
    opened = open_bench(settings)
    yield opened
    await opened.close()


@pytest.fixture
async def context(settings: Settings, bench: Bench, clock: Clock) -> AsyncIterator[ApiContext]:
    """The engine is out."""
    made = context_over(settings, bench, await connect(settings, lazy=True), clock=clock)
    yield made
    await made.background.drain()
    await made.redis.aclose()


@pytest.fixture
async def engaged(
    settings: Settings, bench: Bench, clock: Clock, temporal_server: str
) -> AsyncIterator[ApiContext]:
    """The same records with a real engine."""
    engine = await connect(settings.model_copy(update={"temporal_address": temporal_server}))
    made = context_over(settings, bench, engine, clock=clock)
    yield made
    await made.background.drain()
    await made.redis.aclose()


@pytest.fixture
def app(context: ApiContext) -> FastAPI:
    return create_app(context)


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


@pytest.fixture
def sender(http: httpx.AsyncClient, context: ApiContext) -> Sender:
    return Sender(http, context)


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://belsendi.test")


def given_settings(folder: Path, secrets: Path, migrated: dict[str, Path]) -> Settings:
    """The same for a fixture that outlives one test."""
    copies = {branch: shutil.copy(file, folder / f"{branch}.db") for branch, file in migrated.items()}
    made = Settings.model_validate(
        {
            "data_dir": folder,
            "DATABASE_URL": f"sqlite+aiosqlite:///{copies['records']}",
            "keys_database_url": f"sqlite+aiosqlite:///{copies['keys']}",
        }
    )
    return _alone(made, secrets)


def _alone(settings: Settings, secrets: Path) -> Settings:
    own = settings.data_dir / "secrets"
    shutil.copytree(secrets, own)
    (own / "api-token").write_text(f"{TOKEN}\n", encoding="utf-8")
    (own / "contact-centre-token").write_text(f"{CENTRE_TOKEN}\n", encoding="utf-8")
    return settings.model_copy(
        update={
            "secrets_dir": own,
            "redis_url": f"redis://{NOBODY}/0",
            "registry_url": f"http://{NOBODY}",
            "temporal_address": NOBODY,
        }
    )
