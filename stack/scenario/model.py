"""The format of a scenario file. ``schema.json`` beside this file is made from these models."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from belsendi.attachments.proof import Certification, Language
from simulators.registry.events_control import OwnersAct
from simulators.registry.people import OutageMode, StatusKind
from stack.scenario.expectations import Expectation
from stack.scenario.times import AlmatyInstant, Length

SystemName = Literal[
    "mobile-citizens",
    "access-control",
    "individuals",
    "civil-registry",
    "recipients",
    "bank-accounts",
    "e-maket",
    "odq",
    "disabilities",
    "education",
    "higher-education",
    "courts",
    "medical-conclusions",
    "military-records",
    "entrepreneurs",
    "contributions",
    "legal-entities",
]


class Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Status(Form):
    """A payment the person receives. Days are inclusive."""

    kind: StatusKind
    since: date
    until: date | None = None
    suspended_since: date | None = None
    suspended_until: date | None = None


class PersonSpec(Form):
    """What the registers hold of a person. Nobody of them exists: IINs and numbers are made from the place in
    the file unless given."""

    iin: str | None = Field(default=None, pattern=r"^\d{12}$")
    """An IIN, or the BIN of a legal entity; with a right check digit."""
    legal_entity: bool = False
    """A legal entity by its BIN: known to no register of natural persons."""
    registered: bool = True
    """False: the register of legal entities does not know it."""
    active: bool = True
    """False: a legal entity that has been struck off."""
    numbers: list[str] | None = None
    """Registered mobile numbers; absent: one is made, ``[]``: none."""
    account: str | None = None
    """Account on file with the payer of pensions and benefits."""
    accounts: list[str] = []
    """Further accounts that belong to the person."""
    language: Literal["kk", "ru"] = "kk"
    statuses: list[Status] = []
    veteran: bool = False
    burial_assigned: bool = False
    """The register knows of a burial payment for this deceased."""
    document: bool = True
    born: date | None = None
    entries: dict[str, Any] = {}
    """Everything else the registers hold of the person: disability, birth, studies, service, trade and so on. An
    identification number in it may be written as ``{iin:alias}``."""
    answered_with: str | None = None
    """Alias of the person whose record the individuals register gives instead."""


class DeathSpec(Form):
    """A record of the civil registry that is there from the beginning and not told by its feed."""

    of: str
    died_on: date
    registered_on: date
    declarant: str | None = None


class Registries(Form):
    people: dict[str, PersonSpec]
    deaths: list[DeathSpec] = []


class InlineCalendar(Form):
    """A calendar of the scenario's own; a test fixture, no statement of law."""

    rest_days: list[Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]] = ["SAT", "SUN"]
    holidays: list[date] = []
    worked: list[date] = []


class EventStep(Form):
    """A life event reaches the office: a death is registered."""

    deceased: str
    died_on: date
    registered_on: date
    declarant: str | None = None
    recipients: list[str] | None = None
    """Persons named to the provider (``door: api``); absent: the declarant."""
    door: Literal["feed", "api"] = "feed"
    in_register: bool = True
    """False: the civil registry has no record of it (``door: api`` only)."""
    event_id: str | None = None
    """Give the same id twice to send one event twice (``door: api``)."""

    @model_validator(mode="after")
    def _fits_the_door(self) -> Self:
        if self.door == "feed" and (self.recipients is not None or not self.in_register or self.event_id):
            raise ValueError("recipients, in_register and event_id need door: api")
        return self


class DisabilityStep(Form):
    """The disability of a person on record is told by its register's feed; for a child with who may apply."""

    of: str
    applicant: str | None = None


class LossStep(Form):
    """A family lost its breadwinner; the civil registry's feed tells who belongs to it."""

    of: str
    died_on: date
    registered_on: date
    applicant: str | None = None
    dependants: dict[str, str] = {}
    """Aliases with what each is to the deceased, for example ``CHILD``."""
    in_register: bool = True
    """False: the death itself is not on record."""


class ReplyStep(Form):
    """A citizen writes."""

    sender: str = Field(alias="from")
    """Alias of a person (the first number of the file), or a number in E.164."""
    text: str
    """The words; ``{iin:alias}`` stands for a person's identification number."""
    message_id: str | None = None
    """Give the same id twice to deliver one message twice."""
    received_at: AlmatyInstant | None = None
    """The second at which it is stored, where that decides; absent: now."""


class SignStep(Form):
    """The draft is signed. ``seal`` uses the authorised body's certificate, the wrong role (INC-13)."""

    of: str | None = None
    service: str | None = None
    """Code of the service, where the recipient has cases of several."""
    signer: Literal["officer", "seal"] = "officer"
    passphrase: Literal["right", "wrong", "missing"] = "right"  # noqa: S105  which one, not what it is
    revision: int | None = None
    """Another revision than the newest one: a page that is out of date."""


class OfficerStep(Form):
    """An officer's act on the newest case of ``of``, or on the only one."""

    of: str | None = None
    service: str | None = None
    """Code of the service, where the recipient has cases of several."""
    reason: str = "scenario"


class ReviewStep(OfficerStep):
    passed: bool


class ProposeStep(OfficerStep):
    """The caseworker's decision: to assign, or to refuse on grounds."""

    grounds: list[Literal["G1", "G2", "G3"]] = []
    right_day: date | None = None
    """The day only the paper names (SIL-27)."""


class AskDocumentsStep(OfficerStep):
    """The caseworker asks for documents, and has the term extended."""

    kinds: list[str]
    extend: bool = False


class BringStep(OfficerStep):
    """Somebody brings a document, and the caseworker accepts it as proof (COM-06)."""

    kind: str
    from_abroad: bool = False
    certification: Certification = Certification.NONE
    language: Language = Language.KAZAKH
    translation_notarised: bool = False
    original_shown: bool = False


