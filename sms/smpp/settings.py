"""Settings of one SMPP route."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from belsendi.errors import ConfigurationError


class SmppSettings(BaseModel):
    """How to reach one message centre. Durations in seconds, rates in message parts per second.

    Raises ConfigurationError (on ``check``) and pydantic's ValidationError when a value cannot work.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    route: str = Field(default="smpp-main", min_length=1, pattern=r"^[a-z0-9-]+$")
    host: str = Field(min_length=1)
    port: int = Field(gt=0, lt=65536)
    tls: bool = False
    system_id: str = Field(min_length=1, max_length=15)
    password: SecretStr
    system_type: str = Field(default="", max_length=12)

    source_address: str = Field(default="1414", min_length=1, max_length=20)
    source_ton: int = Field(default=0, ge=0, le=255)
    source_npi: int = Field(default=1, ge=0, le=255)
    registered_delivery: int = Field(default=1, ge=0, le=31)

    window: int = Field(default=20, gt=0, le=1000)
    parts_per_second: float = Field(default=50.0, gt=0)
    burst_parts: int = Field(default=10, gt=0)

    connect_seconds: float = Field(default=10.0, gt=0)
    response_seconds: float = Field(default=10.0, gt=0)
    enquire_link_seconds: float = Field(default=15.0, gt=0)
    reconnect_min_seconds: float = Field(default=0.5, gt=0)
    reconnect_max_seconds: float = Field(default=30.0, gt=0)
    throttled_seconds: float = Field(default=1.0, gt=0)
    retry_seconds: float = Field(default=30.0, gt=0)

    resend_window_seconds: float = Field(default=600.0, gt=0)
    """How long a centre may take to repeat a message whose acknowledgement it lost."""
    incomplete_seconds: float = Field(default=900.0, gt=0)
    """How long the missing parts of a citizen's long message are waited for."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.reconnect_min_seconds > self.reconnect_max_seconds:
            raise ConfigurationError(
                f"route {self.route}: reconnect_min_seconds is larger than reconnect_max_seconds; swap them"
            )
        # SMPP 3.4 allows eight characters and a zero octet in the password field.
        if len(self.password.get_secret_value()) > 8:
            raise ConfigurationError(
                f"route {self.route}: the SMPP password is longer than the eight characters of SMPP 3.4; set it again"
            )
        return self
