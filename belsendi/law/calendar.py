"""Which days are worked in Kazakhstan, why, and how sure that is (SIL-12; Labour Code art. 84 and 85).

Dates are legal days of Asia/Almaty. The years stand as data; a year that is not there is never guessed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from belsendi.errors import ConfigurationError, InvalidInput
from belsendi.law.data_files import read_data, read_once

_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_UNCONFIRMED = frozenset({"M", "L", "U"})


class StaleCalendar(ConfigurationError):
    """A legal day was asked for in a year whose calendar nobody has loaded."""

    def __init__(self, year: int, years: Collection[int]) -> None:
        self.year = year
        known = f"{min(years)} to {max(years)}" if years else "none"
        super().__init__(
            f"the working calendar of {year} is not loaded (loaded: {known}); "
            f"the operator of the service must load it from the official acts before terms can be counted"
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is off or worked, in three languages, with its source."""

    kk: str
    ru: str
    en: str
    citation: str


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A day that differs from the plain week."""

    day: date
    working: bool
    reason: Reason
    confidence: str


@dataclass(frozen=True, slots=True)
class CalendarOverride:
    """An operator's word on one day; it wins over the data. `set_by` is an officer's id, never a name."""

    day: date
    working: bool
    citation: str
    set_by: str


@dataclass(frozen=True, slots=True)
class DayStatus:
    """What the calendar says of one day. `confidence`: H official, M one source, C computed, U not
    verified."""

    day: date
    working: bool
    reason: Reason
    confidence: str
    overridden: bool

    @property
    def citation(self) -> str:
        """The source of the status."""
        return self.reason.citation


_OVERRIDE_WORKED = (
    "Оператор жұмыс күні деп белгілеген",
    "Объявлен оператором рабочим днём",
    "Declared working by the operator",
)
_OVERRIDE_OFF = (
    "Оператор демалыс күні деп белгілеген",
    "Объявлен оператором выходным днём",
    "Declared a day off by the operator",
)


@dataclass(frozen=True)
class WorkingCalendar:
    """The working days of certain years. Immutable; `with_overrides` gives a new one with another
    `version`."""

    entries: Mapping[date, CalendarEntry]
    rest_weekdays: frozenset[int]
    rest_reason: Reason
    working_reason: Reason
    years: frozenset[int]
    year_confidence: Mapping[int, str]
    open_questions: Mapping[int, str]
    overrides: Mapping[date, CalendarOverride] = field(default_factory=dict)

    @classmethod
    def from_fixture(
        cls,
        rest_days: Iterable[str] = ("SAT", "SUN"),
        holidays: Iterable[date] = (),
        worked: Iterable[date] = (),
        years: Iterable[int] = (),
    ) -> WorkingCalendar:
        """Build a calendar for a scenario (CAL-A, CAL-B, CAL-C of the specification, 9.3), not a statement
        of law."""
        off = Reason("Мереке", "Праздник", "Holiday", "fixture")
        on = Reason("Жұмыс күні", "Рабочий день", "Working day", "fixture")
        entries = {day: CalendarEntry(day, False, off, "H") for day in holidays}
        entries |= {day: CalendarEntry(day, True, on, "H") for day in worked}
        covered = frozenset(years)
        return cls(
            entries=entries,
            rest_weekdays=_weekday_numbers(rest_days),
            rest_reason=Reason("Демалыс күні", "Выходной день", "Rest day", "fixture"),
            working_reason=on,
            years=covered,
            year_confidence=dict.fromkeys(covered, "H"),
            open_questions={},
        )

    def with_overrides(self, overrides: Iterable[CalendarOverride]) -> WorkingCalendar:
        """Return a calendar in which the operator's days win; a later override of the same day wins over an
        earlier.

        Raises StaleCalendar when a day lies in a year that is not loaded.
        """
        merged = dict(self.overrides)
        for override in overrides:
            self._require_year(override.day)
            merged[override.day] = override
        return replace(self, overrides=merged)

    def is_working_day(self, day: date) -> bool:
        """Tell whether `day` is worked. Raises StaleCalendar for a year that is not loaded."""
        self._require_year(day)
        if override := self.overrides.get(day):
            return override.working
        if entry := self.entries.get(day):
            return entry.working
        return day.weekday() not in self.rest_weekdays

    def is_holiday(self, day: date) -> bool:
        """Tell whether `day` is off by more than the weekly rest: a holiday or an operator's word."""
        self._require_year(day)
        if override := self.overrides.get(day):
            return not override.working
        entry = self.entries.get(day)
        return entry is not None and not entry.working

    def add_working_days(self, day: date, count: int) -> date:
        """Return the `count`-th working day strictly after `day`; `day` itself is not counted (SIL-12).

        `count` 0 returns `day` unchanged. Raises InvalidInput for a negative count, StaleCalendar past the
        data.
        """
        if count < 0:
            raise InvalidInput("working days are counted forward: the count must not be negative")
        while count:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day

    def next_working_day(self, day: date) -> date:
        """Return the first working day strictly after `day`."""
        return self.add_working_days(day, 1)

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and including `end`; 0 when `end` is not later."""
        days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def day(self, day: date) -> DayStatus:
        """Return the status of `day` with its reason and source. Raises StaleCalendar."""
        self._require_year(day)
        if override := self.overrides.get(day):
            words = _OVERRIDE_WORKED if override.working else _OVERRIDE_OFF
            return DayStatus(day, override.working, Reason(*words, override.citation), "H", True)
        if entry := self.entries.get(day):
            return DayStatus(day, entry.working, entry.reason, entry.confidence, False)
        working = day.weekday() not in self.rest_weekdays
        reason = self.working_reason if working else self.rest_reason
        return DayStatus(day, working, reason, self.year_confidence[day.year], False)

    def unconfirmed_days(self, year: int) -> list[DayStatus]:
        """Return the days of `year` that no official source confirms and no operator has settled, in
        order."""
        self._require_year(date(year, 1, 1))
        statuses = (self.day(day) for day in sorted(self.entries) if day.year == year)
        return [status for status in statuses if status.confidence in _UNCONFIRMED]

    @cached_property
    def version(self) -> str:
        """SHA-256 (hex) over everything that can move a deadline: years, weekdays, entries, overrides."""
        content = {
            "years": sorted(self.years),
            "rest_weekdays": sorted(self.rest_weekdays),
            "entries": [[d.isoformat(), e.working, e.confidence] for d, e in sorted(self.entries.items())],
            "overrides": [[d.isoformat(), o.working, o.citation] for d, o in sorted(self.overrides.items())],
        }
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

    def _require_year(self, day: date) -> None:
        if day.year not in self.years:
            raise StaleCalendar(day.year, self.years)


@read_once
def load_calendar() -> WorkingCalendar:
    """Return the calendar of the law data, without overrides."""
    return _calendar_of(read_data("calendar.yaml"))


def _calendar_of(data: Mapping[str, Any]) -> WorkingCalendar:
    reasons = {key: Reason(**words) for key, words in data["reasons"].items()}
    entries: dict[date, CalendarEntry] = {}
    for year, content in data["years"].items():
        marked = content.get("confidence_of") or {}
        for kind, working in (("days_off", False), ("worked", True)):
            for day, key in content[kind].items():
                if day.year != year or day in entries:
                    raise ConfigurationError(
                        f"calendar.yaml lists {day} twice or under another year: correct it"
                    )
                confidence = marked.get(day, content["confidence"])
                entries[day] = CalendarEntry(day, working, reasons[key], confidence)
    return WorkingCalendar(
        entries=entries,
        rest_weekdays=_weekday_numbers(data["rest_weekdays"]),
        rest_reason=Reason(**data["rest_day"]),
        working_reason=Reason(**data["working_day"]),
        years=frozenset(data["years"]),
        year_confidence={year: content["confidence"] for year, content in data["years"].items()},
        open_questions={y: c["open_question"] for y, c in data["years"].items() if c["open_question"]},
    )


def _weekday_numbers(names: Iterable[str]) -> frozenset[int]:
    try:
        return frozenset(_WEEKDAYS.index(name) for name in names)
    except ValueError as error:
        raise InvalidInput(f"a weekday must be one of {', '.join(_WEEKDAYS)}") from error
