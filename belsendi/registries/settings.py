"""Where the gateway is, what it is shown, in which form, and how patient one question is."""

from __future__ import annotations

import ipaddress
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from belsendi.errors import ConfigurationError
from belsendi.registries.systems import System
from belsendi.settings import Settings


class Conduct(BaseModel):
    """How a system is asked. Waiting between attempts is the workflow's (T-24); here is only what one question
    may do at once, and after how many failures in a row the system is left alone for a while.

    Seconds of one attempt; ``attempts`` above 1 repeats at once what may be repeated; ``failures`` in a row open
    the circuit for ``pause_seconds`` of the case's clock.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    connect_seconds: float = Field(default=2.0, gt=0)
    total_seconds: float = Field(default=5.0, gt=0)
    attempts: int = Field(default=1, ge=1, le=3)
    failures: int = Field(default=5, ge=1)
    pause_seconds: float = Field(default=15.0, gt=0)


class MessageForm(StrEnum):
    """REST: JSON, one address per operation. SOAP: the synchronous envelope of the national gateway."""

    REST = "REST"
    SOAP = "SOAP"


class RegistrySettings(BaseModel):
    """Settings of the registry clients.

    Every system has its own secret in ``secrets`` or shares ``secret``, its own form in ``forms`` or ``form``. In
    SOAP the secret is the sender's password; ``sender_id`` and ``service_ids`` (by ``system/operation``) are those
    the gateway's operator registered, a service without one goes by ``system/operation``; with
    ``signing_certificate`` and ``signing_key`` (PEM) messages are signed, with ``gateway_certificate`` answers must be.
    ``allow_plain_http`` is for a private network of one host; outside loopback personal data otherwise go over TLS
    only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str
    secret: SecretStr | None = None
    secrets: dict[System, SecretStr] = Field(default_factory=dict)
    form: MessageForm = MessageForm.REST
    forms: dict[System, MessageForm] = Field(default_factory=dict)
    sender_id: str = "belsendi"
    service_ids: dict[str, str] = Field(default_factory=dict)
    signing_certificate: str | None = None
    signing_key: SecretStr | None = None
    gateway_certificate: str | None = None
    conducts: dict[System, Conduct] = Field(default_factory=dict)
    conduct: Conduct = Conduct()
    max_connections: int = Field(default=50, gt=0)
    allow_plain_http: bool = False

    @model_validator(mode="after")
    def _usable(self) -> RegistrySettings:
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("the registry address must be an http(s) URL; set BELSENDI_REGISTRY_URL")
        if parts.scheme == "http" and not self.allow_plain_http and not _loopback(parts.hostname):
            raise ValueError("personal data must not cross a network in the clear; give an https address")
        if (self.signing_certificate is None) is not (self.signing_key is None):
            raise ValueError("messages are signed with a certificate and its key; give both or none")
        return self

    def secret_of(self, system: System) -> SecretStr:
        """The secret shown to a system. Raises ConfigurationError when there is none."""
        found = self.secrets.get(system, self.secret)
        if found is None:
            raise ConfigurationError(
                f"no secret for {system}; the operator sets it beside the registry address"
            )
        return found

    def conduct_of(self, system: System) -> Conduct:
        """How a system is asked."""
        return self.conducts.get(system, self.conduct)

    def form_of(self, system: System) -> MessageForm:
        """In which form a system is asked."""
        return self.forms.get(system, self.form)


def registry_settings(settings: Settings) -> RegistrySettings:
    """What a process was told about the registers. The secret file ``registry`` is shown to every system that has
    no file ``registry-<system>`` of its own. Raises ConfigurationError naming what is wrong.

    ``BELSENDI_REGISTRY_FORMS`` and ``BELSENDI_REGISTRY_CONDUCTS`` are JSON objects by system. SOAP messages are signed
    when there are ``registry-signing.crt`` among the certificates and the secret ``registry-signing``; answers must
    be signed when there is ``registry-gateway.crt``.
    """
    own = [system for system in System if (settings.secrets_dir / f"registry-{system.value}").is_file()]
    shared = settings.secret("registry")
    signs = (settings.secrets_dir / "registry-signing").is_file()
    try:
        return RegistrySettings.model_validate(
            {
                "base_url": settings.registry_url,
                "secret": shared,
                "secrets": {system: settings.secret(f"registry-{system.value}") for system in own},
                "form": settings.registry_form,
                "forms": settings.registry_forms,
                "sender_id": settings.registry_sender_id,
                "service_ids": settings.registry_service_ids,
                "conducts": settings.registry_conducts,
                "signing_certificate": _pem(settings.pki_dir, "registry-signing.crt"),
                "signing_key": settings.secret("registry-signing") if signs else None,
                "gateway_certificate": _pem(settings.pki_dir, "registry-gateway.crt"),
            }
        )
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)
        )
        raise ConfigurationError(f"the settings BELSENDI_REGISTRY_… cannot be used: {wrong}") from None


def _pem(folder: Path, name: str) -> str | None:
    file = folder / name
    return file.read_text(encoding="ascii", errors="replace") if file.is_file() else None


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
