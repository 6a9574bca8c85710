"""The service catalogue: a benefit is an entry of data that names the rules it runs by.

The entries are validated when they are read; wrong data stop the start, not a citizen's case.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from belsendi.errors import ConfigurationError, NotFound
from belsendi.law.clocks import Path, ServiceClock, Term, load_clocks
from belsendi.law.data_files import read_data, read_once
from belsendi.law.payment_status import StatusKind

Channel = Literal["state_corporation", "portal", "mobile", "provider"]
CHECK_CODE = r"^[A-Z]{1,3}K[1-9]$"
AUTOMATIC_CHANNELS: frozenset[Channel] = frozenset({"portal", "mobile"})  # B-r19-1, D-r21-1 speak of no other


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Data):
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


class Parties(_Data):
    """Who receives, and to whom an offer may go without being asked."""

    recipients: frozenset[RecipientType]
    proactive_recipients: frozenset[RecipientType]
    citation: str
    product_default: str | None


class Consent(_Data):
    """A consent that is recorded separately (specification, 4.2)."""

    code: Literal["CNS-P", "CNS-D", "CNS-DOC"]
    name: Text
    citation: str
    if_absent: Literal["no_case", "refusal_ground", "document_not_fetched"]
    ground: Literal["G1", "G2", "G3"] | None


class NeededDatum(_Data):
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


class Check(_Data):
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


class Ground(_Data):
    """A refusal ground: the words of this service's own row, never shared with another service (INC-25)."""

    code: Literal["G1", "G2", "G3"]
    kk: str
    ru: str
    ru_is_translation: bool
    citation: str


class AmountRule(_Data):
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


class OneApplicationBenefit(_Data):
    """A benefit that the recipient may choose with one application (D-t10). `service` is the catalogue entry that
    has its rules; None: a caseworker's sub-case, order 509 holds no rules for it (SIL-31)."""

    code: str = Field(pattern=r"^[A-Z_]{3,32}$")
    kk: str
    ru: str
    ru_is_translation: bool
    service: str | None


class Right(_Data):
    """A right of the recipient in the words of the rules (COM-15)."""

    kk: str
    ru: str
    ru_is_translation: bool
    citation: str


_PLACED_BY_CASEWORK = "SIL-16"
_Coded = TypeVar("_Coded", Consent, Check, Ground)


