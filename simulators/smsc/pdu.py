"""SMPP 3.4 protocol data units: the ones a message centre meets, to bytes and back.

A codec of our own, because the simulator must do what a library forbids: answer late or never, refuse a
bind with a chosen status, cut the connection between two bytes. Source: SMPP Protocol Specification v3.4,
sections 3 to 5.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum

HEADER = struct.Struct(">IIII")
MAX_PDU = 70_000
"""Largest PDU accepted, bytes: a message_payload TLV of 64 KiB with its fields."""


class Command(IntEnum):
    """Command ids, section 5.1.2.1."""

    GENERIC_NACK = 0x80000000
    BIND_RECEIVER = 0x00000001
    BIND_TRANSMITTER = 0x00000002
    SUBMIT_SM = 0x00000004
    DELIVER_SM = 0x00000005
    UNBIND = 0x00000006
    BIND_TRANSCEIVER = 0x00000009
    ENQUIRE_LINK = 0x00000015


RESPONSE = 0x80000000
"""Added to a command id it gives the id of the response."""


class Status(IntEnum):
    """Command statuses used here, section 5.1.3."""

    OK = 0x00
    INVALID_COMMAND_LENGTH = 0x02
    INVALID_COMMAND = 0x03
    NOT_BOUND = 0x04
    ALREADY_BOUND = 0x05
    SYSTEM_ERROR = 0x08
    INVALID_DESTINATION = 0x0B
    INVALID_PASSWORD = 0x0E
    INVALID_SYSTEM_ID = 0x0F
    SUBMIT_FAILED = 0x45
    THROTTLED = 0x58


class Tag(IntEnum):
    """Optional parameters, section 5.3.2."""

    RECEIPTED_MESSAGE_ID = 0x001E
    USER_MESSAGE_REFERENCE = 0x0204
    SAR_REFERENCE = 0x020C
    SAR_TOTAL = 0x020E
    SAR_SEQUENCE = 0x020F
    SC_INTERFACE_VERSION = 0x0210
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


class ProtocolViolation(Exception):
    """The bytes are not a PDU of SMPP 3.4; the connection cannot be read any further."""


@dataclass(frozen=True)
class Pdu:
    """One unit on the wire: header fields and the undecoded body."""

    command: int
    status: int
    sequence: int
    body: bytes = b""

    def encode(self) -> bytes:
        return HEADER.pack(16 + len(self.body), self.command, self.status, self.sequence) + self.body

    def answer(self, status: int = Status.OK, body: bytes = b"") -> Pdu:
        """The response to this request, with its sequence number."""
        return Pdu(self.command | RESPONSE, status, self.sequence, body)


@dataclass(frozen=True, repr=False)
class ShortMessage:
    """The fields of submit_sm and deliver_sm that mean something here (sections 4.4 and 4.6)."""

    source: str
    destination: str
    body: bytes
    esm_class: int = 0
    data_coding: int = 0
    registered_delivery: int = 0
    source_ton: int = 1
    source_npi: int = 1
    destination_ton: int = 1
    destination_npi: int = 1
    tlvs: dict[int, bytes] = field(default_factory=dict)

    @property
    def has_udh(self) -> bool:
        """True when the body begins with a user data header (UDHI, section 5.2.12)."""
        return bool(self.esm_class & 0x40)

    @property
    def wants_receipt(self) -> bool:
        """True when a receipt was asked for, whatever the outcome (section 5.2.17)."""
        return self.registered_delivery & 0x03 == 1

    def encode(self) -> bytes:
        head = b"".join(
            (
                b"\0",  # service_type
                bytes((self.source_ton, self.source_npi)),
                cstring(self.source),
                bytes((self.destination_ton, self.destination_npi)),
                cstring(self.destination),
                bytes((self.esm_class, 0, 0)),
                b"\0\0",  # schedule_delivery_time, validity_period
                bytes((self.registered_delivery, 0, self.data_coding, 0, len(self.body))),
                self.body,
            )
        )
        return head + encode_tlvs(self.tlvs)


@dataclass(frozen=True, repr=False)
class Bind:
    """What a client presents when it binds (section 4.1)."""

    system_id: str
    password: str


def cstring(text: str) -> bytes:
    """An octet string closed by a null byte."""
    return text.encode("ascii") + b"\0"


def encode_tlvs(tlvs: dict[int, bytes]) -> bytes:
    return b"".join(struct.pack(">HH", tag, len(value)) + value for tag, value in tlvs.items())


class _Reader:
    """Reads the fields of a body in order; a short body is a ProtocolViolation."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        return self.octets(1)[0]

    def octets(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise ProtocolViolation("the body ends inside a field")
        piece = self._data[self._at : end]
        self._at = end
        return piece

    def text(self) -> str:
        end = self._data.find(b"\0", self._at)
        if end < 0:
            raise ProtocolViolation("a text field is not closed by a null byte")
        piece = self._data[self._at : end]
        self._at = end + 1
        return piece.decode("latin-1")

    def tlvs(self) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        while self._at < len(self._data):
            tag, length = struct.unpack(">HH", self.octets(4))
            found[tag] = self.octets(length)
        return found


def read_header(data: bytes) -> tuple[int, int, int, int]:
    """Length, command, status and sequence of the 16 bytes; ProtocolViolation on an impossible length."""
    length, command, status, sequence = HEADER.unpack(data)
    if not 16 <= length <= MAX_PDU:
        raise ProtocolViolation(f"a PDU cannot have {length} bytes")
    return length, command, status, sequence


def decode_bind(body: bytes) -> Bind:
    reader = _Reader(body)
    return Bind(system_id=reader.text(), password=reader.text())


def decode_short_message(body: bytes) -> ShortMessage:
    """The fields of a submit_sm or deliver_sm body; message_payload stands in for an empty short_message."""
    reader = _Reader(body)
    reader.text()  # service_type
    source_ton, source_npi, source = reader.byte(), reader.byte(), reader.text()
    destination_ton, destination_npi, destination = reader.byte(), reader.byte(), reader.text()
    esm_class = reader.byte()
    reader.octets(2)  # protocol_id, priority_flag
    reader.text()  # schedule_delivery_time
    reader.text()  # validity_period
    registered_delivery = reader.byte()
    reader.byte()  # replace_if_present_flag
    data_coding = reader.byte()
    reader.byte()  # sm_default_msg_id
    text = reader.octets(reader.byte())
    tlvs = reader.tlvs()
    return ShortMessage(
        source=source,
        destination=destination,
        body=text or tlvs.get(Tag.MESSAGE_PAYLOAD, b""),
        esm_class=esm_class,
        data_coding=data_coding,
        registered_delivery=registered_delivery,
        source_ton=source_ton,
        source_npi=source_npi,
        destination_ton=destination_ton,
        destination_npi=destination_npi,
        tlvs=tlvs,
    )
