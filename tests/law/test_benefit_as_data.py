"""A benefit that order 509 does not have runs through the same law when an edition of the data holds it."""

from __future__ import annotations

import re
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
from tests.made_up_benefit import CODE, EXAMPLE, PAGE, edition_with_the_benefit

_QUOTED = re.compile(r"<!-- (?P<file>[\w/.-]+) -->\n```yaml\n(?P<text>.*?)\n```", re.DOTALL)


@pytest.fixture
def edition(tmp_path: Path) -> Iterator[Path]:
    """An edition of the law data with a fourth benefit, read for the time of a test."""
    folder = edition_with_the_benefit(tmp_path).law
    with data_folder(folder):
        yield folder


@pytest.fixture
def winter(edition: Path) -> Service:
    return service(CODE)


def test_the_page_quotes_the_example_letter_by_letter() -> None:
    quoted = [(found["file"], found["text"]) for found in _QUOTED.finditer(PAGE.read_text(encoding="utf-8"))]
    assert {file for file, _ in quoted} >= {"law/services.yaml", "law/clocks.yaml", "sms/catalogue.yaml"}
    strange = [
        (file, text[:60])
        for file, text in quoted
        if f"{text}\n" not in (EXAMPLE / file).read_text(encoding="utf-8")
    ]
    assert strange == []


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
    assert path_for(winter, "mobile", "GENERAL_ILLNESS") == "P1"
    assert path_for(winter, "mobile", "WORK_INJURY") == path_for(winter, "state_corporation") == "P7"
    slow = term_for(winter, "mobile", "WORK_INJURY")
    assert (slow.n, slow.start, term_for(winter, "mobile", "CHILDHOOD").n) == (5, "consent", 1)
    assert start_of_benefit(winter, date(2025, 1, 1), date(2025, 4, 30)) is None, "paid once"
    assert {item.setting for item in defaults_used_by(CODE)} >= {"due_time", "offer_ttl_wd"}


def test_a_new_benefit_runs_the_checks_it_names(winter: Service) -> None:
    facts = CheckFacts(
        applied_on=date(2025, 6, 16), complete=True, legal_date=date(2024, 6, 10), record_found=False
    )
    found = run_checks(winter, facts, ProductDefaults())
    failed = [code for code, verdict in found.results.items() if verdict is Verdict.FAIL]
    assert failed == list(found.failures) == ["WK2", "WK3", "WK4"]
    assert {step.citation for step in found.trace} == {f"W-r10({number})" for number in range(1, 7)}


def test_a_new_benefit_drafts_its_decision_and_sum(winter: Service) -> None:
    arguments: dict[str, Any] = {
        "data_consent": True,
        "legal_date": date(2025, 1, 1),
        "benefit_start": None,
        "amount": AmountFacts("SINGLE"),
        "parameters": ParameterSet.load(),
        "knowledge_date": date(2025, 6, 16),
    }
    disabled = EimItem("disability_certificate", "IS-5", EimStatus.PRESENT)
    present = draft_decision(
        winter, eim=[EimItem("applicant_identity", "IS-1", EimStatus.PRESENT), disabled], **arguments
    )
    assert (present.kind, present.amount) == (DecisionKind.ASSIGN, Decimal("1966.0"))
    absent = draft_decision(
        winter, eim=[EimItem("applicant_identity", "IS-1", EimStatus.ABSENT), disabled], **arguments
    )
    assert [ground.code for ground in absent.grounds] == ["G2"]


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"needed_data": [{"datum": "moon_phase", "source": "observatory"}]}, "source"),
        ({"checks": [{"code": "WK1", "kind": "coin_toss"}]}, "kind"),
        ({"channels": ["portal", "mobile", "pigeon"]}, "channels"),
        ({"automatic_rules": []}, "rules that allow"),
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
