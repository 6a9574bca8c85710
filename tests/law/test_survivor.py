"""The survivor benefit: dependants, study, certificate, caregiver, the family's sum, and the yearly dates."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belsendi.errors import InvalidInput
from belsendi.law import (
    AmountFacts,
    CaregiverFacts,
    CaregiverState,
    CertificateFlaw,
    CheckFacts,
    CivilAct,
    DecisionKind,
    DependantAge,
    Draft,
    EimItem,
    EimStatus,
    ParameterSet,
    ProductDefaults,
    Proof,
    Rounding,
    Study,
    StudyCertificate,
    StudyForm,
    StudyLevel,
    academic_year_of,
    age_on,
    anchor_of,
    care_age_alert,
    caregiver_state,
    certificate_flaws,
    dependant_age,
    draft_decision,
    family_amount,
    is_dependant,
    is_full_time,
    needs_care,
    next_anniversary,
    next_study_reminder,
    proof_of,
    run_checks,
    service,
    start_of_benefit,
    study_age_ends,
    study_counts,
    survivor_right_arose,
)
from belsendi.law.catalogue_entry import Circumstance

SUR = service("SUR")
TODAY = date(2025, 6, 16)
LEARNER = "050202500017"


@pytest.mark.parametrize(
    ("scenario", "arose", "consent", "start"),
    [
        ("AC-S04 E13", "2024-01-01", "2025-06-16", "2024-06-16"),
        ("AC-S04", "2025-02-01", "2025-06-16", "2025-02-01"),
        ("AC-S05 E14", "2023-05-05", "2025-02-28", "2024-02-28"),
        ("AC-S05 E14", "2026-05-05", "2028-02-29", "2027-02-28"),
    ],
)
def test_the_first_day_is_at_most_twelve_months_back(
    scenario: str, arose: str, consent: str, start: str
) -> None:
    anchor = anchor_of(SUR, "mobile", consented_on=date.fromisoformat(consent))
    assert start_of_benefit(SUR, date.fromisoformat(arose), anchor) == date.fromisoformat(start), scenario


def test_at_the_counter_the_months_count_from_the_complete_application() -> None:
    """AC-S06, the anchor of it: with all necessary documents (S-r24)."""
    found = anchor_of(SUR, "portal", applied_on=date(2025, 6, 2), complete_on=date(2025, 6, 10))
    assert found == date(2025, 6, 10)
    with pytest.raises(InvalidInput, match="not known yet"):
        anchor_of(SUR, "state_corporation", applied_on=date(2025, 6, 2))


def test_the_right_arises_on_the_day_of_death_or_of_the_court_decision() -> None:
    """SIL-27, AC-S23."""
    assert survivor_right_arose(date(2025, 1, 5), None) == date(2025, 1, 5)
    assert survivor_right_arose(None, date(2025, 3, 1)) == date(2025, 3, 1)
    with pytest.raises(InvalidInput, match="court"):
        survivor_right_arose(None, None)


@pytest.mark.parametrize(
    ("born", "ground"),
    [
        ("2007-06-17", DependantAge.MINOR),
        ("2007-06-16", DependantAge.STUDY_AGE),
        ("2002-06-17", DependantAge.STUDY_AGE),
        ("2002-06-16", DependantAge.NEITHER),
    ],
)
def test_study_age_runs_from_the_18th_birthday_to_the_day_before_the_23rd(
    born: str, ground: DependantAge
) -> None:
    """SIL-48; AC-S18: not counted from the day of turning 23. Judged on 16.06.2025."""
    assert dependant_age(date.fromisoformat(born), TODAY) is ground


def study(**changed: Any) -> Study:
    """Return full-time study at a college since autumn 2023, with the changes of a scenario."""
    base: dict[str, Any] = {
        "level": StudyLevel.TECHNICAL_VOCATIONAL,
        "form": StudyForm.FULL_TIME,
        "studies_from": date(2023, 9, 1),
        "studies_to": date(2026, 6, 30),
    }
    return Study(**{**base, **changed})


@pytest.mark.parametrize(
    ("scenario", "changed", "counts"),
    [
        ("AC-S11 college", {}, True),
        ("AC-S13 academic leave: still enrolled", {"studies_to": date(2027, 6, 30)}, True),
        ("AC-S14 extramural", {"form": StudyForm.EXTRAMURAL}, False),
        ("evening", {"form": StudyForm.EVENING}, False),
        ("AC-S12 university", {"level": StudyLevel.HIGHER}, True),
        ("postgraduate", {"level": StudyLevel.POSTGRADUATE}, True),
        ("kindergarten is no study", {"level": StudyLevel.PRESCHOOL}, False),
        ("AC-S15 expelled today", {"expelled_on": TODAY}, False),
        ("expelled tomorrow", {"expelled_on": TODAY + timedelta(days=1)}, True),
        ("graduated", {"studies_to": TODAY - timedelta(days=1)}, False),
        ("begins tomorrow", {"studies_from": TODAY + timedelta(days=1)}, False),
        ("no end known", {"studies_to": None}, True),
    ],
)
def test_which_study_counts(scenario: str, changed: dict[str, Any], counts: bool) -> None:
    """SUR-10, INC-28."""
    found = study(**changed)
    assert study_counts(found, TODAY) is counts, scenario
    assert is_dependant(date(2004, 1, 1), TODAY, found) is counts, scenario


def test_a_minor_needs_no_study_and_an_adult_needs_it() -> None:
    assert is_dependant(date(2020, 1, 1), TODAY)
    assert not is_dependant(date(2004, 1, 1), TODAY)
    assert not is_dependant(date(2002, 6, 16), TODAY, study()), "AC-S18: 23 today"


def certificate(**changed: Any) -> StudyCertificate:
    """Return a complete certificate for 2024/2025, with the changes of a scenario."""
    base: dict[str, Any] = {
        "corner_stamp": True,
        "issued_on": date(2025, 6, 2),
        "outgoing_no": "114",
        "learner": "Үлгі Ұлан",
        "birth_year": 2005,
        "learner_iin": LEARNER,
        "organisation": "Алматы колледжі",
        "organisation_address": "Алматы",
        "course": "2",
        "training_type": "күндізгі",
        "academic_year": "2024/2025",
        "study_years": 3,
        "studies_from": date(2023, 9, 1),
        "studies_to": date(2026, 6, 30),
        "seal": True,
        "head": "Үлгі Басшы",
        "head_signature": True,
    }
    return StudyCertificate(**{**base, **changed})


@pytest.mark.parametrize(
    ("scenario", "changed", "flaws"),
    [
        ("complete", {}, ()),
        ("EDS instead of a signature", {"head_signature": False, "head_eds": True}, ()),
        ("AC-S17 no seal", {"seal": False}, (CertificateFlaw.NO_SEAL,)),
        ("AC-S17 no signature", {"head_signature": False}, (CertificateFlaw.NO_SIGNATURE,)),
        ("no corner stamp", {"corner_stamp": False}, (CertificateFlaw.NO_CORNER_STAMP,)),
        ("blank number", {"outgoing_no": ""}, (CertificateFlaw.BLANK_FIELD,)),
        ("no date", {"issued_on": None}, (CertificateFlaw.BLANK_FIELD,)),
        ("a date to come", {"issued_on": date(2025, 6, 17)}, (CertificateFlaw.ISSUED_IN_THE_FUTURE,)),
        ("last year's", {"academic_year": "2023/2024"}, (CertificateFlaw.WRONG_ACADEMIC_YEAR,)),
        ("no year", {"academic_year": "2024/2026"}, (CertificateFlaw.WRONG_ACADEMIC_YEAR,)),
        ("AC-S14 extramural", {"training_type": "сырттай"}, (CertificateFlaw.NOT_FULL_TIME,)),
        ("somebody else's", {"learner_iin": "050202500119"}, (CertificateFlaw.WRONG_IIN,)),
        ("ends before it begins", {"studies_to": date(2023, 8, 1)}, (CertificateFlaw.WRONG_PERIOD,)),
    ],
)
def test_what_returns_a_certificate(
    scenario: str, changed: dict[str, Any], flaws: tuple[CertificateFlaw, ...]
) -> None:
    """S-form, 7.3; judged on 16.06.2025."""
    assert certificate_flaws(certificate(**changed), TODAY, LEARNER) == flaws, scenario


@pytest.mark.parametrize(
    ("words", "full_time"),
    [
        ("Күндізгі", True),
        ("очная форма", True),
        ("заочная", False),
        ("очно-заочная", False),
        ("сырттай оқу нысаны", False),
        ("", False),
    ],
)
def test_full_time_must_be_derivable(words: str, full_time: bool) -> None:
    assert is_full_time(words) is full_time


def test_a_certificate_hides_itself() -> None:
    shown = repr(certificate()) + str(certificate())
    assert LEARNER not in shown
    assert "Ұлан" not in shown


@pytest.mark.parametrize(
    ("day", "year"),
    [("2025-08-31", "2024/2025"), ("2025-09-01", "2025/2026"), ("2026-01-01", "2025/2026")],
)
def test_the_academic_year_begins_on_the_first_of_september(day: str, year: str) -> None:
    """AC-S16: on 01.09.2025 the certificate of 2025/2026 is due."""
    assert academic_year_of(date.fromisoformat(day)) == year


@pytest.mark.parametrize(
    ("after", "reminder"),
    [
        ("2025-06-16", "2025-09-01"),
        ("2025-09-01", "2025-10-01"),
        ("2025-10-01", "2026-09-01"),
        ("2025-12-31", "2026-09-01"),
    ],
)
def test_study_reminders_come_on_the_first_of_september_and_october(after: str, reminder: str) -> None:
    """T-18, SIL-34."""
    days = ProductDefaults().study_reminders
    assert next_study_reminder(date.fromisoformat(after), days) == date.fromisoformat(reminder)
    with pytest.raises(InvalidInput, match="study_reminders"):
        next_study_reminder(TODAY, ())


@pytest.mark.parametrize(
    ("assigned", "after", "day"),
    [
        ("2025-06-25", "2025-06-25", "2026-06-25"),
        ("2025-06-25", "2026-06-24", "2026-06-25"),
        ("2025-06-25", "2026-06-25", "2027-06-25"),
        ("2024-02-29", "2024-03-01", "2025-02-28"),
        ("2024-02-29", "2027-03-01", "2028-02-29"),
    ],
)
def test_the_caregiver_is_confirmed_on_the_anniversary(assigned: str, after: str, day: str) -> None:
    """T-19, SIL-35."""
    found = next_anniversary(date.fromisoformat(assigned), date.fromisoformat(after))
    assert found == date.fromisoformat(day)


def test_birthdays_that_matter() -> None:
    """AC-S18, AC-S21."""
    assert study_age_ends(date(2004, 2, 29)) == date(2027, 2, 28)
    assert care_age_alert(date(2018, 3, 1), 30) == date(2026, 1, 30)
    assert needs_care(date(2018, 3, 1), date(2026, 2, 28))
    assert not needs_care(date(2018, 3, 1), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("scenario", "book", "entrepreneur", "transfers", "state"),
    [
        ("AC-S19 labour book", True, None, None, CaregiverState.CONFIRMED),
        ("AC-S19 both registers empty", False, False, False, CaregiverState.CONFIRMED),
        ("AC-S20 entrepreneur", False, True, False, CaregiverState.NOT_CONFIRMED),
        ("contributions were paid", None, False, True, CaregiverState.NOT_CONFIRMED),
        ("one register is silent", False, False, None, CaregiverState.ASK),
        ("nothing is known", None, None, None, CaregiverState.ASK),
        ("one finding is enough", False, None, True, CaregiverState.NOT_CONFIRMED),
    ],
)
def test_the_yearly_confirmation_of_a_caregiver(
    scenario: str, book: bool | None, entrepreneur: bool | None, transfers: bool | None, state: CaregiverState
) -> None:
    facts = CaregiverFacts(
        labour_book_with_termination=book,
        registered_entrepreneur=entrepreneur,
        pension_or_social_transfers=transfers,
        checked_on=TODAY,
    )
    assert caregiver_state(facts) is state, scenario


@pytest.mark.parametrize(
    ("scenario", "act", "registered", "proof"),
    [
        ("AC-S22", CivilAct.BIRTH, "2007-08-13", Proof.PAPER),
        ("AC-S22", CivilAct.BIRTH, "2007-08-14", Proof.SYSTEM),
        ("AC-S22", CivilAct.MARRIAGE, "2008-06-01", Proof.PAPER),
        ("AC-S22", CivilAct.MARRIAGE, "2008-06-02", Proof.SYSTEM),
        ("S-r6", CivilAct.DEATH, "2008-05-01", Proof.PAPER),
        ("S-r6", CivilAct.DEATH, "2008-05-02", Proof.SYSTEM),
        ("no day in the order", CivilAct.PATERNITY, "2000-01-01", Proof.SYSTEM),
        ("no day in the order", CivilAct.DIVORCE, "2000-01-01", Proof.SYSTEM),
    ],
)
def test_the_registry_stands_for_the_paper_after_its_boundary_day(
    scenario: str, act: CivilAct, registered: str, proof: Proof
) -> None:
    assert proof_of(act, date.fromisoformat(registered)) is proof, scenario
    assert proof_of(act, date.fromisoformat(registered), abroad=True) is Proof.PAPER
    assert proof_of(act, None) is Proof.PAPER


FILE = ("applicant_identity", "breadwinner_death_record", "kinship_record")


def draft(changed: dict[str, EimStatus] | None = None, **arguments: Any) -> Draft:
    """Return the draft of a family's case, decided on 25.06.2025."""
    file = dict.fromkeys(FILE, EimStatus.PRESENT) | (changed or {})
    base: dict[str, Any] = {
        "eim": [EimItem(datum, None, status) for datum, status in file.items()],
        "data_consent": True,
        "legal_date": date(2025, 2, 1),
        "benefit_start": date(2025, 2, 1),
        "amount": family_amount(2),
        "parameters": ParameterSet.load(),
        "knowledge_date": date(2025, 6, 25),
    }
    return draft_decision(SUR, **{**base, **arguments})


