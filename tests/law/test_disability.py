"""The disability benefit: causes, records, the first day, sums by group and cause, the second offer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belsendi.errors import InvalidInput, NotFound
from belsendi.law import (
    AmountFacts,
    CheckFacts,
    DecisionKind,
    Draft,
    EimItem,
    EimStatus,
    ParameterSet,
    Path,
    ProductDefaults,
    SecondOffer,
    Verdict,
    WorkingCalendar,
    anchor_of,
    cause_of,
    channel_open,
    chosen_benefits,
    disability_amount_category,
    disability_causes,
    draft_decision,
    group_of,
    path_for,
    record_stands,
    run_checks,
    second_offer,
    service,
    start_of_benefit,
)
from belsendi.law.catalogue_entry import Circumstance

DIS = service("DIS")
CAL = WorkingCalendar.from_fixture(years=[2025])


@pytest.mark.parametrize(
    ("scenario", "code", "circumstance", "path"),
    [
        ("AC-D01", "GENERAL_ILLNESS", None, Path.P1),
        ("AC-D02", "WORK_INJURY", None, Path.P1),
        ("AC-D03", "MILITARY", Circumstance.MILITARY_CAUSE, Path.P7),
        ("AC-D03", "SERVICE_DUTY", Circumstance.MILITARY_CAUSE, Path.P7),
        ("AC-D04", "ECO_RADIATION", Circumstance.RADIATION_CAUSE, Path.P7),
        ("AC-D04", "NUCLEAR_ACCIDENT", Circumstance.RADIATION_CAUSE, Path.P7),
        ("other", "OCCUPATIONAL", None, Path.P7),
        ("AC-D05", None, None, Path.P7),
        ("AC-D05", "", None, Path.P7),
        ("AC-D05", "a code nobody mapped", None, Path.P7),
        ("AC-D05", "general_illness", None, Path.P7),
    ],
)
def test_the_registers_code_selects_the_path(
    scenario: str, code: str | None, circumstance: Circumstance | None, path: Path
) -> None:
    cause = cause_of(code)
    assert path_for(DIS, "mobile", cause.code) is path, scenario
    assert cause.circumstance is circumstance, scenario


def test_only_the_two_causes_of_the_order_take_one_day() -> None:
    """6.3: DIS-05, DIS-06."""
    one_day = {code for code in disability_causes() if path_for(DIS, "portal", code) is Path.P1}
    assert one_day == {"GENERAL_ILLNESS", "WORK_INJURY"}
    assert cause_of("WORK_INJURY").kk == "жұмыста мертігу"
    assert cause_of("GENERAL_ILLNESS").kk == "жалпы ауруға шалдығу"


def test_documents_follow_the_cause_and_the_family() -> None:
    """AC-D04, AC-D40: what is asked for, besides identity and the register's record."""
    plain = {item.datum for item in DIS.data_to_ask()}
    assert plain == {"applicant_identity", "disability_certificate", "bank_account"}
    radiation = {item.datum for item in DIS.data_to_ask([Circumstance.RADIATION_CAUSE])}
    assert radiation - plain == {"expert_council_decision"}
    child = [Circumstance.CHILD_UNDER_18, Circumstance.PARENT_CHANGED_SURNAME]
    assert {item.datum for item in DIS.data_to_ask(child)} - plain == {
        "adoption_decision",
        "child_birth_record",
        "marriage_record",
    }


@pytest.mark.parametrize(
    ("established", "valid_to", "stands"),
    [
        ("2025-06-01", None, True),
        ("2025-06-16", None, True),
        ("2025-06-17", None, False),
        ("2024-06-01", "2024-05-31", False),
        ("2024-06-01", "2025-06-16", True),
        ("2024-06-01", "2025-06-15", False),
    ],
)
def test_a_record_of_the_future_or_of_the_past_is_incorrect(
    established: str, valid_to: str | None, stands: bool
) -> None:
    """AC-D15, judged on 16.06.2025."""
    end = date.fromisoformat(valid_to) if valid_to else None
    assert record_stands(date.fromisoformat(established), end, date(2025, 6, 16)) is stands


