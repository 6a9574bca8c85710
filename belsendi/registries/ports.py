"""The ports through which a case asks the state's systems. Clients implement them over the gateway.

Every method makes one short attempt. It returns an answer whose ``data`` is None when the system says the
datum is absent, and raises OutsideSystemUnavailable for an outage (never absent data, SIL-15),
RegistryRejected for a refusal, AccessTokenRejected when a new access token is needed. Only
``PaymentSystem.place`` can also raise OutcomeUnknown: then ask ``placement`` before anything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from belsendi.registries import answers
from belsendi.registries.inquiry import Inquiry, RegistryAnswer


class MobileCitizens(Protocol):
    """мобильді азаматтар базасы: numbers and persons. Used before consent, needs no access token."""

    async def numbers_of_person(
        self, iin: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.PersonNumbers]: ...

    async def persons_of_number(
        self, number: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.NumberPersons]: ...


class AccessControl(Protocol):
    """КДП: gives the token without which no system may show the person's data (law 94-V, art. 8)."""

    async def issue_token(
        self,
        iin: str,
        *,
        items: Sequence[str],
        consent_reference: str,
        expires_in: timedelta,
        inquiry: Inquiry,
    ) -> RegistryAnswer[answers.IssuedToken]:
        """``items`` are ids of the personal-data catalogue; the consent is named by reference only."""
        ...


class Individuals(Protocol):
    """ "Жеке тұлғалар" мемлекеттік дерекқоры АЖ (IS-1)."""

    async def person(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.Person]: ...


class CivilRegistry(Protocol):
    """ "АХАЖ" АЖ (IS-2): death records, and the provider's feed of them."""

    async def death_record(
        self, deceased_iin: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.DeathRecord]: ...

    async def death_feed(self, after: int, limit: int, inquiry: Inquiry) -> RegistryAnswer[answers.DeathFeed]:
        """Entries with a cursor greater than ``after``, oldest first, at most ``limit``."""
        ...


class Recipients(Protocol):
    """ "ОДҚ" ААЖ, asked about recipients."""

    async def status_on(
        self, iin: str, on: date, inquiry: Inquiry
    ) -> RegistryAnswer[answers.RecipientStatus]: ...

    async def account_on_file(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.AccountOnFile]: ...

    async def burial_assigned(
        self, deceased_iin: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.BurialAssigned]: ...


class BankAccounts(Protocol):
    """Whether an account belongs to a person (the order names no system: SIL-08)."""

    async def owner(self, iban: str, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.AccountOwner]: ...


class EMaket(Protocol):
    """ "Е-макет" ААЖ (IS-8): a mirror of our records. Every write may be repeated without harm."""

    async def register(
        self,
        *,
        case_reference: str,
        registration_no: str,
        deceased_iin: str,
        applicant_iin: str,
        registered_at: datetime,
        channel: str,
        inquiry: Inquiry,
    ) -> RegistryAnswer[answers.Accepted]: ...

    async def applications(
        self, deceased_iin: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.Applications]: ...

    async def put_file(
        self, case_reference: str, items: Sequence[Mapping[str, object]], inquiry: Inquiry
    ) -> RegistryAnswer[answers.Accepted]: ...

    async def put_draft(
        self,
        *,
        case_reference: str,
        draft_no: str,
        decision_no: str | None,
        kind: str,
        document_sha256: str,
        inquiry: Inquiry,
    ) -> RegistryAnswer[answers.Accepted]: ...

    async def outcome(
        self, registration_no: str, outcome: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.Accepted]: ...


class PaymentSystem(Protocol):
    """ "ОДҚ" ААЖ as the place of payment (IS-9)."""

    async def place(
        self,
        *,
        idempotency_key: str,
        decision_no: str,
        iban: str,
        recipient_iin: str,
        amount: Decimal | None,
        inquiry: Inquiry,
    ) -> RegistryAnswer[answers.OrderPlaced]:
        """Place the e-draft for payment. ``amount`` in tenge, None leaves it to the assigning system (SIL-20).

        Raises OutcomeUnknown when the request may have taken effect: ask ``placement`` before repeating.
        """
        ...

    async def placement(self, idempotency_key: str, inquiry: Inquiry) -> RegistryAnswer[answers.OrderPlaced]:
        """The order placed under the key; ``data`` is None when nothing was placed."""
        ...
