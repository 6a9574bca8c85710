"""When a right arose, from which day a benefit is counted back, and from which day it is assigned (D-r4, D-r24,
S-r24). Dates are Almaty days."""

from __future__ import annotations

from datetime import date

from belsendi.errors import InvalidInput
from belsendi.law.catalogue import Service
from belsendi.law.deadlines import benefit_start


def anchor_of(
    entry: Service,
    channel: str,
    *,
    consented_on: date | None = None,
    applied_on: date | None = None,
    complete_on: date | None = None,
) -> date:
    """Return the day from which the months of a benefit are counted back, never the day of registration (1.4(6)).

    By mobile device it is the day of consent; elsewhere that of the application, for the survivor benefit of the
    application with all necessary documents (S-r24). Raises InvalidInput when that day is not known.
    """
    retro = entry.clock.retro_months
    if channel == "mobile":
        day = consented_on
    elif retro is not None and retro.counts_from_complete:
        day = complete_on
    else:
        day = applied_on
    if day is None:
        raise InvalidInput(f"the day a {entry.code} case by {channel} is counted back from is not known yet")
    return day


def start_of_benefit(entry: Service, right_arose: date, anchor: date) -> date | None:
    """Return the first day the benefit is due, at most the entry's months before `anchor` (DIS 3, SUR 12).

    None for a benefit that is paid once.
    """
    retro = entry.clock.retro_months
    return None if retro is None else benefit_start(right_arose, anchor, retro.months)


def survivor_right_arose(death_date: date | None, court_day: date | None) -> date:
    """Return the day the survivor right arose: the day of death, or the day in the court decision (SIL-27).

    A caseworker confirms it. Raises InvalidInput when neither is known.
    """
    day = death_date or court_day
    if day is None:
        raise InvalidInput("neither a day of death nor a court decision is known: ask for one of them")
    return day
