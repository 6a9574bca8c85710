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
    """The documents the automatic path makes; the value is the template's name too."""

    ACCEPTANCE_NOTICE = "acceptance_notice"
    NON_ACCEPTANCE_NOTICE = "non_acceptance_notice"
    DECISION_ASSIGN = "decision_assign"
    DECISION_REFUSE = "decision_refuse"
    ELECTRONIC_CASE_FILE = "electronic_case_file"
    JOURNAL_EXTRACT = "journal_extract"
    CONSENT_RECEIPT = "consent_receipt"


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


class RecipientType(StrEnum):
    """жеке тұлға / заңды тұлға / дара кәсіпкер (B-t6, B-t8)."""

    NATURAL_PERSON = "natural_person"
    LEGAL_ENTITY = "legal_entity"
    SOLE_PROPRIETOR = "sole_proprietor"


class Channel(StrEnum):
    """жүгіну тәсілі (B-t2)."""

    STATE_CORPORATION = "state_corporation"
    PORTAL = "portal"
    MOBILE = "mobile"


class CheckOutcome(StrEnum):
    """The outcome of one parameter check; REVIEW was settled by a person (SIL-28, SIL-49)."""

    PASS = "pass"  # noqa: S105 - an outcome, not a secret
    FAIL = "fail"
    REVIEW = "review"


class CheckRow(Fields):
    """One of the five parameters of B-r13, in the order's own words."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}\d$")]
    verbatim_kk: Text
    translation_ru: Text
    outcome: CheckOutcome
    citation: Text


class ProductDefault(Fields):
    """A point on which the law is silent or unclear, and what the product does: shown as such, never as law."""

    source: Annotated[str, StringConstraints(pattern=r"^(SIL|INC|PD|PP)-?\d{0,3}$")]
    words: Bilingual


class DocumentFields(Fields):
    """What every document bears. ``issued_at`` is an aware instant, printed in Asia/Almaty time."""

    kind: ClassVar[DocumentKind]

    case_reference: Reference
    provider: Bilingual
    service_name: Bilingual
    issued_at: AwareDatetime
    demonstration: bool
    """True while the operator's own legal values come from the demonstration profile."""
    product_defaults: tuple[ProductDefault, ...] = ()
