"""What was seen of a scenario at one instant: plain facts, from which expectations are judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True)
class MessageSeen:
    """A message to a citizen; ``at`` is when it may be sent (UTC)."""

    to: str
    id: str
    language: str
    text: str = field(repr=False)
    parts: int
    message_class: str
    at: datetime


@dataclass(frozen=True)
class InboundSeen:
    """A citizen's message and how it was handled."""

    sender: str
    text: str = field(repr=False)
    at: datetime
    disposition: str | None


@dataclass(frozen=True)
class JournalSeen:
    number: str
    registered_on: date
    automatic: bool
    check_result: str | None
    check_failures: tuple[str, ...]
    outcome: str | None
    holds_subject: bool


@dataclass(frozen=True)
class DecisionSeen:
    """Newest first in ``CaseSeen.decisions``. ``grounds`` are (code, kk, ru, citation). A draft has no number."""

    number: str | None
    kind: str
    status: str
    revision: int
    grounds: tuple[tuple[str, str, str, str], ...]
    amount: Decimal | None
    form: str
    approved_on: date | None
    signed_by: str | None


@dataclass(frozen=True)
class DocumentSeen:
    """A document; ``seals`` are the roles of signatures in force."""

    kind: str
    text: str = field(repr=False)
    seals: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class ConsentSeen:
    kinds: tuple[str, ...]
    language: str
    words: str = field(repr=False)
    withdrawn: bool


@dataclass(frozen=True)
class LineSeen:
    """A line of the timeline."""

    kind: str
    at: datetime
    actor: str
    state: str
    rules: tuple[str, ...]
    facts: Mapping[str, object]


@dataclass(frozen=True)
class CallSeen:
    system: str
    operation: str
    result: str


@dataclass(frozen=True)
class SpentSeen:
    party: str
    system: str | None
    length: timedelta


@dataclass(frozen=True)
class CaseSeen:
    """One case. Aliases stand for persons; days are those of Almaty."""

    id: str
    service: str
    of: str
    deceased: str
    attempt: int
    recipient_type: str
    state: str
    outcome: str | None
    channel: str
    waiting_for: str
    flags: tuple[str, ...]
    account_mode: str | None
    due_on: date | None
    strict_due_on: date | None
    consent: ConsentSeen | None
    journal: JournalSeen | None
    checks: Mapping[str, str]
    decisions: tuple[DecisionSeen, ...]
    documents: tuple[DocumentSeen, ...]
    orders: tuple[str, ...]
    """Last four characters of the account in each order of the payment system."""
    tasks: tuple[str, ...]
    timeline: tuple[LineSeen, ...]
    calls: tuple[CallSeen, ...]
    spent: tuple[SpentSeen, ...]


@dataclass(frozen=True)
class Seen:
    """Everything at one instant (``at``, UTC)."""

    at: datetime
    cases: tuple[CaseSeen, ...]
    messages: tuple[MessageSeen, ...]
    inbound: tuple[InboundSeen, ...]
    office_tasks: tuple[str, ...]
    orders: int
    complaints: tuple[str, ...]
    acts: Mapping[int, str]
    """How the acts of persons went, by step number."""
    secrets: tuple[str, ...] = field(repr=False, default=())
    """Words that may stand in no message: IINs, account numbers, names (AC-C03)."""
