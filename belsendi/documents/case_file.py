"""The electronic case file (ЭІМ, 13.4) and the extract of the electronic journal (13.3)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from belsendi.contracts.states import Outcome
from belsendi.documents.fields import (
    Channel,
    DocumentFields,
    DocumentKind,
    Fields,
    Party,
    Reference,
    Text,
)
from belsendi.law import EimStatus, RecipientType
from belsendi.law.product_defaults import CheckCode


class CaseFileItem(Fields):
    """A datum of the catalogue, the system asked (exact Kazakh name), when, and with what result.

    An unreachable system is never absent data (SIL-15).
    """

    datum: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,48}$")]
    system: Text
    asked_at: AwareDatetime
    status: EimStatus


class ElectronicCaseFile(DocumentFields):
    """ЭІМ: the data gathered for the decision (B-r19-1)."""

    kind: ClassVar[DocumentKind] = DocumentKind.ELECTRONIC_CASE_FILE

    file_id: Reference
    revision: Annotated[int, Field(ge=1)]
    registration_no: Reference
    recipient: Party
    recipient_type: RecipientType
    items: Annotated[tuple[CaseFileItem, ...], Field(min_length=1)]


class JournalExtract(DocumentFields):
    """Extract of the electronic journal of applications (B-r16; columns of App. 6 are not in the source)."""

    kind: ClassVar[DocumentKind] = DocumentKind.JOURNAL_EXTRACT

    registration_no: Reference
    registered_at: AwareDatetime
    applicant: Party
    recipient_type: RecipientType
    channel: Channel
    consent_reference: Reference | None = None
    """None for an application that came by a counter, a desk or the portal."""
    registered_automatically: bool
    check_result: Literal["passed", "failed", "pending"]
    check_failures: tuple[CheckCode, ...] = ()
    acceptance_notice_reference: Reference | None = None
    non_acceptance_notice_reference: Reference | None = None
    outcome: Outcome | None = None
