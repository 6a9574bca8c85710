"""On which Almaty days a yearly obligation has something due, and for which year.

The duties are the order's (S-r7: the study certificate is given every year; S-t8: so is the caregiver's
confirmation); the days are product decisions (SIL-34, SIL-35, SIL-48). None of them stops a payment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from belsendi.contracts.personal_data import PersonalData
from belsendi.law.ages import birthday
from belsendi.law.survivor_years import (
    ADULT_AT,
    academic_year_of,
    care_age_alert,
    care_age_ends,
    next_anniversary,
    next_study_reminder,
    study_age_ends,
)


class YearlyAct(StrEnum):
    """What falls due on a day. CHECK_*: the state's systems are asked first, then the person."""

    CHECK_STUDY = "CHECK_STUDY"
    COMES_OF_AGE = "COMES_OF_AGE"
    STUDY_AGE_OVER = "STUDY_AGE_OVER"
    CHECK_CARE = "CHECK_CARE"
    CHILD_NEARLY_EIGHT = "CHILD_NEARLY_EIGHT"


@dataclass(frozen=True, slots=True)
class YearlyMoment:
    """An act on an Almaty day. ``period`` is the year it is about, of an alert the place of the child, never a day.

    ``last_of_period``: no further reminder of the period follows.
    """

    act: YearlyAct
    on: Annotated[date, PersonalData("pd.04")]
    period: str
    last_of_period: bool = True

    @property
    def key(self) -> str:
        """One act, whenever it is planned: it comes once in its period, but for the reminders of a study year.

        Their days are the office's own; no other day may stand in a key, it could be somebody's birthday.
        """
        day = f":{self.on:%m-%d}" if self.act is YearlyAct.CHECK_STUDY else ""
        return f"{self.act}:{self.period}{day}"


def study_moments(born: date, after: date, until: date, reminders: Sequence[str]) -> list[YearlyMoment]:
    """What falls due for a dependant after the day ``after`` and up to ``until``, in order (T-18).

    ``reminders`` are written "09-01", month and day (SIL-34); each belongs to the academic year it lies in and
    comes only while study counts, from the 18th birthday to the day before the 23rd (SIL-48).
    """
    adult, over = birthday(born, ADULT_AT), study_age_ends(born)
    found: list[YearlyMoment] = []
    day = next_study_reminder(after, reminders)
    while day <= until:
        year = academic_year_of(day)
        following = next_study_reminder(day, reminders)
        if adult <= day < over:
            last = academic_year_of(following) != year
            found.append(YearlyMoment(YearlyAct.CHECK_STUDY, day, year, last))
        day = following
    found.append(YearlyMoment(YearlyAct.COMES_OF_AGE, adult, academic_year_of(adult)))
    found.append(YearlyMoment(YearlyAct.STUDY_AGE_OVER, over, academic_year_of(over)))
    return _in_order(found, after, until)


def care_over(children_born: Iterable[date]) -> date:
    """The day on which the youngest of the children, who must not be none, turns eight (S-t8)."""
    return max(care_age_ends(born) for born in children_born)


def care_moments(
    assigned_on: date, children_born: Sequence[date], after: date, until: date, alert_days: int
) -> list[YearlyMoment]:
    """What falls due for a caregiver after the day ``after`` and up to ``until``, in order (T-19).

    The confirmation falls on the anniversary of the assignment while a child is under eight; an alert comes
    ``alert_days`` before each eighth birthday (SIL-35).
    """
    over = care_over(children_born)
    found: list[YearlyMoment] = []
    day = next_anniversary(assigned_on, after)
    while day <= until and day < over:
        found.append(YearlyMoment(YearlyAct.CHECK_CARE, day, str(day.year)))
        day = next_anniversary(assigned_on, day)
    for place, born in enumerate(children_born, 1):
        alert = care_age_alert(born, alert_days)
        found.append(YearlyMoment(YearlyAct.CHILD_NEARLY_EIGHT, alert, f"child-{place}"))
    return _in_order(found, after, until)


def _in_order(moments: list[YearlyMoment], after: date, until: date) -> list[YearlyMoment]:
    return sorted((m for m in moments if after < m.on <= until), key=lambda m: (m.on, m.act, m.period))