@pytest.mark.parametrize(
    ("scenario", "established", "consent", "start"),
    [
        ("AC-D18 E9", "2024-12-01", "2025-04-15", "2025-01-15"),
        ("AC-D19 E10", "2025-03-01", "2025-04-15", "2025-03-01"),
        ("AC-D20", "2025-01-15", "2025-04-15", "2025-01-15"),
        ("AC-D21 E11", "2025-01-01", "2025-05-31", "2025-02-28"),
        ("AC-D22 E12", "2024-01-01", "2024-05-29", "2024-02-29"),
        ("AC-D22 E12", "2024-01-01", "2024-05-31", "2024-02-29"),
        ("AC-D23, the offer of 10.01.2025 does not count", "2025-01-01", "2025-05-30", "2025-02-28"),
        ("AC-D06 E3", "2025-01-01", "2025-10-24", "2025-07-24"),
    ],
)
def test_the_first_day_is_counted_back_from_consent(
    scenario: str, established: str, consent: str, start: str
) -> None:
    anchor = anchor_of(DIS, "mobile", consented_on=date.fromisoformat(consent), applied_on=date(2025, 12, 31))
    assert start_of_benefit(DIS, date.fromisoformat(established), anchor) == date.fromisoformat(start), (
        scenario
    )


def test_at_the_counter_the_months_count_from_the_application() -> None:
    applied = date(2025, 4, 15)
    assert anchor_of(DIS, "state_corporation", applied_on=applied) == applied
    with pytest.raises(InvalidInput, match="not known yet"):
        anchor_of(DIS, "mobile", applied_on=applied)


def test_a_payment_paid_once_has_no_first_day() -> None:
    assert start_of_benefit(service("BUR"), date(2025, 1, 1), date(2025, 2, 1)) is None


def test_the_provider_takes_first_establishments_only() -> None:
    """AC-D26."""
    assert channel_open(DIS, "provider", [Circumstance.FIRST_ESTABLISHMENT])
    assert not channel_open(DIS, "provider")
    assert channel_open(DIS, "portal")
    assert not channel_open(service("SUR"), "provider", [Circumstance.FIRST_ESTABLISHMENT])


def checks(**changed: Any) -> tuple[str, ...]:
    """Return the failed checks of a person whose record stands, with the changes of a scenario."""
    facts = {"applied_on": date(2025, 6, 16), "complete": True, "record_found": True}
    return run_checks(DIS, CheckFacts(**{**facts, **changed}), ProductDefaults(), CAL).failures


def test_the_four_checks() -> None:
    """SIL-10; AC-D16: the same benefit already assigned."""
    assert checks() == ()
    assert checks(assigned=True) == ("DK3",)
    assert checks(record_found=False) == ("DK2",)
    assert checks(other_application=True) == ("DK4",)
    assert checks(complete=False, missing=("bank_account",)) == ("DK1",)
    assert checks(complete=False, record_found=False, assigned=True) == ("DK1", "DK2", "DK3")


def test_a_register_nobody_asked_is_a_persons_to_judge() -> None:
    found = run_checks(DIS, CheckFacts(applied_on=date(2025, 6, 16), complete=True), ProductDefaults(), CAL)
    assert found.results["DK2"] is Verdict.REVIEW
    assert found.needs_review
    assert found.trace.product_defaults() == ["SIL-10"]


PRESENT = {"applicant_identity": EimStatus.PRESENT, "disability_certificate": EimStatus.PRESENT}


def draft(
    file: dict[str, EimStatus] | None = None, category: str | None = "GENERAL_ILLNESS_II", **changed: Any
) -> Draft:
    """Return the draft of a case with these data, decided on 17.06.2025."""
    arguments: dict[str, Any] = {
        "eim": [EimItem(datum, None, status) for datum, status in {**PRESENT, **(file or {})}.items()],
        "data_consent": True,
        "legal_date": date(2025, 5, 1),
        "benefit_start": date(2025, 5, 1),
        "amount": AmountFacts(category),
        "parameters": ParameterSet.load(),
        "knowledge_date": date(2025, 6, 17),
    }
    return draft_decision(DIS, **{**arguments, **changed})


