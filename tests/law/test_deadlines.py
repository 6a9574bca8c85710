"""The worked examples E1 to E16 of the specification (9.3) and the arithmetic around them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belsendi.errors import InvalidInput, NotFound
from belsendi.law import (
    ALMATY,
    SendWindow,
    StaleCalendar,
    Verdict,
    WorkingCalendar,
    accept_date,
    add_working_days_at,
    benefit_start,
    claim_within_limit,
    closing_time,
    due,
    effective_day,
    escalation_instant,
    last_claim_day,
    legal_day,
    load_calendar,
    minus_months,
    next_send_window,
    service_clock,
)

CAL_A = WorkingCalendar.from_fixture(holidays=[date(2025, 10, 25), date(2025, 10, 27)], years=[2025])
CAL_B = WorkingCalendar.from_fixture(holidays=[date(2025, 3, 10)], years=[2025])
CAL_C = WorkingCalendar.from_fixture(years=[2025])


def burial_last_day(death: date) -> date:
    limit = service_clock("BUR").claim_limit
    assert limit is not None
    return last_claim_day(death, limit.years)


def almaty(text: str) -> datetime:
    """Return the UTC instant of an Almaty clock reading such as "2025-03-11 10:05"."""
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY).astimezone(UTC)


@pytest.mark.parametrize(
    ("example", "service", "term", "received", "calendar", "accepted", "due_on"),
    [
        ("E1 AC-B01", "BUR", "mobile", "2025-03-11 10:05", CAL_B, "2025-03-11", "2025-03-12"),
        ("E2 AC-B18", "BUR", "mobile", "2025-10-24 18:20", CAL_A, "2025-10-24", "2025-10-28"),
        ("AC-B18", "BUR", "mobile", "2025-10-25 12:00", CAL_A, "2025-10-25", "2025-10-28"),
        ("E3", "DIS", "portal_or_mobile_one_day", "2025-10-24 18:20", CAL_A, "2025-10-28", "2025-10-29"),
        ("E5", "DIS", "portal_or_mobile_one_day", "2025-06-14 10:00", CAL_C, "2025-06-16", "2025-06-17"),
        ("E7", "DIS", "state_corporation", "2025-06-10 12:00", CAL_C, "2025-06-10", "2025-06-19"),
        ("E8 AC-B27", "BUR", "state_corporation", "2025-03-06 12:00", CAL_B, "2025-03-06", "2025-03-12"),
    ],
)
def test_registered_and_due_days_of_the_examples(
    example: str,
    service: str,
    term: str,
    received: str,
    calendar: WorkingCalendar,
    accepted: str,
    due_on: str,
) -> None:
    registered = accept_date(service, almaty(received), calendar)
    assert registered == date.fromisoformat(accepted), example
    deadline = due(service_clock(service).terms[term], registered, calendar)
    assert deadline.due_on == date.fromisoformat(due_on), example
    assert deadline.due_at == almaty(f"{due_on} 23:59:59"), example


@pytest.mark.parametrize(
    ("example", "consent", "calendar", "due_on"),
    [("E4", "2025-10-24", CAL_A, "2025-11-05"), ("E6", "2025-06-16", CAL_C, "2025-06-25")],
)
def test_the_seven_day_clock_starts_on_the_real_day_of_consent(
    example: str, consent: str, calendar: WorkingCalendar, due_on: str
) -> None:
    term = service_clock("DIS").terms["mobile_other"]
    assert term.start == "consent"
    assert due(term, date.fromisoformat(consent), calendar).due_on == date.fromisoformat(due_on), example


def test_e7_an_extension_counts_from_the_same_start() -> None:
    clock = service_clock("DIS")
    deadline = due(clock.terms["state_corporation"], date(2025, 6, 10), CAL_C, clock.extension)
    assert deadline.due_on == date(2025, 6, 26)
    assert deadline.citation == "D-r24 para. 1 + D-t3"


def test_the_burial_payment_has_no_extension() -> None:
    """AC-B34: no five additional days for the burial payment (B-t3)."""
    assert service_clock("BUR").extension is None


@pytest.mark.parametrize(
    ("example", "arose", "anchor", "months", "start"),
    [
        ("E3", "2025-01-01", "2025-10-24", 3, "2025-07-24"),
        ("E9", "2024-12-01", "2025-04-15", 3, "2025-01-15"),
        ("E10", "2025-03-01", "2025-04-15", 3, "2025-03-01"),
        ("E11", "2025-01-01", "2025-05-31", 3, "2025-02-28"),
        ("E12", "2024-01-01", "2024-05-31", 3, "2024-02-29"),
        ("E12", "2024-01-01", "2024-05-30", 3, "2024-02-29"),
        ("E12", "2024-01-01", "2024-05-29", 3, "2024-02-29"),
        ("E13", "2024-01-01", "2025-06-16", 12, "2024-06-16"),
        ("E14", "2020-01-01", "2025-02-28", 12, "2024-02-28"),
        ("E14", "2020-01-01", "2028-02-29", 12, "2027-02-28"),
    ],
)
def test_benefit_start_of_the_examples(
    example: str, arose: str, anchor: str, months: int, start: str
) -> None:
    found = benefit_start(date.fromisoformat(arose), date.fromisoformat(anchor), months)
    assert found == date.fromisoformat(start), example


@pytest.mark.parametrize(
    ("example", "death", "applied", "outcome"),
    [
        ("E15 AC-B05", "2022-03-14", "2025-03-14", Verdict.PASS),
        ("E15 AC-B06", "2022-03-14", "2025-03-15", Verdict.FAIL),
        ("E16 AC-B07", "2024-02-29", "2027-02-28", Verdict.PASS),
        ("E16 AC-B07", "2024-02-29", "2027-03-01", Verdict.REVIEW),
        ("after E16", "2024-02-29", "2027-03-02", Verdict.FAIL),
        ("Saturday last, Sunday claim", "2022-11-15", "2025-11-16", Verdict.REVIEW),
        ("last day in Nauryz, claim on the next working day", "2022-03-21", "2025-03-26", Verdict.REVIEW),
        ("last day in Nauryz, a day later", "2022-03-21", "2025-03-27", Verdict.FAIL),
        ("long ago", "2001-01-06", "2026-11-20", Verdict.FAIL),
        ("same day", "2026-11-20", "2026-11-20", Verdict.PASS),
        ("before the death", "2026-11-20", "2026-11-19", Verdict.REVIEW),
    ],
)
def test_three_year_limit(example: str, death: str, applied: str, outcome: Verdict) -> None:
    found = claim_within_limit(date.fromisoformat(death), date.fromisoformat(applied), load_calendar(), 3)
    assert found is outcome, example


def test_last_day_of_the_burial_claim() -> None:
    assert burial_last_day(date(2022, 3, 14)) == date(2025, 3, 14)
    assert burial_last_day(date(2024, 2, 29)) == date(2027, 2, 28)


def test_a_claim_just_after_a_last_day_in_an_unknown_year_is_not_guessed() -> None:
    with pytest.raises(StaleCalendar):
        claim_within_limit(date(2020, 5, 5), date(2023, 5, 6), load_calendar(), 3)


def test_offer_reminder_and_lapse_keep_the_clock_time() -> None:
    """AC-B15: offer Monday 16.06.2025, reminder Thursday 19.06, lapse Monday 30.06."""
    offered = almaty("2025-06-16 11:30")
    assert add_working_days_at(offered, 3, CAL_C) == almaty("2025-06-19 11:30")
    assert add_working_days_at(offered, 10, CAL_C) == almaty("2025-06-30 11:30")


def test_late_evening_in_utc_is_already_the_next_almaty_day() -> None:
    instant = datetime(2025, 6, 16, 19, 30, tzinfo=UTC)
    assert legal_day(instant) == date(2025, 6, 17)
    assert accept_date("BUR", instant, CAL_C) == date(2025, 6, 17)
    assert add_working_days_at(instant, 1, CAL_C) == datetime(2025, 6, 17, 19, 30, tzinfo=UTC)


def test_strict_due_counts_the_first_day_too() -> None:
    term = service_clock("BUR").terms["state_corporation"]
    assert due(term, date(2025, 6, 10), CAL_C).strict_due_on == date(2025, 6, 12)
    assert due(term, date(2025, 6, 14), CAL_C).strict_due_on == due(term, date(2025, 6, 14), CAL_C).due_on


def test_escalation_comes_four_hours_before_the_provider_closes() -> None:
    """AC-B24: closing 18:30 for the burial payment, hence 14:30."""
    assert closing_time("BUR", date(2025, 3, 12)) == almaty("2025-03-12 18:30")
    assert escalation_instant(date(2025, 3, 12), 4, "BUR") == almaty("2025-03-12 14:30")
    assert closing_time("DIS", date(2025, 3, 12)) == almaty("2025-03-12 18:00")


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        ("2025-06-16 08:59:59", "2025-06-16 09:00:00"),
        ("2025-06-16 09:00:00", "2025-06-16 09:00:00"),
        ("2025-06-16 20:59:59", "2025-06-16 20:59:59"),
        ("2025-06-16 21:00:00", "2025-06-17 09:00:00"),
        ("2025-06-14 12:00:00", "2025-06-14 12:00:00"),
    ],
)
def test_sending_window(now: str, sent: str) -> None:
    assert next_send_window(almaty(now), SendWindow(), CAL_C) == almaty(sent)


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        ("2025-06-14 12:00", "2025-06-16 09:00"),
        ("2025-06-13 22:00", "2025-06-16 09:00"),
        ("2025-06-15 07:00", "2025-06-16 09:00"),
        ("2025-06-16 07:00", "2025-06-16 09:00"),
    ],
)
def test_sending_window_of_working_days(now: str, sent: str) -> None:
    window = SendWindow(working_days_only=True)
    assert next_send_window(almaty(now), window, CAL_C) == almaty(sent)
    with pytest.raises(InvalidInput):
        next_send_window(almaty(now), window)


def test_an_impossible_window_and_a_naive_instant_are_refused() -> None:
    with pytest.raises(InvalidInput):
        SendWindow(time(21), time(9))
    with pytest.raises(InvalidInput):
        legal_day(datetime(2025, 6, 16, 12))
    with pytest.raises(NotFound):
        accept_date("XXX", almaty("2025-06-16 12:00"), CAL_C)


@pytest.mark.parametrize(
    ("service", "received", "accepted"),
    [
        ("DIS", "2025-06-16 18:00", "2025-06-16"),
        ("DIS", "2025-06-16 18:01", "2025-06-17"),
        ("DIS", "2025-06-16 07:00", "2025-06-16"),
        ("SUR", "2025-06-16 23:00", "2025-06-16"),
        ("SUR", "2025-06-14 10:00", "2025-06-16"),
    ],
)
def test_after_hours_rules_differ_by_service(service: str, received: str, accepted: str) -> None:
    assert accept_date(service, almaty(received), CAL_C) == date.fromisoformat(accepted)


def test_the_order_takes_effect_after_ten_full_days() -> None:
    assert effective_day(date(2025, 1, 6)) == date(2025, 1, 17)


DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(day=DAYS, months=st.integers(0, 400))
def test_month_arithmetic_keeps_or_clamps_the_day_number(day: date, months: int) -> None:
    found = minus_months(day, months)
    assert (day.year * 12 + day.month) - (found.year * 12 + found.month) == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


@given(day=DAYS, gap=st.integers(0, 400), months=st.integers(0, 36))
def test_month_arithmetic_is_monotone(day: date, gap: int, months: int) -> None:
    assert minus_months(day + timedelta(days=gap), months) >= minus_months(day, months)


@given(death=DAYS)
def test_the_burial_limit_is_three_years_or_a_day_less(death: date) -> None:
    assert (burial_last_day(death) - death).days in {1095, 1096}


@given(
    start=st.dates(date(2024, 1, 1), date(2027, 10, 1)), name=st.sampled_from(["mobile", "state_corporation"])
)
def test_a_term_ends_on_a_working_day_after_its_start(start: date, name: str) -> None:
    calendar = load_calendar()
    term = service_clock("BUR").terms[name]
    deadline = due(term, start, calendar)
    assert deadline.due_on > start
    assert start <= deadline.strict_due_on <= deadline.due_on
    assert calendar.working_days_between(start, deadline.due_on) == term.n
    assert deadline.due_at.tzinfo is UTC
    assert deadline.calendar_version == calendar.version


def test_negative_months_are_refused() -> None:
    with pytest.raises(InvalidInput):
        minus_months(date(2025, 1, 1), -1)
