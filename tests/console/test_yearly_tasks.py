"""A caseworker notes the paper of a year from the list of tasks."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from belsendi.casework.obligations import (
    CaregiverFacts,
    Obligations,
    SurvivorFacts,
    begin_obligations,
    task_key,
)
from belsendi.contracts.states import CaseState, Outcome, TaskKind
from belsendi.records.cases import open_case, open_task
from belsendi.records.columns import new_id
from belsendi.records.models import Task
from tests.api.sender import iin
from tests.console.office import ConsoleOffice

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def caregivers_task(office: ConsoleOffice, number: int) -> tuple[str, Task]:
    """An assigned survivor case whose caregiver was asked for the labour book of 2026."""
    bench, now = office.context.bench, office.context.clock()
    async with bench.records.database.writing() as session:
        breadwinner = await bench.people.person(session, iin(700 + number), now)
        person = await bench.people.person(session, iin(800 + number), now)
        case, _ = await open_case(
            session,
            service="SUR",
            subject_id=breadwinner.id,
            recipient_id=person.id,
            event_id=None,
            initiative="provider",
            now=now,
        )
        case.state, case.outcome, case.closed_at = CaseState.CLOSED, Outcome.ASSIGNED, now
        case.workflow_started_at = now
        carer = CaregiverFacts(iin(800 + number), (date(2022, 1, 5),))
        facts = SurvivorFacts(date(2025, 9, 20), caregiver=carer)
        (obligation_id,) = await begin_obligations(bench, session, case, facts, now)
        await open_task(
            session,
            TaskKind.CARE_CONFIRMATION,
            key=task_key(obligation_id, "2026"),
            now=now,
            case_id=case.id,
            facts={"year": "2026", "why": "ENTREPRENEUR"},
        )
        query = select(Task).where(Task.case_id == case.id)
        return obligation_id, (await session.execute(query)).scalar_one()


@pytest.mark.parametrize(
    ("language", "kind", "awaited", "running", "met"),
    [
        ("kk", "Күтім жасаушының растауы", "қағаз күтілуде", "жүріп жатыр", "еңбек кітапшасы"),
        ("ru", "Подтверждение осуществляющего уход", "ожидается бумага", "действует", "трудовая книжка"),
        ("en", "Confirmation of the caregiver", "a paper is awaited", "running", "labour book"),
    ],
)
async def test_the_page_of_the_case_shows_what_is_owed_each_year(
    office: ConsoleOffice, language: str, kind: str, awaited: str, running: str, met: str
) -> None:
    """S-t8, SIL-35: standing, next day and rules; the number of the person is masked."""
    number = {"kk": 14, "ru": 15, "en": 16}[language]
    _, task = await caregivers_task(office, number)
    async with office.browser("caseworker", language) as desk:
        before = (await desk.get(f"/console/cases/{task.case_id}")).text
        await desk.post(f"/console/tasks/{task.id}/year")
        after = (await desk.get(f"/console/cases/{task.case_id}")).text

    owed = before.partition('id="obligations-head"')[2].partition("</section>")[0]
    assert kind in owed and f"{awaited}: 2026" in owed and 'href="/console/tasks"' in owed
    assert "20.09.2027" in owed
    assert "S-t8" in owed and "SIL-35" in owed
    assert iin(800 + number)[-4:] in owed and iin(800 + number) not in owed
    noted = after.partition('id="obligations-head"')[2].partition("</section>")[0]
    assert running in noted and f"2026 ({met})" in noted and awaited not in noted


async def test_a_case_without_obligations_has_no_such_section(office: ConsoleOffice) -> None:
    bench, now = office.context.bench, office.context.clock()
    async with bench.records.database.writing() as session:
        person = await bench.people.person(session, iin(899), now)
        case, _ = await open_case(
            session,
            service="DIS",
            subject_id=person.id,
            recipient_id=person.id,
            event_id=None,
            initiative="provider",
            now=now,
        )
    async with office.browser("caseworker", "en") as desk:
        assert "obligations-head" not in (await desk.get(f"/console/cases/{case.id}")).text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
async def test_the_paper_of_a_year_is_noted_once(office: ConsoleOffice, language: str) -> None:
    """AC-S19: the labour book confirms the year; the task that asked for it is done."""
    obligation_id, task = await caregivers_task(office, {"kk": 1, "ru": 2, "en": 3}[language])
    async with office.browser("caseworker", language) as desk:
        shown = await desk.get("/console/tasks?kind=CARE_CONFIRMATION")
        assert f'action="/console/tasks/{task.id}/year"' in shown.text
        assert "2026" in shown.text and "ENTREPRENEUR" not in shown.text
        met = await desk.post(f"/console/tasks/{task.id}/year")
        again = await desk.post(f"/console/tasks/{task.id}/year")

    assert met.headers["location"] == "/console/tasks?done=year_met"
    assert again.status_code == 409
    obligations = Obligations(office.context.bench)
    row = await obligations.find(obligation_id)
    ((_, years),) = await obligations.of_case(row.case_id)
    assert [(year.period, year.evidence, year.confirmed_by) for year in years] == [
        ("2026", "LABOUR_BOOK", "dev:caseworker")
    ]
    assert [action for _, action, _ in await office.audited(obligation_id)] == ["obligation.meet"]


async def test_only_who_may_close_a_task_may_note_a_paper(office: ConsoleOffice) -> None:
    _, task = await caregivers_task(office, 4)
    async with office.browser("signatory") as desk:
        assert (await desk.post(f"/console/tasks/{task.id}/year")).status_code == 403
    async with office.browser("caseworker") as desk:
        assert (await desk.post(f"/console/tasks/{new_id()}/year")).status_code == 404
