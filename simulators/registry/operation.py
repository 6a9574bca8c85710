"""What an operation of a registry is: its input, its handler, and whether it wants an access token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from simulators.registry.store import RegistryStore

Answer = dict[str, Any] | None
"""The data of the answer; None means the register has nothing (``absent``)."""


class Input(BaseModel):
    """Base of what operations are given: unknown fields are a mistake of the caller."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class TokenRule(StrEnum):
    """Whether the access token of the personal-data service is demanded. A given token is always checked."""

    NOT_NEEDED = "not needed"
    NEEDED = "needed"
    NEEDED_OF_SUBJECT = "needed of subject"
    """As NEEDED, and the token must have been issued for the person asked about (field ``iin``)."""


class Rejection(Exception):
    """The register understood and refuses for good; ``code`` is for programs, the text for people."""

    def __init__(self, code: str, message: str, http_status: int = 422) -> None:
        super().__init__(message)
        self.code = code
        self.http_status = http_status


InputT = TypeVar("InputT", bound=Input)


@dataclass(frozen=True)
class Operation(Generic[InputT]):
    """One line of the contract."""

    system: str
    name: str
    input: type[InputT]
    handler: Callable[[RegistryStore, InputT], Answer]
    token: TokenRule = TokenRule.NOT_NEEDED

    def run(self, store: RegistryStore, data: dict[str, Any]) -> Answer:
        """Checks the input and asks the register; pydantic.ValidationError or Rejection when it cannot."""
        return self.handler(store, self.input.model_validate(data))
