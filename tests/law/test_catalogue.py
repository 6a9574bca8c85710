"""The service catalogue: the burial entry, and what no entry may say."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema
import pytest

from belsendi.errors import ConfigurationError, NotFound
from belsendi.law import (
    Path,
    RecipientType,
    catalogue_schema,
    law_version,
    load_services,
    load_systems,
    service,
)
from belsendi.law.catalogue import parse_service
from belsendi.law.data_files import read_data


def entry(code: str = "BUR", **changed: Any) -> dict[str, Any]:
    """Return a copy of a catalogue entry with changes."""
    return {**copy.deepcopy(read_data("services.yaml")[code]), **changed}


def test_burial_terms_stand_per_channel() -> None:
    """AC-B27: three working days at the State Corporation; one by portal or mobile device (B-t3)."""
    burial = service("BUR")
    assert {name: term.n for name, term in burial.terms.items()} == {
        "state_corporation": 3,
        "portal": 1,
        "mobile": 1,
    }
    assert all(term.citation == "B-t3" and term.start == "registration" for term in burial.terms.values())
    assert set(burial.terms) == set(burial.channels)


def test_grounds_are_exactly_three_in_the_words_of_the_burial_row() -> None:
    """AC-C07: ground code, verbatim text and citation are at hand for every decision."""
    burial = service("BUR")
    assert [ground.code for ground in burial.refusal_grounds] == ["G1", "G2", "G3"]
    assert burial.ground("G1").kk.endswith("дұрыс еместігін белгілеу"), (
        "not the survivor's дәйексіздігін (INC-25)"
    )
    assert "ұсынылған материалдардың, деректердің" in burial.ground("G2").kk
    assert '"Дербес деректер және оларды қорғау туралы"' in burial.ground("G3").kk
    assert all(
        ground.ru_is_translation and ground.citation.startswith("B-t9") for ground in burial.refusal_grounds
    )
    with pytest.raises(NotFound):
        burial.ground("G4")


def test_checks_are_the_five_of_rule_13() -> None:
    burial = service("BUR")
    assert [check.code for check in burial.checks] == ["CK1", "CK2", "CK3", "CK4", "CK5"]
    assert burial.check("CK1").kk == "ұсынылған мәліметтердің толықтығы"
    assert "\n" not in "".join(check.kk for check in burial.checks)


def test_legal_entities_may_receive_but_get_no_offer() -> None:
    """AC-B29."""
    parties = service("BUR").parties
    assert RecipientType.LEGAL_ENTITY in parties.recipients
    assert parties.proactive_recipients == {RecipientType.NATURAL_PERSON}


def test_missing_consent_has_three_different_effects() -> None:
    burial = service("BUR")
    assert burial.consent("CNS-P").if_absent == "no_case"
    assert burial.consent("CNS-D").ground == "G3"
    assert burial.consent("CNS-DOC").if_absent == "document_not_fetched"


def test_the_service_is_free() -> None:
    """AC-C01, the data of it."""
    assert service("BUR").fee.kk == "тегін"


def test_a_survivor_case_can_never_take_the_automatic_path() -> None:
    """Invariant 10.3(7), S-r24, AC-S03: refused by code and by event."""
    automatic = {"path": "P1", "automatic_channels": ["mobile"], "automatic_rules": ["S-r24"]}
    with pytest.raises(ConfigurationError, match="survivor"):
        parse_service("SUR", entry("SUR", **automatic))
    with pytest.raises(ConfigurationError, match="survivor"):
        parse_service("BUR", entry(events=["breadwinner_lost"]))
    assert service("SUR").path == "P7"


def test_a_disability_case_needs_its_causes_for_the_automatic_path() -> None:
    """Invariant 10.3(8), D-r20-1."""
    with pytest.raises(ConfigurationError, match="cause"):
        parse_service("DIS", entry("DIS", one_day_causes=[]))
    assert service("DIS").one_day_causes == ("GENERAL_ILLNESS", "WORK_INJURY")


def test_automatic_rules_reach_no_counter() -> None:
    """B-r19-1 and D-r21-1 speak of the portal and the mobile device."""
    with pytest.raises(ConfigurationError, match="portal and the mobile"):
        parse_service("BUR", entry(automatic_channels=["state_corporation"]))


def test_every_channel_of_every_service_has_one_term() -> None:
    terms = read_data("clocks.yaml")["BUR"]["terms"]
    assert set(terms) == {"state_corporation", "portal", "mobile"}
    with pytest.raises(ConfigurationError, match="exactly one term"):
        parse_service("BUR", entry(channels=["state_corporation", "portal", "mobile", "provider"]))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"automatic_rules": []}, "rules that allow"),
        ({"refusal_grounds": entry()["refusal_grounds"][:2]}, "G1, G2, G3"),
        ({"consents": entry()["consents"][1:]}, "CNS-P"),
        ({"checks": entry()["checks"] * 2}, "twice"),
        ({"unknown": 1}, "Extra inputs"),
        ({"parties": {**entry()["parties"], "recipients": ["legal_entity"]}}, "may receive"),
    ],
)
def test_a_wrong_entry_stops_the_start(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        parse_service("BUR", entry(**changed))


def test_a_service_without_a_clock_stops_the_start() -> None:
    with pytest.raises(ConfigurationError, match="clock"):
        parse_service("XYZ", entry())


def test_an_unknown_service_is_named_in_the_error() -> None:
    with pytest.raises(NotFound, match="XYZ"):
        service("XYZ")


def test_the_schema_accepts_the_catalogue_and_refuses_a_gap() -> None:
    schema = catalogue_schema()
    dumped = service("BUR").model_dump(mode="json")
    jsonschema.validate(dumped, schema)
    del dumped["refusal_grounds"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(dumped, schema)


def test_every_named_system_exists_with_its_exact_name() -> None:
    systems = load_systems()
    named = {item.system for entry in load_services().values() for item in entry.needed_data if item.system}
    assert named <= set(systems)
    assert systems["IS-9"].kk == '"ОДҚ" ААЖ'


def test_the_law_has_one_version() -> None:
    assert law_version() == law_version()
    assert len(law_version()) == 64


@pytest.mark.parametrize("code", sorted(load_services()))
def test_no_service_is_shown_the_rules_of_another(code: str) -> None:
    """What a page and a timeline cite of a service are rows and rules of its own act (0.2)."""
    own = {"BUR": "B-", "DIS": "D-", "SUR": "S-"}[code]
    entry = service(code)
    cited = [*entry.consent_rules, *entry.decision_rules(entry.path), *entry.decision_rules(Path.P7)]
    cited += entry.check_rules if entry.checks else []
    assert any(rule.startswith(own) for rule in cited)
    assert not [rule for rule in cited if rule[:2] in {"B-", "D-", "S-"} - {own}]
