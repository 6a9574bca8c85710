"""What a form of message (REST or SOAP) makes of a question, and of the answer that came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pydantic

from belsendi.registries.inquiry import Inquiry
from belsendi.registries.systems import System


@dataclass(frozen=True)
class Outgoing:
    """A question ready to be sent by POST; its repr shows nothing of it."""

    path: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Told:
    """The system answered; ``data`` is None when it says that it has no such datum."""

    data: Mapping[str, object] | None = field(repr=False)


@dataclass(frozen=True)
class Refused:
    """The system understood and refuses for good."""

    code: str
    of_token: bool = False


@dataclass(frozen=True)
class Unclear:
    """No usable answer. ``nothing_done`` only where the system itself says that it did nothing."""

    what: str
    nothing_done: bool = False


Reading = Told | Refused | Unclear


class Form(Protocol):
    """A form of messages between us and the gateway of e-government (IS-12)."""

    def question(
        self, system: System, operation: str, data: Mapping[str, object], inquiry: Inquiry
    ) -> Outgoing: ...

    def reading(self, http_status: int, body: bytes, answer: type[pydantic.BaseModel]) -> Reading: ...
