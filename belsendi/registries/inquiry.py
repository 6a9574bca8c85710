"""What goes with every question to a system, and what comes back besides the data: enough for the query log."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from belsendi.contracts.personal_data import PersonalData
from belsendi.errors import InvalidInput
from belsendi.registries.systems import System

T = TypeVar("T")


@dataclass(frozen=True)
class Inquiry:
    """Why and when a system is asked.

    ``purpose`` is a code or a short text without personal data; ``asked_at`` is the aware instant of the case's
    clock; ``access_token`` is the token of the personal-data service (КДП), where the system demands one.
    """

    purpose: str
    asked_at: datetime
    access_token: Annotated[str | None, PersonalData("svc.access_consent")] = field(default=None, repr=False)
    request_id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __post_init__(self) -> None:
        if self.asked_at.tzinfo is None:
            raise InvalidInput("asked_at of an inquiry needs a time zone")


@dataclass(frozen=True)
class RegistryAnswer(Generic[T]):
    """A system's answer. ``data`` is None when the system says that it has no such datum (absent)."""

    system: System
    operation: str
    asked_at: datetime
    request_id: str
    data: T | None = field(repr=False)

    @property
    def system_name(self) -> str:
        """The system's exact Kazakh name (spec section 8)."""
        return self.system.kazakh_name
