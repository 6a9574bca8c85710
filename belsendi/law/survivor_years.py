"""The yearly dates of the survivor benefit: study certificate, caregiver, birthdays (S-r7, S-t8; SIL-34, SIL-35).

The order names no dates: all of them are product defaults. Dates are Almaty days; none of them stops a payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from belsendi.errors import InvalidInput
from belsendi.law.ages import birthday

ADULT_AT = 18
STUDY_AGE_ENDS_AT = 23  # SIL-48: up to the day before this birthday
CARE_AGE_ENDS_AT = 8  # S-t8: children under eight
_YEAR_BEGINS = (9, 1)


def academic_year_of(day: date) -> str:
    """Return the academic year that `day` lies in, as the form writes it: "2025/2026" runs from 01.09.2025 to
    31.08.2026 (S-form, INC-27)."""
    first = day.year if (day.month, day.day) >= _YEAR_BEGINS else day.year - 1
    return f"{first}/{first + 1}"


def next_study_reminder(after: date, reminders: Sequence[str]) -> date:
    """Return the first reminder day strictly after `after` (T-18, AC-S16).

    `reminders` are days of every year as "MM-DD" (setting study_reminders, SIL-34: 01.09 and 01.10). Raises
    InvalidInput without any.
    """
    if not reminders:
        raise InvalidInput("no day is set for the yearly study reminder: set study_reminders")
    days = (date.fromisoformat(f"{year}-{day}") for year in (after.year, after.year + 1) for day in reminders)
    return min(day for day in days if day > after)


def next_anniversary(assigned_on: date, after: date) -> date:
    """Return the first anniversary of the assignment strictly after `after` (T-19); 29 February becomes 28."""
    years = max(after.year - assigned_on.year, 1)
    day = birthday(assigned_on, years)
    return day if day > after else birthday(assigned_on, years + 1)


def study_age_ends(birth_date: date) -> date:
    """Return the 23rd birthday: from this day study is no ground any more (AC-S18, SIL-48)."""
    return birthday(birth_date, STUDY_AGE_ENDS_AT)


def care_age_ends(birth_date: date) -> date:
    """Return the eighth birthday of a child in care (S-t8)."""
    return birthday(birth_date, CARE_AGE_ENDS_AT)


def care_age_alert(birth_date: date, days_before: int) -> date:
    """Return the day of the alert before the eighth birthday (AC-S21, SIL-35: 30 days)."""
    return care_age_ends(birth_date) - timedelta(days=days_before)
