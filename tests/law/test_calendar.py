"""The working calendar: the official years, the operator's word, and what is not known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belsendi.errors import ConfigurationError, InvalidInput
from belsendi.law import (
    ALMATY,
    CalendarOverride,
    StaleCalendar,
    WorkingCalendar,
    due,
    load_calendar,
    service_clock,
)

CALENDAR = load_calendar()
LOADED_DAYS = st.dates(date(2024, 1, 1), date(2027, 10, 1))


@pytest.mark.parametrize(
    ("start", "one", "five"),
    [
        ("2024-05-03", "2024-05-04", "2024-05-14"),
        ("2024-05-07", "2024-05-10", "2024-05-16"),
        ("2024-12-31", "2025-01-05", "2025-01-10"),
        ("2025-03-20", "2025-03-26", "2025-04-01"),
        ("2026-03-20", "2026-03-26", "2026-04-01"),
        ("2026-05-08", "2026-05-12", "2026-05-18"),
        ("2026-08-28", "2026-08-31", "2026-09-04"),
        ("2026-10-23", "2026-10-27", "2026-11-02"),
        ("2026-12-15", "2026-12-17", "2026-12-23"),
        ("2026-12-31", "2027-01-05", "2027-01-12"),
        ("2027-03-12", "2027-03-16", "2027-03-25"),
        ("2027-03-19", "2027-03-25", "2027-03-31"),
        ("2027-05-07", "2027-05-11", "2027-05-17"),
    ],
)
def test_published_vectors_of_one_and_five_working_days(start: str, one: str, five: str) -> None:
    day = date.fromisoformat(start)
    assert CALENDAR.add_working_days(day, 1) == date.fromisoformat(one)
    assert CALENDAR.add_working_days(day, 5) == date.fromisoformat(five)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_of_an_official_year_agrees_with_an_independent_calendar(year: int) -> None:
    other: Any = holidays.country_holidays("KZ", years=year)
    day = date(year, 1, 1)
    differing = []
    while day.year == year:
        if CALENDAR.is_working_day(day) != other.is_working_day(day):
            differing.append(day)
        day += timedelta(days=1)
    assert differing == []


def test_a_sunday_declared_working_is_worked_and_says_why() -> None:
    status = CALENDAR.day(date(2025, 1, 5))
    assert status.working
    assert not status.overridden
    assert "85(3)" in status.citation
    assert status.reason.kk == "Ауыстырылған жұмыс күні"


def test_thirty_first_of_august_2026_is_an_ordinary_day_and_15_march_2027_is_not() -> None:
    assert CALENDAR.is_working_day(date(2026, 8, 31))
    assert not CALENDAR.is_working_day(date(2027, 3, 15))


def test_a_plain_weekend_and_a_plain_weekday_carry_a_reason() -> None:
    assert CALENDAR.day(date(2026, 11, 21)).reason.en == "Rest day"
    assert CALENDAR.day(date(2026, 11, 20)).reason.ru == "Рабочий день"


def test_estimates_of_kurban_ait_are_listed_as_unconfirmed() -> None:
    assert [status.day for status in CALENDAR.unconfirmed_days(2027)] == [date(2027, 5, 16)]
    assert [status.day for status in CALENDAR.unconfirmed_days(2026)] == [date(2026, 5, 27)]
    assert CALENDAR.unconfirmed_days(2025) == []
    assert 2027 in CALENDAR.open_questions


def test_the_operators_word_wins_both_ways_and_settles_an_unconfirmed_day() -> None:
    settled = CALENDAR.with_overrides(
        [
            CalendarOverride(date(2026, 5, 27), working=True, citation="order 1", set_by="officer-1"),
            CalendarOverride(date(2026, 5, 28), working=False, citation="order 1", set_by="officer-1"),
        ]
    )
    assert settled.is_working_day(date(2026, 5, 27))
    assert not settled.is_working_day(date(2026, 5, 28))
    assert settled.day(date(2026, 5, 28)).overridden
    assert settled.day(date(2026, 5, 28)).citation == "order 1"
    assert settled.unconfirmed_days(2026) == []
    assert not CALENDAR.is_working_day(date(2026, 5, 27)), "the first calendar must stay as it was"


def test_a_later_override_of_the_same_day_wins() -> None:
    day = date(2026, 6, 1)
    first = CalendarOverride(day, working=False, citation="order 1", set_by="a")
    second = CalendarOverride(day, working=True, citation="order 2", set_by="b")
    assert CALENDAR.with_overrides([first]).with_overrides([second]).is_working_day(day)


def test_version_changes_with_the_content_and_only_with_it() -> None:
    override = CalendarOverride(date(2026, 6, 1), working=False, citation="order 1", set_by="a")
    same = CalendarOverride(date(2026, 6, 1), working=False, citation="order 1", set_by="a")
    assert CALENDAR.with_overrides([override]).version == CALENDAR.with_overrides([same]).version
    assert CALENDAR.with_overrides([override]).version != CALENDAR.version
    assert len(CALENDAR.version) == 64


@pytest.mark.parametrize("year", [2023, 2028])
def test_a_year_that_nobody_loaded_is_never_guessed(year: int) -> None:
    with pytest.raises(StaleCalendar, match=str(year)) as caught:
        CALENDAR.is_working_day(date(year, 6, 1))
    assert caught.value.year == year
    assert isinstance(caught.value, ConfigurationError)
    assert "operator" in str(caught.value)
    with pytest.raises(StaleCalendar):
        CALENDAR.with_overrides([CalendarOverride(date(year, 6, 1), True, "x", "y")])


def test_counting_past_the_last_loaded_year_stops() -> None:
    with pytest.raises(StaleCalendar, match="2028"):
        CALENDAR.add_working_days(date(2027, 12, 30), 5)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(InvalidInput):
        CALENDAR.add_working_days(date(2026, 1, 1), -1)


@given(day=LOADED_DAYS, count=st.integers(1, 40))
def test_counting_back_the_days_gives_the_count(day: date, count: int) -> None:
    end = CALENDAR.add_working_days(day, count)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.working_days_between(day, end) == count


@given(day=LOADED_DAYS, first=st.integers(0, 20), second=st.integers(0, 20))
def test_adding_in_two_steps_is_adding_at_once(day: date, first: int, second: int) -> None:
    stepwise = CALENDAR.add_working_days(CALENDAR.add_working_days(day, first), second)
    assert stepwise == CALENDAR.add_working_days(day, first + second)


@given(day=LOADED_DAYS, gap=st.integers(0, 30), count=st.integers(1, 20))
def test_a_later_start_never_ends_earlier(day: date, gap: int, count: int) -> None:
    later = day + timedelta(days=gap)
    assert CALENDAR.add_working_days(later, count) >= CALENDAR.add_working_days(day, count)


def test_a_fixture_calendar_knows_only_what_it_was_given() -> None:
    calendar = WorkingCalendar.from_fixture(
        rest_days=["SAT", "SUN"], holidays=[date(2025, 3, 10)], worked=[date(2025, 3, 15)], years=[2025]
    )
    assert not calendar.is_working_day(date(2025, 3, 10))
    assert calendar.is_working_day(date(2025, 3, 15))
    assert calendar.is_working_day(date(2025, 3, 21)), "Nauryz is not in the fixture"
    with pytest.raises(StaleCalendar):
        calendar.is_working_day(date(2024, 3, 10))
    with pytest.raises(InvalidInput):
        WorkingCalendar.from_fixture(rest_days=["SATURDAY"], years=[2025])


@pytest.mark.parametrize("moment", [datetime(2024, 3, 2, 12), datetime(2026, 7, 1), datetime(2027, 1, 1)])
def test_almaty_is_five_hours_ahead_since_march_2024(moment: datetime) -> None:
    assert moment.replace(tzinfo=ALMATY).utcoffset() == timedelta(hours=5)
    assert moment.replace(tzinfo=ZoneInfo("Asia/Almaty")).utcoffset() == timedelta(hours=5)


def test_before_march_2024_almaty_was_six_hours_ahead() -> None:
    assert datetime(2024, 2, 28, 12, tzinfo=ALMATY).utcoffset() == timedelta(hours=6)


def test_a_reloaded_holiday_list_moves_a_due_day() -> None:
    """AC-C06, the computation of it: a day off decreed later gives another due day and another version."""
    term = service_clock("BUR").terms["mobile"]
    before = due(term, date(2026, 11, 20), CALENDAR)
    decreed = CalendarOverride(date(2026, 11, 23), working=False, citation="a new act", set_by="officer-1")
    after = due(term, date(2026, 11, 20), CALENDAR.with_overrides([decreed]))
    assert (before.due_on, after.due_on) == (date(2026, 11, 23), date(2026, 11, 24))
    assert before.calendar_version != after.calendar_version
