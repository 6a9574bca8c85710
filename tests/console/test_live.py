"""Live pages: an event when something is new, within the session, and the page swaps its main part by itself."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator

import httpx
import pytest

from api.console.sessions import COOKIE
from tests.console.office import ConsoleOffice

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _changes(answer: httpx.Response) -> AsyncIterator[str]:
    async for line in answer.aiter_lines():
        if line.startswith("data: "):
            yield line.removeprefix("data: ")


async def test_a_change_of_the_case_is_told_to_whoever_looks_at_it(office: ConsoleOffice) -> None:
    case_id, family = await office.death()
    async with office.browser("caseworker") as desk:
        page = (await desk.get(f"/console/cases/{case_id}")).text
        async with asyncio.timeout(60), desk.client.stream("GET", f"/console/cases/{case_id}/live") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            changes = _changes(answer)
            first = await anext(changes)
            assert f'data-version="{first}"' in page
            await office.write(family, "0")
            assert await anext(changes) != first
    assert (await office.case(case_id)).outcome in (None, "DECLINED")


async def test_the_lists_are_told_of_new_cases(office: ConsoleOffice) -> None:
    async with (
        asyncio.timeout(60),
        office.browser("caseworker") as desk,
        desk.client.stream("GET", "/console/live") as answer,
    ):
        changes = _changes(answer)
        first = await anext(changes)
        await office.death()
        assert await anext(changes) != first


async def test_a_live_stream_does_not_keep_a_session_alive(office: ConsoleOffice) -> None:
    """A page left open overnight logs nobody in for ever: only acts of a person begin the idle time anew."""
    case_id, _ = await office.death()
    redis = office.context.redis
    async with office.browser("caseworker") as desk:
        key = f"belsendi:session:{hashlib.sha256(desk.client.cookies[COOKIE].encode()).hexdigest()}"
        await redis.expire(key, 100)
        await desk.get(f"/console/cases/{case_id}", **{"X-Belsendi-Refresh": "1"})
        async with desk.client.stream("GET", f"/console/cases/{case_id}/live") as answer:
            assert answer.status_code == 200
        assert await redis.ttl(key) <= 100
        await desk.get("/console/cases")
        assert await redis.ttl(key) > 100


async def test_no_stream_for_an_unknown_case(office: ConsoleOffice) -> None:
    async with office.browser("caseworker") as desk:
        assert (await desk.get("/console/cases/unknown/live")).status_code == 404
