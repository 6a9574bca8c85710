"""The electronic case file (ЭІМ, 13.4) and the extract of the electronic journal (13.3)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from belsendi.documents.fields import (
    Bilingual,
    Channel,
    CheckRow,
    DocumentFields,
    DocumentKind,
    Fields,
    Party,
    RecipientType,
    Reference,
    Text,
)


class DatumStatus(StrEnum):
    """What a query brought. An unreachable system is never absent data (SIL-15)."""

    PRESENT = "present"
    ABSENT = "absent"
    INCORRECT = "incorrect"
    UNREACHABLE = "unreachable"


class CaseFileItem(Fields):
    """A datum the decision needs, the system asked (exact Kazakh name), when, and with what result."""

    datum: Bilingual
    system: Text
    asked_at: AwareDatetime
    status: DatumStatus


class ElectronicCaseFile(DocumentFields):
    """ЭІМ: the data gathered for the decision (B-r19-1)."""

    kind: ClassVar[DocumentKind] = DocumentKind.ELECTRONIC_CASE_FILE

    file_id: Reference
    revision: Annotated[int, Field(ge=1)]
    registration_no: Reference
    recipient: Party
    items: Annotated[tuple[CaseFileItem, ...], Field(min_length=1)]


class JournalExtract(DocumentFields):
    """Extract of the electronic journal of applications (B-r16; columns of App. 6 are not in the source)."""

    kind: ClassVar[DocumentKind] = DocumentKind.JOURNAL_EXTRACT

    registration_no: Reference
    registered_at: AwareDatetime
    applicant: Party
    recipient_type: RecipientType
    channel: Channel
    consent_reference: Reference
    registered_automatically: bool
    check_result: Literal["passed", "failed", "pending"]
    check_failures: tuple[CheckRow, ...] = ()
    acceptance_notice_reference: Reference | None = None
    non_acceptance_notice_reference: Reference | None = None
    outcome: Bilingual | None = None
