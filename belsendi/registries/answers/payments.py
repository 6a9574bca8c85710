"""What is paid to whom, what was applied for, and what became of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from belsendi.contracts.personal_data import AccountNumber, PersonalData
from belsendi.registries.answers.base import Answer


class PaymentKind(StrEnum):
    """The four payments of CK4, B-r13(4)."""

    AGE_PENSION = "AGE_PENSION"
    BASE_PENSION = "BASE_PENSION"
    STATE_SOCIAL_BENEFIT = "STATE_SOCIAL_BENEFIT"
    SPECIAL_STATE_BENEFIT = "SPECIAL_STATE_BENEFIT"


StatusKind = Annotated[PaymentKind, PersonalData("pd.26")]
StatusDay = Annotated[date, PersonalData("pd.26")]


class StatusPeriod(Answer):
    """A period in which the person was a recipient; an open end is None. Both bounds are included."""

    kind: StatusKind
    valid_from: StatusDay
    valid_to: StatusDay | None = None
    suspended_from: StatusDay | None = None
    suspended_to: StatusDay | None = None


class RecipientStatus(Answer):
    """What the deceased received on the day asked for, and whether the amount for a veteran applies."""

    periods: tuple[StatusPeriod, ...]
    veteran: Annotated[bool, PersonalData("pd.26")] = False


class AccountOnFile(Answer):
    """The account to which the person is already paid (SIL-08)."""

    iban: AccountNumber


class BurialAssigned(Answer):
    """Whether the burial payment was already assigned for the deceased (CK2, B-r13(2))."""

    assigned: bool


class AccountOwner(Answer):
    """Whether the account belongs to the person: a flag, never a refusal (SIL-08)."""

    belongs: bool


class BenefitAssigned(Answer):
    """Whether a benefit is already assigned to the person, and since when (DK3; the same benefit twice)."""

    assigned: bool
    since: StatusDay | None = None


class Accepted(Answer):
    """A mirror took the entry. Repeating the same entry is harmless."""


class RegisteredApplication(Answer):
    """An application for the same benefit and subject in e-maket. ``state`` is e-maket's own word."""

    registration_no: str
    state: str


class Applications(Answer):
    """Applications for a benefit about a person (CK3, B-r13(3))."""

    applications: tuple[RegisteredApplication, ...]


class OrderPlaced(Answer):
    """The e-draft of the decision stands in "ОДҚ" ААЖ for payment (B-r19-1) under this reference."""

    order_ref: str