@pytest.mark.parametrize(
    ("dependants", "year", "total", "share"),
    [
        (1, 2026, "46782.92", None),
        (2, 2025, "78587.60", "39293.80"),
        (3, 2024, "97665.75", "32555.25"),
        (4, 2026, "132212.60", "33053.15"),
        (5, 2026, "139840.25", "27968.05"),
        (6, 2025, "138684.00", "23114"),
        (7, 2025, "138684.00", "19812"),
        (9, 2026, "152553.00", "16950.33"),
    ],
)
def test_the_familys_sum_and_its_equal_shares(
    dependants: int, year: int, total: str, share: str | None
) -> None:
    """Kazakhstan facts, 5.3."""
    found = draft(
        amount=family_amount(dependants), benefit_start=date(year, 2, 1), knowledge_date=date(year, 6, 25)
    )
    assert found.amount == Decimal(total)
    assert found.share == (Decimal(share) if share else None)


def test_children_who_lost_both_parents_have_a_sum_each() -> None:
    found = draft(amount=family_amount(2, both_parents_lost=True))
    assert (found.amount, found.share) == (Decimal("142382.24"), Decimal("71191.12"))
    assert draft(amount=family_amount(1, both_parents_lost=True)).amount == Decimal("71191.12")


def test_the_published_row_of_2026_is_the_ceiling() -> None:
    """Kazakhstan facts, 5.5: 139,840.25 was published as 139,841. The rule itself is an operator's setting."""
    found = draft(
        amount=family_amount(5),
        benefit_start=date(2026, 2, 1),
        knowledge_date=date(2026, 6, 25),
        rounding=Rounding.UP,
    )
    assert found.amount == Decimal("139841")


