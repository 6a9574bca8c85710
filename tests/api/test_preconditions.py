"""Done once, and only if nothing has changed: keys of requests, tags of states."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select

from api.context import ApiContext
from api.v1.preconditions import KEPT_FOR, RequestKeys
from belsendi.contracts.states import Flag
from belsendi.records.cases import raise_flag
from belsendi.records.models import Case, LifeEvent, RequestKey
from tests.api.sender import DECEASED, NOW, SON, WIDOW, Clock, Sender, death
from tests.api.test_cases import BEARER, Office, office  # noqa: F401  the fixture

KEY = "4f1c2d3e-0a5b-4c6d-8e7f-901234567890"


async def count(context: ApiContext, model: type) -> int:
    async with context.bench.records.database.reading() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def test_an_event_repeated_with_its_key_is_the_same_event(sender: Sender) -> None:
    first, second = [await sender.send(idempotency_key=KEY) for _ in range(2)]
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json() == second.json()
    assert (await count(sender.context, LifeEvent), await count(sender.context, RequestKey)) == (1, 1)


async def test_a_key_under_which_another_body_came_is_refused(sender: Sender) -> None:
    assert (await sender.send(idempotency_key=KEY)).status_code == 202
    other = await sender.send(death(data={"recipients": [SON]}), idempotency_key=KEY)
    assert (other.status_code, other.json()["type"]) == (422, "/v1/problems/idempotency-key-reused")
    assert [each["parameter"] for each in other.json()["errors"]] == ["idempotency-key"]
    assert await count(sender.context, LifeEvent) == 1
    assert (await sender.send(death(id="act-2"), idempotency_key=f"{KEY}-2")).status_code == 202


async def test_sources_do_not_share_their_keys(sender: Sender) -> None:
    assert (await sender.send(idempotency_key=KEY)).status_code == 202
    assert (await sender.send(death(source="/kz/another"), idempotency_key=KEY)).status_code == 202


async def test_a_body_that_is_refused_does_not_use_up_its_key(sender: Sender) -> None:
    assert (await sender.send(death(specversion="0.3"), idempotency_key=KEY)).status_code == 422
    assert (await sender.send(idempotency_key=KEY)).status_code == 202


@pytest.mark.parametrize("key", ["", "two words", "k" * 201])
async def test_a_key_that_is_none_is_named(sender: Sender, key: str) -> None:
    answer = await sender.send(idempotency_key=key)
    assert answer.status_code == 422
    assert [each["parameter"].lower() for each in answer.json()["errors"]] == ["idempotency-key"]
    assert await count(sender.context, LifeEvent) == 0


async def test_neither_key_nor_request_can_be_read_from_the_records(sender: Sender) -> None:
    await sender.send(idempotency_key=f"death-of-{DECEASED}")
    async with sender.context.bench.records.database.reading() as session:
        kept = (await session.execute(select(RequestKey))).scalar_one()
    told = f"{kept.key_digest} {kept.request_digest} {kept.answer}"
    assert not any(text in told for text in (DECEASED, WIDOW, "death-of"))


async def test_a_key_is_forgotten_after_two_days(context: ApiContext) -> None:
    keys = RequestKeys(context.bench.records)
    first = await keys.claim("events", KEY, b"first", NOW)
    assert (await keys.claim("events", KEY, b"first", NOW + KEPT_FOR)).known
    later = await keys.claim("events", "another", b"x", NOW + KEPT_FOR + timedelta(seconds=1))
    assert not later.known
    again = await keys.claim("events", KEY, b"second", NOW + KEPT_FOR + timedelta(seconds=2))
    assert (again.known, again.act_id) == (False, first.act_id)


async def read(http: httpx.AsyncClient, case: Case, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await http.get(f"/v1/cases/{case.id}", headers=BEARER | named)


async def test_a_case_that_has_not_changed_is_not_sent_again(
    http: httpx.AsyncClient,
    office: Office,  # noqa: F811
    context: ApiContext,
    clock: Clock,
) -> None:
    case = await office.case()
    first = await read(http, case)
    etag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    clock.forward(seconds=30)  # a running wait counts on; nothing has happened
    second = await read(http, case, if_none_match=f'"other", W/{etag}')
    assert (second.status_code, second.content, second.headers["etag"]) == (304, b"", etag)
    async with context.bench.records.database.writing() as session:
        raise_flag(await session.get_one(Case, case.id), Flag.BANK_UNKNOWN)
    third = await read(http, case, if_none_match=etag)
    assert third.status_code == 200
    assert third.headers["etag"] != etag


async def test_a_state_that_is_gone_is_412(http: httpx.AsyncClient, office: Office) -> None:  # noqa: F811
    case = await office.case()
    etag = (await read(http, case)).headers["etag"]
    for given, status in {
        etag: 200,
        "*": 200,
        f'"x", {etag}': 200,
        '"x"': 412,
        f"W/{etag}": 412,
        "": 412,
    }.items():
        answer = await read(http, case, if_match=given)
        assert answer.status_code == status, given
        if status == 412:
            assert answer.json()["type"] == "/v1/problems/changed-meanwhile"
            assert answer.headers["etag"] == etag


async def test_an_act_wants_a_key_and_the_state_that_was_seen(
    http: httpx.AsyncClient,
    office: Office,  # noqa: F811
    context: ApiContext,
) -> None:
    case = await office.case()
    path = f"/v1/cases/{case.id}/placement-attempts"
    etag = (await read(http, case)).headers["etag"]
    keyed = BEARER | {"Idempotency-Key": KEY}
    for headers, status, problem in (
        ({"Idempotency-Key": KEY, "If-Match": etag}, 401, "no-token"),
        (BEARER | {"If-Match": etag}, 422, "invalid-data"),
        (keyed, 428, "if-match-missing"),
        (keyed | {"If-Match": '"of-yesterday"'}, 412, "changed-meanwhile"),
    ):
        answer = await http.post(path, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/v1/problems/{problem}")
    assert await count(context, RequestKey) == 0


async def test_an_engine_that_is_out_leaves_the_key_for_the_next_try(
    http: httpx.AsyncClient,
    office: Office,  # noqa: F811
) -> None:
    case = await office.case()
    etag = (await read(http, case)).headers["etag"]
    headers = BEARER | {"Idempotency-Key": KEY, "If-Match": etag}
    for _ in range(2):
        answer = await http.post(f"/v1/cases/{case.id}/placement-attempts", headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (503, "/v1/problems/unavailable")
    other = await http.post(
        f"/v1/cases/{case.id}/placement-attempts", headers=headers | {"If-Match": json.dumps("x")}
    )
    assert other.json()["type"] == "/v1/problems/idempotency-key-reused"
