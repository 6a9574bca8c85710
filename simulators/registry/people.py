"""People, deaths and what the registers say of them: the world the gateway answers from."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from simulators.registry.dossier import Dossier, DossierChange, LegalEntity, NewDisability, NewLoss


class StatusKind(StrEnum):
    """The four payments whose recipient's death gives the burial payment (B-r13, third check)."""

    AGE_PENSION = "AGE_PENSION"
    BASE_PENSION = "BASE_PENSION"
    STATE_SOCIAL_BENEFIT = "STATE_SOCIAL_BENEFIT"
    SPECIAL_STATE_BENEFIT = "SPECIAL_STATE_BENEFIT"


class StatusPeriod(BaseModel):
    """Days (inclusive, Asia/Almaty) on which a person is a recipient, and days of suspension inside them."""

    model_config = ConfigDict(extra="forbid")

    kind: StatusKind
    valid_from: date
    valid_to: date | None = None
    suspended_from: date | None = None
    suspended_to: date | None = None


class IdentityDocument(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str
    number: str
    issued_on: date
    valid_to: date
    issuer: str


class Person(Dossier):
    """One person of the simulated population."""

    iin: str = Field(pattern=r"^[0-9]{12}$")
    surname: str
    given_name: str
    patronymic: str | None = None
    birth_date: date
    language: str = Field(default="kk", pattern="^(kk|ru)$")
    numbers: list[str] = Field(default_factory=list, description="E.164; the first is the one in use")
    account: str | None = Field(
        default=None, description="IBAN on file with the payer of pensions and benefits"
    )
    accounts: list[str] = Field(default_factory=list, description="IBANs owned beside the one on file")
    document: IdentityDocument | None = None
    address: str | None = None
    died_on: date | None = None
    statuses: list[StatusPeriod] = Field(default_factory=list)
    veteran: bool = Field(default=False, description="participant of the war or equalled (36.6 MCI)")
    burial_assigned: bool = Field(
        default=False, description="a burial payment was assigned for this deceased"
    )
    answered_with: str | None = Field(
        default=None,
        pattern=r"^[0-9]{12}$",
        description="the individuals register mistakenly answers with this person's record",
    )

    def __repr__(self) -> str:
        return "Person(…)"


class PersonChange(DossierChange):
    """What changes of a person: fields that are present replace, the others stay."""

    surname: str | None = None
    given_name: str | None = None
    patronymic: str | None = None
    birth_date: date | None = None
    language: str | None = Field(default=None, pattern="^(kk|ru)$")
    numbers: list[str] | None = None
    account: str | None = None
    accounts: list[str] | None = None
    document: IdentityDocument | None = None
    address: str | None = None
    died_on: date | None = None
    statuses: list[StatusPeriod] | None = None
    veteran: bool | None = None
    burial_assigned: bool | None = None
    answered_with: str | None = Field(default=None, pattern=r"^[0-9]{12}$")


class NewDeath(BaseModel):
    """A death to register. Absent numbers are given by the register."""

    model_config = ConfigDict(extra="forbid")

    deceased_iin: str = Field(pattern=r"^[0-9]{12}$")
    date_of_death: date
    registered_on: date
    declarant_iin: str | None = Field(default=None, pattern=r"^[0-9]{12}$")
    act_no: str | None = None
    certificate_no: str | None = None
    in_feed: bool = Field(default=True, description="false: only found by death_record, never in death_feed")


class Death(NewDeath):
    """A registered death with its place in the feed."""

    cursor: int
    act_no: str
    certificate_no: str


class DeathChange(BaseModel):
    """A correction of the record: fields that are present replace, the others stay."""

    model_config = ConfigDict(extra="forbid")

    date_of_death: date | None = None
    registered_on: date | None = None
    declarant_iin: str | None = Field(default=None, pattern=r"^[0-9]{12}$")
    certificate_no: str | None = None


class Population(BaseModel):
    """People, the legal entities beside them, and the life events the feeds tell of."""

    model_config = ConfigDict(extra="forbid")

    people: list[Person] = Field(default_factory=list)
    legal_entities: list[LegalEntity] = Field(default_factory=list)
    deaths: list[NewDeath] = Field(default_factory=list)
    disabilities: list[NewDisability] = Field(default_factory=list)
    losses: list[NewLoss] = Field(default_factory=list)


class OutageMode(StrEnum):
    """How a system fails."""

    DOWN = "down"
    """503 at once; nothing is done."""
    SLOW = "slow"
    """The answer comes after ``delay_ms``; the work is done."""
    ERROR = "error"
    """500 with a page no contract knows; nothing is done."""
    LOST_ANSWER = "lost_answer"
    """The work is done, then the connection is cut without a byte."""
    REFUSING = "refusing"
    """Understood and refused (422, code REFUSED); nothing is done."""


class Outage(BaseModel):
    """The failure of one system, or of one operation when named ``system/operation``."""

    model_config = ConfigDict(extra="forbid")

    mode: OutageMode
    remaining: int | None = Field(default=None, ge=1, description="calls it lasts; absent: until changed")
    delay_ms: int = Field(default=30_000, ge=0, description="for slow")