def test_a_sum_needs_a_family() -> None:
    with pytest.raises(InvalidInput, match="dependant"):
        family_amount(0)
    with pytest.raises(InvalidInput, match="at least one"):
        AmountFacts("FAMILY_1", units=0)


def test_the_order_lists_no_checks_for_a_survivor_case() -> None:
    """SUR-08."""
    found = run_checks(SUR, CheckFacts(applied_on=TODAY, complete=False), ProductDefaults())
    assert (found.results, found.passed) == ({}, True)


def test_a_first_ground_uses_the_survivors_own_word() -> None:
    """AC-S28: дәйексіздігін, not дұрыс еместігін (INC-25)."""
    found = draft({"kinship_record": EimStatus.INCORRECT})
    assert found.kind is DecisionKind.REFUSE
    assert found.grounds[0].kk.endswith("дәйексіздігін белгілеу")


def test_a_court_decision_stands_for_the_death_certificate() -> None:
    """AC-S23."""
    absent = {"breadwinner_death_record": EimStatus.ABSENT}
    assert draft(absent).kind is DecisionKind.REFUSE
    assert draft({**absent, "court_decision": EimStatus.PRESENT}).kind is DecisionKind.ASSIGN
    assert draft({**absent, "court_decision": EimStatus.ABSENT}).kind is DecisionKind.REFUSE