class Service(_Data):
    """A public service as the engine runs it."""

    code: str = Field(pattern=r"^[A-Z]{3}$")
    name: Text
    heading: Text
    name_citation: str
    provider: Text
    provider_citation: str
    events: tuple[LifeEvent, ...]
    events_default: str | None
    subject: Literal["deceased", "recipient", "breadwinner"]
    parties: Parties
    channels: tuple[Channel, ...]
    channels_citation: str
    path: Path
    automatic_channels: frozenset[Channel]
    automatic_rules: tuple[str, ...]
    one_day_causes: tuple[str, ...]
    request_word: Text
    fee: Text
    fee_citation: str
    help_citation: str
    consents: tuple[Consent, ...]
    needed_data: tuple[NeededDatum, ...]
    checks_citation: str
    checks_default: str | None
    checks: tuple[Check, ...]
    refusal_grounds: tuple[Ground, ...]
    messages: dict[str, str]
    decision_form: str | None
    decision_citations: dict[Path, str]
    journal_form: str | None
    notice_form: str | None
    application_forms: dict[Channel, str]
    forms_citation: str
    receipt_citation: str | None = None
    complaint: Right | None
    amount: AmountRule | None
    one_application: tuple[OneApplicationBenefit, ...] = ()
    one_application_citation: str | None = None
    channel_conditions: dict[Channel, Circumstance] = {}
    clock: ServiceClock

    @property
    def terms(self) -> dict[str, Term]:
        """The legal terms per channel."""
        return self.clock.terms

    @property
    def consent_rules(self) -> list[str]:
        """Where the order speaks of consent and account by the mobile device, one citation each."""
        return _citations(self.consent("CNS-P").citation)

    @property
    def check_rules(self) -> list[str]:
        """Where it speaks of the parameters and of acceptance by them."""
        return _citations(self.checks_citation)

    def decision_rules(self, path: Path | str | None) -> list[str]:
        """Where it speaks of the case file, the draft, its approval and the placement on this path.

        On a caseworker's path the order gives the term alone; signature and placement follow our SIL-16 (DIS-06).
        Before the path is found (None) it is a caseworker's.
        """
        if path == Path.P1:
            return _citations(self.decision_citation(Path.P1))
        return [*_citations(self.decision_citation(Path.P7)), _PLACED_BY_CASEWORK]

    def decision_citation(self, path: Path) -> str:
        """The act and rule a decision on this path rests on. Raises NotFound for P1 where the order has no P1."""
        if path not in self.decision_citations:
            raise NotFound(
                f"service {self.code} has no path {path.value}: no rule of its order decides there"
            )
        return self.decision_citations[path]

    def term(self, channel: str, path: Path) -> Term:
        """Return the one term of a channel on a path; the entry was checked to have it. Raises NotFound."""
        for term in self.terms.values():
            if term.holds_for(channel, path):
                return term
        raise NotFound(f"service {self.code} has no term for channel {channel!r}: add it to clocks.yaml")

    def ground(self, code: str) -> Ground:
        """Return the refusal ground `code`. Raises NotFound: no other ground may be used (COM-13)."""
        return _by_code(self.refusal_grounds, code, f"refusal ground of service {self.code}")

    def check(self, code: str) -> Check:
        """Return the parameter check `code`. Raises NotFound."""
        return _by_code(self.checks, code, f"parameter check of service {self.code}")

    def consent(self, code: str) -> Consent:
        """Return the consent `code`. Raises NotFound."""
        return _by_code(self.consents, code, f"consent of service {self.code}")

    def data_to_ask(self, circumstances: Collection[Circumstance] = ()) -> list[NeededDatum]:
        """Return the data the electronic case file of such a case holds (B-t8, D-t8, S-t8)."""
        return [
            item
            for item in self.needed_data
            if item.when is Circumstance.ALWAYS or item.when in circumstances
        ]

    def file_data(
        self, recipient: RecipientType, circumstances: Collection[Circumstance] = ()
    ) -> list[NeededDatum]:
        """Return the data the electronic case file of such a recipient holds: what only an entity or a sole
        proprietor proves is no datum of a natural person's file (B-t8)."""
        return [
            item
            for item in self.data_to_ask(circumstances)
            if not item.required_for or recipient in item.required_for
        ]

    def required_data(
        self, recipient: RecipientType, circumstances: Collection[Circumstance] = ()
    ) -> list[NeededDatum]:
        """Return the data without which no decision can be drafted for such a recipient (SIL-50)."""
        return [item for item in self.data_to_ask(circumstances) if recipient in item.required_for]

    @model_validator(mode="after")
    def _automatic_path_only_where_the_order_has_it(self) -> Service:
        if self.path is not Path.P1:
            return self
        if self.subject == "breadwinner" or LifeEvent.BREADWINNER_LOST in self.events:
            raise ValueError("a survivor case never enters the automatic path (S-r24; invariant 10.3(7))")
        if not self.automatic_rules or not self.automatic_channels:
            raise ValueError("path P1 needs the rules that allow automatic registration and decision")
        if not self.automatic_channels <= AUTOMATIC_CHANNELS & set(self.channels):
            raise ValueError(
                "automatic rules speak of the portal and the mobile device only (B-r19-1, D-r21-1)"
            )
        if LifeEvent.DISABILITY_ESTABLISHED in self.events and not self.one_day_causes:
            raise ValueError("a disability case enters P1 only with a cause named for it (D-r20-1)")
        return self

    @model_validator(mode="after")
    def _every_path_has_its_rule(self) -> Service:
        if set(self.decision_citations) != {self.path, Path.P7}:
            raise ValueError(
                "decision_citations name the rule of each path: P7 always, P1 where the order has it"
            )
        return self

    @model_validator(mode="after")
    def _every_channel_has_its_term(self) -> Service:
        for channel in self.channels:
            paths = {Path.P7}
            if self.path is Path.P1 and channel in self.automatic_channels:
                paths = {Path.P1, Path.P7} if self.one_day_causes else {Path.P1}
            for path in paths:
                terms = [name for name, term in self.terms.items() if term.holds_for(channel, path)]
                if len(terms) != 1:
                    raise ValueError(f"channel {channel} needs exactly one term on path {path}, has {terms}")
        if any(check.kind is CheckKind.WITHIN_YEARS for check in self.checks) and not self.clock.claim_limit:
            raise ValueError("a check of within_years needs the claim limit of the clock")
        return self

    @model_validator(mode="after")
    def _complete(self) -> Service:
        if [ground.code for ground in self.refusal_grounds] != ["G1", "G2", "G3"]:
            raise ValueError("a service has exactly the refusal grounds G1, G2, G3 (COM-13)")
        if not any(consent.code == "CNS-P" for consent in self.consents) and "mobile" in self.channels:
            raise ValueError("a proactive service needs the consent CNS-P (D-t10, B-t8)")
        if not self.parties.proactive_recipients <= self.parties.recipients:
            raise ValueError("an offer may only go to somebody who may receive")
        listed = [check.code for check in self.checks]
        listed += [item.datum for item in self.needed_data]
        listed += [consent.code for consent in self.consents]
        if len(set(listed)) != len(listed):
            raise ValueError("a check, a datum or a consent is listed twice")
        if not {item.instead_of for item in self.needed_data} - {None} <= set(listed):
            raise ValueError("a datum can only stand for another datum of the same service")
        return self


