"""Markup to a PDF/A-2a document: tagged, with its letters and colours inside, the same bytes every time.

A draft decision keeps the place of its number and date in an object of its own. ``with_number_and_date`` writes that
object anew behind the end of the file, so the document that was read is, byte for byte, the beginning of the one
that is signed.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final
from xml.etree import ElementTree

from belsendi.documents.pdf.files import (
    PdfFile,
    static_part,
    text_string,
    uncompressed,
    with_changed_object,
)
from belsendi.documents.pdf.fonts import FontSet, font_objects, font_set, font_set_called, stream
from belsendi.documents.pdf.looks import PAGE_HEIGHT, PAGE_WIDTH, block_look
from belsendi.documents.pdf.looks import PLAIN as _PLAIN
from belsendi.documents.pdf.markup import LANGUAGE, Reader
from belsendi.documents.pdf.metadata import Description, colour_objects, packet
from belsendi.documents.pdf.pages import Page, Pages, Slot, operators
from belsendi.documents.pdf.structure import write_structure
from belsendi.errors import InvalidInput

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SLOT = re.compile(
    rb"(?<=\n)(?P<object>\d+) 0 obj\n<</Length \d+>>\nstream\n"
    rb"%place of number and date: (?P<fonts>[a-z]+) (?P<left>[\d.]+) (?P<base>[\d.]+) (?P<marks>[\d,]+)\n"
)
_WHITE: Final = frozenset("\t\n\r")
_FACES: Final = 1
_COLOURS: Final = 12
_RESOURCES: Final = 14


def compose(markup: str, about: Description) -> bytes:
    """The document of a page of markup (see ``markup.py``). Raises InvalidInput when it is not well-formed."""
    plain = _NOT_XML.sub("\ufffd", markup)
    letters = set(plain) - _WHITE
    fonts = font_set(letters)
    try:
        page = ElementTree.fromstring(plain)  # noqa: S314 - our own templates, their data escaped
    except ElementTree.ParseError as error:
        raise InvalidInput(f"the template of the document is not well-formed: {error}") from None
    reader = Reader(fonts, rare=not letters <= fonts.letters)
    reader.read(page)
    pages = Pages(fonts)
    pages.put(reader.rows, fonts.readable(about.reference))
    return _file(fonts, pages, reader, about)


def with_number_and_date(draft: bytes, words: str) -> bytes:
    """The draft with ``words`` in the place of number and date, and nothing else changed.

    Raises InvalidInput for a document that has no such place, or has it filled already.
    """
    slots = list(_SLOT.finditer(draft))
    if len(slots) != 1:
        raise InvalidInput(
            "the draft has no place for number and date; return it, so that it is drawn up anew"
        )
    slot = slots[0]
    fonts = font_set_called(slot["fonts"].decode())
    look = block_look("p", "number", _PLAIN)
    first, *others = slot["marks"].decode().split(",")
    shown = fonts.readable(words)
    spoken = f"/ActualText{text_string(words)}" if shown != words else ""
    content = (
        f"/P<</MCID {first}{spoken}>>BDC BT\n/F{look.face} {look.size:.4g} Tf {look.colour} rg\n"
        f"1 0 0 1 {slot['left'].decode()} {slot['base'].decode()} Tm<{shown.encode('utf-16-be').hex()}>Tj\n"
        "ET EMC\n" + "".join(f"/Span<</MCID {mark}>>BDC EMC\n" for mark in others)
    )
    return with_changed_object(draft, int(slot["object"]), uncompressed(content.encode()))


@cache
def _static(fonts_name: str) -> tuple[bytes, tuple[int, ...]]:
    """The objects that every document of a set of letters begins with."""
    fonts = font_set_called(fonts_name)
    faces = font_objects(fonts, _FACES)
    assert len(faces) == _COLOURS - _FACES, "the numbers of the fixed objects follow one another"
    resources = f"<</Font<</F0 {_FACES} 0 R/F1 {_FACES + 1} 0 R>>>>".encode()
    return static_part([*faces, *colour_objects(_COLOURS), resources])


def _file(fonts: FontSet, pages: Pages, reader: Reader, about: Description) -> bytes:
    file = PdfFile(*_static(fonts.called))
    catalogue, tree, metadata = file.reserve(), file.reserve(), file.reserve()
    numbers = [file.reserve() for _ in pages.pages]
    for order, (number, page) in enumerate(zip(numbers, pages.pages, strict=True)):
        slot = pages.slot if pages.slot is not None and pages.slot.page == order else None
        contents = _contents(file, fonts, page, slot)
        file.packed(
            number,
            f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {PAGE_WIDTH} {PAGE_HEIGHT}]"
            f"/Resources {_RESOURCES} 0 R/Contents[{contents}]/StructParents {order}/Tabs/S>>",
        )
    structure = write_structure(file, reader.top, numbers, [page.marks for page in pages.pages])
    file.packed(
        tree,
        f"<</Type/Pages/Count {len(numbers)}/Kids[{' '.join(f'{number} 0 R' for number in numbers)}]>>",
    )
    file.packed(
        catalogue,
        f"<</Type/Catalog/Pages {tree} 0 R/Lang({LANGUAGE})/MarkInfo<</Marked true>>"
        f"/StructTreeRoot {structure} 0 R/Metadata {metadata} 0 R/OutputIntents[{_COLOURS + 1} 0 R]"
        "/ViewerPreferences<</DisplayDocTitle true>>>>",
    )
    xmp = packet(about)
    file.plain(
        metadata,
        f"<</Type/Metadata/Subtype/XML/Length {len(xmp)}>>\nstream\n".encode() + xmp + b"\nendstream",
    )
    return file.finish(catalogue)


def _contents(file: PdfFile, fonts: FontSet, page: Page, slot: Slot | None) -> str:
    number = file.reserve()
    file.plain(number, stream(operators(page), level=5))
    if slot is None:
        return f"{number} 0 R"
    own = file.reserve()
    marks = ",".join(map(str, slot.marks))
    place = f"%place of number and date: {fonts.called} {slot.left:.2f} {slot.base:.2f} {marks}\n".encode()
    file.plain(own, uncompressed(place + slot.operators))
    return f"{number} 0 R {own} 0 R"
