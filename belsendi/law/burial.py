"""The burial payment (BUR): the five parameter checks of B-r13 and the draft decision of B-r19-1.

Pure functions of facts and dated data. A failed check is a non-acceptance, absent or incorrect data are a
refusal
decision, an outage is neither (specification, 1.4(5); SIL-15).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from belsendi.contracts.personal_data import BenefitDay, DeathDay, PersonalData
from belsendi.law.calendar import WorkingCalendar, load_calendar
from belsendi.law.catalogue import service
from belsendi.law.deadlines import Verdict, claim_within_limit
from belsendi.law.product_defaults import CheckCode, ProductDefaults
from belsendi.law.trace import Trace

CHECKS: tuple[CheckCode, ...] = ("CK1", "CK2", "CK3", "CK4", "CK5")


class StatusKind(StrEnum):
    """What the deceased received. The first four count (B-r13(4)); everything else is OTHER and does not."""

    AGE_PENSION = "AGE_PENSION"
    BASE_PENSION = "BASE_PENSION"
    STATE_SOCIAL_BENEFIT = "STATE_SOCIAL_BENEFIT"
    SPECIAL_STATE_BENEFIT = "SPECIAL_STATE_BENEFIT"
    OTHER = "OTHER"


class _Facts(BaseModel):
    # the values are facts of a person's life: an error must not print them
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        return ()


class StatusPeriod(_Facts):
    """A payment the deceased received, from `valid_from` to `valid_to` inclusive (None: still running)."""

    kind: Annotated[StatusKind, PersonalData("pd.26")]
    valid_from: BenefitDay
    valid_to: BenefitDay | None = None
    suspended_from: BenefitDay | None = None
    suspended_to: BenefitDay | None = None

    @field_validator("kind", mode="before")
    @classmethod
    def _unknown_kind_does_not_count(cls, value: Any) -> Any:
        return value if value in set(StatusKind) else StatusKind.OTHER

    def covers(self, day: date) -> bool:
        """Tell whether the payment stood on `day`, suspended or not."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def suspended_on(self, day: date) -> bool:
        """Tell whether the payment was suspended on `day`."""
        if self.suspended_from is None:
            return False
        return self.suspended_from <= day and (self.suspended_to is None or day <= self.suspended_to)


class BurialFacts(_Facts):
    """What the checks look at. Dates are Almaty days; `applied_on` is the day of consent or application.

    `missing` holds codes of absent data, never the data. `refused_application`: an earlier application for
    this
    deceased was refused or not accepted. `other_application`: a live application of another case exists.
    """

    death_date: DeathDay | None
    applied_on: date
    complete: bool
    missing: tuple[str, ...] = ()
    payment_assigned: bool
    other_application: bool
    refused_application: bool = False
    deceased_statuses: tuple[StatusPeriod, ...] = ()

    @model_validator(mode="after")
    def _missing_means_incomplete(self) -> BurialFacts:
        if self.complete and self.missing:
            raise ValueError("facts with missing data cannot be complete")
        return self


@dataclass(frozen=True, slots=True)
class ParameterChecks:
    """The result of all five checks. `failures` stand in the order in which a message names them."""

    results: dict[CheckCode, Verdict]
    failures: tuple[CheckCode, ...]
    trace: Trace

    @property
    def first_failure(self) -> CheckCode | None:
        """The failed check that the non-acceptance message names."""
        return self.failures[0] if self.failures else None

    @property
    def passed(self) -> bool:
        """All five passed."""
        return all(verdict is Verdict.PASS for verdict in self.results.values())

    @property
    def needs_review(self) -> bool:
        """Nothing failed, but at least one check is a person's to judge."""
        return not self.failures and not self.passed


def check_parameters(
    facts: BurialFacts, defaults: ProductDefaults, calendar: WorkingCalendar | None = None
) -> ParameterChecks:
    """Run the five parameter checks of B-r13; for the proactive path they apply by decision INC-15.

    All five are evaluated and recorded, whatever fails first (5.3). Raises StaleCalendar when CK5 needs a
    year that is
    not loaded.
    """
    trace = Trace()
    results: dict[CheckCode, Verdict] = {
        "CK1": _completeness(facts, trace),
        "CK2": _not_yet_assigned(facts, trace),
        "CK3": _no_other_application(facts, defaults, trace),
        "CK4": _was_recipient(facts, trace),
        "CK5": _within_three_years(facts, calendar or load_calendar(), trace),
    }
    failures = tuple(code for code in defaults.check_order if results[code] is Verdict.FAIL)
    return ParameterChecks(results, failures, trace)


def _record(
    trace: Trace, code: str, verdict: Verdict, default: str | None = "INC-15", **detail: str
) -> Verdict:
    trace.add(code, service("BUR").check(code).citation, verdict.value, detail, default)
    return verdict


def _completeness(facts: BurialFacts, trace: Trace) -> Verdict:
    complete = facts.complete and facts.death_date is not None
    missing = list(facts.missing)
    if facts.death_date is None and "death_date" not in missing:
        missing.append("death_date")
    return _record(trace, "CK1", Verdict.PASS if complete else Verdict.FAIL, missing=", ".join(missing))


def _not_yet_assigned(facts: BurialFacts, trace: Trace) -> Verdict:
    return _record(trace, "CK2", Verdict.FAIL if facts.payment_assigned else Verdict.PASS)


def _no_other_application(facts: BurialFacts, defaults: ProductDefaults, trace: Trace) -> Verdict:
    blocked = facts.refused_application and defaults.refused_applications_block
    verdict = Verdict.FAIL if facts.other_application or blocked else Verdict.PASS
    default = "INC-16" if facts.refused_application else "INC-15"
    return _record(
        trace,
        "CK3",
        verdict,
        default,
        live_application="yes" if facts.other_application else "no",
        refused_application="yes" if facts.refused_application else "no",
    )


def _was_recipient(facts: BurialFacts, trace: Trace) -> Verdict:
    day = facts.death_date
    if day is None:
        return _record(trace, "CK4", Verdict.REVIEW, reason="no date of death")
    standing = [p for p in facts.deceased_statuses if p.kind is not StatusKind.OTHER and p.covers(day)]
    if any(not period.suspended_on(day) for period in standing):
        return _record(trace, "CK4", Verdict.PASS, payments_on_the_day=str(len(standing)))
    if standing:
        return _record(trace, "CK4", Verdict.REVIEW, "SIL-49", reason="suspended on the day of death")
    return _record(trace, "CK4", Verdict.FAIL, payments_on_the_day="0")


def _within_three_years(facts: BurialFacts, calendar: WorkingCalendar, trace: Trace) -> Verdict:
    if facts.death_date is None:
        return _record(trace, "CK5", Verdict.REVIEW, reason="no date of death")
    verdict = claim_within_limit(facts.death_date, facts.applied_on, calendar)
    if verdict is not Verdict.REVIEW:
        return _record(trace, "CK5", verdict, limit_years="3")
    if facts.applied_on < facts.death_date:
        return _record(trace, "CK5", verdict, reason="application dated before the death")
    return _record(trace, "CK5", verdict, "SIL-28", reason="the last day was a rest day")
