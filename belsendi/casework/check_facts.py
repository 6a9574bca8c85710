"""What the parameter checks look at, out of what was read and what the journal knows (B-r13, D-r20-1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes import (
    Reading,
    assigned_already,
    legal_date,
    record_found,
    statuses_of,
)
from belsendi.casework.programmes.sources import APPLICATIONS
from belsendi.contracts.states import Outcome
from belsendi.law import CheckFacts, Service
from belsendi.records.models import JournalEntry
from belsendi.registries.answers import Applications

_PENDING = "REGISTERED"  # e-maket's word for an application that has no outcome yet


def check_facts(
    entry: Service,
    identity: CaseIdentity,
    reading: Reading,
    *,
    applied_on: date,
    consented: bool,
    own: JournalEntry | None,
    others: Collection[JournalEntry],
    held: bool,
) -> CheckFacts:
    """``own`` is the application's journal entry when there is one, ``others`` are those for the same subject; ``held``
    says that another live one came first (SIL-25). ``applied_on`` is an Almaty day."""
    day = legal_date(entry, identity, reading)
    elsewhere = _applications_elsewhere(reading, [*others, *([own] if own is not None else [])])
    needed = (
        ("legal_date", day),
        ("bank_account", identity.iban),
        ("consent", consented or identity.is_legal_entity or None),
    )
    missing = tuple(name for name, value in needed if value is None)
    outcomes = {other.outcome for other in others} | elsewhere
    return CheckFacts(
        legal_date=day,
        applied_on=applied_on,
        complete=not missing,
        missing=missing,
        assigned=assigned_already(reading) or Outcome.ASSIGNED in outcomes,
        other_application=(held and Outcome.ASSIGNED not in outcomes) or _PENDING in elsewhere,
        refused_application=bool({Outcome.REFUSED, Outcome.NOT_ACCEPTED} & outcomes),
        record_found=record_found(entry, reading),
        statuses=statuses_of(reading),
    )


def _applications_elsewhere(reading: Reading, ours: Collection[JournalEntry]) -> set[str | None]:
    """The states of applications e-maket knows from other channels (B-r13(3)): pending, or how they ended."""
    known = {entry.registration_no for entry in ours}
    answer = reading.first(APPLICATIONS, Applications)
    found = answer.applications if answer is not None else ()
    return {application.state for application in found if application.registration_no not in known}
