"""What the systems answer, with every field of personal data named by its catalogue item.

Fields that nobody declared are dropped on reading (PP-1: necessary and sufficient). Dates are calendar days;
instants are aware.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from belsendi.contracts.personal_data import (
    AccessToken,
    AccountNumber,
    AddressText,
    IinText,
    MobileNumber,
    PersonalData,
    PersonName,
)

BirthDate = Annotated[date, PersonalData("pd.04")]
DocumentText = Annotated[str, PersonalData("pd.07")]
DocumentDate = Annotated[date, PersonalData("pd.07")]
DeathText = Annotated[str, PersonalData("svc.death_fact")]
DeathDate = Annotated[date, PersonalData("svc.death_fact")]


class Answer(BaseModel):
    """Base of the answers. Its repr shows no personal data, nor do its validation errors show any input."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            marked = name in _personal_fields(type(self))
            yield (name, "***" if marked and value is not None else value)

    def __str__(self) -> str:
        return self.__repr__()


def _personal_fields(model: type[BaseModel]) -> set[str]:
    """Fields that are marked themselves, or whose values are (a list of numbers, an optional date)."""
    return {
        name
        for name, info in model.model_fields.items()
        if any(isinstance(mark, PersonalData) for mark in info.metadata)
        or "PersonalData(" in repr(info.annotation)
    }


class PersonNumber(Answer):
    """A mobile number (E.164) that the mobile citizens base ties to a person."""

    number: MobileNumber


class PersonNumbers(Answer):
    """Numbers of a person, in the base's order."""

    numbers: tuple[PersonNumber, ...]


class NumberPersons(Answer):
    """Persons tied to a number: numbers are shared and re-issued, so there may be several or none."""

    iins: tuple[IinText, ...]


class IssuedToken(Answer):
    """A token of the personal-data service (КДП) for the calls that need the subject's consent."""

    token: AccessToken
    expires_at: AwareDatetime


class IdentityDocument(Answer):
    """The identity document as the state database of individuals keeps it."""

    kind: DocumentText
    number: DocumentText
    issued_on: DocumentDate | None = None
    valid_to: DocumentDate | None = None
    issuer: DocumentText | None = None


class Person(Answer):
    """A person of the state database "Жеке тұлғалар" (IS-1). ``died_on`` is set when the person has died."""

    iin: IinText
    surname: PersonName
    given_name: PersonName
    patronymic: PersonName | None = None
    birth_date: BirthDate
    document: IdentityDocument | None = None
    address: AddressText | None = None
    died_on: DeathDate | None = None


class Declarant(Answer):
    """Who declared the death to the civil registry."""

    iin: IinText


class DeathRecord(Answer):
    """The death record of the civil registry (IS-2)."""

    act_no: DeathText
    certificate_no: DeathText
    date_of_death: DeathDate
    registered_on: DeathDate
    surname: PersonName
    given_name: PersonName
    patronymic: PersonName | None = None
    declarant: Declarant | None = None


class DeathNotice(Answer):
    """One entry of the death feed. ``cursor`` grows with every entry and is safe to store and log."""

    cursor: int
    act_no: DeathText
    deceased_iin: IinText
    date_of_death: DeathDate
    registered_on: DeathDate
    declarant_iin: IinText | None = None


class DeathFeed(Answer):
    """A page of the feed; ``last`` is the cursor to go on from."""

    records: tuple[DeathNotice, ...]
    last: int


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


class Accepted(Answer):
    """A mirror took the entry. Repeating the same entry is harmless."""


class RegisteredApplication(Answer):
    """An application for the same deceased in e-maket. ``state`` is e-maket's own word."""

    registration_no: str
    state: str


class Applications(Answer):
    """Applications made for a deceased (CK3, B-r13(3))."""

    applications: tuple[RegisteredApplication, ...]


class OrderPlaced(Answer):
    """The e-draft of the decision stands in "ОДҚ" ААЖ for payment (B-r19-1) under this reference."""

    order_ref: str
