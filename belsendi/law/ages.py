"""Ages in whole years and the birthdays that change a right. Dates are Almaty days."""

from __future__ import annotations

from datetime import date

from belsendi.errors import InvalidInput
from belsendi.law.deadlines import plus_months

ADULT_AT = 18


def birthday(birth_date: date, years: int) -> date:
    """Return the day somebody turns `years`; 29 February becomes 28 in a common year (SIL-26)."""
    return plus_months(birth_date, 12 * years)


def is_minor(birth_date: date, day: date) -> bool:
    """Tell whether somebody is under eighteen on `day`."""
    return day < birthday(birth_date, ADULT_AT)


def age_on(birth_date: date, day: date) -> int:
    """Return the age in whole years on `day`. Raises InvalidInput for a day before the birth."""
    if day < birth_date:
        raise InvalidInput("an age was asked for on a day before the birth: correct the dates")
    years = day.year - birth_date.year
    return years if birthday(birth_date, years) <= day else years - 1
