"""Where the gateway is, what it is shown, and how long one attempt may take."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from belsendi.errors import ConfigurationError
from belsendi.registries.systems import System


class Timeouts(BaseModel):
    """Seconds of one attempt. There is no second one here: waiting between attempts is the workflow's (T-24)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    connect_seconds: float = Field(default=2.0, gt=0)
    total_seconds: float = Field(default=5.0, gt=0)


class RegistrySettings(BaseModel):
    """Settings of the registry clients.

    Every system has its own secret in ``secrets`` or shares ``secret``. ``allow_plain_http`` is for a private
    network of one host; outside loopback personal data otherwise go over TLS only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str
    secret: SecretStr | None = None
    secrets: dict[System, SecretStr] = Field(default_factory=dict)
    timeouts: dict[System, Timeouts] = Field(default_factory=dict)
    default_timeouts: Timeouts = Timeouts()
    max_connections: int = Field(default=50, gt=0)
    allow_plain_http: bool = False

    @model_validator(mode="after")
    def _usable(self) -> RegistrySettings:
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("the registry address must be an http(s) URL; set BELSENDI_REGISTRY_URL")
        if parts.scheme == "http" and not self.allow_plain_http and not _loopback(parts.hostname):
            raise ValueError("personal data must not cross a network in the clear; give an https address")
        return self

    def secret_of(self, system: System) -> SecretStr:
        """The secret shown to a system. Raises ConfigurationError when there is none."""
        found = self.secrets.get(system, self.secret)
        if found is None:
            raise ConfigurationError(
                f"no secret for {system}; the operator sets it beside the registry address"
            )
        return found

    def timeouts_of(self, system: System) -> Timeouts:
        """The timeouts of one attempt at a system."""
        return self.timeouts.get(system, self.default_timeouts)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
