"""Settings of every process: environment variables, optionally secrets from files.

A name ends in ``_FILE`` where the value is a path to a secret; nothing secret has a default outside
development. Legal configuration (effective date, product defaults) is the operator's profile file.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from belsendi.errors import ConfigurationError


class Profile(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Where a process finds the others. Read once at start; every field can be set by the environment."""

    model_config = SettingsConfigDict(env_prefix="BELSENDI_", extra="ignore", env_ignore_empty=True)

    profile: Profile = Profile.PRODUCTION
    data_dir: Path = Path("var")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    keys_database_url: str = ""
    redis_url: str = Field(default="", validation_alias="REDIS_URL")
    temporal_address: str = Field(default="127.0.0.1:7233", validation_alias="TEMPORAL_ADDRESS")
    temporal_namespace: str = Field(default="default", validation_alias="TEMPORAL_NAMESPACE")
    temporal_ui_url: str = ""

    templates_dir: Path = Path("templates")
    legal_profile: Path = Path("profiles/demonstration.yaml")
    secrets_dir: Path = Path("var/secrets")
    pki_dir: Path = Path("var/pki")

    registry_url: str = ""
    registry_form: str = "REST"
    registry_forms: dict[str, str] = {}
    registry_sender_id: str = "belsendi"
    registry_service_ids: dict[str, str] = {}
    registry_conducts: dict[str, dict[str, float]] = {}
    smpp_host: str = "127.0.0.1"
    smpp_port: int = 2775
    smpp_system_id: str = "belsendi"
    smpp_source_address: str = "1414"
    smpp_parts_per_second: float = 50.0
    smpp_window: int = 20
    sms_route: str = "smpp-main"
    sms_health_port: int = 0

    telegram_api_url: str = ""
    bot_health_port: int = 0

    api_host: str = "127.0.0.1"
    api_port: int = 8080
    phones_url: str = ""
    event_replay_window_seconds: int = 300
    event_body_limit_bytes: int = 65536

    attachment_limit_bytes: int = Field(default=10_485_760, gt=0)
    attachment_limit_pixels: int = Field(default=50_000_000, gt=0)
    attachments_per_case: int = Field(default=60, gt=0)
    scanner_address: str = ""

    sweep_interval_seconds: float = 2.0
    feed_interval_seconds: float = 10.0

    @model_validator(mode="after")
    def _fill_local_addresses(self) -> Settings:
        if not self.database_url:
            self.database_url = f"sqlite+aiosqlite:///{self.data_dir}/records.db"
        if not self.keys_database_url:
            self.keys_database_url = f"sqlite+aiosqlite:///{self.data_dir}/keys.db"
        return self

    def secret(self, name: str) -> SecretStr:
        """The secret kept in the file ``name`` of ``secrets_dir``.

        Raises ConfigurationError naming the file when it is missing or empty.
        """
        path = self.secrets_dir / name
        try:
            value = path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigurationError(
                f"secret file '{name}' cannot be read; create it in the folder BELSENDI_SECRETS_DIR names"
            ) from error
        if not value:
            raise ConfigurationError(f"secret file '{name}' is empty; write the secret into it")
        return SecretStr(value)

    @cached_property
    def is_development(self) -> bool:
        return self.profile is Profile.DEVELOPMENT
