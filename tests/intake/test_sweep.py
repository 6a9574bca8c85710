"""The sweep goes on whatever one thing does, and gives up on what never works by calling a person."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select

from belsendi.errors import NotFound, OutsideSystemUnavailable
from belsendi.intake.events import NewEvent
from belsendi.intake.openings import DEATH_REGISTERED
from belsendi.intake.sweep import Sweep
from belsendi.records.models import Case, LifeEvent
from tests.conversation.office import MINUTE, NOW, TalkOffice

DEATH = {"deceased_iin": "900101300017", "date_of_death": "2026-11-10", "recipients": ["850101400121"]}


@pytest.fixture
def sweep(office: TalkOffice) -> Sweep:
    return Sweep(office.bench, office.cases, office.reception, lambda: NOW)


async def store(sweep: Sweep, event_id: str, data: dict[str, object]) -> str:
    row_id, _ = await sweep.events.store(NewEvent("test", event_id, DEATH_REGISTERED, NOW, data), NOW)
    return row_id


async def event(office: TalkOffice, row_id: str) -> LifeEvent:
    async with office.bench.records.database.reading() as session:
        return await session.get_one(LifeEvent, row_id)


async def test_an_event_that_cannot_be_read_holds_up_no_other(
    office: TalkOffice, sweep: Sweep, caplog: pytest.LogCaptureFixture
) -> None:
    await store(sweep, "broken", {"recipients": ["850101400121"]})
    good = await store(sweep, "good", dict(DEATH))

    with caplog.at_level(logging.WARNING):
        await sweep.once()

    assert (await event(office, good)).state == "processed"
    assert "KeyError" in caplog.text and "850101400121" not in caplog.text


async def test_an_event_that_fails_five_rounds_is_given_to_a_person(office: TalkOffice, sweep: Sweep) -> None:
    row_id = await store(sweep, "broken", {"recipients": ["850101400121"]})

    for _ in range(4):
        await sweep.once()
    before = (await event(office, row_id)).state
    await sweep.once()

    failed = await event(office, row_id)
    assert (before, failed.state, failed.problem) == ("stored", "failed", "KeyError")
    assert await office.tasks() == ["EVENT_FAILED"]
    async with office.bench.records.database.reading() as session:
        assert (await session.execute(select(Case.id))).first() is None


async def test_an_event_waits_for_a_registry_however_long(office: TalkOffice, sweep: Sweep) -> None:
    """An outage is nobody's fault: the event stays stored until the registry answers (SIL-15)."""
    row_id = await store(sweep, "patient", dict(DEATH))

    async def out() -> None:
        raise OutsideSystemUnavailable("the registry did not answer")

    for _ in range(6):
        await sweep.attempt_event(row_id, out())

    assert (await event(office, row_id)).state == "stored"


async def test_a_case_that_counts_by_another_calendar_is_told_once(office: TalkOffice, sweep: Sweep) -> None:
    """A change of the calendar while the engine was out is not lost (AC-C06)."""
    case_id = await office.case(due_at=NOW, calendar_version="an older one")
    await office.case(recipient="860101400128")

    await sweep.once()
    await sweep.once()

    assert office.cases.recounted == [case_id]


async def test_a_case_that_could_not_be_told_is_told_in_a_later_round(
    office: TalkOffice, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = await office.case(due_at=NOW, calendar_version="an older one")

    async def out(case_id: str) -> None:
        raise OutsideSystemUnavailable("the workflow engine did not answer")

    with monkeypatch.context() as patched:
        patched.setattr(office.cases, "calendar_changed", out)
        await sweep.once()
    await sweep.once()

    assert office.cases.recounted == [case_id]


async def test_a_case_whose_workflow_is_gone_is_a_persons_and_holds_up_no_other(
    office: TalkOffice, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = await office.case(due_at=NOW, calendar_version="an older one")
    ended = await office.case(due_at=NOW + MINUTE, calendar_version="an older one")
    living = await office.case(due_at=NOW + 2 * MINUTE, calendar_version="an older one")
    asked: list[str] = []

    async def gone(case_id: str) -> None:
        asked.append(case_id)
        if case_id == ended:
            async with office.bench.records.database.writing() as session:
                (await session.get_one(Case, case_id)).outcome = "LAPSED"
        if case_id != living:
            raise NotFound("the workflow of this case is not running")

    monkeypatch.setattr(office.cases, "calendar_changed", gone)
    for _ in range(4):
        await sweep.recount_due_dates(most=1)

    assert asked == [lost, ended, living]
    assert await office.tasks() == ["WORKFLOW_LOST"]


async def test_a_round_tells_no_more_cases_than_it_may(office: TalkOffice, sweep: Sweep) -> None:
    for _ in range(3):
        await office.case(due_at=NOW, calendar_version="an older one")

    assert [await sweep.recount_due_dates(most=2) for _ in range(3)] == [2, 1, 0]
