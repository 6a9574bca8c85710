"""A system that does not answer stands above the tasks, with since when (SIL-15)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from belsendi.records.conditions import note_condition
from belsendi.registries import System
from tests.console.office import ConsoleOffice

pytestmark = pytest.mark.asyncio(loop_scope="session")
SINCE = datetime(2026, 11, 20, 5, 30, tzinfo=UTC)


async def test_the_list_of_tasks_says_which_system_is_out_since_when(office: ConsoleOffice) -> None:
    database = office.context.bench.records.database
    async with office.browser("caseworker") as desk:
        assert "State systems that do not answer" not in (await desk.get("/console/tasks")).text
        await note_condition(database, System.COURTS.value, out=True, at=SINCE, problem="TIMEOUT")
        try:
            page = (await desk.get("/console/tasks")).text
        finally:
            await note_condition(database, System.COURTS.value, out=False, at=SINCE)
        assert "State systems that do not answer" in page
        named = page[page.index("State systems that do not answer") :]
        assert System.COURTS.kazakh_name.split('"')[1] in named
        assert "20.11.2026" in named and "10:30" in named, "on the Almaty clock"
        assert "State systems that do not answer" not in (await desk.get("/console/tasks")).text
