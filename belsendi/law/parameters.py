"""Dated, cited parameters of amounts on two axes: from when a value is law, and from when it was known.

A value nobody confirmed is not used: the sum is left to the assigning system, and the trace says who sets it
(SIL-20).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, field_validator

from belsendi.errors import ConfigurationError
from belsendi.law.data_files import read_data, read_once


class Parameter(BaseModel):
    """One value of one parameter. `value` None: nobody has set it. Dates are Almaty days.

    `valid_to` is inclusive; a yearly figure ends with its year, so that it is never carried into the next.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    value: Decimal | None
    unit: str
    valid_from: date
    valid_to: date | None = None
    known_from: date
    citation: str
    confidence: Literal["H", "M", "U"]
    checked_on: date
    set_by: str

    @field_validator("value", mode="before")
    @classmethod
    def _quoted(cls, value: Any) -> Any:
        if value is not None and not isinstance(value, str | Decimal):
            raise ValueError("write a parameter's value as a quoted decimal: a float would change it")
        return value

    def covers(self, day: date) -> bool:
        """Tell whether the entry reaches the legal day `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def usable(self) -> bool:
        """Whether a sum may rest on this value."""
        return self.value is not None and self.confidence != "U"


_PARAMETERS = TypeAdapter(list[Parameter])


@dataclass(frozen=True)
class ParameterSet:
    """All parameter values known to the engine. Immutable; `hash` goes with every decision that used it."""

    entries: tuple[Parameter, ...]

    @classmethod
    def load(cls) -> ParameterSet:
        """Return the parameters of the law data."""
        return _load()

    @classmethod
    def of(cls, entries: Iterable[Any]) -> ParameterSet:
        """Return a set of entries given as models or plain mappings. Raises ConfigurationError for wrong
        ones."""
        try:
            parsed = _PARAMETERS.validate_python(list(entries))
        except ValidationError as error:
            raise ConfigurationError(f"a parameter is not as it must be: {error}") from error
        return cls(tuple(parsed))

    def with_entries(self, entries: Iterable[Any]) -> ParameterSet:
        """Return a set with the operator's entries added; for equal dates the entry known later wins, then
        the newer.

        So a new effective date needs no release of the product.
        """
        return ParameterSet(self.entries + ParameterSet.of(entries).entries)

    def find(self, name: str, on: date, known_on: date | None = None) -> Parameter | None:
        """Return the entry in force on the legal day `on` as known on `known_on` (default: all we know), set
        or not.

        None when no entry reaches that day.
        """
        ranked = [
            (entry.valid_from, entry.known_from, position)
            for position, entry in enumerate(self.entries)
            if entry.name == name and entry.covers(on) and (known_on is None or entry.known_from <= known_on)
        ]
        return self.entries[max(ranked)[2]] if ranked else None

    def value(self, name: str, on: date, known_on: date | None = None) -> Parameter | None:
        """Return the entry of `find` when a sum may rest on it, otherwise None (missing, repealed or
        unconfirmed)."""
        entry = self.find(name, on, known_on)
        return entry if entry is not None and entry.usable else None

    def changes(self, names: Iterable[str], after: date, until: date) -> list[date]:
        """Return the days after `after` up to `until` on which the law of one of `names` begins anew, in order."""
        wanted = set(names)
        days = {entry.valid_from for entry in self.entries if entry.name in wanted}
        return sorted(day for day in days if after < day <= until)

    def who_sets(self, name: str) -> str:
        """Return who must supply the parameter `name`."""
        return next((entry.set_by for entry in reversed(self.entries) if entry.name == name), "the operator")

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) over all entries in order."""
        content = [entry.model_dump(mode="json") for entry in self.entries]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@read_once
def _load() -> ParameterSet:
    return ParameterSet.of(read_data("parameters.yaml"))
