"""Product decisions that no setting changes: they are built into the rules and shown as ours, never as law."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from belsendi.errors import ConfigurationError
from belsendi.law.data_files import read_data, read_once


class _Decision(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    setting: str
    value: str
    source: str
    description: str


@dataclass(frozen=True, slots=True)
class UsedDefault:
    """A decision of the product behind a service, for the console's mark "product default"."""

    setting: str
    value: str
    source: str
    description: str
    configurable: bool


@read_once
def _decisions() -> dict[str, list[_Decision]]:
    try:
        return TypeAdapter(dict[str, list[_Decision]]).validate_python(read_data("product_decisions.yaml"))
    except ValidationError as error:
        raise ConfigurationError(f"product_decisions.yaml is not as it must be: {error}") from error


def fixed_defaults(service: str, *, casework: bool) -> list[UsedDefault]:
    """Return the built-in decisions behind `service`: the common ones, those of casework where it may be a
    caseworker's, and its own."""
    known = _decisions()
    used = [*known["common"], *(known["casework"] if casework else ()), *known.get(service, ())]
    return [UsedDefault(**each.model_dump(), configurable=False) for each in used]
