"""Text of a short message to bytes and back: GSM 03.38, UCS-2, user data header.

Own tables, on purpose not those of the product: the two sides check each other.
Source: 3GPP TS 23.038 section 6.2.1, TS 23.040 section 9.2.3.24.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulators.smsc.pdu import ShortMessage, Tag

GSM_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
_ESCAPE = 0x1B
_TO_GSM = {char: bytes((code,)) for code, char in enumerate(GSM_BASIC) if code != _ESCAPE}
_TO_GSM |= {char: bytes((_ESCAPE, code)) for code, char in GSM_EXTENSION.items()}

GSM7, LATIN1, UCS2 = 0, 3, 8
"""Values of data_coding understood here (SMPP 3.4 section 5.2.19); GSM 7 travels one septet per octet."""


class UnknownCoding(Exception):
    """The data_coding is not one a handset of this simulator can show."""


@dataclass(frozen=True)
class Place:
    """Where one part stands in a joined message; ``total`` is 1 for a message of one part."""

    reference: int | None
    total: int
    sequence: int


@dataclass(frozen=True, repr=False)
class Part:
    """One part of an outgoing message: the bytes and what they need on the wire."""

    body: bytes
    data_coding: int
    has_udh: bool


def decode_text(body: bytes, data_coding: int) -> str:
    """The characters of one part. Raises UnknownCoding for a coding that is not text."""
    if data_coding in (GSM7, 1):
        return _decode_gsm(body)
    if data_coding == LATIN1:
        return body.decode("latin-1")
    if data_coding == UCS2:
        return body.decode("utf-16-be", "replace")  # a pair cut in two shows as damage, as on a phone
    raise UnknownCoding(f"data_coding {data_coding} is not a text this handset can show; use 0 or 8")


def _decode_gsm(body: bytes) -> str:
    out: list[str] = []
    octets = iter(body)
    for octet in octets:
        if octet == _ESCAPE:
            out.append(GSM_EXTENSION.get(next(octets, 0x20), " "))
        else:
            out.append(GSM_BASIC[octet & 0x7F])
    return "".join(out)


def place_of(message: ShortMessage) -> tuple[Place, bytes]:
    """The place of this part, from the user data header or the SAR parameters, and the text bytes alone."""
    if message.has_udh and message.body:
        length = message.body[0]
        header, text = message.body[1 : 1 + length], message.body[1 + length :]
        return _place_of_header(header), text
    if Tag.SAR_REFERENCE in message.tlvs:
        numbers = [
            int.from_bytes(message.tlvs.get(tag, b"\1"), "big")
            for tag in (Tag.SAR_REFERENCE, Tag.SAR_TOTAL, Tag.SAR_SEQUENCE)
        ]
        return Place(numbers[0], numbers[1], numbers[2]), message.body
    return Place(None, 1, 1), message.body


def _place_of_header(header: bytes) -> Place:
    """Reads the concatenation element: 0x00 with an 8-bit reference, 0x08 with a 16-bit one."""
    at = 0
    while at + 2 <= len(header):
        element, length = header[at], header[at + 1]
        data = header[at + 2 : at + 2 + length]
        if element == 0x00 and len(data) == 3:
            return Place(data[0], data[1], data[2])
        if element == 0x08 and len(data) == 4:
            return Place(int.from_bytes(data[:2], "big"), data[2], data[3])
        at += 2 + length
    return Place(None, 1, 1)


def split_text(text: str, reference: int) -> list[Part]:
    """A written message as a handset would send it: one part, or joined parts with an 8-bit reference.

    GSM 7 when every character has one (160 septets, 153 joined), UCS-2 otherwise (70 and 67 UTF-16 units).
    A surrogate pair and an escape sequence are never cut in two.
    """
    if all(char in _TO_GSM for char in text):
        pieces, coding, single, joined = [_TO_GSM[char] for char in text], GSM7, 160, 153
    else:
        pieces = [char.encode("utf-16-be", "replace") for char in text]
        coding, single, joined = UCS2, 140, 134
    if sum(map(len, pieces)) <= single:
        return [Part(b"".join(pieces), coding, has_udh=False)]
    bodies = [b""]
    for piece in pieces:
        if len(bodies[-1]) + len(piece) > joined:
            bodies.append(b"")
        bodies[-1] += piece
    return [
        Part(bytes((5, 0, 3, reference & 0xFF, len(bodies), number)) + body, coding, has_udh=True)
        for number, body in enumerate(bodies, start=1)
    ]
