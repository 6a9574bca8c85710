"""The two notices of B-r16: acceptance under the seal of the authorised body, and automatic non-acceptance."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from belsendi.documents.fields import (
    Bilingual,
    Channel,
    DocumentFields,
    DocumentKind,
    Party,
    Reference,
)
from belsendi.law import RecipientType
from belsendi.law.product_defaults import CheckCode


class AcceptanceNotice(DocumentFields):
    """электрондық өтінімді қабылдау туралы хабарлама (M-05-BUR, B-r16 ¶1, 13.5)."""

    kind: ClassVar[DocumentKind] = DocumentKind.ACCEPTANCE_NOTICE

    applicant: Party
    recipient_type: RecipientType
    registration_no: Reference
    registered_at: AwareDatetime
    due_on: date
    channel: Channel


class NonAcceptanceNotice(DocumentFields):
    """электрондық өтінімнің қабылданбағаны туралы хабарлама (M-06-BUR, B-r16 ¶2, 13.5).

    It has no decision number: non-acceptance is not a decision (10.3(5)). ``first_cause`` is the one that the
    SMS named; all failed parameters are listed.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.NON_ACCEPTANCE_NOTICE

    applicant: Party
    recipient_type: RecipientType
    registration_no: Reference
    registered_at: AwareDatetime
    channel: Channel
    failed: Annotated[tuple[CheckCode, ...], Field(min_length=1)]
    first_cause: Bilingual
    sealed: bool = False
    """Whether the office seals this notice too; B-r16 demands the seal for acceptance only."""
