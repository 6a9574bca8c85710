"""The operator's legal profile: what the law leaves to the operator, and the product defaults.

The committed demonstration profile lets a newcomer see the product work; it is marked on every page and is
refused in production.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from belsendi.errors import ConfigurationError
from belsendi.law import ProductDefaults
from belsendi.settings import Profile, Settings


class Operator(BaseModel):
    """The operator of personal data as named in the consent (law 94-V, art. 8, item 1)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name_kk: str
    name_ru: str
    bin: str


class LegalProfile(BaseModel):
    """One installation's legal configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    demonstration: bool
    operator: Operator
    consent_valid_days: int
    defaults: ProductDefaults = ProductDefaults()


def load_profile(settings: Settings) -> LegalProfile:
    """Reads the profile the settings name. Raises ConfigurationError naming the field that is wrong."""
    return read_profile(settings.legal_profile, production=settings.profile is Profile.PRODUCTION)


def read_profile(path: Path, *, production: bool) -> LegalProfile:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"the legal profile '{path.name}' cannot be read; set BELSENDI_LEGAL_PROFILE"
        ) from error
    try:
        profile = LegalProfile.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"the legal profile is wrong at '{field}': {first['msg']}") from error
    if profile.demonstration and production:
        raise ConfigurationError(
            "the demonstration profile is refused in production; write a legal profile and set BELSENDI_LEGAL_PROFILE"
        )
    return profile
