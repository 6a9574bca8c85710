"""What the registers answered in one round of reading, by reader."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import BaseModel

from belsendi.contracts.personal_data import PersonalData

ModelT = TypeVar("ModelT", bound=BaseModel)
Found = Mapping[str, Sequence[BaseModel | None]]


@dataclass(frozen=True, repr=False)
class Reading:
    """The answers; None stands for a datum that its system does not have. A reader that asked about nobody has an
    empty entry, one that was not asked has none."""

    found: Annotated[Found, PersonalData("svc.registry_answer")]

    def asked(self, source: str) -> bool:
        """Whether the reader was asked at all."""
        return source in self.found

    def all(self, source: str, model: type[ModelT]) -> list[ModelT]:
        """Every answer of a reader."""
        return [answer for answer in self.found.get(source, ()) if isinstance(answer, model)]

    def first(self, source: str, model: type[ModelT]) -> ModelT | None:
        """The answer of a reader that asks about one person."""
        return next(iter(self.all(source, model)), None)

    def also(self, more: Found) -> Reading:
        """The same with further answers; the later one of a reader counts."""
        return Reading({**self.found, **more})

    def digest(self, sources: Sequence[str]) -> str:
        """A hash of what was read: when it differs before the signature, the record changed (SIL-30)."""
        parts = {
            source: [answer.model_dump_json() if answer else None for answer in self.found.get(source, ())]
            for source in sources
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
