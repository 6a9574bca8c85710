"""Settings of the door itself, beside those every process shares."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from sms.rules import SmsRules


class DoorSettings(BaseSettings):
    """``BELSENDI_SMS_…``, durations in seconds.

    ``lease_seconds``: how long a sender may take for one message before it counts as dead.
    ``unknown_wait_seconds``: how long a late answer is waited for before a send is repeated.
    ``unknown_repeats``: how often a send with an unknown outcome is repeated; 0 asks a person instead.
    """

    model_config = SettingsConfigDict(env_prefix="BELSENDI_SMS_", extra="ignore", env_ignore_empty=True)

    lease_seconds: float = Field(default=45.0, gt=0)
    unknown_wait_seconds: float = Field(default=60.0, ge=0)
    unknown_repeats: int = Field(default=1, ge=0, le=1)

    def rules(self, attempts: int, attempts_within: timedelta) -> SmsRules:
        """The door's rules with the legal profile's attempts (SIL-21)."""
        return SmsRules(
            attempts=attempts,
            attempts_within=attempts_within,
            unknown_repeats=self.unknown_repeats,
            unknown_wait=timedelta(seconds=self.unknown_wait_seconds),
            lease=timedelta(seconds=self.lease_seconds),
        )
