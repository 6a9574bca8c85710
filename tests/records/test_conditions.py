"""An outage of a system stands in the records as long as it lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from belsendi.casework.registry_watch import RegistryWatch
from belsendi.records.conditions import systems_out
from belsendi.records.store import Records
from belsendi.registries import System
from belsendi.registries.breaker import Change, Condition

NOW = datetime(2026, 11, 10, 5, tzinfo=UTC)


async def out(records: Records) -> list[tuple[str, datetime, str | None]]:
    async with records.database.reading() as session:
        return [(row.system, row.since, row.problem) for row in await systems_out(session)]


def change(condition: Condition, minutes: int, system: System = System.ODQ) -> Change:
    problem = "status 500" if condition is Condition.OUT else None
    return Change(system, condition, NOW + timedelta(minutes=minutes), problem)


async def test_an_outage_is_seen_from_its_beginning_to_its_end(
    records: Records, caplog: pytest.LogCaptureFixture
) -> None:
    watch = RegistryWatch(records.database)
    await watch(change(Condition.OUT, 0))
    await watch(change(Condition.OUT, 5))
    await watch(change(Condition.OUT, 2, System.INDIVIDUALS))
    assert await out(records) == [
        ("odq", NOW, "status 500"),
        ("individuals", NOW + timedelta(minutes=2), "status 500"),
    ]
    await watch(change(Condition.UP, 9))
    assert [row[0] for row in await out(records)] == ["individuals"]
    assert caplog.text.count("odq is out") == 1
    assert "odq answers again" in caplog.text


async def test_a_system_that_has_never_been_out_leaves_nothing(
    records: Records, caplog: pytest.LogCaptureFixture
) -> None:
    await RegistryWatch(records.database)(change(Condition.UP, 0))
    assert await out(records) == []
    assert "answers again" not in caplog.text


async def test_an_outage_one_process_saw_is_ended_by_another_that_is_answered(records: Records) -> None:
    await RegistryWatch(records.database)(change(Condition.OUT, 0))
    await RegistryWatch(records.database)(change(Condition.UP, 1))
    assert await out(records) == []
    await RegistryWatch(records.database)(change(Condition.OUT, 2))
    assert [since for _, since, _ in await out(records)] == [NOW + timedelta(minutes=2)]