def test_a_study_record_of_the_state_stands_for_the_paper() -> None:
    """AC-S11, AC-S12: no paper where IS-3 or IS-6 has the record; otherwise the certificate is necessary."""
    learner = {"circumstances": [Circumstance.DEPENDANT_18_TO_23]}
    none = dict.fromkeys(("study_certificate", "school_record", "higher_education_record"), EimStatus.ABSENT)
    assert draft(none, **learner).kind is DecisionKind.REFUSE
    for source in none:
        assert draft({**none, source: EimStatus.PRESENT}, **learner).kind is DecisionKind.ASSIGN, source


def test_what_is_asked_for_in_which_family() -> None:
    """AC-S24, AC-S25, AC-S26: both death records, military service and guardianship always (INC-17, S-r7)."""
    plain = {item.datum for item in SUR.data_to_ask()}
    assert {"breadwinner_death_record", "children_death_record", "kinship_record"} <= plain
    assert {"military_card", "service_death_reference", "guardianship"} <= plain
    on_statement = {item.datum for item in SUR.data_to_ask([Circumstance.FATHER_ON_MOTHERS_STATEMENT])}
    assert on_statement - plain == {"civil_status_reference"}
    caregiver = {item.datum for item in SUR.data_to_ask([Circumstance.CAREGIVER_OF_UNDER_8])}
    assert caregiver - plain == {"labour_book", "entrepreneur_registration", "pension_transfers"}


@given(born=st.dates(date(1990, 1, 1), date(2025, 1, 1)), days=st.integers(0, 12000))
def test_an_age_never_falls_and_grows_on_birthdays_only(born: date, days: int) -> None:
    day = born + timedelta(days=days)
    grown = age_on(born, day + timedelta(days=1)) - age_on(born, day)
    assert grown in {0, 1}
    assert age_on(born, day) in {day.year - born.year - 1, day.year - born.year}


def test_no_age_before_birth() -> None:
    with pytest.raises(InvalidInput, match="before the birth"):
        age_on(date(2025, 1, 2), date(2025, 1, 1))
