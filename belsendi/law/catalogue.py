"""The service catalogue: a benefit is an entry of data that names the rules it runs by.

The entries are validated when they are read; wrong data stop the start, not a citizen's case.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from belsendi.errors import ConfigurationError, NotFound
from belsendi.law.clocks import ServiceClock, Term, load_clocks
from belsendi.law.data_files import read_data


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


class Path(StrEnum):
    """P1: automatic registration and decision; P7: a caseworker within seven working days (specification,
    10)."""

    P1 = "P1"
    P7 = "P7"


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
    default."""

    datum: str = Field(pattern=r"^[a-z_]{1,48}$")
    name: Text
    system: str | None
    required_for: frozenset[RecipientType]
    citation: str
    product_default: str | None


class Check(_Data):
    """A parameter check with its words in the order."""

    code: str = Field(pattern=r"^[CD]K[1-9]$")
    kk: str
    ru: str
    citation: str
    data: str


class Ground(_Data):
    """A refusal ground: the words of this service's own row, never shared with another service (INC-25)."""

    code: Literal["G1", "G2", "G3"]
    kk: str
    ru: str
    ru_is_translation: bool
    citation: str


class AmountParameters(_Data):
    """Names of the parameters an amount is made of."""

    base: str
    pensioner: str
    benefit_recipient: str
    veteran: str


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
    channels: tuple[Literal["state_corporation", "portal", "mobile", "provider"], ...]
    channels_citation: str
    path: Path
    automatic_rules: tuple[str, ...]
    one_day_causes: tuple[str, ...]
    request_word: Text
    fee: Text
    fee_citation: str
    consents: tuple[Consent, ...]
    needed_data: tuple[NeededDatum, ...]
    checks_citation: str
    checks_default: str | None
    checks: tuple[Check, ...]
    refusal_grounds: tuple[Ground, ...]
    messages: dict[str, str]
    decision_form: str
    journal_form: str
    forms_citation: str
    amount_parameters: AmountParameters | None
    clock: ServiceClock

    @property
    def terms(self) -> dict[str, Term]:
        """The legal terms per channel."""
        return self.clock.terms

    def ground(self, code: str) -> Ground:
        """Return the refusal ground `code`. Raises NotFound: no other ground may be used (COM-13)."""
        return _by_code(self.refusal_grounds, code, f"refusal ground of service {self.code}")

    def check(self, code: str) -> Check:
        """Return the parameter check `code`. Raises NotFound."""
        return _by_code(self.checks, code, f"parameter check of service {self.code}")

    def consent(self, code: str) -> Consent:
        """Return the consent `code`. Raises NotFound."""
        return _by_code(self.consents, code, f"consent of service {self.code}")

    def required_data(self, recipient: RecipientType) -> list[NeededDatum]:
        """Return the data without which no decision can be drafted for such a recipient (SIL-50)."""
        return [item for item in self.needed_data if recipient in item.required_for]

    @model_validator(mode="after")
    def _automatic_path_only_where_the_order_has_it(self) -> Service:
        if self.path is not Path.P1:
            return self
        if self.code == "SUR" or LifeEvent.BREADWINNER_LOST in self.events:
            raise ValueError("a survivor case never enters the automatic path (S-r24; invariant 10.3(7))")
        if not self.automatic_rules:
            raise ValueError("path P1 needs the rules that allow automatic registration and decision")
        if LifeEvent.DISABILITY_ESTABLISHED in self.events and not self.one_day_causes:
            raise ValueError("a disability case enters P1 only with a cause named for it (D-r20-1)")
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
        return self


class InformationSystem(_Data):
    """A state information system by its exact name."""

    code: str
    kk: str
    ru: str
    citation: str


@lru_cache(maxsize=1)
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


@lru_cache(maxsize=1)
def load_systems() -> dict[str, InformationSystem]:
    """Return the information systems by code (IS-1 ...), with the names the order gives them."""
    table = read_data("systems.yaml")
    return {code: InformationSystem(code=code, **entry) for code, entry in table.items()}


def catalogue_schema() -> dict[str, Any]:
    """Return the JSON Schema of a catalogue entry, for editors of new services."""
    return Service.model_json_schema()


def _by_code(items: tuple[_Coded, ...], code: str, what: str) -> _Coded:
    for item in items:
        if item.code == code:
            return item
    raise NotFound(f"there is no {what} with code {code!r}")
