"""Working hours of the places where a service is given (B-t7, D-t7, S-t7): to be shown, and to tell whether a place
is open. They move no legal term: that is `accept_date` and `due`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from belsendi.law.calendar import WorkingCalendar
from belsendi.law.timezone import local

Weekday = Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
_WEEKDAYS: tuple[Weekday, ...] = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_DAY_NAMES: dict[str, tuple[str, ...]] = {
    "kk": ("дс", "сс", "ср", "бс", "жм", "сб", "жс"),
    "ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
}


class Place(StrEnum):
    """Where a service is given, as row 7 distinguishes it."""

    STATE_CORPORATION = "state_corporation"
    DUTY_DEPARTMENT = "duty_department"
    PROVIDER = "provider"
    PROVIDER_ACCEPTANCE = "provider_acceptance"
    PORTAL = "portal"


_ROUND_THE_CLOCK = {"kk": "тәулік бойы", "ru": "круглосуточно"}
_WITHOUT_BREAK = {"kk": "үзіліссіз", "ru": "без перерыва"}
_BREAK = {"kk": "үзіліс", "ru": "перерыв"}


class OpeningHours(BaseModel):
    """One line of row 7, Almaty clock. `breaks` None: the row does not say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: Place
    days: tuple[Weekday, ...]
    opens: time
    closes: time
    breaks: tuple[tuple[time, time], ...] | None
    citation: str

    @model_validator(mode="after")
    def _in_order(self) -> OpeningHours:
        moments = [self.opens, *(moment for pause in self.breaks or () for moment in pause), self.closes]
        if not self.days or moments != sorted(set(moments)):
            raise ValueError("a place opens, pauses and closes in this order, on at least one day")
        return self

    def open_at(self, moment: datetime) -> bool:
        """Tell whether the line says open at this aware instant; the rest days of the calendar are not asked."""
        there = local(moment)
        clock = there.time()
        if _WEEKDAYS[there.weekday()] not in self.days or not self.opens <= clock < self.closes:
            return False
        return not any(begin <= clock < end for begin, end in self.breaks or ())

    def words(self, language: str) -> str:
        """Return the line as people read it in "kk" or "ru", for example "дс–жм 09:00–18:00, үзіліссіз"."""
        if self.place is Place.PORTAL:
            return _ROUND_THE_CLOCK[language]
        names = [_DAY_NAMES[language][_WEEKDAYS.index(day)] for day in self.days]
        days = names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"
        said = f"{days} {_span(self.opens, self.closes)}"
        if self.breaks is None:
            return said
        pauses = ", ".join(_span(*pause) for pause in self.breaks)
        return f"{said}, {_BREAK[language]} {pauses}" if pauses else f"{said}, {_WITHOUT_BREAK[language]}"


def is_open(hours: Iterable[OpeningHours], place: Place, moment: datetime, calendar: WorkingCalendar) -> bool:
    """Tell whether a place with these hours is open at an aware instant.

    A holiday of the calendar closes every place but the portal; a Saturday duty department keeps its own hours,
    and technical breaks of the portal are not known here. Raises StaleCalendar.
    """
    lines = [line for line in hours if line.place is place and line.open_at(moment)]
    if place is Place.PORTAL or not lines:
        return bool(lines)
    day = local(moment).date()
    if calendar.is_working_day(day):
        return True
    return day.weekday() == _WEEKDAYS.index("SAT") and not calendar.is_holiday(day)


def _span(begin: time, end: time) -> str:
    return f"{begin:%H:%M}–{end:%H:%M}"
