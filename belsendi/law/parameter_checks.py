"""Parameter checks as a fixed library: a catalogue entry names the kinds it needs, and nothing here names a benefit.

Pure functions of facts and dated data. A failed check is a non-acceptance, absent or incorrect data are a refusal
decision, an outage is neither (specification, 1.4(5); SIL-15).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import model_validator

from belsendi.contracts.personal_data import PersonalData
from belsendi.errors import ConfigurationError
from belsendi.law.calendar import WorkingCalendar, load_calendar
from belsendi.law.catalogue import Service
from belsendi.law.catalogue_entry import Check, CheckKind
from belsendi.law.deadlines import Verdict, claim_within_limit
from belsendi.law.payment_status import HiddenFacts, StatusPeriod
from belsendi.law.product_defaults import CheckCode, ProductDefaults
from belsendi.law.trace import Trace

LegalDay = Annotated[date, PersonalData("svc.death_fact"), PersonalData("pd.27")]
"""The day a right hangs on: a death (BUR, SUR) or the establishing of disability (DIS). An Almaty day."""


class CheckFacts(HiddenFacts):
    """What the checks look at. Dates are Almaty days; `applied_on` is the day of consent or application.

    `missing` holds codes of absent data, never the data. `assigned`: the same benefit is already assigned.
    `other_application`: a live application of another case exists; `refused_application`: an earlier one was
    refused or not accepted. `record_found`: the record that the right rests on exists in its register, None when
    nobody asked. `statuses` are those of the person whom the check is about.
    """

    applied_on: date
    complete: bool
    missing: tuple[str, ...] = ()
    assigned: bool = False
    other_application: bool = False
    refused_application: bool = False
    record_found: bool | None = None
    legal_date: LegalDay | None = None
    statuses: tuple[StatusPeriod, ...] = ()

    @model_validator(mode="after")
    def _missing_means_incomplete(self) -> CheckFacts:
        if self.complete and self.missing:
            raise ValueError("facts with missing data cannot be complete")
        return self


@dataclass(frozen=True, slots=True)
class ParameterChecks:
    """The result of all checks of a service. `failures` stand in the order in which a message names them."""

    results: dict[CheckCode, Verdict]
    failures: tuple[CheckCode, ...]
    trace: Trace

    @property
    def first_failure(self) -> CheckCode | None:
        """The failed check that the non-acceptance message names."""
        return self.failures[0] if self.failures else None

    @property
    def passed(self) -> bool:
        """All of them passed."""
        return all(verdict is Verdict.PASS for verdict in self.results.values())

    @property
    def needs_review(self) -> bool:
        """Nothing failed, but at least one check is a person's to judge."""
        return not self.failures and not self.passed


@dataclass(frozen=True, slots=True)
class _Run:
    entry: Service
    facts: CheckFacts
    defaults: ProductDefaults
    calendar: WorkingCalendar
    trace: Trace

    def record(self, check: Check, verdict: Verdict, default: str | None = None, **detail: str) -> Verdict:
        self.trace.add(
            check.code, check.citation, verdict.value, detail, default or self.entry.checks_default
        )
        return verdict


def run_checks(
    entry: Service, facts: CheckFacts, defaults: ProductDefaults, calendar: WorkingCalendar | None = None
) -> ParameterChecks:
    """Run every parameter check of the catalogue entry (BUR: B-r13 by INC-15; DIS: SIL-10; SUR has none).

    All are evaluated and recorded, whatever fails first (5.3). Raises StaleCalendar when a time limit needs a
    year that is not loaded.
    """
    run = _Run(entry, facts, defaults, calendar or load_calendar(), Trace())
    results = {check.code: _KINDS[check.kind](run, check) for check in entry.checks}
    failures = [code for code in _naming_order(entry, defaults) if results[code] is Verdict.FAIL]
    return ParameterChecks(results, tuple(failures), run.trace)


def _naming_order(entry: Service, defaults: ProductDefaults) -> Sequence[CheckCode]:
    own = [check.code for check in entry.checks]
    chosen = [code for code in defaults.check_order if code in own]
    return chosen + [code for code in own if code not in chosen]


def _complete(run: _Run, check: Check) -> Verdict:
    missing = list(run.facts.missing)
    kinds = {other.kind for other in run.entry.checks}
    if run.facts.legal_date is None and kinds & _NEED_THE_DAY and not missing:
        missing.append("legal_date")
    complete = run.facts.complete and not missing
    return run.record(check, Verdict.PASS if complete else Verdict.FAIL, missing=", ".join(missing))


def _not_assigned(run: _Run, check: Check) -> Verdict:
    return run.record(check, Verdict.FAIL if run.facts.assigned else Verdict.PASS)


def _no_other_application(run: _Run, check: Check) -> Verdict:
    facts = run.facts
    blocked = facts.refused_application and run.defaults.refused_applications_block
    verdict = Verdict.FAIL if facts.other_application or blocked else Verdict.PASS
    return run.record(
        check,
        verdict,
        "INC-16" if facts.refused_application else None,
        live_application="yes" if facts.other_application else "no",
        refused_application="yes" if facts.refused_application else "no",
    )


def _recipient_status(run: _Run, check: Check) -> Verdict:
    day = run.facts.legal_date
    if day is None:
        return run.record(check, Verdict.REVIEW, reason="no legal date")
    standing = [period for period in run.facts.statuses if period.kind in check.counts and period.covers(day)]
    if any(not period.suspended_on(day) for period in standing):
        return run.record(check, Verdict.PASS, payments_on_the_day=str(len(standing)))
    if standing:
        return run.record(check, Verdict.REVIEW, "SIL-49", reason="suspended on the day")
    return run.record(check, Verdict.FAIL, payments_on_the_day="0")


def _within_years(run: _Run, check: Check) -> Verdict:
    limit = run.entry.clock.claim_limit
    if limit is None:
        raise ConfigurationError(
            f"check {check.code} of service {run.entry.code} needs a claim limit: add it to the clock"
        )
    day, applied = run.facts.legal_date, run.facts.applied_on
    if day is None:
        return run.record(check, Verdict.REVIEW, reason="no legal date")
    verdict = claim_within_limit(day, applied, run.calendar, limit.years)
    if verdict is not Verdict.REVIEW:
        return run.record(check, verdict, limit_years=str(limit.years))
    if applied < day:
        return run.record(check, verdict, reason="application dated before the legal date")
    return run.record(check, verdict, "SIL-28", reason="the last day was a rest day")


def _record_found(run: _Run, check: Check) -> Verdict:
    if run.facts.record_found is None:
        return run.record(check, Verdict.REVIEW, reason="the register was not asked")
    return run.record(check, Verdict.PASS if run.facts.record_found else Verdict.FAIL)


_NEED_THE_DAY = {CheckKind.RECIPIENT_STATUS, CheckKind.WITHIN_YEARS}
_KINDS: dict[CheckKind, Callable[[_Run, Check], Verdict]] = {
    CheckKind.COMPLETE: _complete,
    CheckKind.NOT_ASSIGNED: _not_assigned,
    CheckKind.NO_OTHER_APPLICATION: _no_other_application,
    CheckKind.RECIPIENT_STATUS: _recipient_status,
    CheckKind.WITHIN_YEARS: _within_years,
    CheckKind.RECORD_FOUND: _record_found,
}
