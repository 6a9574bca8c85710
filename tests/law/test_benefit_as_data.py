"""A benefit that order 509 does not have runs through the same law when an edition of the data holds it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from belsendi.errors import ConfigurationError, NotFound
from belsendi.law import (
    AmountFacts,
    CheckFacts,
    DecisionKind,
    EimItem,
    EimStatus,
    ParameterSet,
    ProductDefaults,
    Service,
    Verdict,
    data_folder,
    defaults_used_by,
    draft_decision,
    law_version,
    load_services,
    path_for,
    run_checks,
    service,
    start_of_benefit,
    term_for,
)
from belsendi.law.data_files import DATA_FOLDER

CODE = "WNT"


def _winter_help(services: dict[str, Any]) -> dict[str, Any]:
    """A made-up monthly help for pensioners: checks of three kinds, one necessary record, no one-day path."""
    entry = {
        **services["SUR"],
        "name": {"kk": "Қысқы көмек", "ru": "Зимняя помощь", "ru_is_translation": True},
    }
    entry |= {"subject": "recipient", "channels": ["portal", "mobile"], "events": ["disability_established"]}
    entry["application_forms"] = {}
    entry["needed_data"] = [
        item
        for item in services["SUR"]["needed_data"]
        if item["datum"] in ("applicant_identity", "bank_account")
    ]
    words = {"kk": "сынақ", "ru": "пример", "citation": "a made-up rule", "data": "register"}
    entry["checks"] = [
        {"code": "WK1", "kind": "complete", **words},
        {"code": "WK2", "kind": "recipient_status", "counts": ["AGE_PENSION"], **words},
        {"code": "WK3", "kind": "within_years", **words},
    ]
    entry["amount"] = {
        "by": "single",
        "base": "mci",
        "multiples": {"SINGLE": "winter_multiple"},
        "monthly": True,
    }
    return entry


@pytest.fixture
def edition(tmp_path: Path) -> Iterator[Path]:
    """An edition of the law data with a fourth benefit, read for the time of a test."""
    folder = Path(shutil.copytree(DATA_FOLDER, tmp_path / "data"))
    services = yaml.safe_load((folder / "services.yaml").read_text(encoding="utf-8"))
    clocks = yaml.safe_load((folder / "clocks.yaml").read_text(encoding="utf-8"))
    parameters = yaml.safe_load((folder / "parameters.yaml").read_text(encoding="utf-8"))
    services[CODE] = _winter_help(services)
    clocks[CODE] = {**clocks["SUR"], "claim_limit": {"years": 1, "citation": "a made-up rule"}}
    clocks[CODE]["retro_months"] = {"months": 2, "citation": "a made-up rule"}
    multiple = next(dict(entry) for entry in parameters if entry["name"] == "burial_multiple")
    parameters.append({**multiple, "name": "winter_multiple", "value": "0.5"})
    for name, content in (("services", services), ("clocks", clocks), ("parameters", parameters)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with data_folder(folder):
        yield folder


@pytest.fixture
def winter(edition: Path) -> Service:
    return service(CODE)


def test_the_edition_is_another_law_and_ends_with_its_context(edition: Path) -> None:
    with_help, known = law_version(), set(load_services())
    with data_folder(DATA_FOLDER):
        assert law_version() != with_help
        assert known - set(load_services()) == {CODE}
        with pytest.raises(NotFound, match=CODE):
            service(CODE)
    assert law_version() == with_help
    assert edition.is_dir()


def test_a_new_benefit_has_path_term_and_first_day(winter: Service) -> None:
    assert path_for(winter, "mobile", "GENERAL_ILLNESS") == "P7"
    assert (term_for(winter, "mobile").n, term_for(winter, "mobile").start) == (7, "consent")
    assert start_of_benefit(winter, date(2025, 1, 1), date(2025, 4, 30)) == date(2025, 2, 28)
    assert {item.setting for item in defaults_used_by(CODE)} >= {"due_time", "offer_ttl_wd"}


def test_a_new_benefit_runs_the_checks_it_names(winter: Service) -> None:
    facts = CheckFacts(applied_on=date(2025, 6, 16), complete=True, legal_date=date(2024, 6, 10))
    found = run_checks(winter, facts, ProductDefaults())
    assert found.results == {"WK1": Verdict.PASS, "WK2": Verdict.FAIL, "WK3": Verdict.FAIL}
    assert found.failures == ("WK2", "WK3")
    assert {step.citation for step in found.trace} == {"a made-up rule"}


def test_a_new_benefit_drafts_its_decision_and_sum(winter: Service) -> None:
    arguments: dict[str, Any] = {
        "data_consent": True,
        "legal_date": date(2025, 1, 1),
        "benefit_start": date(2025, 2, 28),
        "amount": AmountFacts("SINGLE"),
        "parameters": ParameterSet.load(),
        "knowledge_date": date(2025, 6, 16),
    }
    present = draft_decision(
        winter, eim=[EimItem("applicant_identity", "IS-1", EimStatus.PRESENT)], **arguments
    )
    assert (present.kind, present.amount) == (DecisionKind.ASSIGN, Decimal("1966.0"))
    absent = draft_decision(
        winter, eim=[EimItem("applicant_identity", "IS-1", EimStatus.ABSENT)], **arguments
    )
    assert [ground.code for ground in absent.grounds] == ["G2"]


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"needed_data": [{"datum": "moon_phase", "source": "observatory"}]}, "source"),
        ({"checks": [{"code": "WK1", "kind": "coin_toss"}]}, "kind"),
        ({"channels": ["portal", "mobile", "pigeon"]}, "channels"),
        ({"path": "P1"}, "rules that allow"),
        (
            {"amount": {"by": "single", "base": "mci", "multiples": {"A": "x", "B": "y"}, "monthly": True}},
            "exactly one multiple",
        ),
    ],
)
def test_what_no_library_has_stops_the_start(edition: Path, where: dict[str, Any], said: str) -> None:
    services = yaml.safe_load((edition / "services.yaml").read_text(encoding="utf-8"))
    services[CODE] |= where
    (edition / "services.yaml").write_text(yaml.safe_dump(services, allow_unicode=True), encoding="utf-8")
    with data_folder(edition), pytest.raises(ConfigurationError, match=said):
        load_services()
