"""What a scenario expects, at any step or at the end. Every field that is given must hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from belsendi.contracts.states import CaseState, Flag, Outcome, Party, TaskKind
from belsendi.documents.fields import DocumentKind
from belsendi.law import DecisionKind, RecipientType
from belsendi.law.product_defaults import CheckCode
from belsendi.registries.signature import SignerRole
from stack.scenario.times import AlmatyInstant, Length


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Texts = Annotated[
    list[str],
    BeforeValidator(_as_list),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""One text or a list of them."""

Amount = Annotated[Decimal, WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?$"})]


class Expected(BaseModel):
    """Base of all expectations: unknown fields are refused, so a typo never passes as a proof."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class MessageExpected(Expected):
    """A message to a citizen. It counts from the instant at which it may be sent."""

    to: str | None = None
    """Alias of a person, or a number in E.164."""
    id: str | None = None
    """Template, for example ``M-05-BUR``."""
    language: Literal["kk", "ru"] | None = None
    contains: Texts | None = None
    lacks: Texts | None = None
    parts: int | None = None
    """SMS parts."""
    count: int | None = Field(default=None, ge=1)
    """Exactly so many messages like this; otherwise at least one."""
    at: AlmatyInstant | None = None
    """Within a minute of this time."""
    on: date | None = None
    """On this Almaty day."""
    by: AlmatyInstant | None = None
    """Not later than this time."""


class JournalExpected(Expected):
    """The entry of the electronic journal (B-r16)."""

    entry: bool = True
    """Whether there is one."""
    number: Literal["present"] | None = None
    registered_on: date | None = None
    automatic: bool | None = None
    check_result: Literal["PASS", "FAIL", "REVIEW"] | None = None
    check_failures: list[CheckCode] | None = None
    """Failed checks in the order in which the message names them."""
    outcome: Outcome | None = None
    holds_subject: bool | None = None
    """Whether it is the live entry for the deceased (SIL-25)."""


class DecisionExpected(Expected):
    """The newest draft or decision of the case."""

    number: Literal["present", "none"] | None = None
    """``none``: the case has neither a draft nor a decision."""
    kind: DecisionKind | None = None
    status: Literal["draft", "returned", "superseded", "approved"] | None = None
    revision: int | None = None
    grounds: list[Literal["G1", "G2", "G3"]] | None = None
    verbatim: Texts | None = None
    """Words of the order that stand in a ground."""
    citations: Texts | None = None
    amount: Amount | Literal["none"] | None = None
    form: str | None = None
    approved_on: date | None = None
    signed_by: SignerRole | None = None
    """Role of the signature that took effect."""


class DocumentExpected(Expected):
    """A document of the case, the newest of its kind."""

    kind: DocumentKind
    contains: Texts | None = None
    lacks: Texts | None = None
    signed_by: SignerRole | Literal["none"] | None = None
    """Role of the signature in force over exactly these bytes."""


class ConsentExpected(Expected):
    """The stored consent."""

    given: bool = True
    kinds: list[str] | None = None
    language: Literal["kk", "ru"] | None = None
    words: str | None = None
    """The words of the reply as they came."""
    withdrawn: bool | None = None


class TimelineExpected(Expected):
    """A line of the case's timeline."""

    kind: str
    rules: Texts | None = None
    """Citations that stand in it."""
    count: int | None = Field(default=None, ge=1)
    on: date | None = None
    at: AlmatyInstant | None = None


class CallsExpected(Expected):
    """Questions of the case to a state system."""

    system: str
    operation: str | None = None
    result: Literal["present", "absent", "unavailable", "rejected"] | None = None
    at_least: int = 1


class SpentExpected(Expected):
    """The time budget: how long the case has waited for somebody."""

    party: Party
    system: str | None = None
    at_least: Length
    """In s, m, h or d; a minute less is near enough."""


class TotalsExpected(Expected):
    """Over all cases of the scenario."""

    cases: int | None = None
    journal_entries: int | None = None
    live_entries: int | None = None
    """Entries that hold a deceased (SIL-25)."""
    payment_orders: int | None = None
    """Orders in the payment system."""
    outcomes: dict[Outcome, int] | None = None
    messages: dict[str, int] | None = None
    inbound: dict[str, int] | None = None
    """Stored messages of citizens by how they were handled."""


class ActExpected(Expected):
    """How a step of a person went: ``accepted`` or the code of the refusal."""

    step: int
    result: str


class Expectation(Expected):
    """One entry of ``expect``. Fields about a case look at the newest case of ``of``, or at the only case."""

    of: str | None = None
    """Alias of the recipient."""
    deceased: str | None = None
    """Alias of the deceased, where a recipient has cases about several."""
    service: str | None = None
    """Code of the service, where a recipient has cases of several."""

    message: MessageExpected | None = None
    no_message: MessageExpected | None = None
    totals: TotalsExpected | None = None
    office_tasks: list[TaskKind] | None = None
    """Open tasks that belong to no case are among these."""
    blocked: Texts | None = None
    """Words of the errors for which the office's own work waits."""
    act: ActExpected | None = None
    """Made from ``gives`` of a step."""

    no_case: bool | None = None
    state: CaseState | None = None
    outcome: Outcome | Literal["none"] | None = None
    channel: Literal["mobile", "state_corporation", "provider", "portal"] | None = None
    waiting_for: Party | None = None
    attempt: int | None = None
    recipient_type: RecipientType | None = None
    flags: list[Flag] | None = None
    no_flags: list[Flag] | None = None
    account_mode: Literal["confirmed", "provided", "none"] | None = None
    consent: ConsentExpected | None = None
    journal: JournalExpected | None = None
    due_on: date | None = None
    strict_due_on: date | None = None
    checks: dict[CheckCode, Literal["PASS", "FAIL", "REVIEW"]] | None = None
    first_cause: CheckCode | None = None
    """The failed check that the message names."""
    decision: DecisionExpected | None = None
    document: DocumentExpected | None = None
    no_document: DocumentKind | None = None
    payment_orders: int | None = None
    """Orders in the payment system that carry this case's decision."""
    paid_to: str | None = None
    """Last four characters of the account in the order."""
    tasks: list[TaskKind] | None = None
    no_tasks: list[TaskKind] | None = None
    timeline: TimelineExpected | None = None
    no_timeline: str | None = None
    calls: CallsExpected | None = None
    no_calls: str | None = None
    """A state system that the case has not asked."""
    spent: SpentExpected | None = None
    no_refusal: bool | None = None
    """Neither M-06 nor M-08 nor a decision to refuse."""
