"""A head of an education organisation tells of a change; the division of the residence gets the task (AC-S15)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from belsendi.casework.education_notices import NewNotice, StudyChange
from belsendi.casework.obligations import DependantFacts, SurvivorFacts
from belsendi.contracts.states import Outcome
from belsendi.intake.applications import Applicant, Application, Certified
from belsendi.intake.event_data import Dependant
from belsendi.intake.receiving import Applications
from belsendi.records.models import EducationNotice
from belsendi.registries.answers import Relation
from simulators.registry.people import OutageMode
from tests.workflows.office import open_office, skipping_engine
from tests.workflows.side_office import SideOffice
from tests.workflows.test_yearly_obligation import AUGUST, MOTHER, STUDENT

BORN = date(2004, 3, 10)


@pytest.fixture
async def side(tmp_path: Path) -> AsyncIterator[SideOffice]:
    async with skipping_engine() as engine, open_office(tmp_path, engine) as office:
        yield SideOffice(office, AUGUST)


def notice(number: int) -> NewNotice:
    return NewNotice(
        source="college-12",
        notice_id=f"order-{number}",
        learner_iin=STUDENT,
        change=StudyChange.EXPELLED,
        changed_on=date(2025, 8, 14),
        organisation="Колледж №12",
        signature_reference="eds-9",
    )


async def test_an_expelled_learner_is_a_task_at_the_recipients_division(side: SideOffice) -> None:
    """AC-S15 (S-r7): an outage of IS-1 only delays it; the payment goes on."""
    await side.know(STUDENT, BORN)
    await side.know(MOTHER, date(1985, 1, 1), address="Астана қ., Достық к-сі, 5")
    case_id = await side.survivor_case(MOTHER)
    await side.begin(case_id, SurvivorFacts(date(2025, 8, 15), (DependantFacts(STUDENT, BORN),)))
    await side.office.registry.set_outages(individuals=OutageMode.DOWN)

    notice_id, new = await side.sweep.notices.store(notice(1), side.now())
    assert new and await side.sweep.once() == 0
    async with side.bench.records.database.reading() as session:
        assert (await session.get_one(EducationNotice, notice_id)).state == "stored"
    assert await side.tasks() == []

    await side.office.registry.set_outages()
    assert await side.sweep.once() == 1
    assert await side.sweep.once() == 0
    (task,) = await side.tasks()
    assert (task.kind, task.case_id) == ("STUDY_CHANGED", case_id)
    assert task.facts == {"why": "EXPELLED", "division": "71"}
    case = await side.office.case(case_id)
    assert (case.outcome, await side.messages(case_id)) == (Outcome.ASSIGNED, [])

    moved = await side.office.registry.change_person(MOTHER, address="Достық к-сі, 5")
    assert moved.address == "Достық к-сі, 5"
    await side.sweep.notices.store(notice(2), side.now())
    await side.sweep.once()
    assert (await side.tasks())[-1].facts == {"why": "EXPELLED", "problem": "DIVISION_UNKNOWN"}


async def test_a_notice_during_casework_is_a_task_of_that_case(side: SideOffice) -> None:
    """S-r7: the case is not decided yet, so no obligation names the learner; its application does."""
    applicant, learner = "850101400120", "040310500174"
    await side.know(applicant, date(1985, 1, 1), address="Астана қ., Достық к-сі, 5")
    application = Application(
        service="SUR",
        channel="state_corporation",
        applicant=Applicant(iin=applicant),
        subject_iin="580101300018",
        date_of_death=date(2025, 7, 1),
        dependants=[Dependant(iin=learner, relation=Relation.CHILD)],
        certified=Certified.PAPER,
        received_at=side.now(),
        documents_complete=False,
        data_consent=True,
    )
    taken = await Applications(side.bench).take(application, "counter-1", side.now())
    assert taken.case is not None

    await side.sweep.notices.store(replace(notice(3), learner_iin=learner), side.now())
    assert await side.sweep.once() == 1
    tasks = await side.tasks("STUDY_CHANGED")
    assert [(task.case_id, task.facts["why"]) for task in tasks] == [(taken.case.id, "EXPELLED")]
