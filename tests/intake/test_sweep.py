"""The sweep goes on whatever one thing does, and gives up on what never works by calling a person."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select

from belsendi.errors import OutsideSystemUnavailable
from belsendi.intake.events import DEATH_REGISTERED, NewEvent
from belsendi.intake.sweep import Sweep
from belsendi.records.models import Case, LifeEvent
from tests.conversation.office import NOW, TalkOffice

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
    assert await office.tasks() == ["NO_RECIPIENT"]
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
