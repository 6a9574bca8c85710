"""On which days a yearly obligation has something due, whenever its years are planned."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis.strategies import dates, integers

from belsendi.casework.yearly_plan import (
    YearlyAct,
    YearlyMoment,
    care_moments,
    care_over,
    study_moments,
)
from belsendi.law.ages import birthday

REMINDERS = ("09-01", "10-01")
BORN = date(2004, 2, 29)
A_YEAR = timedelta(days=365)


def days(moments: list[YearlyMoment]) -> list[tuple[str, date, str]]:
    return [(moment.act.value, moment.on, moment.period) for moment in moments]


def test_a_student_is_asked_twice_each_autumn_from_18_to_the_day_before_23() -> None:
    """T-18, SIL-34, SIL-48; 29 February turns 18 and 23 on 28 February (SIL-26)."""
    found = days(study_moments(BORN, date(2021, 12, 31), date(2027, 12, 31), REMINDERS))

    assert found[0] == ("COMES_OF_AGE", date(2022, 2, 28), "2021/2022")
    assert found[1:3] == [
        ("CHECK_STUDY", date(2022, 9, 1), "2022/2023"),
        ("CHECK_STUDY", date(2022, 10, 1), "2022/2023"),
    ]
    assert found[-1] == ("STUDY_AGE_OVER", date(2027, 2, 28), "2026/2027")
    assert [act for act, *_ in found].count("CHECK_STUDY") == 10


def test_only_the_last_reminder_of_an_academic_year_calls_a_caseworker() -> None:
    found = study_moments(BORN, date(2024, 1, 1), date(2025, 12, 31), ("09-01", "10-01", "02-01"))
    reminders = [(m.on, m.period, m.last_of_period) for m in found]
    assert reminders == [
        (date(2024, 2, 1), "2023/2024", True),
        (date(2024, 9, 1), "2024/2025", False),
        (date(2024, 10, 1), "2024/2025", False),
        (date(2025, 2, 1), "2024/2025", True),
        (date(2025, 9, 1), "2025/2026", False),
        (date(2025, 10, 1), "2025/2026", False),
    ]


def test_a_caregiver_is_asked_on_the_anniversary_while_a_child_is_under_eight() -> None:
    """T-19, SIL-35, AC-S21: 30 days before each eighth birthday a caseworker is told."""
    children = (date(2018, 3, 10), date(2020, 6, 1))
    found = days(care_moments(date(2024, 2, 29), children, date(2024, 3, 1), date(2029, 1, 1), 30))
    assert found == [
        ("CHECK_CARE", date(2025, 2, 28), "2025"),
        ("CHILD_NEARLY_EIGHT", date(2026, 2, 8), "child-1"),
        ("CHECK_CARE", date(2026, 2, 28), "2026"),
        ("CHECK_CARE", date(2027, 2, 28), "2027"),
        ("CHECK_CARE", date(2028, 2, 29), "2028"),
        ("CHILD_NEARLY_EIGHT", date(2028, 5, 2), "child-2"),
    ]
    assert care_over(children) == date(2028, 6, 1)


@given(born=dates(date(1998, 1, 1), date(2030, 12, 31)), begins=dates(date(2016, 1, 1), date(2035, 1, 1)))
def test_the_years_planned_one_by_one_are_the_years_planned_at_once(born: date, begins: date) -> None:
    """Nothing is lost or done twice where one run of the workflow ends and the next begins."""
    ends = birthday(begins, 9)
    whole = study_moments(born, begins, ends, REMINDERS)
    by_year: list[YearlyMoment] = []
    since = begins
    for number in range(1, 10):
        until = birthday(begins, number)
        by_year += study_moments(born, since, until, REMINDERS)
        since = until
    assert by_year == whole
    assert len({moment.key for moment in whole}) == len(whole)


@given(
    assigned=dates(date(2020, 1, 1), date(2030, 1, 1)),
    youngest=integers(0, 8 * 365),
    others=integers(0, 3),
)
def test_the_keys_of_a_caregivers_acts_name_each_once_and_no_day(
    assigned: date, youngest: int, others: int
) -> None:
    children = tuple(assigned - timedelta(days=youngest + 300 * place) for place in range(others + 1))
    found = care_moments(assigned, children, assigned, assigned + 9 * A_YEAR, 30)
    assert len({moment.key for moment in found}) == len(found)
    assert all(moment.on < care_over(children) for moment in found if moment.act is YearlyAct.CHECK_CARE)
    assert not any(f"{moment.on:%m-%d}" in moment.key for moment in found), (
        "a day in a key could be somebody's birthday"
    )
