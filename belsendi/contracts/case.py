"""The contract of the ``BenefitCase`` workflow: what goes in, what is asked of it, what its steps return.

Only codes, references and instants travel here. Personal data stays in the records (architecture, "What is
kept where"); every instant is an aware UTC datetime of the case's own clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from belsendi.contracts.states import CaseState, Outcome, Party

WORKFLOW_NAME = "BenefitCase"
TASK_QUEUE = "belsendi-cases"


class Contract(BaseModel):
    """Base of everything that enters a workflow history: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CaseOrigin(StrEnum):
    """How a case begins: with our offer, or with an application brought to a counter, a desk or the portal."""

    OFFER = "OFFER"
    APPLICATION = "APPLICATION"


class CasePath(StrEnum):
    """P1: automatic registration and decision; P7: a caseworker within the longer term."""

    P1 = "P1"
    P7 = "P7"


class CaseStart(Contract):
    """Input of a case. ``clock_shift`` moves the case's clock and is zero outside scenario mode.

    ``incomplete``: the application that opened it lacks documents, so no term runs yet (S-r24, D-r24).
    """

    case_id: str
    service: str
    clock_shift: timedelta = timedelta(0)
    origin: CaseOrigin = CaseOrigin.OFFER
    incomplete: bool = False


class CaseReply(StrEnum):
    """What a citizen's answer means to the case; the dialogue has already understood the words."""

    CONSENT = "CONSENT"
    CONSENT_OTHER_ACCOUNT = "CONSENT_OTHER_ACCOUNT"
    CONSENT_WITH_ACCOUNT = "CONSENT_WITH_ACCOUNT"
    DECLINE = "DECLINE"
    ACCOUNT = "ACCOUNT"
    ACCOUNT_INVALID = "ACCOUNT_INVALID"
    CONSENT_ACCOUNT_INVALID = "CONSENT_ACCOUNT_INVALID"
    WITHDRAW = "WITHDRAW"


class Reply(Contract):
    """A citizen's answer to an open question. ``account_id`` refers to a stored account row."""

    inbound_id: str
    question_id: str | None
    meaning: CaseReply
    received_at: datetime
    account_id: str | None = None


class OfficerAct(StrEnum):
    """What an officer may decide about a case; the last four belong to the casework path (P7) alone."""

    SIGNED = "SIGNED"
    RETURNED = "RETURNED"
    REVIEW_PASSED = "REVIEW_PASSED"
    REVIEW_FAILED = "REVIEW_FAILED"
    WITHDRAWN = "WITHDRAWN"
    RETRY_PLACEMENT = "RETRY_PLACEMENT"
    TERM_EXTENDED = "TERM_EXTENDED"
    DOCUMENT_REQUESTED = "DOCUMENT_REQUESTED"
    ASSIGNMENT_PROPOSED = "ASSIGNMENT_PROPOSED"
    REFUSAL_PROPOSED = "REFUSAL_PROPOSED"


class OfficerDecision(Contract):
    """An officer's act. ``officer`` is an account id, never a name; the reason's text is in the records.

    ``grounds`` are the codes of a proposed refusal (G1 to G3).
    """

    act_id: str
    act: OfficerAct
    officer: str
    decision_id: str | None = None
    revision: int | None = None
    signature_id: str | None = None
    grounds: list[str] | None = None


class Disposition(Contract):
    """The case's answer to a reply or an act that its validator let through."""

    state: CaseState
    accepted: bool = True


class StepInput(Contract):
    """What every step needs: the case, the case's own present, and a key that makes the step repeatable."""

    case_id: str
    key: str
    now: datetime


class OfferResult(Contract):
    """``question_id`` is None when no offer went out; then ``outcome`` says how the case ended, or it is None
    because an application came first, which the case waits to be told of (SIL-40)."""

    question_id: str | None = None
    question_open: bool = True
    account_known: bool = False
    reminder_at: datetime | None = None
    expires_at: datetime | None = None
    outcome: Outcome | None = None


class OfferOpened(Contract):
    """The instants that count from the sending of a queued offer (T-20)."""

    reminder_at: datetime
    expires_at: datetime


class JoiningApplication(Contract):
    """An application that the running case takes over, by the id of its sealed row (SIL-40)."""

    event_id: str


class TakeOverInput(StepInput):
    application: JoiningApplication


