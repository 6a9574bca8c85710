"""States, outcomes and parties of a case (spec: state machine of one proactive case)."""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands. Order 509 names the facts behind them; the names are ours."""

    IDENTIFIED = "IDENTIFIED"
    OFFERED = "OFFERED"
    ACCOUNT_PENDING = "ACCOUNT_PENDING"
    CONSENTED = "CONSENTED"
    REGISTERED = "REGISTERED"
    CHECKING = "CHECKING"
    MANUAL_REVIEW = "MANUAL_REVIEW"
    ACCEPTED = "ACCEPTED"
    EIM_DRAFTING = "EIM_DRAFTING"
    HEARING = "HEARING"
    AWAITING_SIGNATURE = "AWAITING_SIGNATURE"
    DECIDED_ASSIGN = "DECIDED_ASSIGN"
    DECIDED_REFUSE = "DECIDED_REFUSE"
    PLACED = "PLACED"
    CLOSED = "CLOSED"


class Outcome(StrEnum):
    """The one way in which a case ended."""

    ASSIGNED = "ASSIGNED"
    REFUSED = "REFUSED"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    DECLINED = "DECLINED"
    LAPSED = "LAPSED"
    INCOMPLETE = "INCOMPLETE"
    WITHDRAWN = "WITHDRAWN"
    TRANSFERRED = "TRANSFERRED"


class Flag(StrEnum):
    """Marks beside the state; none of them changes what the citizen has a right to."""

    OVERDUE = "OVERDUE"
    ESCALATED = "ESCALATED"
    SMS_UNDELIVERED = "SMS_UNDELIVERED"
    SIGNATURE_LATE = "SIGNATURE_LATE"
    BANK_UNKNOWN = "BANK_UNKNOWN"
    ACCOUNT_OWNER_UNCONFIRMED = "ACCOUNT_OWNER_UNCONFIRMED"
    PLACEMENT_FAILING = "PLACEMENT_FAILING"


class Party(StrEnum):
    """Whom a case is waiting for; the time budget is kept per party."""

    CITIZEN = "CITIZEN"
    REGISTRY = "REGISTRY"
    OFFICER = "OFFICER"
    US = "US"
    NOBODY = "NOBODY"


class TaskKind(StrEnum):
    """What a caseworker is asked to do."""

    NO_RECIPIENT = "NO_RECIPIENT"
    NO_NUMBER = "NO_NUMBER"
    CALL_ACCOUNT = "CALL_ACCOUNT"
    CALL_UNCLEAR = "CALL_UNCLEAR"
    CALL_UNDELIVERED = "CALL_UNDELIVERED"
    CHECK_BANK = "CHECK_BANK"
    MANUAL_REVIEW = "MANUAL_REVIEW"
    ESCALATION = "ESCALATION"
    SIGN = "SIGN"
    LATE_WITHDRAWAL = "LATE_WITHDRAWAL"
    PLACEMENT = "PLACEMENT"
    CONTACT_CHANGED = "CONTACT_CHANGED"
    STOP_WITH_OPEN_CASE = "STOP_WITH_OPEN_CASE"
    HEARING_REPLY = "HEARING_REPLY"
    NAMED_DECEASED_UNCLEAR = "NAMED_DECEASED_UNCLEAR"
    NUMBER_NOT_REGISTERED = "NUMBER_NOT_REGISTERED"
