"""Life events that wait for a person: an officer finds the recipient, or has a failed event processed again."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from belsendi.contracts.states import CaseState
from belsendi.intake.event_data import DISABILITY_ESTABLISHED
from belsendi.intake.events import NewEvent
from belsendi.intake.openings import DEATH_REGISTERED
from belsendi.records.models import Case, CaseStep, LifeEvent, Task
from tests.console.office import ConsoleOffice, Family

pytestmark = pytest.mark.asyncio(loop_scope="session")
REASON = "the akimat named who carried out the burial"


async def nobody_known(office: ConsoleOffice) -> tuple[str, Family]:
    """A registered death without a declarant. Returns its open task."""
    _, family = await office.death(declared=False)
    return await newest_task(office), family


async def newest_task(office: ConsoleOffice) -> str:
    async with office.context.bench.records.database.reading() as session:
        query = select(Task.id).where(Task.event_id.is_not(None)).order_by(Task.opened_at.desc())
        return (await session.execute(query.limit(1))).scalar_one()


async def task(office: ConsoleOffice, task_id: str) -> Task:
    async with office.context.bench.records.database.reading() as session:
        return await session.get_one(Task, task_id)


async def test_an_officer_finds_the_recipient_and_the_offer_goes_out(office: ConsoleOffice) -> None:
    """SIL-04: known to nobody but the officer; recorded with the reason, and the offer goes the ordinary way."""
    task_id, family = await nobody_known(office)
    async with office.browser("caseworker") as desk:
        assert f"/console/tasks/{task_id}" in (await desk.get("/console/tasks?kind=NO_RECIPIENT")).text
        page = (await desk.get(f"/console/tasks/{task_id}")).text
        assert family.deceased.iin in page
        assert f"{family.death.date_of_death:%d.%m.%Y}" in page
        answer = await desk.post(
            f"/console/tasks/{task_id}/offer", iin=f" {family.declarant.iin} ", reason=REASON
        )
        assert answer.status_code == 303
        case_id = re.fullmatch(r"/console/cases/([0-9a-f]{32})\?done=offered", answer.headers["location"])
        assert case_id is not None
        await office.until_state(case_id[1], CaseState.OFFERED)
        shown = (await desk.get(answer.headers["location"])).text
        again = await desk.post(f"/console/tasks/{task_id}/offer", iin=family.declarant.iin, reason=REASON)
        closed = (await desk.get(f"/console/tasks/{task_id}")).text
    assert "The case is open; the offer goes out by SMS." in shown
    assert "An officer found the recipient; the offer follows." in shown
    assert again.status_code == 409
    assert "This task was closed on" in closed and 'name="iin"' not in closed
    assert (await task(office, task_id)).closed_by == "dev:caseworker"
    assert ("dev:caseworker", "case.open", REASON) in await office.audited(case_id[1])
    assert [entry for entry in await office.audited(task_id) if entry[1] != "event.view"] == [
        ("dev:caseworker", "task.close", REASON)
    ]
    assert ("dev:caseworker", "event.view", None) in await office.audited(task_id)
    async with office.context.bench.records.database.reading() as session:
        first = select(CaseStep).where(CaseStep.case_id == case_id[1]).order_by(CaseStep.seq)
        step = (await session.execute(first.limit(1))).scalar_one()
    assert (step.kind, step.actor, step.facts) == ("RECIPIENT_NAMED", "dev:caseworker", {})


async def test_a_wrong_person_gets_no_offer(office: ConsoleOffice) -> None:
    task_id, family = await nobody_known(office)
    changed = family.declarant.iin[:-1] + str((int(family.declarant.iin[-1]) + 1) % 10)
    async with office.browser("caseworker") as desk:
        path = f"/console/tasks/{task_id}/offer"
        wrong = await desk.post(path, iin=changed, reason=REASON)
        dead = await desk.post(path, iin=family.deceased.iin, reason=REASON)
        silent = await desk.post(path, iin=family.declarant.iin, reason="")
    assert (wrong.status_code, dead.status_code, silent.status_code) == (422, 422, 422)
    assert "This is no IIN." in wrong.text
    assert changed not in wrong.text
    assert "This is the IIN of the deceased." in dead.text
    assert "Write in a few words why." in silent.text
    waiting = await task(office, task_id)
    assert waiting.closed_at is None
    async with office.context.bench.records.database.reading() as session:
        opened = await session.execute(select(Case.id).where(Case.event_id == waiting.event_id))
        assert opened.all() == []


async def test_a_person_who_has_a_case_for_the_deceased_gets_no_second_one(office: ConsoleOffice) -> None:
    """SIL-40: one open case per deceased and recipient."""
    task_id, family = await nobody_known(office)
    second = family.death.model_copy(update={"declarant_iin": None})
    await office.registry.add_death(second)
    await office.context.sweep.read_feeds()
    await office.context.sweep.once()
    other_id = await newest_task(office)
    assert other_id != task_id
    async with office.browser("caseworker") as desk:
        first = await desk.post(f"/console/tasks/{task_id}/offer", iin=family.declarant.iin, reason=REASON)
        answer = await desk.post(f"/console/tasks/{other_id}/offer", iin=family.declarant.iin, reason=REASON)
    assert (first.status_code, answer.status_code) == (303, 422)
    assert "This person has a case for this deceased already." in answer.text
    assert (await task(office, other_id)).closed_at is None


async def test_only_caseworkers_make_offers(office: ConsoleOffice) -> None:
    task_id, family = await nobody_known(office)
    async with office.browser("signatory") as desk:
        page = await desk.get(f"/console/tasks/{task_id}")
        answer = await desk.post(f"/console/tasks/{task_id}/offer", iin=family.declarant.iin, reason=REASON)
    assert page.status_code == 200 and 'name="iin"' not in page.text
    assert answer.status_code == 403


async def test_a_task_about_a_case_or_about_nothing_has_no_event_page(office: ConsoleOffice) -> None:
    case_id = await office.awaiting_signature()
    async with office.context.bench.records.database.reading() as session:
        (of_case,) = (await session.execute(select(Task.id).where(Task.case_id == case_id))).scalars()
    async with office.browser("caseworker") as desk:
        assert (await desk.get(f"/console/tasks/{of_case}")).status_code == 404
        assert (await desk.get(f"/console/tasks/{'0' * 32}")).status_code == 404


async def test_a_failed_event_is_processed_once_more_by_a_button(office: ConsoleOffice) -> None:
    """The same task kind never means two things: a failure is no missing recipient."""
    _, family = await office.death(declared=False)
    events, now = office.context.sweep.events, datetime.now(UTC)
    data: dict[str, object] = {
        "deceased_iin": family.deceased.iin,
        "date_of_death": family.death.date_of_death.isoformat(),
        "recipients": [family.declarant.iin],
    }
    row_id, _ = await events.store(NewEvent("test", "failed-once", DEATH_REGISTERED, now, data), now)
    await events.give_up(row_id, "KeyError", now)
    task_id = await newest_task(office)
    async with office.browser("caseworker") as desk:
        page = (await desk.get(f"/console/tasks/{task_id}")).text
        assert "This life event could not be processed." in page
        assert "<code>KeyError</code>" in page
        refused = await desk.post(f"/console/tasks/{task_id}/offer", iin=family.declarant.iin, reason=REASON)
        answer = await desk.post(f"/console/tasks/{task_id}/retry")
        again = await desk.post(f"/console/tasks/{task_id}/retry")
    assert (refused.status_code, answer.status_code, again.status_code) == (409, 303, 409)
    async with office.context.bench.records.database.reading() as session:
        event = await session.get_one(LifeEvent, row_id)
        case_id = (await session.execute(select(Case.id).where(Case.event_id == row_id))).scalar_one()
    assert (event.state, event.problem) == ("processed", None)
    await office.until_state(case_id, CaseState.OFFERED)


async def test_a_disability_without_an_applicant_is_offered_to_the_person_who_became_disabled(
    office: ConsoleOffice,
) -> None:
    """The words and the check follow the event: here the person of the event may well be the recipient."""
    _, family = await office.death(declared=False)
    events, now = office.context.sweep.events, datetime.now(UTC)
    data: dict[str, object] = {"person_iin": family.declarant.iin, "established_on": "2025-03-03"}
    row_id, _ = await events.store(NewEvent("test", "disability", DISABILITY_ESTABLISHED, now, data), now)
    await events.process(row_id, now)
    task_id = await newest_task(office)
    async with office.browser("caseworker") as desk:
        page = (await desk.get(f"/console/tasks/{task_id}")).text
        answer = await desk.post(f"/console/tasks/{task_id}/offer", iin=family.declarant.iin, reason=REASON)
    assert "IIN of the person whose disability was established" in page
    assert "Disability established on" in page and "03.03.2025" in page
    assert "burial" not in page and "deceased" not in page
    assert answer.status_code == 303
    case = await office.case(answer.headers["location"].split("/")[-1].partition("?")[0])
    assert (case.service, case.subject_id == case.recipient_id) == ("DIS", True)
