"""Yearly obligations of a survivor benefit over their years, each on a clock of its own; nothing is stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from belsendi.casework.obligations import (
    CaregiverFacts,
    DependantFacts,
    Evidence,
    SurvivorFacts,
)
from belsendi.contracts.states import Outcome
from belsendi.law import utc_of
from simulators.registry.dossier import Study, StudyLevel, Trade, Transfer
from simulators.registry.people import OutageMode
from tests.workflows.office import open_office, skipping_engine
from tests.workflows.side_office import SideOffice

MOTHER, STUDENT, CAREGIVER = "850101400121", "031010500172", "760202400134"
MORNING = time(9, 0)
AUGUST = datetime(2025, 8, 15, 5, 0, tzinfo=UTC)


def morning(year: int, month: int, day: int) -> datetime:
    return utc_of(date(year, month, day), MORNING)


@pytest.fixture
async def side(tmp_path: Path) -> AsyncIterator[SideOffice]:
    async with skipping_engine() as engine, open_office(tmp_path, engine) as office:
        yield SideOffice(office, AUGUST)


async def student(side: SideOffice, born: date, *studies: Study) -> tuple[str, str]:
    """A student who showed a certificate for 2024/2025 at the assignment. Returns the case and the obligation."""
    await side.know(STUDENT, born, studies=list(studies))
    case_id = await side.survivor_case(MOTHER)
    dependant = DependantFacts(iin=STUDENT, born=born, study_shown_for="2024/2025")
    facts = SurvivorFacts(assigned_on=date(2025, 8, 15), dependants=(dependant,))
    (obligation_id,) = await side.begin(case_id, facts)
    return case_id, obligation_id


async def caregiver(side: SideOffice, *children: date) -> tuple[str, str]:
    await side.know(CAREGIVER, date(1976, 2, 2))
    case_id = await side.survivor_case(CAREGIVER)
    facts = SurvivorFacts(assigned_on=date(2024, 9, 20), caregiver=CaregiverFacts(CAREGIVER, tuple(children)))
    (obligation_id,) = await side.begin(case_id, facts)
    return case_id, obligation_id


async def test_a_student_is_reminded_twice_then_a_caseworker_calls_until_the_23rd_birthday(
    side: SideOffice,
) -> None:
    """AC-S16: M-15 on 01.09.2025 for 2025/2026 and no automatic stop; AC-S18: a task on the 23rd birthday."""
    case_id, obligation_id = await student(side, date(2002, 10, 10))
    assert await side.messages(case_id) == []

    await side.move_to(obligation_id, morning(2025, 9, 1))
    first = await side.until_line(case_id, "STUDY_ASKED")
    assert (first.facts, first.rules) == ({"year": "2025/2026"}, ["S-r7", "SIL-34"])
    assert await side.tasks() == []

    await side.move_to(obligation_id, morning(2025, 10, 1))
    await side.until_line(case_id, "STUDY_ASKED", 2)
    assert await side.messages(case_id) == ["M-15", "M-15"]
    (task,) = await side.tasks()
    assert (task.kind, task.case_id, task.facts) == ("STUDY_CERTIFICATE", case_id, {"year": "2025/2026"})

    await side.sweep.obligations.meet(
        obligation_id, "2025/2026", Evidence.STUDY_CERTIFICATE, "officer-1", side.now()
    )
    assert await side.tasks() == []

    await side.move_to(obligation_id, morning(2025, 10, 10))
    await side.until_line(case_id, "STUDY_AGE_OVER")
    assert [task.kind for task in await side.tasks()] == ["STUDY_AGE_OVER"]
    await side.office.ended(obligation_id)
    row = await side.obligation(obligation_id)
    assert row.end_reason == "AGE_OVER"
    case = await side.office.case(case_id)
    assert (case.outcome, case.flags) == (Outcome.ASSIGNED, [])


async def test_a_student_whom_a_system_knows_is_not_asked_for_a_paper(side: SideOffice) -> None:
    """AC-S11, AC-S13: IS-6 shows full-time study, on academic leave too; COM-05 asks no paper. An outage waits."""
    study = Study(
        institution="Университет",
        level=StudyLevel.HIGHER,
        year_of_study="3",
        studies_from=date(2023, 9, 1),
        studies_to=date(2027, 6, 30),
        leave_from=date(2025, 2, 1),
        leave_to=date(2026, 1, 31),
    )
    case_id, obligation_id = await student(side, date(2004, 3, 10), study)
    await side.office.registry.set_outages(**{"higher-education": OutageMode.DOWN})

    await side.move_to(obligation_id, morning(2025, 9, 1))
    await side.until_timers(obligation_id, 2)
    assert await side.messages(case_id) == []
    await side.office.registry.set_outages()
    await side.move_to(obligation_id, morning(2025, 9, 2))

    line = await side.until_line(case_id, "YEAR_CONFIRMED")
    assert (line.facts, line.rules) == ({"year": "2025/2026"}, ["S-r7", "COM-05"])
    assert await side.messages(case_id) == [] and await side.tasks() == []
    ((_, years),) = await side.sweep.obligations.of_case(case_id)
    assert [(year.period, year.evidence) for year in years] == [
        ("2024/2025", "ASSIGNMENT"),
        ("2025/2026", "REGISTRY"),
    ]


async def test_a_caregiver_with_a_business_is_asked_and_next_year_confirmed(side: SideOffice) -> None:
    """AC-S20: a business is a caseworker's task and no stop; AC-S19: both systems empty confirm the year;
    AC-S21: an alert 30 days before the eighth birthday. The second year is a run of its own."""
    case_id, obligation_id = await caregiver(side, date(2019, 1, 5))
    trade = Trade(since=date(2025, 2, 1)).model_dump(mode="json")
    await side.office.registry.change_person(CAREGIVER, trade=trade)

    await side.move_to(obligation_id, morning(2025, 9, 20))
    line = await side.until_line(case_id, "CARE_ASKED")
    assert line.facts == {"year": "2025", "why": "ENTREPRENEUR"}
    assert await side.messages(case_id) == ["M-16"]
    (task,) = await side.tasks()
    assert (task.kind, task.facts["why"]) == ("CARE_CONFIRMATION", "ENTREPRENEUR")
    assert (await side.office.case(case_id)).outcome == Outcome.ASSIGNED

    paid = Transfer(kind="PENSION", on=date(2025, 3, 1)).model_dump(mode="json")
    await side.office.registry.change_person(CAREGIVER, trade=None, transfers=[paid])
    await side.move_to(obligation_id, morning(2026, 8, 16))
    await side.move_to(obligation_id, morning(2026, 9, 20))
    confirmed = await side.until_line(case_id, "CARE_CONFIRMED")
    assert confirmed.facts == {"year": "2026"}

    await side.move_to(obligation_id, morning(2026, 12, 6))
    await side.until_task("CHILD_NEARLY_EIGHT")
    assert (await side.obligation(obligation_id)).ended_at is None
    await side.move_to(obligation_id, morning(2027, 1, 5))
    await side.office.ended(obligation_id)
    assert (await side.obligation(obligation_id)).end_reason == "AGE_OVER"
    assert await side.messages(case_id) == ["M-16"]


async def test_a_labour_book_confirms_the_year_before_any_system_is_asked(side: SideOffice) -> None:
    """AC-S19: with a labour book showing the end of work the caregiver is confirmed for the year."""
    case_id, obligation_id = await caregiver(side, date(2021, 1, 5))
    await side.sweep.obligations.meet(obligation_id, "2025", Evidence.LABOUR_BOOK, "officer-1", side.now())

    await side.move_to(obligation_id, morning(2025, 9, 20))
    await side.until_timers(obligation_id, 2)

    assert await side.office.registry.calls("entrepreneurs") == []
    assert await side.messages(case_id) == [] and await side.tasks() == []


async def test_an_obligation_that_a_person_ended_does_nothing_more(side: SideOffice) -> None:
    case_id, obligation_id = await student(side, date(2004, 3, 10))
    await side.sweep.obligations.end(obligation_id, "officer-1", side.now())

    await side.move_to(obligation_id, morning(2025, 9, 1))
    await side.office.ended(obligation_id)

    assert await side.messages(case_id) == []
    assert (await side.obligation(obligation_id)).end_reason == "BY_A_PERSON"