class InformationSystem(_Data):
    """A state information system by its exact name."""

    code: str
    kk: str
    ru: str
    citation: str


@read_once
def load_services() -> dict[str, Service]:
    """Return every service of the catalogue by code. Raises ConfigurationError when an entry is wrong."""
    systems = load_systems()
    services = {code: parse_service(code, entry) for code, entry in read_data("services.yaml").items()}
    for entry in services.values():
        for item in entry.needed_data:
            if item.system is not None and item.system not in systems:
                raise ConfigurationError(f"services.yaml names the unknown system {item.system}: correct it")
    return services


def parse_service(code: str, entry: dict[str, Any]) -> Service:
    """Return a validated service from a catalogue entry; its clock comes from clocks.yaml.

    Raises ConfigurationError.
    """
    try:
        return Service.model_validate({"code": code, "clock": load_clocks().get(code), **entry})
    except ValidationError as error:
        raise ConfigurationError(f"service {code} of the catalogue is not as it must be: {error}") from error


def service(code: str) -> Service:
    """Return the service `code` (for example "BUR"). Raises NotFound."""
    try:
        return load_services()[code]
    except KeyError:
        raise NotFound(f"no service {code!r} in the catalogue: add an entry to services.yaml") from None


@read_once
def load_systems() -> dict[str, InformationSystem]:
    """Return the information systems by code (IS-1 ...), with the names the order gives them."""
    table = read_data("systems.yaml")
    return {code: InformationSystem(code=code, **entry) for code, entry in table.items()}


def catalogue_schema() -> dict[str, Any]:
    """Return the JSON Schema of a catalogue entry, for editors of new services."""
    return Service.model_json_schema()


def _citations(text: str) -> list[str]:
    return re.split(r"[,;] *", text)


def _by_code(items: tuple[_Coded, ...], code: str, what: str) -> _Coded:
    for item in items:
        if item.code == code:
            return item
    raise NotFound(f"there is no {what} with code {code!r}")
