"""The central base of recipients of pensions and benefits (ОДҚ): statuses and accounts on file."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from simulators.registry.operation import Answer, Input, Operation
from simulators.registry.store import RegistryStore
from simulators.registry.systems.persons import OfDeceased, OfPerson


class StatusOn(Input):
    """``on`` is a legal day of Asia/Almaty."""

    iin: str = Field(pattern=r"^[0-9]{12}$")
    on: date


class BenefitQuestion(Input):
    """``benefit`` is a code of the service catalogue."""

    iin: str = Field(pattern=r"^[0-9]{12}$")
    benefit: str = Field(min_length=1)


def status_on(store: RegistryStore, asked: StatusOn) -> Answer:
    """Periods that contain the day, suspended ones included: whether a suspension counts is law, not data."""
    person = store.person(asked.iin)
    if person is None:
        return {"periods": [], "veteran": False}
    periods = [
        period.model_dump(mode="json")
        for period in person.statuses
        if period.valid_from <= asked.on and (period.valid_to is None or asked.on <= period.valid_to)
    ]
    return {"periods": periods, "veteran": person.veteran}


def account_on_file(store: RegistryStore, asked: OfPerson) -> Answer:
    person = store.person(asked.iin)
    return {"iban": person.account} if person is not None and person.account else None


def burial_assigned(store: RegistryStore, asked: OfDeceased) -> Answer:
    """True when the register was told so, or an application for this deceased ended in an assignment."""
    person = store.person(asked.deceased_iin)
    row = store.db.execute(
        "SELECT 1 FROM journal_applications WHERE subject_iin = ? AND benefit = 'BUR' AND state = 'ASSIGNED'",
        (asked.deceased_iin,),
    ).fetchone()
    return {"assigned": row is not None or (person is not None and person.burial_assigned)}


def _dead(store: RegistryStore, iin: str) -> bool:
    person = store.person(iin)
    return person is not None and person.died_on is not None


def benefit_assigned(store: RegistryStore, asked: BenefitQuestion) -> Answer:
    """True while the benefit runs (an ended one does not stand in the way of a new one), or when an application
    about this person, or by this person about a deceased, ended in an assignment."""
    person = store.person(asked.iin)
    journal = store.db.execute(
        "SELECT subject_iin FROM journal_applications WHERE benefit = ? AND state = 'ASSIGNED'"
        " AND ? IN (subject_iin, applicant_iin)",
        (asked.benefit, asked.iin),
    ).fetchall()
    by_journal = any(row["subject_iin"] == asked.iin or _dead(store, row["subject_iin"]) for row in journal)
    running = [
        each
        for each in (person.benefits if person else [])
        if each.benefit == asked.benefit and each.until is None
    ]
    return {
        "assigned": bool(running) or by_journal,
        "since": running[-1].since.isoformat() if running else None,
    }


OPERATIONS = (
    Operation("recipients", "status_on", StatusOn, status_on),
    Operation("recipients", "account_on_file", OfPerson, account_on_file),
    Operation("recipients", "burial_assigned", OfDeceased, burial_assigned),
    Operation("recipients", "benefit_assigned", BenefitQuestion, benefit_assigned),
)
