"""What the registers know of one person besides identity, numbers and payments; all of it may be absent."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

IIN = r"^[0-9]{12}$"


class Entry(BaseModel):
    """Base of the entries. Days are calendar days of Asia/Almaty, both ends of a period included."""

    model_config = ConfigDict(extra="forbid")


class Disability(Entry):
    """IS-5. The codes are the register's own; a cause it does not know is null."""

    group_code: str
    cause_code: str | None = None
    established_on: date
    valid_to: date | None = None
    first_time: bool = True
    since_childhood: bool = False
    reference_no: str


class Birth(Entry):
    """The person's own birth record (IS-2)."""

    act_no: str
    certificate_no: str
    registered_on: date
    mother_iin: str | None = Field(default=None, pattern=IIN)
    father_iin: str | None = Field(default=None, pattern=IIN)
    father_on_mothers_statement: bool = False
    statement_reference_no: str | None = None
    paternity_act_no: str | None = Field(
        default=None, description="paternity established by an act of its own"
    )


class Marriage(Entry):
    act_no: str
    certificate_no: str
    registered_on: date
    spouse_iin: str = Field(pattern=IIN)
    surname_before: str
    surname_after: str


class Divorce(Entry):
    act_no: str
    certificate_no: str
    registered_on: date
    spouse_iin: str = Field(pattern=IIN)
    surname_after: str


class Guardianship(Entry):
    """Guardianship of this person (IS-3)."""

    guardian_iin: str = Field(pattern=IIN)
    kind: str = Field(default="GUARDIANSHIP", pattern="^(GUARDIANSHIP|CUSTODY)$")
    decision_no: str
    valid_from: date
    valid_to: date | None = None


class Adoption(Entry):
    """The court's decision on the adoption of this person (IS-4)."""

    adopter_iins: list[str]
    court: str
    decision_no: str
    decided_on: date
    in_force_on: date


class StudyLevel(StrEnum):
    """Where a study is on record: HIGHER and POSTGRADUATE in IS-6, the others in IS-3."""

    PRESCHOOL = "PRESCHOOL"
    SECONDARY = "SECONDARY"
    TECHNICAL_VOCATIONAL = "TECHNICAL_VOCATIONAL"
    POST_SECONDARY = "POST_SECONDARY"
    HIGHER = "HIGHER"
    POSTGRADUATE = "POSTGRADUATE"

    @property
    def higher(self) -> bool:
        return self in (StudyLevel.HIGHER, StudyLevel.POSTGRADUATE)


class Study(Entry):
    institution: str
    level: StudyLevel
    form: str = Field(default="FULL_TIME", pattern="^(FULL_TIME|EXTRAMURAL|EVENING)$")
    year_of_study: str
    studies_from: date
    studies_to: date
    leave_from: date | None = None
    leave_to: date | None = None
    expelled_on: date | None = None


class ConclusionKind(StrEnum):
    EXPERT_COUNCIL = "EXPERT_COUNCIL"
    MILITARY_COMMISSION = "MILITARY_COMMISSION"
    HOSPITAL_CERTIFICATE = "HOSPITAL_CERTIFICATE"


class Conclusion(Entry):
    kind: ConclusionKind
    issuer: str
    number: str
    issued_on: date
    causal_link: bool = True


class MilitaryService(Entry):
    card_no: str
    issuer: str
    served_from: date
    served_to: date | None = None


class ServiceDeath(Entry):
    issuer: str
    number: str
    issued_on: date


class AssignedBenefit(Entry):
    """A benefit by its code in the service catalogue (IS-9)."""

    benefit: str
    since: date
    until: date | None = None


class Trade(Entry):
    """Registration as an individual entrepreneur, with the patent if there is one."""

    since: date
    until: date | None = None
    patent_no: str | None = None
    patent_issued_on: date | None = None
    patent_valid_to: date | None = None


class Transfer(Entry):
    """A mandatory pension contribution or a social payment that came in for the person."""

    kind: str = Field(pattern="^(PENSION|SOCIAL)$")
    on: date


class DigitalDocument(Entry):
    kind: str
    number: str
    issued_on: date
    valid_to: date | None = None
    issuer: str


class Dossier(BaseModel):
    """All entries of a person."""

    model_config = ConfigDict(extra="forbid")

    disability: Disability | None = None
    birth: Birth | None = None
    marriages: list[Marriage] = Field(default_factory=list)
    divorces: list[Divorce] = Field(default_factory=list)
    guardianship: Guardianship | None = None
    adoption: Adoption | None = None
    studies: list[Study] = Field(default_factory=list)
    conclusions: list[Conclusion] = Field(default_factory=list)
    military_service: MilitaryService | None = None
    service_death: ServiceDeath | None = None
    benefits: list[AssignedBenefit] = Field(default_factory=list)
    trade: Trade | None = None
    transfers: list[Transfer] = Field(default_factory=list)
    digital_documents: list[DigitalDocument] = Field(default_factory=list)


class DossierChange(BaseModel):
    """Entries that are present replace, the others stay; null empties one, an empty list too."""

    model_config = ConfigDict(extra="forbid")

    disability: Disability | None = None
    birth: Birth | None = None
    marriages: list[Marriage] | None = None
    divorces: list[Divorce] | None = None
    guardianship: Guardianship | None = None
    adoption: Adoption | None = None
    studies: list[Study] | None = None
    conclusions: list[Conclusion] | None = None
    military_service: MilitaryService | None = None
    service_death: ServiceDeath | None = None
    benefits: list[AssignedBenefit] | None = None
    trade: Trade | None = None
    transfers: list[Transfer] | None = None
    digital_documents: list[DigitalDocument] | None = None


class LegalEntity(Entry):
    """State registration of a legal entity."""

    bin: str = Field(pattern=IIN)
    name_kk: str
    name_ru: str
    certificate_no: str
    registered_on: date
    active: bool = True
    accounts: list[str] = []


class NewDisability(Entry):
    """A disability that the medical and social examination established; the applicant is a parent or guardian
    for a child, otherwise the person."""

    iin: str = Field(pattern=IIN)
    disability: Disability
    applicant_iin: str | None = Field(default=None, pattern=IIN)


class Dependant(Entry):
    iin: str = Field(pattern=IIN)
    relation: str = Field(
        default="CHILD", pattern="^(CHILD|PARENT|SPOUSE|FORMER_SPOUSE|SIBLING|GRANDCHILD|GRANDPARENT)$"
    )


class NewLoss(Entry):
    """A family that lost its breadwinner. The death itself is registered apart."""

    breadwinner_iin: str = Field(pattern=IIN)
    date_of_death: date
    registered_on: date
    applicant_iin: str | None = Field(default=None, pattern=IIN)
    dependants: list[Dependant] = Field(default_factory=list)


class Told(BaseModel):
    """An entry of a feed was made under this cursor."""

    cursor: int
