"""The five parameter checks of B-r13 as the acceptance scenarios of the burial payment state them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from belsendi.law import (
    CheckFacts,
    ParameterChecks,
    ProductDefaults,
    StatusKind,
    StatusPeriod,
    Trace,
    Verdict,
    WorkingCalendar,
    run_checks,
    service,
)

DEATH = date(2025, 2, 10)
APPLIED = date(2025, 3, 11)
DEFAULTS = ProductDefaults()
PENSION = StatusPeriod(kind=StatusKind.AGE_PENSION, valid_from=date(2010, 1, 1))


def facts(**changed: Any) -> CheckFacts:
    """Return facts in which every check passes, with the changes of a scenario."""
    base: dict[str, Any] = {
        "legal_date": DEATH,
        "applied_on": APPLIED,
        "complete": True,
        "assigned": False,
        "other_application": False,
        "statuses": (PENSION,),
    }
    return CheckFacts(**{**base, **changed})


def period(kind: str, **dates: Any) -> StatusPeriod:
    """Return a payment that began long before the death."""
    return StatusPeriod.model_validate({"kind": kind, "valid_from": date(2015, 6, 1), **dates})


def run_checks_of_burial(
    found: CheckFacts, defaults: ProductDefaults, calendar: WorkingCalendar | None = None
) -> ParameterChecks:
    """Run the checks that the catalogue names for the burial payment."""
    return run_checks(service("BUR"), found, defaults, calendar)


def test_a_pensioner_without_earlier_claims_passes_all_five() -> None:
    """AC-B01, the checks of it."""
    checks = run_checks_of_burial(facts(), DEFAULTS)
    assert set(checks.results) == {"CK1", "CK2", "CK3", "CK4", "CK5"}
    assert checks.passed
    assert (checks.failures, checks.first_failure, checks.needs_review) == ((), None, False)


@pytest.mark.parametrize(
    ("scenario", "statuses", "verdict"),
    [
        ("AC-B02 none of the four payments", (), Verdict.FAIL),
        ("AC-B02 another payment only", (period("CHILD_CARE"),), Verdict.FAIL),
        ("AC-B03 state special benefit only", (period("SPECIAL_STATE_BENEFIT"),), Verdict.PASS),
        ("basic pension only", (period("BASE_PENSION"),), Verdict.PASS),
        ("state social benefit only", (period("STATE_SOCIAL_BENEFIT"),), Verdict.PASS),
        ("AC-B04 stopped before", (period("AGE_PENSION", valid_to=date(2025, 1, 10)),), Verdict.FAIL),
        ("last day is the day of death", (period("AGE_PENSION", valid_to=DEATH),), Verdict.PASS),
        ("began on the day of death", (period("AGE_PENSION", valid_from=DEATH),), Verdict.PASS),
        ("began the day after", (period("AGE_PENSION", valid_from=DEATH + timedelta(1)),), Verdict.FAIL),
        ("SIL-49 suspended", (period("AGE_PENSION", suspended_from=date(2025, 1, 1)),), Verdict.REVIEW),
        (
            "suspension over before the death",
            (period("AGE_PENSION", suspended_from=date(2024, 1, 1), suspended_to=date(2024, 6, 1)),),
            Verdict.PASS,
        ),
        (
            "one suspended, one running",
            (period("AGE_PENSION", suspended_from=date(2025, 1, 1)), period("SPECIAL_STATE_BENEFIT")),
            Verdict.PASS,
        ),
    ],
)
def test_status_on_the_day_of_death(
    scenario: str, statuses: tuple[StatusPeriod, ...], verdict: Verdict
) -> None:
    assert run_checks_of_burial(facts(statuses=statuses), DEFAULTS).results["CK4"] is verdict, scenario


@pytest.mark.parametrize(
    ("scenario", "death", "applied", "verdict"),
    [
        ("AC-B05", "2022-03-14", "2025-03-14", Verdict.PASS),
        ("AC-B06", "2022-03-14", "2025-03-15", Verdict.FAIL),
        ("AC-B07", "2024-02-29", "2027-02-28", Verdict.PASS),
        ("AC-B07", "2024-02-29", "2027-03-01", Verdict.REVIEW),
        ("claim dated before the death", "2025-03-14", "2025-03-13", Verdict.REVIEW),
    ],
)
def test_claim_within_three_years(scenario: str, death: str, applied: str, verdict: Verdict) -> None:
    checks = run_checks_of_burial(
        facts(legal_date=date.fromisoformat(death), applied_on=date.fromisoformat(applied)), DEFAULTS
    )
    assert checks.results["CK5"] is verdict, scenario
    assert checks.needs_review is (verdict is Verdict.REVIEW), scenario
    if verdict is Verdict.FAIL:
        assert checks.first_failure == "CK5", scenario


def test_a_payment_already_assigned_fails_the_second_check() -> None:
    """AC-B08."""
    checks = run_checks_of_burial(facts(assigned=True), DEFAULTS)
    assert checks.failures == ("CK2",)


def test_a_live_application_of_another_person_fails_the_third_check() -> None:
    """AC-B09, and the second of two in AC-B10."""
    checks = run_checks_of_burial(facts(other_application=True), DEFAULTS)
    assert checks.failures == ("CK3",)


def test_an_own_application_refused_earlier_does_not_block() -> None:
    """AC-B11: by default INC-16; a setting can read rule 13(3) literally."""
    refused = facts(refused_application=True)
    lenient = run_checks_of_burial(refused, DEFAULTS)
    assert lenient.passed
    assert "INC-16" in lenient.trace.product_defaults()
    strict = run_checks_of_burial(refused, ProductDefaults(refused_applications_block=True))
    assert strict.failures == ("CK3",)


def test_all_failures_are_recorded_and_the_message_names_the_first_in_order() -> None:
    """AC-B12."""
    late = facts(assigned=True, legal_date=date(2020, 1, 1))
    checks = run_checks_of_burial(late, DEFAULTS)
    assert checks.failures == ("CK2", "CK5")
    assert checks.first_failure == "CK2"
    everything = facts(
        assigned=True,
        other_application=True,
        statuses=(),
        legal_date=date(2020, 1, 1),
        complete=False,
        missing=("applicant_identity",),
    )
    assert run_checks_of_burial(everything, DEFAULTS).failures == ("CK2", "CK3", "CK4", "CK5", "CK1")
    other_order = ProductDefaults(check_order=("CK1", "CK2", "CK3", "CK4", "CK5"))
    assert run_checks_of_burial(everything, other_order).first_failure == "CK1"


def test_incomplete_data_fail_the_first_check() -> None:
    """AC-B20, the check of it."""
    checks = run_checks_of_burial(facts(complete=False, missing=("applicant_identity",)), DEFAULTS)
    assert checks.failures == ("CK1",)
    assert checks.trace[0].detail["missing"] == "applicant_identity"


def test_without_a_date_of_death_nothing_false_is_said_about_status_and_term() -> None:
    checks = run_checks_of_burial(facts(legal_date=None, complete=False), DEFAULTS)
    assert checks.failures == ("CK1",)
    assert checks.results["CK4"] is checks.results["CK5"] is Verdict.REVIEW
    assert not checks.needs_review, "a failed check settles it"


def test_the_calendar_of_the_office_decides_what_a_rest_day_is() -> None:
    moved = WorkingCalendar.from_fixture(worked=[date(2027, 2, 28)], years=[2027])
    checks = run_checks_of_burial(
        facts(legal_date=date(2024, 2, 29), applied_on=date(2027, 3, 1)), DEFAULTS, moved
    )
    assert checks.results["CK5"] is Verdict.FAIL


def test_every_step_of_the_trace_cites_rule_13_and_no_date_of_a_life() -> None:
    checks = run_checks_of_burial(facts(), DEFAULTS)
    assert [step.rule for step in checks.trace] == ["CK1", "CK2", "CK3", "CK4", "CK5"]
    assert [step.citation for step in checks.trace] == [f"B-r13({n})" for n in range(1, 6)]
    assert all(step.product_default == "INC-15" for step in checks.trace)
    written = json.dumps(checks.trace.as_json())
    assert "2025" not in written
    assert "2010" not in written
    assert Trace.from_json(json.loads(written)) == checks.trace


def test_facts_hide_themselves() -> None:
    shown = repr(facts()) + repr(PENSION) + str(facts())
    assert "2025" not in shown
    assert "AGE_PENSION" not in shown
    with pytest.raises(ValidationError) as caught:
        facts(legal_date="born 1950-05-05")
    assert "1950" not in str(caught.value)


def test_complete_facts_cannot_miss_data() -> None:
    with pytest.raises(ValidationError, match="cannot be complete"):
        facts(complete=True, missing=("death_record",))


DAYS = st.dates(date(2024, 1, 1), date(2027, 6, 30))


@given(
    death=st.one_of(st.none(), DAYS),
    applied=DAYS,
    complete=st.booleans(),
    assigned=st.booleans(),
    other=st.booleans(),
    kinds=st.lists(st.sampled_from(list(StatusKind)), max_size=3),
)
def test_a_case_is_passed_failed_or_reviewed_and_never_two_of_them(
    death: date | None, applied: date, complete: bool, assigned: bool, other: bool, kinds: list[StatusKind]
) -> None:
    checks = run_checks_of_burial(
        facts(
            legal_date=death,
            applied_on=applied,
            complete=complete,
            assigned=assigned,
            other_application=other,
            statuses=tuple(period(kind) for kind in kinds),
        ),
        DEFAULTS,
    )
    assert [checks.passed, bool(checks.failures), checks.needs_review].count(True) == 1
    assert set(checks.failures) == {code for code, found in checks.results.items() if found is Verdict.FAIL}
