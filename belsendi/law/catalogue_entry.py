"""What an entry of the service catalogue is made of: parties, data, checks, grounds, the rule of the sum."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from belsendi.law.payment_status import StatusKind

Channel = Literal["state_corporation", "portal", "mobile", "provider"]
CHECK_CODE = r"^[A-Z]{1,3}K[1-9]$"
AUTOMATIC_CHANNELS: frozenset[Channel] = frozenset({"portal", "mobile"})  # B-r19-1, D-r21-1 speak of no other


class Data(BaseModel):
    """Read from the law's data: whole, unchangeable, nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Data):
    """Words in both languages; the Russian side is marked where it is our translation."""

    kk: str = Field(min_length=1)
    ru: str = Field(min_length=1)
    ru_is_translation: bool


class RecipientType(StrEnum):
    """Who may receive (B-r5, B-t6, B-t8)."""

    NATURAL_PERSON = "natural_person"
    LEGAL_ENTITY = "legal_entity"
    SOLE_PROPRIETOR = "sole_proprietor"


class LifeEvent(StrEnum):
    """What sets a proactive offer off (SIL-03)."""

    DEATH_REGISTERED = "death_registered"
    DISABILITY_ESTABLISHED = "disability_established"
    BREADWINNER_LOST = "breadwinner_lost"


class DatumSource(StrEnum):
    """Readers a catalogue entry may name: where a datum of the electronic case file is taken from (section 8).

    DOCUMENT is a paper or file attached by hand (COM-06).
    """

    PERSON = "person"
    DEATH_RECORD = "death_record"
    ACCOUNT_OWNER = "account_owner"
    RECIPIENT_STATUS = "recipient_status"
    BURIAL_ASSIGNED = "burial_assigned"
    DISABILITY_RECORD = "disability_record"
    EXPERT_COUNCIL = "expert_council"
    MILITARY_COMMISSION = "military_commission"
    HOSPITAL_CERTIFICATE = "hospital_certificate"
    BIRTH_RECORD = "birth_record"
    MARRIAGE_RECORD = "marriage_record"
    GUARDIANSHIP = "guardianship"
    ADOPTION = "adoption"
    SCHOOL_RECORD = "school_record"
    HIGHER_EDUCATION_RECORD = "higher_education_record"
    BREADWINNER_DEATH_RECORD = "breadwinner_death_record"
    FAMILY_DEATH_RECORD = "family_death_record"
    OTHER_PARENT_DEATH_RECORD = "other_parent_death_record"
    KINSHIP_RECORD = "kinship_record"
    ENTREPRENEUR_REGISTRATION = "entrepreneur_registration"
    PENSION_TRANSFERS = "pension_transfers"
    MILITARY_SERVICE = "military_service"
    SERVICE_DEATH = "service_death"
    LEGAL_ENTITY = "legal_entity"
    PATENT = "patent"
    DOCUMENT = "document"


class Circumstance(StrEnum):
    """What makes a conditional datum necessary or worth asking for (6.2, 7.2). ALWAYS: without condition."""

    ALWAYS = "always"
    RADIATION_CAUSE = "radiation_cause"
    MILITARY_CAUSE = "military_cause"
    CHILD_UNDER_18 = "child_under_18"
    PARENT_CHANGED_SURNAME = "parent_changed_surname"
    GUARDIAN = "guardian"
    FIRST_ESTABLISHMENT = "first_establishment"
    DEPENDANT_18_TO_23 = "dependant_18_to_23"
    FATHER_ON_MOTHERS_STATEMENT = "father_on_mothers_statement"
    CAREGIVER_OF_UNDER_8 = "caregiver_of_under_8"
    OTHER_PARENT_ON_RECORD = "other_parent_on_record"


class Parties(Data):
    """Who receives, and to whom an offer may go without being asked."""

    recipients: frozenset[RecipientType]
    proactive_recipients: frozenset[RecipientType]
    citation: str
    product_default: str | None


class Consent(Data):
    """A consent that is recorded separately (specification, 4.2)."""

    code: Literal["CNS-P", "CNS-D", "CNS-DOC"]
    name: Text
    citation: str
    if_absent: Literal["no_case", "refusal_ground", "document_not_fetched"]
    ground: Literal["G1", "G2", "G3"] | None


class NeededDatum(Data):
    """A datum of the electronic case file (ЭІМ). `system` None: the order names none, see the product
    default.

    `source` names the reader that asks for it, `when` the circumstance under which it is asked for at all;
    without it no decision is drafted for the recipients of `required_for`. `instead_of` is the datum that
    this one replaces when it is present.
    """

    datum: str = Field(pattern=r"^[a-z_]{1,48}$")
    name: Text
    system: str | None
    source: DatumSource
    when: Circumstance = Circumstance.ALWAYS
    instead_of: str | None = None
    required_for: frozenset[RecipientType]
    citation: str
    product_default: str | None


class CheckKind(StrEnum):
    """The fixed library of checks (belsendi.law.parameter_checks) that entries choose from."""

    COMPLETE = "complete"
    NOT_ASSIGNED = "not_assigned"
    NO_OTHER_APPLICATION = "no_other_application"
    RECIPIENT_STATUS = "recipient_status"
    WITHIN_YEARS = "within_years"
    RECORD_FOUND = "record_found"


class Check(Data):
    """A parameter check with its words in the order, and the kind that runs it.

    `counts` are the payments that satisfy a check of kind `recipient_status`; `source` is the record that a check
    of kind `record_found` looks for.
    """

    code: str = Field(pattern=CHECK_CODE)
    kind: CheckKind
    kk: str
    ru: str
    citation: str
    data: str
    counts: frozenset[StatusKind] = frozenset()
    source: DatumSource | None = None

    @model_validator(mode="after")
    def _kind_has_what_it_needs(self) -> Check:
        if (self.kind is CheckKind.RECIPIENT_STATUS) != bool(self.counts):
            raise ValueError("a check of recipient_status, and only it, lists the payments that count")
        if (self.kind is CheckKind.RECORD_FOUND) != (self.source is not None):
            raise ValueError("a check of record_found, and only it, names the source of its record")
        return self


class Ground(Data):
    """A refusal ground: the words of this service's own row, never shared with another service (INC-25)."""

    code: Literal["G1", "G2", "G3"]
    kk: str
    ru: str
    ru_is_translation: bool
    citation: str


class AmountRule(Data):
    """Names of the parameters a sum is made of: `base` times the multiple of the category.

    `by` says what tells the category: what the deceased received, the disability, the family, or nothing (single).
    """

    by: Literal["deceased_status", "disability", "family", "single"]
    base: str
    multiples: dict[str, str] = Field(min_length=1)
    monthly: bool

    @model_validator(mode="after")
    def _one_category_needs_no_choice(self) -> AmountRule:
        if self.by == "single" and len(self.multiples) != 1:
            raise ValueError("a sum that hangs on nothing has exactly one multiple")
        return self


class OneApplicationBenefit(Data):
    """A benefit that the recipient may choose with one application (D-t10). `service` is the catalogue entry that
    has its rules; None: a caseworker's sub-case, order 509 holds no rules for it (SIL-31)."""

    code: str = Field(pattern=r"^[A-Z_]{3,32}$")
    kk: str
    ru: str
    ru_is_translation: bool
    service: str | None


class Right(Data):
    """A right of the recipient in the words of the rules (COM-15)."""

    kk: str
    ru: str
    ru_is_translation: bool
    citation: str
