"""The receipt for accepted documents (қолхат): electronic, or on paper for who comes in person (COM-08)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from belsendi.contracts.personal_data import PersonalData, PersonName
from belsendi.documents.fields import (
    Bilingual,
    Channel,
    DocumentFields,
    DocumentKind,
    Fields,
    Party,
    Reference,
)
from belsendi.documents.results import PowerOfAttorney
from belsendi.law import RecipientType


class ReceivedDocument(Fields):
    """A document that was handed in. ``shown`` means the original was shown for comparison and given back (B-t8)."""

    title: Bilingual
    detail: (
        Annotated[str, PersonalData("svc.case_document"), StringConstraints(min_length=1, max_length=400)]
        | None
    ) = None
    sheets: Annotated[int, Field(ge=1)] | None = None
    shown: bool = False


class Receipt(DocumentFields):
    """Receipt of the specialist who accepted the application (B-r12, D-r15, S-r14; M-09; 13.5).

    ``accepted_by`` is the specialist's name, None where the portal took the application in by itself. ``due_on`` is
    the last Almaty day of the term, known from registration on. On paper it has lines for both signatures.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.RECEIPT

    form: Literal["electronic", "paper"]
    applicant: Party
    recipient_type: RecipientType
    representative: Party | None = None
    power_of_attorney: PowerOfAttorney | None = None
    receipt_no: Reference
    registration_no: Reference | None = None
    accepted_at: AwareDatetime
    channel: Channel
    accepted_by: (
        Annotated[PersonName, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)] | None
    ) = None
    documents: Annotated[tuple[ReceivedDocument, ...], Field(min_length=1)]
    due_on: date | None = None
