"""Stored before acknowledged: what a crash or an outage leaves behind is started by the sweep."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Coroutine
from typing import Any

import pytest
from sqlalchemy import select, text
from temporalio.client import Client
from temporalio.service import RPCError

from api.app import create_app
from api.background import Background
from api.context import ApiContext
from belsendi.records.models import Case, LifeEvent
from tests.api.conftest import client_of
from tests.api.sender import SON, WIDOW, Sender, death


class Killed(Background):
    """A process that dies right after it has answered."""

    def run(self, what: str, work: Coroutine[Any, Any, object]) -> None:
        work.close()


async def stored(context: ApiContext) -> LifeEvent:
    async with context.bench.records.database.reading() as session:
        return (await session.execute(select(LifeEvent))).scalar_one()


async def cases(context: ApiContext) -> list[Case]:
    async with context.bench.records.database.reading() as session:
        return list((await session.execute(select(Case))).scalars())


async def runs(engine: Client, case: Case) -> bool:
    try:
        await engine.get_workflow_handle(case.id).describe()
    except RPCError:
        return False
    return True


async def test_an_event_starts_its_cases_without_a_sweep(engaged: ApiContext) -> None:
    async with client_of(create_app(engaged)) as http:
        await Sender(http, engaged).send(death(data={"recipients": [WIDOW, SON]}))
        await engaged.background.drain()
    opened = await cases(engaged)
    assert len(opened) == 2
    assert all([case.workflow_started_at and await runs(engaged.engine, case) for case in opened])


async def test_an_event_whose_process_died_after_the_answer_is_taken_up_by_the_sweep(
    engaged: ApiContext,
) -> None:
    """Kill after store, before anything else."""
    killed = dataclasses.replace(engaged, background=Killed())
    async with client_of(create_app(killed)) as http:
        assert (await Sender(http, killed).send()).status_code == 202
    assert ((await stored(engaged)).state, await cases(engaged)) == ("stored", [])
    await engaged.sweep.once()
    (case,) = await cases(engaged)
    assert await runs(engaged.engine, case)


async def test_an_event_that_came_while_the_engine_was_out_is_started_when_it_is_back(
    sender: Sender, context: ApiContext, engaged: ApiContext
) -> None:
    assert (await sender.send()).status_code == 202
    assert await context.background.drain() == 0
    (case,) = await cases(context)
    assert case.workflow_started_at is None
    assert not await runs(engaged.engine, case)
    await engaged.sweep.once()
    assert await runs(engaged.engine, case)
    assert [each.workflow_started_at is not None for each in await cases(context)] == [True]


async def test_an_event_that_cannot_be_stored_is_not_acknowledged(
    sender: Sender, context: ApiContext, caplog: pytest.LogCaptureFixture
) -> None:
    async with context.bench.records.database.writing() as session:
        await session.execute(text("DROP TABLE life_events"))
    answer = await sender.send()
    assert (answer.status_code, answer.json()["type"]) == (503, "/v1/problems/unavailable")
    assert "life_events" not in answer.text + caplog.text


async def test_the_same_event_at_once_is_stored_once(sender: Sender, context: ApiContext) -> None:
    answers = await asyncio.gather(*(sender.send() for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    await context.background.drain()
    assert len(await cases(context)) == 1


async def test_the_process_waits_for_what_it_has_begun() -> None:
    background, gate, done = Background(), asyncio.Event(), []

    async def work() -> None:
        await gate.wait()
        done.append(1)

    background.run("work", work())
    ending = asyncio.create_task(background.drain())
    gate.set()
    assert (await ending, done) == (0, [1])


async def test_work_that_does_not_end_is_given_up_and_counted() -> None:
    background = Background()
    background.run("work", asyncio.Event().wait())
    assert await background.drain(seconds=0.01) == 1


async def test_the_text_of_a_failure_in_the_background_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    background = Background()

    async def work() -> None:
        raise RuntimeError(WIDOW)

    background.run("work", work())
    await background.drain()
    (record,) = caplog.records
    assert record.message == "work failed and is left to the sweep"
    assert WIDOW not in str(record.__dict__)
