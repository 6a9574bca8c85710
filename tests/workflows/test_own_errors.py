"""What is wrong on our own side is no outage: a person is called, nobody hears of a delay (SIL-15)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import select

from belsendi.contracts.states import CaseState, Party, TaskKind
from belsendi.records.models import CaseStep, Task
from tests.workflows.office import CaseOffice, families, open_office, skipping_engine, today
from workflows.activities import drafting


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[CaseOffice]:
    async with skipping_engine() as engine, open_office(tmp_path, engine) as opened:
        yield opened


def broken(*_args: object, **_named: object) -> NoReturn:
    raise AssertionError("a draft that cannot be made")


async def test_a_defect_of_the_draft_is_a_task_and_no_outage(
    office: CaseOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case waits for us, says which error it is, and goes on by itself once the defect is gone."""
    (family,) = families(1, today())
    case_id = await office.death(family)
    await office.until_state(case_id, CaseState.OFFERED)
    with monkeypatch.context() as defect:
        defect.setattr(drafting, "assess", broken)
        await office.write(family, "1")
        await office.until_steps(case_id, "OWN_ERROR")

        assert (await office.case(case_id)).waiting_for == Party.US
        database = office.bench.records.database
        async with database.reading() as session:
            tasks = (
                (await session.execute(select(Task).where(Task.kind == TaskKind.OWN_ERROR))).scalars().all()
            )
            kinds = (
                await session.execute(select(CaseStep.kind).where(CaseStep.case_id == case_id))
            ).scalars()
            assert [(task.case_id, task.facts) for task in tasks] == [(case_id, {"error": "AssertionError"})]
            assert "OUTAGE" not in set(kinds)
        assert not [message for message in await office.messages(case_id) if message.startswith("M-23")]
    await office.forward(case_id, timedelta(hours=1))
    await office.until_state(case_id, CaseState.AWAITING_SIGNATURE)
