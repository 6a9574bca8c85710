"""What only the disability benefit (DIS) knows: causes and groups as data, whether a record can carry a decision,
by what right the sum is drafted, and when a second offer may go out (D-r4, D-r20-1, SIL-06, SIL-29)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from belsendi.errors import ConfigurationError
from belsendi.law.ages import ADULT_AT, age_on
from belsendi.law.calendar import WorkingCalendar
from belsendi.law.catalogue_entry import Circumstance
from belsendi.law.data_files import read_data, read_once
from belsendi.law.deadlines import plus_months

UNKNOWN = "UNKNOWN"
_CHILD_SUM_UNTIL = 7  # Social Code art. 177 as published: a sum of its own for a child under seven
AGES_OF_THE_SUM = (_CHILD_SUM_UNTIL, ADULT_AT)
"""The birthdays on which the sum may become another one."""


class _Coded(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    kk: str
    ru: str
    register_codes: frozenset[str]


class DisabilityCause(_Coded):
    """A cause of disability. `amount` is the family of sums it belongs to, None when nobody has set one;
    `circumstance` names the documents that go with it (D-t8)."""

    amount: str | None
    circumstance: Circumstance | None = None
    citation: str


class DisabilityGroup(_Coded):
    """A group of disability, or CHILD for a child without one."""


@dataclass(frozen=True)
class _Tables:
    causes: Mapping[str, DisabilityCause]
    groups: Mapping[str, DisabilityGroup]


@read_once
def _tables() -> _Tables:
    data: dict[str, dict[str, Any]] = read_data("causes.yaml")
    try:
        tables = _Tables(
            {code: DisabilityCause(code=code, **entry) for code, entry in data["causes"].items()},
            {code: DisabilityGroup(code=code, **entry) for code, entry in data["groups"].items()},
        )
    except ValidationError as error:
        raise ConfigurationError(f"causes.yaml is not as it must be: {error}") from error
    for table in (tables.causes, tables.groups):
        written = [code for entry in table.values() for code in entry.register_codes]
        if len(set(written)) != len(written):
            raise ConfigurationError("causes.yaml gives one register code to two entries: correct it")
    return tables


def disability_causes() -> Mapping[str, DisabilityCause]:
    """Return the causes by code. Raises ConfigurationError for wrong data."""
    return _tables().causes


def cause_of(register_code: str | None) -> DisabilityCause:
    """Return the cause that the register's own code means; UNKNOWN for none or a code nobody mapped (6.3)."""
    causes = _tables().causes
    for cause in causes.values():
        if register_code is not None and register_code.strip() in cause.register_codes:
            return cause
    return causes[UNKNOWN]


def group_of(register_code: str | None) -> DisabilityGroup | None:
    """Return the group that the register's own code means, None for none or a code nobody mapped."""
    for group in _tables().groups.values():
        if register_code is not None and register_code.strip() in group.register_codes:
            return group
    return None


def record_stands(established_on: date, valid_to: date | None, on: date) -> bool:
    """Tell whether a record of disability can carry a decision made on the Almaty day `on`.

    One established in the future, one whose term has ended, or one that ended before it began is incorrect data
    (AC-D15: ground G1).
    """
    ends = date.max if valid_to is None else valid_to
    return established_on <= on <= ends and established_on <= ends


def disability_amount_category(
    cause: DisabilityCause,
    group: DisabilityGroup | None,
    birth_date: date,
    on: date,
    since_childhood: bool = False,
) -> str | None:
    """Return the key of the sum (catalogue entry DIS, `amount.multiples`) for a person born on `birth_date`.

    A child under seven has one sum whatever the group; a child of seven to eighteen and an adult disabled since
    childhood have that of the group. None when the cause or group leaves it open (SIL-20).
    """
    family = cause.amount
    age = age_on(birth_date, on)
    if family in ("GENERAL_ILLNESS", "CHILDHOOD") and age < _CHILD_SUM_UNTIL:
        return "CHILD_UNDER_7"
    if family == "GENERAL_ILLNESS" and (since_childhood or age < ADULT_AT):
        family = "CHILDHOOD"
    if family in ("GENERAL_ILLNESS", "CHILDHOOD"):
        return f"{family}_{group.code}" if group is not None and group.code != "CHILD" else None
    return family


@dataclass(frozen=True, slots=True)
class SecondOffer:
    """Whether and when a second offer goes out. `on` is an Almaty day; `why` a code for the case's record."""

    on: date | None
    why: str


def second_offer(
    established_on: date,
    lapsed_on: date | None,
    offers_made: int,
    ttl_wd: int,
    months: int,
    calendar: WorkingCalendar,
) -> SecondOffer:
    """Return when a second offer may follow one that lapsed (SIL-06: before `months` from the establishment).

    Later consents begin to cost the person months of the benefit (D-r4), so the second offer goes out as late as
    its own answer window allows, but not before the first has lapsed. It never follows a refusal of consent, a
    STOP or a decision: the caller passes `lapsed_on` only for a lapse (SIL-07, SIL-42). Raises StaleCalendar.
    """
    if lapsed_on is None:
        return SecondOffer(None, "NOT_LAPSED")
    if offers_made != 1:
        return SecondOffer(None, "ONLY_ONCE")
    limit = plus_months(established_on, months)
    day, windows = limit, ttl_wd
    while windows and day > lapsed_on:
        day -= timedelta(days=1)
        windows -= calendar.is_working_day(day)
    on = max(day, calendar.next_working_day(lapsed_on))
    return SecondOffer(on, "BEFORE_LIMIT") if on < limit else SecondOffer(None, "TOO_LATE")
