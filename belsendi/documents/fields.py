"""Fields that several documents share. The official forms are not in order 509, so these are the minimal sets
of spec 13.3–13.5 (SIL-02): a missing field is an error, never an empty line on a legal document.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from belsendi.contracts.personal_data import IinText, PersonName

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Reference = Annotated[str, StringConstraints(pattern=r"^[\w./:№-]{1,100}$")]


class DocumentKind(StrEnum):
    """The documents of a case; the value is the template's name too."""

    ACCEPTANCE_NOTICE = "acceptance_notice"
    NON_ACCEPTANCE_NOTICE = "non_acceptance_notice"
    DECISION_ASSIGN = "decision_assign"
    DECISION_REFUSE = "decision_refuse"
    ELECTRONIC_CASE_FILE = "electronic_case_file"
    JOURNAL_EXTRACT = "journal_extract"
    CONSENT_RECEIPT = "consent_receipt"
    RESULT_NOTICE = "result_notice"
    ADDITIONAL_DOCUMENT_NOTICE = "additional_document_notice"
    ASSIGNMENT_INFORMATION = "assignment_information"
    RECEIPT = "receipt"
    EDUCATION_CERTIFICATE = "education_certificate"
    EDUCATION_CERTIFICATE_FORM = "education_certificate_form"


class Fields(BaseModel):
    """Base of everything that goes into a document. Immutable; unknown fields are refused; repr shows nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    __str__ = __repr__


class Bilingual(Fields):
    """The same statement in Kazakh and Russian. Kazakh is the primary text (spec 0.3)."""

    kk: Text
    ru: Text


class Party(Fields):
    """A person or entity named in a document. ``number`` is the IIN, or the BIN of a legal entity."""

    name: Annotated[PersonName, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
    number: Annotated[IinText, StringConstraints(pattern=r"^\d{12}$")]


class Channel(StrEnum):
    """жүгіну тәсілі (B-t2, D-t2)."""

    STATE_CORPORATION = "state_corporation"
    PORTAL = "portal"
    MOBILE = "mobile"
    PROVIDER = "provider"


class ProductDefault(Fields):
    """A point on which the law is silent or unclear and what the product does: shown as ours, never as law.

    ``source`` is the SIL or INC entry; ``setting`` and ``value`` as in ``belsendi.law.defaults_used_by``.
    """

    source: Annotated[str, StringConstraints(pattern=r"^(SIL|INC)-\d{2}(, (SIL|INC)-\d{2})*$")]
    setting: Text
    value: Text
    words: Bilingual | None = None


class DocumentFields(Fields):
    """What every document bears.

    ``service`` is a code of the service catalogue, from which names, checks and grounds are taken word for
    word. ``issued_at`` is an aware instant, printed in Asia/Almaty time.
    """

    kind: ClassVar[DocumentKind]

    case_reference: Reference
    service: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    provider: Bilingual
    issued_at: AwareDatetime
    demonstration: bool
    """True while the operator's own legal values come from the demonstration profile."""
    product_defaults: tuple[ProductDefault, ...] = ()
    casework: bool = False
    """The case goes a caseworker's path (P7): the rules of the automatic one are not its basis (DIS-06)."""