def test_a_record_that_disappeared_is_a_refusal_decision() -> None:
    """AC-D14: absent data, G2 in the words of the disability row; AC-D15: incorrect data, G1."""
    absent = draft({"disability_certificate": EimStatus.ABSENT})
    assert absent.kind is DecisionKind.REFUSE
    assert [ground.code for ground in absent.grounds] == ["G2"]
    assert "ұсынылған құжаттардың, деректердің" in absent.grounds[0].kk
    incorrect = draft({"disability_certificate": EimStatus.INCORRECT})
    assert [ground.citation for ground in incorrect.grounds] == ["D-t9(1)"]


def test_without_access_to_the_data_the_verbatim_third_ground_of_this_service_stands() -> None:
    """AC-D34."""
    found = draft(data_consent=False)
    assert [(ground.code, ground.citation) for ground in found.grounds] == [("G3", "D-t9(3)")]


def test_a_guardians_document_is_necessary_only_for_a_guardian() -> None:
    assert draft().kind is DecisionKind.ASSIGN
    guardian = {"circumstances": [Circumstance.GUARDIAN]}
    assert draft({"guardianship": EimStatus.PRESENT}, **guardian).kind is DecisionKind.ASSIGN
    assert draft({"guardianship": EimStatus.ABSENT}, **guardian).kind is DecisionKind.REFUSE


@pytest.mark.parametrize(
    ("category", "year", "amount"),
    [
        ("GENERAL_ILLNESS_I", 2024, "95495.40"),
        ("GENERAL_ILLNESS_II", 2025, "81361.28"),
        ("GENERAL_ILLNESS_III", 2026, "61021.20"),
        ("CHILDHOOD_I", 2025, "101701.60"),
        ("CHILDHOOD_II", 2024, "79434.81"),
        ("CHILDHOOD_III", 2026, "81870.11"),
        ("CHILD_UNDER_7", 2025, "74427.08"),
    ],
)
def test_published_sums(category: str, year: int, amount: str) -> None:
    """Kazakhstan facts, 5.2."""
    found = draft(category=category, benefit_start=date(year, 5, 1), knowledge_date=date(year, 6, 17))
    assert found.amount == Decimal(amount)


@pytest.mark.parametrize("category", ["WORK_INJURY", "MILITARY", "RADIATION", None])
def test_a_sum_nobody_confirmed_is_left_to_the_assigning_system_and_says_who_sets_it(
    category: str | None,
) -> None:
    """SIL-20: never a reason to wait or to refuse."""
    found = draft(category=category)
    assert (found.kind, found.amount) == (DecisionKind.ASSIGN, None)
    assert found.trace[-1].outcome == "left to the assigning system"
    if category:
        assert "article 177" in found.trace[-1].detail["set_by"]


def test_a_start_in_an_earlier_year_has_the_sums_of_both_years() -> None:
    found = draft(benefit_start=date(2024, 11, 10), knowledge_date=date(2025, 2, 10))
    assert found.amount == Decimal("76396.32")
    assert [(period.since, period.amount) for period in found.later_amounts] == [
        (date(2025, 1, 1), Decimal("81361.28"))
    ]
    assert "2024-11-10" not in repr(found)


BORN = date(2018, 6, 16)


