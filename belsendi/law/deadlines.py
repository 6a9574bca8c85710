"""The arithmetic of legal days: terms, limits, reminders, office hours and sending windows.

Instants are aware and returned in UTC; legal days are dates of Asia/Almaty. Where the order is silent the
rule is a
product decision and says which (SIL-12, SIL-26, SIL-28).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from belsendi.errors import InvalidInput
from belsendi.law.calendar import WorkingCalendar
from belsendi.law.clocks import AfterHoursCase, Extension, Term, service_clock
from belsendi.law.timezone import local, utc_of

DUE_TIME = time(23, 59, 59)  # SIL-12
_LONGEST_REST = timedelta(days=31)  # no run of days off is that long: past it the calendar need not be asked


class Verdict(StrEnum):
    """Result of a legal check. REVIEW goes to a person and never turns into a refusal by itself."""

    PASS = "PASS"  # noqa: S105
    FAIL = "FAIL"
    REVIEW = "REVIEW"


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a term ends. `due_at` is a UTC instant, the dates are Almaty days.

    `strict_due_on` counts the first day too (the other reading of SIL-12): shown to offices, never to
    citizens.
    """

    due_at: datetime
    due_on: date
    strict_due_on: date
    citation: str
    calendar_version: str


@dataclass(frozen=True, slots=True)
class SendWindow:
    """Almaty hours in which messages that nobody asked for may go out; `closes` itself is outside."""

    opens: time = time(9, 0)
    closes: time = time(21, 0)
    working_days_only: bool = False

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise InvalidInput("a sending window must open before it closes, within one day")


def due(term: Term, start: date, calendar: WorkingCalendar, extension: Extension | None = None) -> Deadline:
    """Return the end of `term` counted from the day `start`, which is not counted itself (SIL-12).

    With `extension` the term grows once, counted from the same start (E7; D-t3, S-t3). Raises StaleCalendar.
    """
    count = term.n + (extension.n if extension else 0)
    due_on = calendar.add_working_days(start, count)
    strict = calendar.add_working_days(start, count - calendar.is_working_day(start))
    citation = f"{term.citation} + {extension.citation}" if extension else term.citation
    return Deadline(
        due_at=utc_of(due_on, DUE_TIME),
        due_on=due_on,
        strict_due_on=strict,
        citation=citation,
        calendar_version=calendar.version,
    )


def accept_date(service: str, instant: datetime, calendar: WorkingCalendar) -> date:
    """Return the Almaty day on which an application received at `instant` is accepted (9.2; D-t7, S-t7).

    The burial payment has no after-hours rule (B-t7, SIL-14): always the day itself. An early hour is the
    same day.
    """
    rule = service_clock(service).after_hours
    moment = local(instant)
    day = moment.date()
    if not rule.when:
        return day
    deferred = {AfterHoursCase.REST_DAY, AfterHoursCase.HOLIDAY} & rule.when and not calendar.is_working_day(
        day
    )
    late = (
        AfterHoursCase.AFTER_WORKING_TIME in rule.when
        and rule.working_time_end is not None
        and moment.time().replace(microsecond=0) > rule.working_time_end  # 18:00:00 is still in time
    )
    return calendar.next_working_day(day) if deferred or late else day


def minus_months(day: date, months: int) -> date:
    """Return the same day number `months` earlier, clamped to the end of a shorter month (SIL-26)."""
    if months < 0:
        raise InvalidInput("months are counted back: the number must not be negative")
    return _shift_months(day, -months)


def plus_months(day: date, months: int) -> date:
    """Return the same day number `months` later, clamped to the end of a shorter month (SIL-26)."""
    if months < 0:
        raise InvalidInput("months are counted forward: the number must not be negative")
    return _shift_months(day, months)


def benefit_start(right_arose: date, anchor: date, months: int) -> date:
    """Return the first day a benefit is due: the right, but at most `months` before consent or
    application."""
    return max(right_arose, minus_months(anchor, months))


def last_claim_day(legal_date: date, years: int) -> date:
    """Return the last day for a claim, inclusive (B-r13(5)); 29 February becomes 28 (SIL-26)."""
    return _shift_months(legal_date, 12 * years)


def claim_within_limit(legal_date: date, applied: date, calendar: WorkingCalendar, years: int) -> Verdict:
    """Judge a time limit counted in years (B-r13(5): three) for a claim made on the Almaty day `applied`.

    When the last day is a rest day, a claim up to the first working day after it goes to a person (SIL-28).
    A claim dated before the legal date is a contradiction in the facts and goes to a person too. Raises
    StaleCalendar when the last day lies near the claim in a year that is not loaded.
    """
    if applied < legal_date:
        return Verdict.REVIEW
    last = last_claim_day(legal_date, years)
    if applied <= last:
        return Verdict.PASS
    if applied - last > _LONGEST_REST or calendar.is_working_day(last):
        return Verdict.FAIL
    return Verdict.REVIEW if applied <= calendar.next_working_day(last) else Verdict.FAIL


def add_working_days_at(instant: datetime, count: int, calendar: WorkingCalendar) -> datetime:
    """Return the UTC instant `count` working days after `instant` at the same Almaty clock time (SIL-06,
    SIL-09)."""
    moment = local(instant)
    day = calendar.add_working_days(moment.date(), count)
    return utc_of(day, moment.timetz().replace(tzinfo=None))


def closing_time(service: str, day: date) -> datetime:
    """Return the UTC instant at which the provider of `service` closes on `day` (BUR: 18:30 Almaty, B-t7)."""
    return utc_of(day, service_clock(service).closes_at())


def escalation_instant(due_on: date, hours_before: float, service: str) -> datetime:
    """Return the UTC instant of the alarm: `hours_before` the provider closes on the due day (T-23)."""
    return closing_time(service, due_on) - timedelta(hours=hours_before)


def next_send_window(
    instant: datetime, window: SendWindow, calendar: WorkingCalendar | None = None
) -> datetime:
    """Return `instant` itself (in UTC) when it lies in the window, otherwise the next opening.

    The calendar is needed only for a window of working days. Legally required messages do not wait for a
    window.
    """
    if window.working_days_only and calendar is None:
        raise InvalidInput("a window of working days needs the working calendar")
    moment = local(instant)
    day, clock = moment.date(), moment.timetz().replace(tzinfo=None)
    closed_today = window.working_days_only and calendar is not None and not calendar.is_working_day(day)
    if not closed_today and window.opens <= clock < window.closes:
        return instant.astimezone(UTC)
    if closed_today or clock >= window.closes:
        day = _next_sending_day(day, window, calendar)
    return utc_of(day, window.opens)


def effective_day(published: date) -> date:
    """Return the day order No. 509 takes effect: after ten calendar days from publication have passed (509
    §5)."""
    return published + timedelta(days=11)


def _next_sending_day(day: date, window: SendWindow, calendar: WorkingCalendar | None) -> date:
    if window.working_days_only and calendar is not None:
        return calendar.next_working_day(day)
    return day + timedelta(days=1)


def _shift_months(day: date, months: int) -> date:
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month_index + 1, min(day.day, monthrange(year, month_index + 1)[1]))
    except (ValueError, IndexError) as error:
        raise InvalidInput("the month arithmetic leaves the years a date can hold") from error
