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
    """ "АХАЖ" АЖ (IS-2): civil acts, and the provider's feeds of deaths and of lost breadwinners.

    A record tells when the act was registered; whether the registry may stand for the paper is law (D-r7, S-r6).
    """

    async def death_record(
        self, deceased_iin: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.DeathRecord]: ...

    async def death_feed(self, after: int, limit: int, inquiry: Inquiry) -> RegistryAnswer[answers.DeathFeed]:
        """Entries with a cursor greater than ``after``, oldest first, at most ``limit``."""
        ...

    async def birth_record(self, child_iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.BirthRecord]: ...

    async def marriage_records(
        self, iin: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.MarriageRecords]: ...

    async def divorce_records(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.DivorceRecords]: ...

    async def kinship(
        self, iin: str, relative_iin: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.KinshipRecord]:
        """What the person is to the relative, by which act (S-r7(2)). Absent: no act ties them."""
        ...

    async def breadwinner_feed(
        self, after: int, limit: int, inquiry: Inquiry
    ) -> RegistryAnswer[answers.BreadwinnerFeed]:
        """Families that lost a breadwinner, with a cursor greater than ``after``, oldest first."""
        ...


class Disabilities(Protocol):
    """ "Мүгедектігі бар адамдардың орталықтандырылған деректер қоры" АЖ (IS-5)."""

    async def disability_record(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.DisabilityRecord]:
        """The disability in force. Absent: none is established."""
        ...

    async def disability_feed(
        self, after: int, limit: int, inquiry: Inquiry
    ) -> RegistryAnswer[answers.DisabilityFeed]:
        """Disabilities established, with a cursor greater than ``after``, oldest first."""
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

    async def benefit_assigned(
        self, iin: str, benefit: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.BenefitAssigned]:
        """Whether the benefit (a code of the service catalogue) is assigned to the person and not ended."""
        ...


class BankAccounts(Protocol):
    """Whether an account belongs to a person, or to an entity by its BIN (the order names no system: SIL-08)."""

    async def owner(self, iban: str, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.AccountOwner]: ...

    async def entity_owner(
        self, iban: str, bin_number: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.AccountOwner]:
        """The same of a legal entity; it has no personal data, so no access token is needed."""
        ...


class EMaket(Protocol):
    """ "Е-макет" ААЖ (IS-8): a mirror of our records. Every write may be repeated without harm."""

    async def register(
        self,
        *,
        case_reference: str,
        registration_no: str,
        benefit: str,
        subject_iin: str,
        applicant_iin: str,
        registered_at: datetime,
        channel: str,
        inquiry: Inquiry,
    ) -> RegistryAnswer[answers.Accepted]:
        """Mirror a journal entry. ``benefit`` is a code of the service catalogue, the subject whom it is about."""
        ...

    async def applications(
        self, subject_iin: str, benefit: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.Applications]:
        """Applications for the benefit about the subject, oldest first."""
        ...

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


class Education(Protocol):
    """ "Ұлттық білім беру деректер қоры" (IS-3): guardianship of minors, and all study below higher education."""

    async def guardianship(
        self, child_iin: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.Guardianship]: ...

    async def school_record(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.StudyRecord]: ...


class HigherEducation(Protocol):
    """ "ҚР ҒЖБМ ЖББП" АЖ (IS-6)."""

    async def study_record(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.StudyRecord]: ...


class Courts(Protocol):
    """ "Төрелік" (IS-4)."""

    async def adoption(self, child_iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.Adoption]: ...


class MedicalConclusions(Protocol):
    """What ties an illness or a disability to its cause (D-t8, 4a to 4c). The order names no system."""

    async def expert_council(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.Conclusion]:
        """The interdepartmental expert council's decision on exposure to radiation."""
        ...

    async def military_commission(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.Conclusion]:
        """The decision of the Central military-medical commission."""
        ...

    async def hospital_certificate(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.Conclusion]:
        """A hospital's certificate of illness, or the conclusion of a military-medical commission."""
        ...


class MilitaryRecords(Protocol):
    """Service of the deceased breadwinner, and a death of it (S-t8, 8 and 9). The order names no system."""

    async def service(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.MilitaryService]: ...

    async def service_death(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.ServiceDeath]: ...


class Entrepreneurs(Protocol):
    """Registration of individual entrepreneurs (IS-10, not named by the order) and their patents (B-t8)."""

    async def registration(
        self, iin: str, on: date, inquiry: Inquiry
    ) -> RegistryAnswer[answers.EntrepreneurStanding]:
        """Whether the person is an individual entrepreneur on the day."""
        ...

    async def patent(self, iin: str, inquiry: Inquiry) -> RegistryAnswer[answers.Patent]: ...


class Contributions(Protocol):
    """Mandatory pension contributions and social payments (IS-11, not named by the order)."""

    async def transfers(
        self, iin: str, since: date, until: date, inquiry: Inquiry
    ) -> RegistryAnswer[answers.Transfers]:
        """What came in for the person from ``since`` to ``until``, both days included."""
        ...


class LegalEntities(Protocol):
    """State registration of legal entities (B-t8; the order names no system)."""

    async def registration(
        self, bin_number: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.LegalEntity]: ...


class DigitalDocuments(Protocol):
    """цифрлық құжаттар сервисі (IS-7)."""

    async def document(
        self, iin: str, kind: str, consent_ref: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.DigitalDocument]:
        """The owner's document. Raises RegistryRejected with code CONSENT unless the consent was given (COM-10)."""
        ...


class Portal(Protocol):
    """www.egov.kz порталы (IS-13): the owner's consent, and the personal cabinet. Writes may be repeated."""

    async def request_consent(
        self, *, request_key: str, iin: str, document_kind: str, case_reference: str, inquiry: Inquiry
    ) -> RegistryAnswer[answers.DocumentConsent]:
        """Have the portal ask the owner (its own message M-14). The same key gives the same request."""
        ...

    async def consent(self, consent_ref: str, inquiry: Inquiry) -> RegistryAnswer[answers.DocumentConsent]:
        """Where the consent stands. Absent: no such request."""
        ...

    async def put_status(
        self, *, iin: str, case_reference: str, benefit: str, status: str, at: datetime, inquiry: Inquiry
    ) -> RegistryAnswer[answers.Accepted]:
        """Show the status of a request in the personal cabinet (COM-09); a later ``at`` wins."""
        ...

    async def put_notice(
        self,
        *,
        notice_id: str,
        iin: str,
        case_reference: str,
        message: str,
        language: str,
        text: str,
        document_sha256: str | None,
        at: datetime,
        inquiry: Inquiry,
    ) -> RegistryAnswer[answers.Accepted]:
        """Put a notice (M-05, M-10, M-13) into the personal cabinet, once per ``notice_id``."""
        ...
