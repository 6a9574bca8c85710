"""The message centre over TCP, asked by an independent client: texts both ways, receipts, durability."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from smpp34 import TLV_MESSAGE_STATE, TLV_RECEIPTED_MESSAGE_ID, Tlv

from simulators.client import NothingCame, SimulatorRefused, SmscControl
from simulators.process import running
from simulators.settings import SimulatorSettings
from simulators.smsc.coding import split_text
from simulators.smsc.faults import Faults, ReceiptMode
from tests.simulators.conftest import NUMBER, PASSWORD, Bind, World, next_delivery
from tests.simulators.raw_esme import ANSWER, DELIVER, ENQUIRE, RawEsme

KAZAKH = "Жерлеуге арналған біржолғы төлем тағайындалды. "


def ucs2(text: str) -> bytes:
    return text.encode("utf-16-be")


async def test_a_submitted_text_stands_on_the_handset(world: World, bind: Bind) -> None:
    session = await bind()
    answer = await session.submit_sm(NUMBER[1:], ucs2("Сәлем, Әлия!"), source_addr="1414", data_coding=8)
    [message] = await world.smsc.messages(NUMBER)
    assert answer.is_success
    assert (message.text, message.peer, message.complete) == ("Сәлем, Әлия!", "1414", True)
    assert message.parts[0].message_id == answer.message_id
    assert datetime.now(UTC) - message.at < timedelta(minutes=1)


async def test_parts_are_joined_in_whatever_order_they_come(world: World, bind: Bind) -> None:
    session = await bind()
    parts = split_text(KAZAKH * 4, reference=77)
    for part in reversed(parts):
        await session.submit_sm(NUMBER[1:], part.body, data_coding=8, esm_class=0x40, source_addr="1414")
        shown = (await world.smsc.messages(NUMBER))[0]
        assert shown.complete is (part is parts[0])
    [message] = await world.smsc.messages(NUMBER)
    assert (message.text, message.parts_total, len(parts)) == (KAZAKH * 4, len(parts), 3)


async def test_a_reference_used_again_begins_another_text(world: World, bind: Bind) -> None:
    session = await bind()
    for text in (KAZAKH * 2, KAZAKH.upper() * 2):
        for part in split_text(text, reference=5):
            await session.submit_sm(NUMBER[1:], part.body, data_coding=8, esm_class=0x40, source_addr="1414")
    assert [message.text for message in await world.smsc.messages(NUMBER)] == [KAZAKH * 2, KAZAKH.upper() * 2]


async def test_segments_and_payload_in_optional_parameters_are_understood(world: World, bind: Bind) -> None:
    session = await bind()
    for sequence, text in ((1, "бір "), (2, "екі")):
        tlvs = [Tlv(0x020C, b"\0\x09"), Tlv(0x020E, b"\x02"), Tlv(0x020F, bytes((sequence,)))]
        await session.submit_sm(NUMBER[1:], ucs2(text), data_coding=8, tlvs=tlvs)
    await session.submit_sm(NUMBER[1:], data_coding=8, tlvs=[Tlv(0x0424, ucs2("ж" * 200))])
    assert [message.text for message in await world.smsc.messages(NUMBER)] == ["бір екі", "ж" * 200]


async def test_a_receipt_tells_the_delivery_in_text_and_parameters(world: World, bind: Bind) -> None:
    session = await bind()
    answer = await session.submit_sm(
        NUMBER[1:], ucs2("Сәлем"), source_addr="1414", data_coding=8, registered_delivery=1
    )
    receipt = await next_delivery(session)
    tlvs = {tlv.tag: tlv.value for tlv in receipt.tlvs}
    text = receipt.short_message.decode("ascii")
    assert (receipt.esm_class, receipt.source_addr, receipt.destination_addr) == (4, NUMBER[1:], "1414")
    assert text.startswith(f"id:{answer.message_id} sub:001 dlvrd:001 submit date:")
    assert "stat:DELIVRD err:000" in text
    assert tlvs[TLV_RECEIPTED_MESSAGE_ID] == f"{answer.message_id}\0".encode()
    assert tlvs[TLV_MESSAGE_STATE] == b"\x02"


async def test_no_receipt_comes_unless_it_was_asked_for(world: World, bind: Bind) -> None:
    session = await bind()
    await session.submit_sm(NUMBER[1:], ucs2("Сәлем"), data_coding=8)
    counters = await world.smsc.counters()
    assert counters["waiting_deliveries"] == 0
    assert "receipt_sent" not in counters


async def test_a_written_text_reaches_the_short_code(world: World, bind: Bind) -> None:
    session = await bind()
    written = await world.smsc.write(NUMBER, "иә")
    event = await next_delivery(session)
    assert (event.source_addr, event.destination_addr, event.esm_class) == (NUMBER[1:], "1414", 0)
    assert (event.data_coding, event.short_message.decode("utf-16-be")) == (8, "иә")
    assert written.parts == 1


async def test_a_plain_answer_is_sent_in_the_small_alphabet(world: World, bind: Bind) -> None:
    session = await bind()
    await world.smsc.write(NUMBER, "1 KZ86125KZT5004100100")
    event = await next_delivery(session)
    assert (event.data_coding, event.short_message) == (0, b"1 KZ86125KZT5004100100")


async def test_a_long_written_text_comes_in_parts_with_a_header(world: World, bind: Bind) -> None:
    session = await bind()
    written = await world.smsc.write(NUMBER, KAZAKH * 3)
    parts = sorted([(await next_delivery(session)).short_message for _ in range(written.parts)])
    assert written.parts == 3
    assert {part[:5] for part in parts} == {parts[0][:5]}
    assert b"".join(part[6:] for part in parts).decode("utf-16-be") == KAZAKH * 3


async def test_a_written_text_waits_for_a_client_over_a_restart(settings: SimulatorSettings) -> None:
    async with running(settings) as addresses, SmscControl(addresses.smsc_url) as smsc:
        await smsc.write(NUMBER, "иә")
        assert (await smsc.counters())["waiting_deliveries"] == 1
    async with running(settings) as addresses:
        esme = await RawEsme.connect(addresses.smpp_host, addresses.smpp_port)
        await esme.bind(PASSWORD)
        event = await esme.read_until(DELIVER)
        assert "иә".encode("utf-16-be") in event.body
        await esme.close()


async def test_a_refused_delivery_is_sent_again_until_it_is_taken(world: World) -> None:
    esme = await RawEsme.connect(world.addresses.smpp_host, world.addresses.smpp_port)
    await esme.bind(PASSWORD)
    await world.smsc.write(NUMBER, "иә")
    first = await esme.read_until(DELIVER)
    esme.send(DELIVER | ANSWER, b"\0", status=0x64, sequence=first.sequence)
    second = await esme.read_until(DELIVER)
    esme.send(DELIVER | ANSWER, b"\0", sequence=second.sequence)
    assert second.body == first.body, "the same message with the same id, so that the receiver can tell"
    esme.send(ENQUIRE)
    await esme.read_until(ENQUIRE | ANSWER)
    assert (await world.smsc.counters())["waiting_deliveries"] == 0
    await esme.close()


async def test_an_unanswered_delivery_is_sent_to_the_next_connection(world: World) -> None:
    esme = await RawEsme.connect(world.addresses.smpp_host, world.addresses.smpp_port)
    await esme.bind(PASSWORD)
    await world.smsc.write(NUMBER, "иә")
    first = await esme.read_until(DELIVER)
    await esme.close()
    esme = await RawEsme.connect(world.addresses.smpp_host, world.addresses.smpp_port)
    await esme.bind(PASSWORD)
    assert (await esme.read_until(DELIVER)).body == first.body
    await esme.close()


async def test_two_equal_answers_are_told_apart_by_their_ids(world: World, bind: Bind) -> None:
    session = await bind()
    for _ in range(2):
        await world.smsc.write(NUMBER, "1")
    ids = [
        {tlv.tag: tlv.value for tlv in (await next_delivery(session)).tlvs}[TLV_RECEIPTED_MESSAGE_ID]
        for _ in range(2)
    ]
    assert len(set(ids)) == 2


@pytest.mark.parametrize(("password", "status"), [("wrong", 0x0E), (PASSWORD, 0)])
async def test_only_the_right_password_binds(world: World, password: str, status: int) -> None:
    esme = await RawEsme.connect(world.addresses.smpp_host, world.addresses.smpp_port)
    assert (await esme.bind(password)).status == status
    await esme.close()


async def test_an_unknown_system_is_not_bound(world: World) -> None:
    esme = await RawEsme.connect(world.addresses.smpp_host, world.addresses.smpp_port)
    assert (await esme.bind(PASSWORD, system_id="other")).status == 0x0F
    await esme.close()


async def test_an_unbound_client_submits_nothing(world: World) -> None:
    esme = await RawEsme.connect(world.addresses.smpp_host, world.addresses.smpp_port)
    esme.submit(NUMBER[1:], "Сәлем")
    assert (await esme.read()).status == 0x04
    assert await world.smsc.messages(NUMBER) == []
    await esme.close()


async def test_bytes_that_are_no_unit_end_the_connection(world: World) -> None:
    esme = await RawEsme.connect(world.addresses.smpp_host, world.addresses.smpp_port)
    esme.send_bytes(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    nack = await esme.read()
    assert (nack.command, nack.status) == (0x80000000, 0x02)
    with pytest.raises(asyncio.IncompleteReadError):
        await esme.read()


async def test_a_destination_that_is_no_number_is_refused(world: World, bind: Bind) -> None:
    session = await bind()
    assert (await session.submit_sm("1414", b"hello")).command_status == 0x0B


async def test_handsets_are_listed_latest_first(world: World, bind: Bind) -> None:
    session = await bind()
    await session.submit_sm("77010000001", b"first")
    await session.submit_sm("77010000002", b"second")
    handsets = await world.smsc.handsets()
    assert [(each.number, each.last_text) for each in handsets] == [
        ("+77010000002", "second"),
        ("+77010000001", "first"),
    ]


async def test_waiting_for_a_text_ends_when_it_comes_or_the_time_is_over(world: World, bind: Bind) -> None:
    session = await bind()
    waiting = asyncio.create_task(world.smsc.wait_for_text(NUMBER, lambda message: "екі" in message.text))
    await session.submit_sm(NUMBER[1:], ucs2("бір"), data_coding=8)
    await session.submit_sm(NUMBER[1:], ucs2("екі"), data_coding=8)
    found = await waiting
    assert found.text == "екі"
    with pytest.raises(NothingCame):
        await world.smsc.wait_for_text(NUMBER, after=found.id, timeout_seconds=0.05)


async def test_a_number_without_its_plus_is_refused(world: World) -> None:
    with pytest.raises(SimulatorRefused, match="422"):
        await world.smsc.write("77010000001", "иә")


async def test_reset_empties_the_handsets_but_never_gives_an_id_twice(world: World, bind: Bind) -> None:
    session = await bind()
    before = await session.submit_sm(NUMBER[1:], b"one")
    await world.smsc.set_faults(Faults(receipt=ReceiptMode.NONE))
    await world.smsc.reset()
    assert await world.smsc.messages(NUMBER) == []
    assert await world.smsc.faults() == Faults()
    after = await session.submit_sm(NUMBER[1:], b"two")
    assert after.message_id != before.message_id
