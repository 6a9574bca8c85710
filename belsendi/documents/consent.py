"""The full text behind the short SMS: the eight items of art. 8 of law 94-V, and how consent was given."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from belsendi.contracts.personal_data import MessageText, MobileNumber, PersonalData, PersonName
from belsendi.documents.fields import Bilingual, DocumentFields, DocumentKind, Reference, Text


class ConsentKind(StrEnum):
    """Consents are recorded separately even when one reply gives several (spec 4.2)."""

    PROACTIVE_SERVICE = "CNS-P"
    PERSONAL_DATA = "CNS-D"
    DIGITAL_DOCUMENT = "CNS-DOC"


class ConsentReceipt(DocumentFields):
    """Receipt of a consent. Items (1)–(8) are those of law 94-V, art. 8; the rest is the proof of giving it."""

    kind: ClassVar[DocumentKind] = DocumentKind.CONSENT_RECEIPT

    consent_reference: Reference
    consents: Annotated[tuple[ConsentKind, ...], Field(min_length=1)]

    operator_name: Bilingual
    operator_bin: Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
    subject_name: Annotated[PersonName, StringConstraints(min_length=1)]
    validity: Bilingual
    third_parties: Bilingual
    cross_border: Bilingual
    public_sources: Bilingual
    data_collected: Annotated[tuple[Bilingual, ...], Field(min_length=1)]
    other_information: Bilingual

    message_template: Reference
    template_version: Text
    language: Literal["kk", "ru"]
    message_text: Annotated[MessageText, StringConstraints(min_length=1)]
    message_ids: Annotated[tuple[Reference, ...], Field(min_length=1)]
    reply_id: Reference
    reply_words: Annotated[MessageText, StringConstraints(min_length=1)]
    replied_at: Annotated[AwareDatetime, PersonalData("svc.proactive_consent")]
    mobile_number: Annotated[MobileNumber, StringConstraints(pattern=r"^\+\d{8,15}$")]
