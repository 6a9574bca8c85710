"""The codec: what is written is read again, and noise is named, never crashed on."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.smpp.pdu import (
    Address,
    Command,
    MalformedPdu,
    Pdu,
    ShortMessage,
    Tag,
    c_string,
    decode_message_id,
    decode_short_message,
    encode_bind,
    encode_short_message,
    read_pdu,
)

octet = st.integers(0, 255)
digits = st.text("0123456789", max_size=20)
addresses = st.builds(Address, octet, octet, digits)
short_messages = st.builds(
    ShortMessage,
    source=addresses,
    destination=addresses,
    body=st.binary(max_size=254),
    esm_class=octet,
    data_coding=octet,
    registered_delivery=octet,
    priority=octet,
    tlvs=st.dictionaries(st.integers(0, 0xFFFF), st.binary(max_size=40), max_size=4),
)


def stream(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return reader


@given(short_messages)
def test_a_short_message_is_read_as_it_was_written(message: ShortMessage) -> None:
    assert decode_short_message(encode_short_message(message)) == message


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_named_malformed(data: bytes) -> None:
    try:
        decode_short_message(data)
    except MalformedPdu as error:
        assert "ends" in str(error) or "terminating" in str(error)


@given(short_messages, st.data())
def test_a_message_cut_short_in_its_mandatory_fields_is_malformed(
    message: ShortMessage, data: st.DataObject
) -> None:
    mandatory = encode_short_message(ShortMessage(message.source, message.destination, message.body))
    cut = data.draw(st.integers(0, len(mandatory) - 1))
    with pytest.raises(MalformedPdu):
        decode_short_message(mandatory[:cut])


def test_content_over_254_octets_travels_as_message_payload() -> None:
    message = ShortMessage(Address(0, 1, "1414"), Address(1, 1, "7701"), b"x" * 300)

    read = decode_short_message(encode_short_message(message))

    assert read.body == b""
    assert read.tlvs[Tag.MESSAGE_PAYLOAD] == b"x" * 300
    assert read.content == b"x" * 300


async def test_units_are_read_one_after_another() -> None:
    first = Pdu(Command.ENQUIRE_LINK, 0, 1)
    second = Pdu(Command.SUBMIT_SM_RESP, 0x58, 2, b"id\0")
    reader = stream(first.encode() + second.encode())

    assert await read_pdu(reader) == first
    assert await read_pdu(reader) == second
    with pytest.raises(asyncio.IncompleteReadError):
        await read_pdu(reader)


@pytest.mark.parametrize("length", [0, 15, 70_001, 0xFFFFFFFF])
async def test_an_impossible_length_is_malformed(length: int) -> None:
    with pytest.raises(MalformedPdu, match="command_length"):
        await read_pdu(stream(length.to_bytes(4, "big") + bytes(12)))


def test_a_bind_is_laid_out_as_the_specification_says() -> None:
    assert encode_bind("me", "pw", "T") == b"me\0pw\0T\0\x34\0\0\0"


def test_an_answer_without_an_id_has_an_empty_id() -> None:
    assert decode_message_id(b"") == ""
    assert decode_message_id(b"4A\0") == "4A"


@pytest.mark.parametrize("text", ["қ", "a\0b"])
def test_a_c_string_takes_only_what_it_can_carry(text: str) -> None:
    with pytest.raises(MalformedPdu):
        c_string(text)


def test_no_repr_shows_number_or_body() -> None:
    message = ShortMessage(Address(1, 1, "77010000001"), Address(0, 1, "1414"), b"secret")

    assert "7701" not in repr(message)
    assert "secret" not in repr(message) + repr(Pdu(5, 0, 1, b"secret"))
