"""How the message centre fails on demand: refusals, unknown outcomes, receipts that are late, odd or double."""

from __future__ import annotations

import asyncio

import pytest

from simulators.smsc.faults import Faults, ReceiptMode, SubmitMode
from tests.simulators.conftest import NUMBER, PASSWORD, Bind, World, next_delivery
from tests.simulators.raw_esme import ANSWER, DELIVER, ENQUIRE, SUBMIT, RawEsme


async def bound(world: World) -> RawEsme:
    esme = await RawEsme.connect(world.addresses.smpp_host, world.addresses.smpp_port)
    assert (await esme.bind(PASSWORD)).status == 0
    return esme


async def test_throttling_ends_after_the_calls_it_was_set_for(world: World, bind: Bind) -> None:
    await world.smsc.set_faults(Faults(submit=SubmitMode.THROTTLE, submit_remaining=2))
    session = await bind()
    statuses = [(await session.submit_sm(NUMBER[1:], b"text")).command_status for _ in range(3)]
    assert statuses == [0x58, 0x58, 0]
    assert len(await world.smsc.messages(NUMBER)) == 1
    assert (await world.smsc.counters())["submits_throttled"] == 2


async def test_a_rejection_concerns_only_the_named_handsets(world: World, bind: Bind) -> None:
    await world.smsc.set_faults(Faults(submit=SubmitMode.REJECT, submit_numbers=[NUMBER], reject_status=0x0B))
    session = await bind()
    assert (await session.submit_sm(NUMBER[1:], b"text")).command_status == 0x0B
    assert (await session.submit_sm("77010000002", b"text")).is_success


async def test_a_held_answer_comes_when_the_fault_is_healed(world: World) -> None:
    await world.smsc.set_faults(Faults(submit=SubmitMode.HOLD, submit_remaining=1))
    esme = await bound(world)
    held = esme.submit(NUMBER[1:], "held")
    free = esme.submit(NUMBER[1:], "free")
    assert (await esme.read_until(SUBMIT | ANSWER)).sequence == free
    assert [message.text for message in await world.smsc.messages(NUMBER)] == ["held", "free"]
    await world.smsc.set_faults(Faults())
    late = await esme.read_until(SUBMIT | ANSWER)
    assert (late.sequence, late.status) == (held, 0)
    await esme.close()


@pytest.mark.parametrize(
    ("mode", "kept"), [(SubmitMode.DROP_BEFORE_STORE, 0), (SubmitMode.DROP_AFTER_STORE, 1)]
)
async def test_a_cut_connection_leaves_the_outcome_open(world: World, mode: SubmitMode, kept: int) -> None:
    await world.smsc.set_faults(Faults(submit=mode, submit_remaining=1))
    esme = await bound(world)
    esme.submit(NUMBER[1:], "text")
    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await esme.read()
    assert len(await world.smsc.messages(NUMBER)) == kept
    assert (await world.smsc.faults()).submit is SubmitMode.ACCEPT


async def test_every_connection_can_be_cut(world: World) -> None:
    esme = await bound(world)
    assert await world.smsc.cut_connections() == 1
    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await esme.read()
    assert (await world.smsc.counters())["bound_sessions"] == 0


async def test_binds_are_refused_with_the_chosen_status(world: World) -> None:
    await world.smsc.set_faults(Faults(bind_status=0x0D))
    esme = await RawEsme.connect(world.addresses.smpp_host, world.addresses.smpp_port)
    assert (await esme.bind(PASSWORD)).status == 0x0D
    await esme.close()


async def test_connections_are_refused_and_let_in_again(world: World, bind: Bind) -> None:
    await world.smsc.set_faults(Faults(refuse_connections=True))
    esme = await RawEsme.connect(world.addresses.smpp_host, world.addresses.smpp_port)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await esme.bind(PASSWORD)
    await world.smsc.set_faults(Faults())
    assert (await (await bind()).submit_sm(NUMBER[1:], b"text")).is_success


@pytest.mark.parametrize(
    ("mode", "stat", "state"),
    [(ReceiptMode.FAILED, b"stat:UNDELIV err:011", 5), (ReceiptMode.EXPIRED, b"stat:EXPIRED err:027", 3)],
)
async def test_a_receipt_tells_a_failure(
    world: World, bind: Bind, mode: ReceiptMode, stat: bytes, state: int
) -> None:
    await world.smsc.set_faults(Faults(receipt=mode))
    session = await bind()
    await session.submit_sm(NUMBER[1:], b"text", registered_delivery=1)
    receipt = await next_delivery(session)
    assert stat in receipt.short_message
    assert {tlv.tag: tlv.value for tlv in receipt.tlvs}[0x0427] == bytes((state,))


async def test_receipts_can_stay_out(world: World, bind: Bind) -> None:
    await world.smsc.set_faults(Faults(receipt=ReceiptMode.NONE))
    session = await bind()
    await session.submit_sm(NUMBER[1:], b"text", registered_delivery=1)
    [message] = await world.smsc.messages(NUMBER)
    assert message.parts[0].receipt is None
    assert (await world.smsc.counters())["waiting_deliveries"] == 0


async def test_receipts_can_come_twice(world: World, bind: Bind) -> None:
    await world.smsc.set_faults(Faults(receipt_copies=2))
    session = await bind()
    await session.submit_sm(NUMBER[1:], b"text", registered_delivery=1)
    first, second = await next_delivery(session), await next_delivery(session)
    assert first.short_message == second.short_message


async def test_a_receipt_can_overtake_the_answer(world: World) -> None:
    await world.smsc.set_faults(Faults(receipt_before_response=True))
    esme = await bound(world)
    esme.submit(NUMBER[1:], "text", receipt=True)
    receipt = await esme.read()
    assert receipt.command == DELIVER
    esme.send(DELIVER | ANSWER, b"\0", sequence=receipt.sequence)
    assert (await esme.read()).command == SUBMIT | ANSWER
    await esme.close()


async def test_a_delayed_receipt_comes_after_its_delay(world: World) -> None:
    await world.smsc.set_faults(Faults(receipt_delay_ms=200))
    esme = await bound(world)
    loop = asyncio.get_running_loop()
    esme.submit(NUMBER[1:], "text", receipt=True)
    await esme.read_until(SUBMIT | ANSWER)
    answered = loop.time()
    await esme.read_until(DELIVER)
    assert loop.time() - answered > 0.15
    await esme.close()


async def test_an_acknowledged_text_can_be_delivered_again(world: World) -> None:
    await world.smsc.set_faults(Faults(resend_delivered=1))
    esme = await bound(world)
    await world.smsc.write(NUMBER, "иә")
    bodies = []
    for _ in range(2):
        event = await esme.read_until(DELIVER)
        esme.send(DELIVER | ANSWER, b"\0", sequence=event.sequence)
        bodies.append(event.body)
    esme.send(ENQUIRE)
    await esme.read_until(ENQUIRE | ANSWER)
    assert bodies[0] == bodies[1]
    assert (await world.smsc.counters())["waiting_deliveries"] == 0
    await esme.close()
