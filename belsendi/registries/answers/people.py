"""Who a person is, on which numbers, and that a person died."""

from __future__ import annotations

from pydantic import AwareDatetime

from belsendi.contracts.personal_data import AccessToken, AddressText, IinText, MobileNumber, PersonName
from belsendi.registries.answers.base import (
    Answer,
    BirthDate,
    DeathDate,
    DeathText,
    DocumentDate,
    DocumentText,
)


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
