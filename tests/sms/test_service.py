"""The whole door on records and a message centre of other people's make."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from belsendi.records.inbox import Inbox
from belsendi.records.people import People
from sms.dispatcher import Dispatcher
from sms.rules import SmsRules
from sms.service import SmsService
from sms.smpp.transceiver import utc_now
from sms.wake import CHANNEL, listen
from stack.layout import valkey_binary
from tests.sms.node_centre import NodeCentre
from tests.sms.office import Office, service

SHORT = "Өтінішіңіз қабылданды"
Begin = Callable[..., Awaitable[SmsService]]


class Handler:
    """Notes what was handed on; ``failing`` times it raises first."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.failing = 0
        self.called = asyncio.Event()

    async def __call__(self, inbound_id: str) -> None:
        if self.failing:
            self.failing -= 1
            raise RuntimeError("the engine is not there")
        self.ids.append(inbound_id)
        self.called.set()


@pytest.fixture
async def handler() -> Handler:
    return Handler()


@pytest.fixture
async def begin(office: Office, handler: Handler) -> AsyncIterator[Begin]:
    running: list[SmsService] = []

    async def start(port: int, **changes: object) -> SmsService:
        made = service(office, port, handler, **changes)
        await made.start()
        running.append(made)
        await made.transceiver.wait_bound(10)
        return made

    yield start
    for one in running:
        await one.stop()


async def test_a_queued_message_goes_out_and_is_delivered(
    office: Office, centre: NodeCentre, begin: Begin
) -> None:
    await centre.rules(receipts=["DELIVRD"])
    office.clock.now = utc_now()
    message_id = await office.queue(SHORT, key="k")

    made = await begin(centre.port)

    assert (await centre.wait("submit"))["text"] == SHORT
    await centre.wait("receipt_acknowledged", where=lambda event: event["status"] == 0)
    await made.stop()
    assert (await office.message(message_id)).state == "delivered"
    assert len(centre.said("submit")) == 1


async def test_a_reply_is_stored_before_it_is_acknowledged_and_handed_on(
    office: Office, centre: NodeCentre, begin: Begin, handler: Handler
) -> None:
    await begin(centre.port)

    await centre.deliver({"text": "иә", "coding": 8})
    assert (await centre.wait("acknowledged"))["status"] == 0
    stored = await office.inbox()
    await asyncio.wait_for(handler.called.wait(), 60)

    assert handler.ids == [stored[0].id]
    assert await Inbox(office.records.vault, People(office.records.vault)).words(stored[0]) == "иә"


async def test_a_reply_brought_again_on_a_new_link_is_stored_and_handled_once(
    office: Office, centre: NodeCentre, begin: Begin, handler: Handler
) -> None:
    made = await begin(centre.port)
    await centre.deliver({"text": "1", "coding": 0})
    await centre.wait("acknowledged")
    await centre.tell("drop")
    await centre.wait("bind", 2)
    await made.transceiver.wait_bound(10)

    await centre.deliver({"text": "1", "coding": 0})
    await centre.wait("acknowledged", 2)
    await made.intake.finish()

    assert len(await office.inbox()) == 1
    assert len(handler.ids) == 1


async def test_a_message_whose_handling_failed_is_handed_on_again(
    office: Office, centre: NodeCentre, begin: Begin, handler: Handler
) -> None:
    made = await begin(centre.port)
    handler.failing = 1
    await centre.deliver({"text": "1", "coding": 0})
    await centre.wait("acknowledged")
    await made.intake.finish()
    assert handler.ids == []

    assert await made.intake.sweep(timedelta(0)) == 1
    await asyncio.wait_for(handler.called.wait(), 60)

    assert handler.ids == [(await office.inbox())[0].id]


async def test_a_sender_without_a_number_is_acknowledged_and_ignored(
    office: Office, centre: NodeCentre, begin: Begin, handler: Handler
) -> None:
    await begin(centre.port)

    await centre.deliver({"text": "Акция!", "coding": 8}, sender="Shop")

    assert (await centre.wait("acknowledged"))["status"] == 0
    assert await office.inbox() == []
    assert handler.ids == []


