"""The service catalogue: a benefit is an entry of data that names the rules it runs by.

The entries are validated when they are read; wrong data stop the start, not a citizen's case.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError, model_validator

from belsendi.errors import ConfigurationError, NotFound
from belsendi.law.catalogue_entry import (
    AUTOMATIC_CHANNELS,
    AmountRule,
    Channel,
    Check,
    CheckKind,
    Circumstance,
    Consent,
    Data,
    Ground,
    LifeEvent,
    NeededDatum,
    OneApplicationBenefit,
    Parties,
    RecipientType,
    Right,
    Text,
)
from belsendi.law.clocks import Path, ServiceClock, Term, load_clocks
from belsendi.law.data_files import read_data, read_once

_PLACED_BY_CASEWORK = "SIL-16"
_Coded = TypeVar("_Coded", Consent, Check, Ground)


class Service(Data):
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


class InformationSystem(Data):
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
