"""What the door for events answers, status by status."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select

from belsendi.intake.openings import DECEASED_NAMED
from belsendi.records.models import Case, LifeEvent, Task
from tests.api.sender import DECEASED, SON, WIDOW, Sender, breadwinner, death, disability, iin


async def events(sender: Sender) -> list[LifeEvent]:
    await sender.context.background.drain()
    async with sender.context.bench.records.database.reading() as session:
        return list((await session.execute(select(LifeEvent))).scalars())


async def count(sender: Sender, model: type[Any]) -> int:
    await sender.context.background.drain()
    async with sender.context.bench.records.database.reading() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def test_a_new_event_is_stored_and_opens_a_case_for_each_recipient(sender: Sender) -> None:
    answer = await sender.send(death(data={"recipients": [WIDOW, SON, WIDOW]}))
    assert (answer.status_code, answer.json()["state"]) == (202, "stored")
    (stored,) = await events(sender)
    assert (stored.id, stored.state, stored.recipients) == (answer.json()["id"], "processed", 2)
    assert await count(sender, Case) == 2


async def test_an_event_without_recipients_goes_to_the_caseworkers(sender: Sender) -> None:
    assert (await sender.send(death(data={"recipients": []}))).status_code == 202
    assert (await count(sender, Case), await count(sender, Task)) == (0, 1)


async def test_the_same_event_twice_is_200_and_nothing_new(sender: Sender) -> None:
    first, second = await sender.send(), await sender.send()
    assert (first.status_code, second.status_code) == (202, 200)
    assert second.json() == first.json()
    assert (await count(sender, LifeEvent), await count(sender, Case)) == (1, 1)


async def test_an_id_of_another_source_is_another_event(sender: Sender) -> None:
    await sender.send()
    assert (await sender.send(death(source="/kz/another-office"))).status_code == 202
    assert await count(sender, LifeEvent) == 2
    assert (
        await count(sender, Case) == 1
    )  # the death is the same: the event attaches to the open case (SIL-40)


async def test_the_data_of_an_event_are_kept_sealed(sender: Sender) -> None:
    await sender.send(death(subject=WIDOW))
    (stored,) = await events(sender)
    clear = [getattr(stored, name) for name in ("source", "event_id", "event_type", "problem")]
    assert not any(number in f"{clear}{stored.body!r}" for number in (DECEASED, WIDOW))


@pytest.mark.parametrize("content_type", ["application/json", "application/cloudevents+json; charset=UTF-8"])
async def test_json_is_read_under_both_names(sender: Sender, content_type: str) -> None:
    assert (await sender.raw(json.dumps(death()).encode(), content_type=content_type)).status_code == 202


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"specversion": "0.3"}, "/specversion"),
        ({"id": ""}, "/id"),
        ({"id": None}, "/id"),
        ({"id": "line\nbreak"}, "/id"),
        ({"id": f"death-of-{DECEASED}"}, "/id"),
        ({"source": f"/persons/{WIDOW}"}, "/source"),
        ({"source": "citizen"}, "/source"),
        ({"source": "civil-registry/deaths"}, "/source"),
        ({"source": "x" * 201}, "/source"),
        ({"time": "2026-11-20"}, "/time"),
        ({"time": "2026-11-20T10:00:00"}, "/time"),
        ({"time": 1_800_000_000}, "/time"),
        ({"time": "0001-01-01T00:00:00+05:00"}, "/time"),
        ({"time": None}, "/time"),
        ({"datacontenttype": "text/xml"}, "/datacontenttype"),
        ({"data": {"deceased_iin": iin(1)[:-1]}}, "/data/deceased_iin"),
        ({"data": {"date_of_death": "18.11.2026"}}, "/data/date_of_death"),
        ({"data": {"date_of_death": "2026-11-21"}}, "/data/date_of_death"),
        ({"data": {"registered_on": "2026-11-17"}}, "/data/registered_on"),
        ({"data": {"recipients": [WIDOW, "12"]}}, "/data/recipients"),
        ({"data": {"recipients": [WIDOW, DECEASED]}}, "/data/recipients/1"),
        ({"data": {"recipients": [iin(n) for n in range(2, 13)]}}, "/data/recipients"),
        ({"data": {"number": "+77010000001"}}, "/data/number"),
        ({"data": {SON: "a name that is a number"}}, "/data"),
    ],
)
async def test_a_wrong_field_is_named_by_its_pointer_without_its_value(
    sender: Sender, change: dict[str, Any], pointer: str
) -> None:
    answer = await sender.send(death(**change))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "/v1/problems/invalid-data"
    assert [each["pointer"] for each in problem["errors"]] == [pointer]
    assert not any(number in answer.text for number in (DECEASED, WIDOW, SON))
    assert await count(sender, LifeEvent) == 0


@pytest.mark.parametrize(("event", "service"), [(disability(), "DIS"), (breadwinner(), "SUR")])
async def test_the_other_life_events_open_cases_of_their_services(
    sender: Sender, event: dict[str, Any], service: str
) -> None:
    """SIL-03: a disability established and a lost breadwinner by the door that a death comes through."""
    first, second = await sender.send(event), await sender.send(event)
    assert (first.status_code, second.status_code) == (202, 200)
    (stored,) = await events(sender)
    assert (stored.event_type, stored.state, stored.recipients) == (event["type"], "processed", 1)
    async with sender.context.bench.records.database.reading() as session:
        (case,) = (await session.execute(select(Case))).scalars()
    assert (case.service, case.initiative) == (service, "provider")


@pytest.mark.parametrize(
    ("event", "pointer"),
    [
        (disability(person_iin="12"), "/data/person_iin"),
        (disability(established_on="2026-11-21"), "/data/established_on"),
        (disability(established_on=None), "/data/established_on"),
        (disability(deceased_iin=DECEASED), "/data/deceased_iin"),
        (disability(recipients=[iin(n) for n in range(2, 13)]), "/data/recipients"),
        (breadwinner(breadwinner_iin=DECEASED[:-1]), "/data/breadwinner_iin"),
        (breadwinner(date_of_death="2026-11-21"), "/data/date_of_death"),
        (breadwinner(registered_on="2026-11-17"), "/data/registered_on"),
        (breadwinner(recipients=[WIDOW, DECEASED]), "/data/recipients/1"),
        (breadwinner(dependants=[{"iin": DECEASED, "relation": "CHILD"}]), "/data/dependants/0/iin"),
        (breadwinner(dependants=[{"iin": SON, "relation": "CHILD"}] * 2), "/data/dependants/1/iin"),
        (breadwinner(dependants=[{"iin": SON, "relation": "NEIGHBOUR"}]), "/data/dependants/0/relation"),
        (breadwinner(dependants=[{"relation": "CHILD"}]), "/data/dependants/0/iin"),
    ],
)
async def test_a_wrong_field_of_the_other_events_is_named_by_its_pointer(
    sender: Sender, event: dict[str, Any], pointer: str
) -> None:
    answer = await sender.send(event)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert not any(number in answer.text for number in (DECEASED, WIDOW, SON))
    assert await count(sender, LifeEvent) == 0


async def test_several_wrong_fields_are_named_together(sender: Sender) -> None:
    answer = await sender.send(death(data={"deceased_iin": "1", "date_of_death": None}))
    assert {each["pointer"] for each in answer.json()["errors"]} == {
        "/data/deceased_iin",
        "/data/date_of_death",
    }


async def test_a_uuid_whose_last_group_is_all_digits_is_a_good_id(sender: Sender) -> None:
    event = death(id="0f5a5a32-a89e-31fd-545a-900101300017")
    assert (await sender.send(event)).status_code == 202


@pytest.mark.parametrize("event_type", ["kz.belsendi.birth-registered.v1", DECEASED_NAMED])
async def test_an_unknown_type_is_a_problem_of_its_own(sender: Sender, event_type: str) -> None:
    """The type of an event that a citizen's message makes is not taken from outside either."""
    answer = await sender.send(death(type=event_type))
    assert (answer.status_code, answer.json()["type"]) == (422, "/v1/problems/unknown-event-type")
    assert await count(sender, LifeEvent) == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"id": NaN}',
        b'{"id": "a", "id": "b"}',
        b"[" * 30_000,
        b"1" * 5_000,
    ],
)
async def test_what_is_not_json_is_400(sender: Sender, body: bytes) -> None:
    answer = await sender.raw(body)
    assert (answer.status_code, answer.json()["type"]) == (400, "/v1/problems/malformed-json")


