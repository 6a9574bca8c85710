"""Objects to a file and back in: PDF 1.7 with cross-reference streams, and the update that changes one object.

Nothing in a file depends on the clock or on chance: equal objects give equal bytes.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib

from belsendi.documents.pdf.fonts import stream
from belsendi.errors import InvalidInput

HEADER = b"%PDF-1.7\n%\xc4\x98\xd2\xaf\n"  # bytes over 127 say that the file is not text
_STARTXREF = re.compile(rb"startxref\n(\d+)\n%%EOF\n\Z")
_TRAILER = re.compile(rb"/Size (\d+)/Root (\d+) 0 R/ID\[<([0-9a-f]{32})>")


class PdfFile:
    """Collects objects by number. Plain objects stand for themselves, the others are packed together."""

    def __init__(self, static: bytes, offsets: tuple[int, ...]) -> None:
        """``static`` is a header with objects 1 to n, whose places in it are ``offsets``."""
        self._body = bytearray(static)
        self._entries: dict[int, tuple[int, int, int]] = {
            number: (1, offset, 0) for number, offset in enumerate(offsets, 1)
        }
        self._packed: list[tuple[int, str]] = []
        self._next = len(offsets) + 1

    def reserve(self) -> int:
        """A number for an object that is written later."""
        self._next += 1
        return self._next - 1

    def plain(self, number: int, content: bytes) -> None:
        self._entries[number] = (1, len(self._body), 0)
        self._body += _object(number, content)

    def packed(self, number: int, content: str) -> None:
        self._packed.append((number, content))

    def finish(self, root: int) -> bytes:
        """The whole file. ``root`` is the number of the catalogue."""
        container = self.reserve()
        index, place = [], 0
        for order, (number, content) in enumerate(self._packed):
            index.append(f"{number} {place}")
            place += len(content.encode()) + 1
            self._entries[number] = (2, container, order)
        head = " ".join(index).encode() + b"\n"
        body = "\n".join(content for _, content in self._packed).encode()
        self.plain(container, stream(head + body, f"/Type/ObjStm/N {len(index)}/First {len(head)}", 5))
        own = self.reserve()
        self._entries[own] = (1, len(self._body), 0)
        rows = [(0, 0, 65535), *(self._entries[number] for number in range(1, own + 1))]
        identifier = hashlib.sha256(self._body).hexdigest()[:32]
        start = len(self._body)
        self._body += _object(
            own,
            _cross_references(
                rows,
                f"/Size {own + 1}/Root {root} 0 R/ID[<{identifier}><{identifier}>]",
            ),
        )
        return bytes(self._body + _end(start))


def static_part(objects: list[bytes]) -> tuple[bytes, tuple[int, ...]]:
    """A header with objects numbered from 1, and their places: the same start of many files."""
    body, offsets = bytearray(HEADER), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += _object(number, content)
    return bytes(body), tuple(offsets)


def with_changed_object(file: bytes, number: int, content: bytes) -> bytes:
    """The file with one object written anew behind its end (an incremental update).

    Every byte of the file stays where it was. Raises InvalidInput for bytes that this module did not write.
    """
    end = _STARTXREF.search(file)
    trailer = _TRAILER.search(file, int(end[1])) if end else None
    if end is None or trailer is None:
        raise InvalidInput("the document is no PDF of ours; have it drawn up anew")
    own, root, first_id = int(trailer[1]), trailer[2].decode(), trailer[3].decode()
    changed = _object(number, content)
    start = len(file) + len(changed)
    identifier = hashlib.sha256(file + changed).hexdigest()[:32]
    rows = [(1, len(file), 0), (1, start, 0)]
    entries = (
        f"/Size {own + 1}/Root {root} 0 R/ID[<{first_id}><{identifier}>]"
        f"/Prev {int(end[1])}/Index[{number} 1 {own} 1]"
    )
    return file + changed + _object(own, _cross_references(rows, entries)) + _end(start)


def text_string(text: str) -> str:
    """A text of the document's structure, as PDF writes it: UTF-16 with its mark, in hexadecimal."""
    return f"<feff{text.encode('utf-16-be').hex()}>"


def uncompressed(content: bytes) -> bytes:
    """A stream object that anybody can read, as the metadata have to be."""
    return f"<</Length {len(content)}>>\nstream\n".encode() + content + b"\nendstream"


def _object(number: int, content: bytes) -> bytes:
    return f"{number} 0 obj\n".encode() + content + b"\nendobj\n"


def _cross_references(rows: list[tuple[int, int, int]], entries: str) -> bytes:
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    packed = zlib.compress(table, 5)
    return (
        f"<</Type/XRef/W[1 4 2]{entries}/Filter/FlateDecode/Length {len(packed)}>>\nstream\n".encode()
        + packed
        + b"\nendstream"
    )


def _end(start: int) -> bytes:
    return f"startxref\n{start}\n%%EOF\n".encode()