class AskOwnerStep(OfficerStep):
    """The caseworker has the portal ask the owner to open a digital document (COM-10)."""

    kind: str


class OwnerStep(Form):
    """What the owner of a digital document does with the portal's newest question."""

    of: str
    act: OwnersAct


class OutageStep(Form):
    """A state system, or one operation of it (``system/operation``), fails."""

    system: str
    mode: OutageMode = OutageMode.DOWN
    calls: int | None = Field(default=None, ge=1)
    """So many calls; absent: until it is healed."""
    until: AlmatyInstant | None = None
    """Heals by itself then."""


class ChangePerson(Form):
    """What changes in the registers; fields that are present replace."""

    who: str
    numbers: list[str] | None = None
    account: str | None = None
    accounts: list[str] | None = None
    statuses: list[Status] | None = None
    died_on: date | None = None
    veteran: bool | None = None
    burial_assigned: bool | None = None
    surname: str | None = None
    document: bool | None = None
    entries: dict[str, Any] = {}
    """Other entries of the registers that change, as in the people's ``entries``."""


class ChangeDeath(Form):
    """A correction of the death record."""

    of: str
    died_on: date | None = None
    registered_on: date | None = None


class ApplicationStep(Form):
    """An application for the same payment comes in by another channel: it stands in e-maket's journal only."""

    deceased: str
    applicant: str
    channel: Literal["state_corporation", "portal"] = "state_corporation"
    outcome: Literal["ASSIGNED", "REFUSED", "NOT_ACCEPTED", "WITHDRAWN"] | None = None
    """How it has ended; absent: it is pending."""


class ApplyStep(Form):
    """An application comes in at the office itself: by the State Corporation, a provider's desk or the portal."""

    by: str
    """Alias of the applicant; a legal entity applies with its BIN."""
    service: str = Field(pattern=r"^[A-Z]{3}$")
    """Code of the catalogue."""
    about: str
    """The deceased, the breadwinner, or whose disability it is."""
    channel: Literal["state_corporation", "provider", "portal"] = "state_corporation"
    certified: Literal["eds", "mobile", "paper"] | None = None
    """Absent: an EDS by the portal, paper at a counter."""
    account: str | None = "KZ86125KZT5004100100"
    died_on: date | None = None
    dependants: dict[str, str] = {}
    complete: bool = True
    """With all necessary documents."""
    missing: list[str] = []
    """Kinds of documents that are still to be brought."""
    first_establishment: bool | None = None
    one_application: list[int] = []
    """Benefits chosen to be assigned together, by their numbers in D-t10."""
    bin: bool = True
    """False: a legal entity applies without its BIN."""
    patent: str | None = None
    """A sole proprietor's patent."""
    data_consent: bool = True
    number: bool = False
    """Whether the applicant leaves the mobile number."""
    received_at: AlmatyInstant | None = None
    """Absent: now."""
    key: str | None = None
    """Give the same key twice to hand in one application twice."""


class CalendarDayStep(Form):
    """An operator sets a day of the working calendar."""

    day: date
    working: bool
    citation: str = "scenario"


class Step(Form):
    """One step: a time, and exactly one thing that happens or is expected then."""

    at: AlmatyInstant | None = None
    after: Length | None = None
    """Counted from the step before; neither ``at`` nor ``after``: at once after it."""
    note: str | None = None
    gives: str = "accepted"
    """How an officer's act goes: ``accepted`` or the code of the refusal."""

    event: EventStep | None = None
    disability: DisabilityStep | None = None
    loss: LossStep | None = None
    reply: ReplyStep | None = None
    replies: list[ReplyStep] | None = None
    """At the same time."""
    sign: SignStep | None = None
    return_draft: OfficerStep | None = None
    review: ReviewStep | None = None
    withdraw: OfficerStep | None = None
    propose: ProposeStep | None = None
    ask_documents: AskDocumentsStep | None = None
    bring: BringStep | None = None
    ask_owner: AskOwnerStep | None = None
    owner: OwnerStep | None = None
    retry_placement: OfficerStep | None = None
    outage: OutageStep | None = None
    heal: SystemName | Literal["all"] | None = None
    change_person: ChangePerson | None = None
    change_death: ChangeDeath | None = None
    remove_death: str | None = None
    application: ApplicationStep | None = None
    apply: ApplyStep | None = None
    seal: Literal["lost", "back"] | None = None
    """The key of the authorised body's seal is not at hand, or is again."""
    change_settings: dict[str, Any] | None = None
    """The office is started anew with these settings."""
    calendar_day: CalendarDayStep | None = None
    expect: list[Expectation] | None = None

    @model_validator(mode="after")
    def _one_thing_at_one_time(self) -> Self:
        if self.at is not None and self.after is not None:
            raise ValueError("give either at or after")
        things = self.model_fields_set - {"at", "after", "note", "gives"}
        if len(things) != 1:
            raise ValueError("a step has exactly one of: event, reply, sign, …, expect")
        return self


class Scenario(Form):
    """A scenario of the law."""

    scenario: list[str] = Field(min_length=1)
    """Ids of the specification it stands for, or a name of its own."""
    title: str
    ref: str = ""
    """Rules it rests on."""
    start: AlmatyInstant
    calendar: Literal["shipped", "CAL-A", "CAL-B", "CAL-C"] | InlineCalendar = "shipped"
    settings: dict[str, Any] = {}
    """Changes to the product defaults."""
    registries: Registries
    steps: list[Step] = Field(min_length=1)
    expect: list[Expectation] = []
    """What holds at the end."""
