"""SMS text in parts: counting, splitting, joining, decoding (GSM-7 160/153, UCS-2 70/67 UTF-16 units).

Parts are cut between characters: neither an escape sequence nor a surrogate pair is ever divided. Bodies are
what SMPP carries in ``short_message`` after the user data header: unpacked septets, or UTF-16BE.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from belsendi.contracts.personal_data import MessageBytes, MessageText, MobileNumber
from belsendi.dialogue.gsm7 import decode_septets, encode_character
from belsendi.errors import InvalidInput

Encoding = Literal["GSM-7", "UCS-2"]

GSM7_CODING = 0x00
UCS2_CODING = 0x08
MAX_PARTS = 255
# Stands where a part is missing. No reply with it is ever in the allow-list of consent.
GAP = "\ufffd"

_SINGLE: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
_JOINED: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True)
class PartCount:
    """How a text travels: `units` are septets (GSM-7) or UTF-16 units (UCS-2)."""

    encoding: Encoding
    units: int
    parts: int


@dataclass(frozen=True)
class Segment:
    """One SMS. `udh` includes its length byte and is empty for a message of one part."""

    udh: bytes
    body: MessageBytes = field(repr=False)
    data_coding: int


@dataclass(frozen=True)
class Concatenation:
    """The concatenation element of a user data header: part `part` (from 1) of `total`."""

    reference: int
    total: int
    part: int


def count_parts(text: str) -> PartCount:
    """Return encoding, units and number of parts of `text`; an empty text is one part.

    Raises InvalidInput for lone surrogates, which no encoding carries.
    """
    encoding, pieces = _encoded_characters(text)
    per_unit = 1 if encoding == "GSM-7" else 2
    units = sum(len(piece) for piece in pieces) // per_unit
    return PartCount(encoding, units, len(_bodies(encoding, pieces)))


def split(text: str, reference: int) -> list[Segment]:
    """Return the segments of `text`; `reference` (taken modulo 256) ties the parts of one message together.

    Raises InvalidInput when the text needs more than 255 parts or holds lone surrogates.
    """
    encoding, pieces = _encoded_characters(text)
    bodies = _bodies(encoding, pieces)
    coding = GSM7_CODING if encoding == "GSM-7" else UCS2_CODING
    if len(bodies) == 1:
        return [Segment(b"", bodies[0], coding)]
    if len(bodies) > MAX_PARTS:
        raise InvalidInput(f"the text needs {len(bodies)} SMS parts, {MAX_PARTS} is the limit; shorten it")
    return [
        Segment(bytes([5, 0, 3, reference % 256, len(bodies), number]), body, coding)
        for number, body in enumerate(bodies, start=1)
    ]


def decode(body: bytes, data_coding: int) -> str:
    """Return the text of a body. Never raises: what cannot be read becomes U+FFFD, and so is asked again.

    Codings of SMPP 3.4, 5.2.19, with the message-class groups. Octets in an unnamed alphabet are read as UTF-8.
    """
    return _decoder(data_coding)(body)


def concatenation(udh: bytes) -> Concatenation | None:
    """Return the concatenation element (8 or 16 bit reference) of a header; None without a usable one."""
    position, end = 1, min(len(udh), udh[0] + 1) if udh else 0
    while position + 2 <= end:
        element, length = udh[position], udh[position + 1]
        value = udh[position + 2 : position + 2 + length]
        position += 2 + length
        if position > end:
            return None
        if (element, length) in {(0x00, 3), (0x08, 4)}:
            found = Concatenation(int.from_bytes(value[:-2], "big"), value[-2], value[-1])
            return found if 1 <= found.part <= found.total else None
    return None


def join_segments(parts: Mapping[int, Segment], total: int) -> str:
    """Return the text of parts 1..total; a missing part leaves GAP.

    Neighbours of one coding are joined as bytes before decoding, because phones do divide surrogate pairs.
    """
    text: list[str] = []
    run = b""
    coding: int | None = None
    for number in range(1, total + 1):
        segment = parts.get(number)
        if coding is not None and (segment is None or segment.data_coding != coding):
            text.append(decode(run, coding))
            run, coding = b"", None
        if segment is None:
            text.append(GAP)
        else:
            run, coding = run + segment.body, segment.data_coding
    if coding is not None:
        text.append(decode(run, coding))
    return "".join(text)


@dataclass(frozen=True)
class Joined:
    """A message put together. Incomplete ones hold GAP and are shown to a person, never read as an answer."""

    sender: MobileNumber = field(repr=False)
    text: MessageText = field(repr=False)
    parts: int
    complete: bool


@dataclass
class _Assembly:
    total: int
    parts: dict[int, Segment] = field(default_factory=dict, repr=False)
    touched: datetime | None = None

    @property
    def complete(self) -> bool:
        return len(self.parts) == self.total

    def joined(self, sender: str) -> Joined:
        text = join_segments(self.parts, self.total)
        return Joined(sender, text, len(self.parts), self.complete)


class Joiner:
    """Puts the parts of inbound messages together, whatever their order, with duplicates dropped.

    Parts belong together by (sender, reference, total). Phones reuse references: a part that contradicts one
    already held begins a new message, and the old one, when it never became whole, is handed out incomplete.
    Pure state without a clock: instants come from the caller and are aware UTC.
    """

    def __init__(self) -> None:
        self._assemblies: dict[tuple[str, int, int], _Assembly] = {}

    def add(self, sender: str, segment: Segment, received_at: datetime | None = None) -> list[Joined]:
        """Take one segment and return the messages it finished or displaced, in order of their beginning."""
        element = concatenation(segment.udh)
        if element is None:
            return [Joined(sender, decode(segment.body, segment.data_coding), 1, True)]
        key = (sender, element.reference, element.total)
        assembly = self._assemblies.setdefault(key, _Assembly(element.total))
        held = assembly.parts.get(element.part)
        if held is not None and _same_words(held, segment):
            return []
        finished: list[Joined] = []
        if held is not None:
            if not assembly.complete:
                finished.append(assembly.joined(sender))
            assembly = self._assemblies[key] = _Assembly(element.total)
        assembly.parts[element.part] = segment
        assembly.touched = received_at
        if assembly.complete:
            finished.append(assembly.joined(sender))
        return finished

    def forget(self, before: datetime) -> list[Joined]:
        """Drop what was last touched before `before`; what never became whole is handed out incomplete."""
        old = {
            key: assembly
            for key, assembly in self._assemblies.items()
            if assembly.touched is not None and assembly.touched < before
        }
        for key in old:
            del self._assemblies[key]
        return [assembly.joined(key[0]) for key, assembly in old.items() if not assembly.complete]


def _same_words(one: Segment, other: Segment) -> bool:
    return (one.body, one.data_coding) == (other.body, other.data_coding)


def _encoded_characters(text: str) -> tuple[Encoding, list[bytes]]:
    septets = [encode_character(character) for character in text]
    if None not in septets:
        return "GSM-7", [piece for piece in septets if piece is not None]
    try:
        return "UCS-2", [character.encode("utf-16-be") for character in text]
    except UnicodeEncodeError as error:
        raise InvalidInput("the text holds a lone surrogate; send whole characters only") from error


def _bodies(encoding: Encoding, pieces: list[bytes]) -> list[bytes]:
    per_unit = 1 if encoding == "GSM-7" else 2
    if sum(len(piece) for piece in pieces) <= _SINGLE[encoding] * per_unit:
        return [b"".join(pieces)]
    limit = _JOINED[encoding] * per_unit
    bodies = [b""]
    for piece in pieces:
        if len(bodies[-1]) + len(piece) > limit:
            bodies.append(b"")
        bodies[-1] += piece
    return bodies


def _decoder(data_coding: int) -> Callable[[bytes], str]:
    if data_coding == UCS2_CODING or data_coding & 0xFC == 0x18 or data_coding & 0xF0 == 0xE0:
        return lambda body: body.decode("utf-16-be", "replace")
    if data_coding == GSM7_CODING or data_coding & 0xFC in {0x10, 0xF0} or data_coding & 0xF0 in {0xC0, 0xD0}:
        return _decode_default
    named = {0x01: "ascii", 0x03: "latin-1", 0x06: "iso8859-5"}.get(data_coding, "utf-8")
    return lambda body: body.decode(named, "replace")


def _decode_default(body: bytes) -> str:
    if any(byte > 0x7F for byte in body):  # not septets: some centres pass UTF-8 under the default coding
        return body.decode("utf-8", "replace")
    return decode_septets(body)