@pytest.mark.parametrize("body", [b"[]", b"null", b'"\\ud800"', b"1"])
async def test_json_that_is_not_an_object_is_422(sender: Sender, body: bytes) -> None:
    assert (await sender.raw(body)).status_code == 422


async def test_half_a_surrogate_pair_is_a_wrong_field(sender: Sender) -> None:
    body = json.dumps(death()).replace("act-1", "\\ud800").encode()
    answer = await sender.raw(body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/id")


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": "text/plain"},
        {"content_type": "application/json; charset=koi8-r"},
        {"content_encoding": "gzip"},
    ],
)
async def test_another_form_of_body_is_415(sender: Sender, headers: dict[str, str]) -> None:
    answer = await sender.raw(json.dumps(death()).encode(), **headers)
    assert (answer.status_code, answer.json()["type"]) == (415, "/v1/problems/unsupported-media-type")


def padded(length: int) -> bytes:
    event = json.dumps(death()).encode()
    return event + b" " * (length - len(event))


async def test_a_body_of_exactly_the_limit_is_read(sender: Sender) -> None:
    assert (await sender.raw(padded(65_536))).status_code == 202


async def test_a_body_over_the_limit_is_413(sender: Sender) -> None:
    answer = await sender.raw(padded(65_537))
    assert (answer.status_code, answer.json()["type"]) == (413, "/v1/problems/body-too-large")
    assert await count(sender, LifeEvent) == 0


async def test_a_body_without_a_length_is_cut_off_at_the_limit(sender: Sender) -> None:
    """The limit holds while the body arrives: of an endless one no more is taken than the limit."""
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 10_000_000:
            taken += 1024
            yield b" " * 1024

    signed = {"Belsendi-Timestamp": str(int(sender.context.clock().timestamp()))}
    signed["Belsendi-Signature"] = f"v1={'0' * 64}"
    answer = await sender.http.post(
        "/v1/events", content=endless(), headers={"Content-Type": "application/json"} | signed
    )
    assert answer.status_code == 413
    assert taken <= 65_536 + 2 * 1024
