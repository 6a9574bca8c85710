"""Protocol data units of SMPP 3.4 (SMPP Developers Forum, issue 1.2): framing, headers and bodies.

Only the units an ESME that sends and receives needs. Pure bytes in, pure values out; the one function that
reads is :func:`read_pdu`.

Why not the ``smpp34`` package, which the project otherwise carries: its client acknowledges ``deliver_sm``
itself before the program has seen it, so a citizen's reply would be lost by a crash between the two; its
``enquire_link`` interval is fixed at 30 s, and the reason of a refused bind is not told.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from belsendi.contracts.personal_data import MessageBytes, MobileNumber
from belsendi.errors import InvalidInput

RESPONSE = 0x80000000
HEADER = struct.Struct(">IIII")
# A message_payload may hold 64 KiB; anything larger is not SMPP but noise on the port.
LARGEST_PDU = 70_000


class Command(IntEnum):
    """command_id (5.1.2.1); a response has the top bit set."""

    GENERIC_NACK = 0x80000000
    SUBMIT_SM = 0x00000004
    SUBMIT_SM_RESP = 0x80000004
    DELIVER_SM = 0x00000005
    DELIVER_SM_RESP = 0x80000005
    UNBIND = 0x00000006
    UNBIND_RESP = 0x80000006
    BIND_TRANSCEIVER = 0x00000009
    BIND_TRANSCEIVER_RESP = 0x80000009
    ENQUIRE_LINK = 0x00000015
    ENQUIRE_LINK_RESP = 0x80000015


class Tag(IntEnum):
    """Optional parameters that are read (5.3.2)."""

    RECEIPTED_MESSAGE_ID = 0x001E
    USER_MESSAGE_REFERENCE = 0x0204
    SAR_MSG_REF_NUM = 0x020C
    SAR_TOTAL_SEGMENTS = 0x020E
    SAR_SEGMENT_SEQNUM = 0x020F
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


class EsmClass(IntEnum):
    """Bits of esm_class (5.2.12)."""

    MESSAGE_TYPE_MASK = 0x3C
    RECEIPT = 0x04
    DELIVERY_ACKNOWLEDGEMENT = 0x08
    MANUAL_ACKNOWLEDGEMENT = 0x10
    INTERMEDIATE_NOTIFICATION = 0x20
    UDH = 0x40


class MalformedPdu(InvalidInput):
    """The peer sent bytes that are not an SMPP 3.4 unit; the message says which field."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """One unit: header fields and the undecoded body (hidden from repr: it holds personal data)."""

    command: int
    status: int
    sequence: int
    body: MessageBytes = field(default=b"", repr=False)

    def encode(self) -> bytes:
        head = HEADER.pack(HEADER.size + len(self.body), self.command, self.status, self.sequence)
        return head + self.body


async def read_pdu(reader: asyncio.StreamReader) -> Pdu:
    """The next unit of the stream.

    Raises asyncio.IncompleteReadError at the end of the stream and MalformedPdu when the length cannot be
    true; the stream is then out of step and must be closed.
    """
    head = await reader.readexactly(HEADER.size)
    length, command, status, sequence = HEADER.unpack(head)
    if not HEADER.size <= length <= LARGEST_PDU:
        raise MalformedPdu(
            f"command_length {length} is impossible; the link is out of step and must be closed"
        )
    return Pdu(command, status, sequence, await reader.readexactly(length - HEADER.size))


@dataclass(frozen=True, slots=True)
class Address:
    """An SMPP address: type of number, numbering plan, digits or letters."""

    ton: int
    npi: int
    value: MobileNumber = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """The common body of submit_sm and deliver_sm (4.4.1, 4.6.1)."""

    source: Address
    destination: Address
    body: MessageBytes = field(repr=False)
    esm_class: int = 0
    data_coding: int = 0
    registered_delivery: int = 0
    service_type: str = ""
    protocol_id: int = 0
    priority: int = 0
    schedule_delivery_time: str = ""
    validity_period: str = ""
    tlvs: Mapping[int, MessageBytes] = field(default_factory=dict, repr=False)

    @property
    def content(self) -> bytes:
        """The user data, wherever the peer put it: short_message or the message_payload parameter."""
        return self.body or self.tlvs.get(Tag.MESSAGE_PAYLOAD, b"")


def encode_short_message(message: ShortMessage) -> bytes:
    """Body bytes of submit_sm or deliver_sm; content over 254 octets travels as message_payload."""
    tlvs = dict(message.tlvs)
    body = message.body
    if len(body) > 254:
        tlvs[Tag.MESSAGE_PAYLOAD] = body
        body = b""
    return b"".join(
        (
            c_string(message.service_type),
            _address(message.source),
            _address(message.destination),
            bytes((message.esm_class, message.protocol_id, message.priority)),
            c_string(message.schedule_delivery_time),
            c_string(message.validity_period),
            bytes((message.registered_delivery, 0, message.data_coding, 0, len(body))),
            body,
            *(struct.pack(">HH", tag, len(value)) + value for tag, value in tlvs.items()),
        )
    )


def decode_short_message(data: bytes) -> ShortMessage:
    """Reads the body of submit_sm or deliver_sm. Raises MalformedPdu naming the field that ends too early."""
    cursor = Cursor(data)
    service_type = cursor.c_string("service_type")
    source = cursor.address("source_addr")
    destination = cursor.address("destination_addr")
    esm_class, protocol_id, priority = cursor.octets(3, "esm_class")
    schedule = cursor.c_string("schedule_delivery_time")
    validity = cursor.c_string("validity_period")
    registered, _replace, data_coding, _default_id, length = cursor.octets(5, "sm_length")
    body = cursor.octets(length, "short_message")
    return ShortMessage(
        source=source,
        destination=destination,
        body=body,
        esm_class=esm_class,
        data_coding=data_coding,
        registered_delivery=registered,
        service_type=service_type,
        protocol_id=protocol_id,
        priority=priority,
        schedule_delivery_time=schedule,
        validity_period=validity,
        tlvs=cursor.tlvs(),
    )


def encode_bind(system_id: str, password: str, system_type: str = "") -> bytes:
    """Body of bind_transceiver (4.1.5), interface version 3.4, no address range."""
    names = c_string(system_id) + c_string(password) + c_string(system_type)
    return names + bytes((0x34, 0, 0)) + c_string("")


def decode_message_id(data: bytes) -> str:
    """message_id of submit_sm_resp; empty when the centre gave none. Raises MalformedPdu."""
    return Cursor(data).c_string("message_id") if data else ""


def c_string(text: str) -> bytes:
    """A C-octet string. Raises MalformedPdu when the text cannot be one."""
    try:
        raw = text.encode("ascii")
    except UnicodeEncodeError:
        raise MalformedPdu("a C-octet string of SMPP takes ASCII only; check the route's settings") from None
    if b"\0" in raw:
        raise MalformedPdu("a C-octet string of SMPP cannot hold a zero octet; check the route's settings")
    return raw + b"\0"


def _address(address: Address) -> bytes:
    return bytes((address.ton, address.npi)) + c_string(address.value)


class Cursor:
    """Reads fields from a body in order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def octets(self, count: int, name: str) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise MalformedPdu(f"the unit ends inside {name}")
        chunk = self._data[self._at : end]
        self._at = end
        return chunk

    def c_string(self, name: str) -> str:
        end = self._data.find(b"\0", self._at)
        if end < 0:
            raise MalformedPdu(f"{name} has no terminating zero octet")
        raw = self._data[self._at : end]
        self._at = end + 1
        # Latin-1 never fails: some centres put bytes above 127 into ids, and an id is only compared.
        return raw.decode("latin-1")

    def address(self, name: str) -> Address:
        ton, npi = self.octets(2, name)
        return Address(ton, npi, self.c_string(name))

    def tlvs(self) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        while self._at < len(self._data):
            tag, length = struct.unpack(">HH", self.octets(4, "optional parameter"))
            found[tag] = self.octets(length, f"optional parameter 0x{tag:04X}")
        return found