class DocumentsAwaited(Contract):
    """When the applicant is reminded of missing documents, and when the case ends without them."""

    reminder_at: datetime
    expires_at: datetime


class ReplyStep(StepInput):
    """A step caused by a citizen's reply."""

    reply: Reply
    question_id: str | None = None
    attempts_left: int = 0


class Registration(Contract):
    """The journal entry and the clock that starts with it (B-t3, SIL-12, SIL-13)."""

    due_at: datetime
    escalate_at: datetime


class Route(Contract):
    """The path a case takes after consent or application, found in the law's data and the state's records.

    ``registration`` holds the running term; ``deferred_until`` is the opening of the working day on which the
    application is accepted (D-t7, S-t7), until then nothing is issued. ``extendable``: the term may grow once.
    ``unread``: the applicant did not consent to the reading of registers, so the decision is formed without (G3).
    """

    path: CasePath
    registration: Registration | None = None
    deferred_until: datetime | None = None
    extendable: bool = False
    unread: bool = False


class ConsentResult(Contract):
    """A stored consent: registered at once, or first the question for the account (T-21).

    ``to_be_routed``: the path is not known yet, it is asked for when consent and account are held.
    """

    registration: Registration | None = None
    to_be_routed: bool = False
    question_id: str | None = None
    expires_at: datetime
    attempts: int


class CheckOutcome(StrEnum):
    PASSED = "PASSED"
    FAILED = "FAILED"
    REVIEW = "REVIEW"


class CheckResult(Contract):
    outcome: CheckOutcome


class CheckInput(StepInput):
    """``review_act`` is the officer's act that settled a manual review, when there was one."""

    review_act: OfficerAct | None = None
    officer: str | None = None


class DraftInput(StepInput):
    """``by_hand`` asks for a person's signature even where the office approves automatically; ``proposal`` is
    the caseworker's decision that the draft puts into form (P7). ``unread``: the case found its path without consent
    to the data, so this draft is the refusal on G3 and reads nothing, whatever was consented to meanwhile."""

    revision: int
    by_hand: bool = False
    proposal: OfficerDecision | None = None
    unread: bool | None = None


class DraftResult(Contract):
    """The e-draft of the decision. ``signature_id`` is set where the office approves automatically; with an
    ``outcome`` there is no draft: the case has ended. With ``to_casework`` there is none either: what was read
    anew belongs to the casework path (SIL-30)."""

    decision_id: str = ""
    revision: int = 0
    alert_at: datetime | None = None
    hearing_until: datetime | None = None
    signature_id: str | None = None
    outcome: Outcome | None = None
    to_casework: Route | None = None


class ApprovalInput(StepInput):
    decision: OfficerDecision


class ApprovalResult(Contract):
    """DECIDED_* when approved, EIM_DRAFTING when the facts changed, CLOSED when transferred.

    ``by_hand``: a signature was refused, the next one is a person's. ``to_casework``: the record changed so
    that the automatic path is not open any more (SIL-30).
    """

    state: CaseState
    outcome: Outcome | None = None
    by_hand: bool = False
    to_casework: Route | None = None


class PlacementInput(StepInput):
    attempt: int


class ReturnInput(StepInput):
    decision: OfficerDecision


class CaseworkInput(StepInput):
    """An act of a caseworker that the case carries out (P7)."""

    decision: OfficerDecision


class CloseInput(StepInput):
    outcome: Outcome
    reply: Reply | None = None
    officer: str | None = None


class FlagInput(StepInput):
    flag: str


class WaitInput(StepInput):
    """Puts on record whom the case waits for, and sends the notice of delay once (M-23). ``error`` is the type of
    what went wrong on our own side, None for an outage."""

    party: Party
    state: CaseState
    system: str | None = None
    error: str | None = None
    until: datetime | None = None
    tell_citizen: bool = False


class DueChanged(Contract):
    """A changed calendar moves the dates of an open case (AC-C06)."""

    due_at: datetime
    escalate_at: datetime


class AcceptanceMoved(Contract):
    """A changed calendar moves the working day on which a deferred application is accepted (AC-C06)."""

    deferred_until: datetime


class RetryPlan(Contract):
    """Waits between attempts at a system that does not answer (T-24)."""

    delays: list[timedelta]


class CaseView(Contract):
    """What the workflow itself says of a case: for support staff and the scenario runner."""

    state: CaseState
    outcome: Outcome | None
    waiting_for: Party
    next_instant: datetime | None
    due_at: datetime | None
