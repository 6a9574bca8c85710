"""What a citizen learns about a case: the result, a document still needed, information on assignment (13.5)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from belsendi.contracts.personal_data import AccountNumber, BenefitDay, IdentityDocumentText, PersonalData
from belsendi.documents.fields import (
    Bilingual,
    Channel,
    DocumentFields,
    DocumentKind,
    Fields,
    Party,
    Reference,
    Text,
)
from belsendi.law import RecipientType

Outcome = Literal["ASSIGN", "REFUSE"]


class PowerOfAttorney(Fields):
    """A notarised power of attorney (COM-19)."""

    number: Annotated[Reference, PersonalData("svc.case_document")]
    issued_on: date
    notary: Text


class Handover(Fields):
    """The result given out in person, on an identity document and on the basis of the receipt (B-t5; M-26).

    ``receiver`` is the recipient or a representative, who shows a power of attorney. ``handed_on``: Almaty day.
    """

    receiver: Party
    identity_document: Annotated[IdentityDocumentText, StringConstraints(min_length=1, max_length=200)]
    receipt_no: Reference
    handed_on: date
    power_of_attorney: PowerOfAttorney | None = None


class ResultNotice(DocumentFields):
    """тағайындау (тағайындаудан бас тарту) туралы хабарлама: slot of form 13-қосымша (D-t5, S-t5; B-t5; INC-30).

    A refusal names its grounds in the service's own words. The right to complain is printed where the order
    restates it (D-r34, S-r34; SIL-37).
    """

    kind: ClassVar[DocumentKind] = DocumentKind.RESULT_NOTICE

    registration_no: Reference
    registered_at: AwareDatetime
    recipient: Party
    recipient_type: RecipientType
    channel: Channel
    outcome: Outcome
    decision_no: Reference
    decision_date: date
    benefit_start: BenefitDay | None = None
    account_end: Annotated[AccountNumber, StringConstraints(pattern=r"^[A-Z0-9]{4}$")] | None = None
    """The last four characters: a notice travels further than a decision."""
    grounds: tuple[Literal["G1", "G2", "G3"], ...] = ()
    detail: Bilingual | None = None
    handover: Handover | None = None

    @model_validator(mode="after")
    def _refused_for_a_ground(self) -> Self:
        if (self.outcome == "REFUSE") != bool(self.grounds):
            raise ValueError("grounds are named for a refusal and only for one (COM-13)")
        return self


class AdditionalDocumentNotice(DocumentFields):
    """The State Corporation's notice of a document still needed; the term grows once by five working days (D-t3,
    S-t3, INC-33)."""

    kind: ClassVar[DocumentKind] = DocumentKind.ADDITIONAL_DOCUMENT_NOTICE

    applicant: Party
    registration_no: Reference
    registered_at: AwareDatetime
    documents: Annotated[tuple[Bilingual, ...], Field(min_length=1)]
    former_due_on: date
    due_on: date

    @model_validator(mode="after")
    def _later(self) -> Self:
        if self.due_on <= self.former_due_on:
            raise ValueError("due_on is later than former_due_on: the term is extended, never cut")
        return self


class Standing(Fields):
    """Where one case of a person stands. ``due_on`` and ``decision_date`` are Almaty days."""

    service_name: Bilingual
    state: Bilingual
    case_reference: Reference | None = None
    registration_no: Reference | None = None
    due_on: date | None = None
    outcome: Outcome | None = None
    decision_no: Reference | None = None
    decision_date: date | None = None
    benefit_start: BenefitDay | None = None


class AssignmentInformation(DocumentFields):
    """Information on assignment, the answer to an e-request (D-t3, D-t8; S-t3, S-t8; SIL-38).

    ``asked_at`` is when the request reached the system. No standing at all means that the person has no case.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.ASSIGNMENT_INFORMATION

    person: Party
    request_no: Reference
    asked_at: AwareDatetime
    standings: tuple[Standing, ...]