@pytest.mark.parametrize(
    ("cause", "group", "born", "since_childhood", "category"),
    [
        ("GENERAL_ILLNESS", "1", date(1980, 1, 1), False, "GENERAL_ILLNESS_I"),
        ("GENERAL_ILLNESS", "3", date(1980, 1, 1), False, "GENERAL_ILLNESS_III"),
        ("GENERAL_ILLNESS", "2", date(1980, 1, 1), True, "CHILDHOOD_II"),
        ("CHILDHOOD", "2", date(1980, 1, 1), True, "CHILDHOOD_II"),
        ("CHILD_0_7", "CHILD", date(2018, 6, 17), False, "CHILD_UNDER_7"),
        ("CHILD_7_18", "2", date(2018, 6, 16), False, "CHILDHOOD_II"),
        ("GENERAL_ILLNESS", "2", date(2007, 6, 17), False, "CHILDHOOD_II"),
        ("GENERAL_ILLNESS", "2", date(2007, 6, 16), False, "GENERAL_ILLNESS_II"),
        ("CHILD_7_18", "CHILD", date(2015, 1, 1), False, None),
        ("GENERAL_ILLNESS", "9", date(1980, 1, 1), False, None),
        ("WORK_INJURY", "1", date(1980, 1, 1), False, "WORK_INJURY"),
        ("OCCUPATIONAL", "1", date(1980, 1, 1), False, "WORK_INJURY"),
        ("MILITARY", "1", date(1980, 1, 1), False, "MILITARY"),
        ("ECO_RADIATION", "1", date(1980, 1, 1), False, "RADIATION"),
        (None, "1", date(1980, 1, 1), False, None),
    ],
)
def test_the_sum_follows_cause_group_and_age(
    cause: str | None, group: str, born: date, since_childhood: bool, category: str | None
) -> None:
    """On 16.06.2025: a child under seven to the day before the seventh birthday."""
    found = disability_amount_category(
        cause_of(cause), group_of(group), born, date(2025, 6, 16), since_childhood
    )
    assert found == category
    assert DIS.amount is not None
    assert found is None or found in DIS.amount.multiples


@pytest.mark.parametrize(
    ("said", "lapsed", "offers", "expected"),
    [
        ("as late as its own window allows", "2025-02-03", 1, SecondOffer(date(2025, 3, 18), "BEFORE_LIMIT")),
        ("but not before the first lapsed", "2025-03-24", 1, SecondOffer(date(2025, 3, 25), "BEFORE_LIMIT")),
        ("the limit has come", "2025-03-31", 1, SecondOffer(None, "TOO_LATE")),
        ("only once", "2025-02-03", 2, SecondOffer(None, "ONLY_ONCE")),
        ("never after a no, a STOP or a refusal", None, 1, SecondOffer(None, "NOT_LAPSED")),
    ],
)
def test_a_second_offer_only_by_rule(
    said: str, lapsed: str | None, offers: int, expected: SecondOffer
) -> None:
    """SIL-06: before three months from the establishment on 01.01.2025; offers live ten working days."""
    lapsed_on = date.fromisoformat(lapsed) if lapsed else None
    assert second_offer(date(2025, 1, 1), lapsed_on, offers, 10, 3, CAL) == expected, said
    assert DIS.clock.second_offer is not None
    assert (DIS.clock.second_offer.months, service("SUR").clock.second_offer) == (3, None)


@given(
    established=st.dates(date(2025, 1, 2), date(2025, 6, 30)),
    waited=st.integers(0, 120),
    ttl=st.integers(1, 15),
)
def test_a_second_offer_lies_between_the_lapse_and_the_limit(
    established: date, waited: int, ttl: int
) -> None:
    lapsed = date.fromordinal(established.toordinal() + waited)
    found = second_offer(established, lapsed, 1, ttl, 3, CAL)
    assert found.on is None or lapsed < found.on < date.fromordinal(established.toordinal() + 93)


def test_the_four_benefits_of_one_application() -> None:
    """AC-D37, the data of it: benefits 1 and 2 are two sub-cases; only the first has rules here (SIL-31)."""
    assert [benefit.code for benefit in chosen_benefits(DIS, [2, 1, 1])] == [
        "DISABILITY_STATE",
        "DISABILITY_SPECIAL",
    ]
    assert [benefit.service for benefit in DIS.one_application] == ["DIS", None, None, None]
    assert DIS.one_application[3].kk.startswith("бала кезінен бірінші топтағы мүгедектігі бар адамның")
    assert chosen_benefits(DIS, ["CHILD_RAISING"])[0].code == "CHILD_RAISING"


@pytest.mark.parametrize("choice", [[], [0], [5], ["PENSION"], [1, 9]])
def test_a_choice_outside_the_list_is_asked_again(choice: list[int | str]) -> None:
    with pytest.raises(InvalidInput, match="1 to 4"):
        chosen_benefits(DIS, choice)


def test_no_other_service_has_one_application() -> None:
    assert service("BUR").one_application == service("SUR").one_application == ()
    with pytest.raises(NotFound):
        path_for(DIS, "post")