async def test_a_broken_link_leads_to_one_counted_repetition(
    office: Office, centre: NodeCentre, begin: Begin
) -> None:
    await centre.rules(hold=1)
    office.clock.now = utc_now()
    message_id = await office.queue(SHORT, key="k")
    made = await begin(centre.port)
    await centre.wait("submit", where=lambda event: event["held"])

    await centre.tell("drop")
    await centre.wait("submit", 2)
    await made.stop()

    message = await office.message(message_id)
    assert (message.state, message.unknown_sends) == ("sent", 1)
    assert len(centre.said("submit")) == 2


async def test_a_stop_finishes_what_is_in_hand(office: Office, centre: NodeCentre, begin: Begin) -> None:
    await centre.rules(hold=1)
    office.clock.now = utc_now()
    message_id = await office.queue(SHORT, key="k")
    made = await begin(centre.port)
    await centre.wait("submit")

    stopping = asyncio.create_task(made.stop())
    await centre.tell("release")
    await stopping

    assert (await office.message(message_id)).state == "sent"
    assert len(centre.said("unbind")) == 1


async def test_the_health_page_tells_whether_the_route_is_bound(
    office: Office, centre: NodeCentre, begin: Begin
) -> None:
    made = await begin(centre.port)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{made.health.port}") as client:
        up = await client.get("/health")
        await centre.rules(refuseBind=1000)
        await centre.tell("drop")
        await centre.wait("bind_refused")
        down = await client.get("/health")

    assert (up.status_code, up.json()["bound"], up.json()["route"]) == (200, True, "smpp-main")
    assert (down.status_code, down.json()["bound"]) == (503, False)
    assert "77" not in json.dumps(up.json()["route"])


async def test_nothing_is_claimed_while_no_link_is_bound(
    office: Office, centre: NodeCentre, begin: Begin
) -> None:
    made = await begin(centre.port)
    await made.stop()
    office.clock.now = utc_now()
    message_id = await office.queue(SHORT, key="k")
    dispatcher = Dispatcher(made.ledger, made.transceiver, idle_poll=0.01)

    running = asyncio.create_task(dispatcher.run())
    for _ in range(3):
        await made.ledger.anything_due()
    dispatcher.stop()
    await running

    assert (await office.message(message_id)).attempts == 0


@pytest.fixture
async def valkey(tmp_path: Path) -> AsyncIterator[str]:
    """The bundled server on a socket of its own; its URL."""
    address = tmp_path / "valkey.sock"
    process = await asyncio.create_subprocess_exec(
        str(valkey_binary()),
        *("--port", "0", "--unixsocket", str(address), "--save", "", "--dir", str(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while b"eady to accept connections" not in await process.stdout.readline():
            assert process.returncode is None
    yield f"unix://{address}"
    process.terminate()
    await process.wait()


async def test_a_word_on_the_channel_wakes_the_door(valkey: str) -> None:
    woken, stopping = asyncio.Event(), asyncio.Event()
    listening = asyncio.create_task(listen(valkey, woken.set, stopping))
    client: Redis = Redis.from_url(valkey)
    async with asyncio.timeout(60):
        await woken.wait()  # once for what may have been missed before
        woken.clear()
        assert await client.publish(CHANNEL, "1") == 1
        await woken.wait()
        stopping.set()
        await client.aclose()
        await listening


async def test_a_door_without_a_channel_ends_all_the_same() -> None:
    stopping = asyncio.Event()
    listening = asyncio.create_task(listen("redis://127.0.0.1:9/0", stopping.set, stopping))

    stopping.set()

    done, _ = await asyncio.wait([listening], timeout=60)
    assert done == {listening}
    assert listening.exception() is None


def test_rules_have_the_figures_of_the_law_profile_as_defaults() -> None:
    rules = SmsRules()

    assert (rules.attempts, rules.attempts_within) == (3, timedelta(hours=24))
