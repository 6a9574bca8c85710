"""Times as scenarios write them: Almaty clock times, and lengths such as ``2h`` or ``3wd``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from belsendi.law import ALMATY, WorkingCalendar, add_working_days_at

_LENGTH = re.compile(r"(\d+)(s|m|h|d|wd)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _almaty(value: object) -> object:
    """An aware UTC instant from ``2025-03-11 10:05`` or ``2025-03-11 10:05:30`` on the Almaty clock."""
    if not isinstance(value, str):
        return value
    local = datetime.fromisoformat(value)
    if local.tzinfo is not None:
        raise ValueError("write the Almaty clock time without an offset")
    return local.replace(tzinfo=ALMATY).astimezone(UTC)


def _checked_length(value: object) -> object:
    if not isinstance(value, str) or _LENGTH.fullmatch(value) is None:
        raise ValueError("a length is a number with s, m, h, d or wd (working days), for example 2h or 3wd")
    return value


AlmatyInstant = Annotated[
    datetime,
    BeforeValidator(_almaty),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?$",
            "description": "Almaty clock time",
        }
    ),
]
"""An aware UTC instant, written as an Almaty clock time."""

Length = Annotated[
    str,
    BeforeValidator(_checked_length),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d+(s|m|h|d|wd)$",
            "description": "seconds, minutes, hours, days or working days",
        }
    ),
]
"""A length of time; ``wd`` counts working days of the scenario's calendar, at the same clock time."""


def later(instant: datetime, length: str, calendar: WorkingCalendar) -> datetime:
    """The instant ``length`` after ``instant``. Raises StaleCalendar for working days outside the calendar."""
    found = _LENGTH.fullmatch(length)
    assert found is not None, "the model has checked the length"
    count, unit = int(found[1]), found[2]
    if unit == "wd":
        return add_working_days_at(instant, count, calendar)
    return instant + timedelta(**{_UNITS[unit]: count})


def duration(length: str) -> timedelta:
    """A length that is not counted in working days. Raises ValueError for ``wd``."""
    found = _LENGTH.fullmatch(length)
    if found is None or found[2] == "wd":
        raise ValueError("this length must be given in s, m, h or d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def almaty_text(instant: datetime) -> str:
    """``Tue 11.03.2025 10:05:00`` on the Almaty clock."""
    return instant.astimezone(ALMATY).strftime("%a %d.%m.%Y %H:%M:%S")
