"""Reading deliver_sm: receipts in the forms centres write them, parts by header and by parameters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from sms.smpp import InboundPart, ReceiptState
from sms.smpp.deliver import international, is_handset_acknowledgement, is_receipt, read_part, read_receipt
from sms.smpp.pdu import Address, MalformedPdu, ShortMessage, Tag

AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
FULL = b"id:%s sub:001 dlvrd:001 submit date:2611201100 done date:2611201101 stat:%s err:000 text:abc"


def delivery(body: bytes, esm_class: int = 0, tlvs: Mapping[int, bytes] | None = None) -> ShortMessage:
    return ShortMessage(
        Address(1, 1, "77010000001"), Address(0, 1, "1414"), body, esm_class, data_coding=8, tlvs=tlvs or {}
    )


def part(message: ShortMessage) -> InboundPart:
    return read_part(message, route="r", link="l", sequence=1, at=AT)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        (b"DELIVRD", ReceiptState.DELIVERED),
        (b"delivrd", ReceiptState.DELIVERED),
        (b"EXPIRED", ReceiptState.EXPIRED),
        (b"UNDELIV", ReceiptState.FAILED),
        (b"REJECTD", ReceiptState.FAILED),
        (b"DELETED", ReceiptState.FAILED),
        (b"ACCEPTD", ReceiptState.ACCEPTED),
        (b"ENROUTE", ReceiptState.ACCEPTED),
        (b"UNKNOWN", ReceiptState.UNKNOWN),
        (b"SOMETHING", ReceiptState.UNKNOWN),
    ],
)
def test_the_word_of_the_receipt_text_gives_the_state(word: bytes, state: ReceiptState) -> None:
    receipt = read_receipt(delivery(FULL % (b"7F3", word), 0x04), "r", AT)

    assert (receipt.provider_message_id, receipt.state, receipt.at) == ("7F3", state, AT)


def test_optional_parameters_win_over_the_text() -> None:
    tlvs = {Tag.RECEIPTED_MESSAGE_ID: b"T1\0", Tag.MESSAGE_STATE: b"\x03"}

    receipt = read_receipt(delivery(FULL % (b"7F3", b"DELIVRD"), 0x04, tlvs), "r", AT)

    assert (receipt.provider_message_id, receipt.state) == ("T1", ReceiptState.EXPIRED)


def test_a_receipt_that_says_nothing_is_kept_as_unknown() -> None:
    receipt = read_receipt(delivery(b"???", 0x04), "r", AT)

    assert (receipt.provider_message_id, receipt.state, receipt.raw) == ("", ReceiptState.UNKNOWN, b"???")


def test_a_receipt_hides_its_text_in_repr() -> None:
    assert "text:abc" not in repr(read_receipt(delivery(FULL % (b"1", b"DELIVRD"), 0x04), "r", AT))


@pytest.mark.parametrize(
    ("esm_class", "tlvs", "receipt", "acknowledgement"),
    [
        (0x00, {}, False, False),
        (0x40, {}, False, False),
        (0x04, {}, True, False),
        (0x20, {}, True, False),
        (0x08, {}, False, True),
        (0x10, {}, False, True),
        (0x00, {Tag.RECEIPTED_MESSAGE_ID: b"1\0"}, False, False),
        (0x00, {Tag.RECEIPTED_MESSAGE_ID: b"1\0", Tag.MESSAGE_STATE: b"\x02"}, True, False),
    ],
)
def test_kinds_of_deliveries_are_told_apart(
    esm_class: int, tlvs: Mapping[int, bytes], receipt: bool, acknowledgement: bool
) -> None:
    message = delivery(b"", esm_class, tlvs)

    assert (is_receipt(message), is_handset_acknowledgement(message)) == (receipt, acknowledgement)


@pytest.mark.parametrize(
    ("header", "place"),
    [
        (b"\x05\x00\x03\x4d\x03\x02", (0x4D, 3, 2)),
        (b"\x06\x08\x04\x12\x34\x03\x02", (0x1234, 3, 2)),
        (b"\x08\x24\x01\x01\x00\x03\x4d\x02\x01", (0x4D, 2, 1)),
        (b"\x05\x00\x03\x4d\x03\x04", (None, 1, 1)),
        (b"\x05\x00\x03\x4d\x00\x00", (None, 1, 1)),
        (b"\x05\x00\x03\x4d\x01\x01", (None, 1, 1)),
        (b"\x03\x24\x01\x01", (None, 1, 1)),
    ],
)
def test_the_place_of_a_part_is_read_from_its_header(
    header: bytes, place: tuple[int | None, int, int]
) -> None:
    read = part(delivery(header + b"\x04\x38", 0x40))

    assert (read.reference, read.total, read.index) == place
    assert read.body == b"\x04\x38"


def test_the_place_of_a_part_may_stand_in_optional_parameters() -> None:
    tlvs = {
        Tag.SAR_MSG_REF_NUM: b"\x01\x02",
        Tag.SAR_TOTAL_SEGMENTS: b"\x02",
        Tag.SAR_SEGMENT_SEQNUM: b"\x01",
    }

    read = part(delivery(b"\x04\x38", 0, tlvs))

    assert (read.reference, read.total, read.index) == (0x0102, 2, 1)


def test_a_text_in_message_payload_is_the_text() -> None:
    assert part(delivery(b"", 0, {Tag.MESSAGE_PAYLOAD: b"\x04\x38"})).body == b"\x04\x38"


@pytest.mark.parametrize("body", [b"", b"\x05\x00\x03", b"\xff"])
def test_a_header_longer_than_the_message_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedPdu):
        part(delivery(body, 0x40))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("77010000001", "+77010000001"),
        ("+77010000001", "+77010000001"),
        ("87010000001", "+77010000001"),
        ("996700000001", "+996700000001"),
        ("1414", "1414"),
        ("Beeline", "Beeline"),
        ("", ""),
    ],
)
def test_senders_become_e164_where_they_are_numbers(written: str, read: str) -> None:
    assert international(written) == read
