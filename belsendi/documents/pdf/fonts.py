"""The letters of the documents: widths to lay lines out with, and the objects every file embeds them as.

The fonts are Noto Sans cut down to two sets of letters (templates/documents/fonts, made by .ci/document-fonts). A
character's number inside the file is its Unicode code point, so text needs no table of glyphs to be written, and the
objects of a set are the same bytes in every document: they are made once per process.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parents[3] / "templates" / "documents" / "fonts"
REPLACEMENT = "\x7f"
"""Stands for a character that no set has; it looks and reads like U+FFFD, a code that is ours to give away."""

REGULAR, BOLD = 0, 1
_FACES = ("regular", "bold")
_TAGS = {"common": ("BELSAA", "BELSAB"), "wide": ("BELSBA", "BELSBB")}
"""Six letters mark a font of which only a part is embedded."""


@dataclass(frozen=True)
class FontSet:
    """A set of letters. ``widths`` are thousandths of the size, per face."""

    called: str
    letters: frozenset[str]
    widths: tuple[dict[str, int], dict[str, int]]

    def width(self, text: str, face: int, size: float) -> float:
        """The width in points of a text that has only letters of this set."""
        return sum(map(self.widths[face].__getitem__, text)) * size / 1000

    def readable(self, text: str) -> str:
        """The text with every character this set lacks replaced."""
        unknown = set(text) - self.letters
        return text.translate({ord(c): REPLACEMENT for c in unknown}) if unknown else text


def font_set(letters: set[str]) -> FontSet:
    """The smallest set that has the letters of a document; the wide one also when a letter is in neither."""
    common = _font_set("common")
    return common if letters <= common.letters else _font_set("wide")


def font_set_called(name: str) -> FontSet:
    return _font_set(name)


@cache
def _font_set(name: str) -> FontSet:
    metrics = _metrics()
    letters = frozenset(metrics["regular"]["glyphs"][name]) - {"\ufffd"}
    widths: list[dict[str, int]] = []
    for face in _FACES:
        all_widths = metrics[face]["widths"]
        own = {letter: all_widths[letter] for letter in sorted(letters)}
        widths.append(own | {REPLACEMENT: all_widths["\ufffd"]})
    return FontSet(called=name, letters=letters | {REPLACEMENT}, widths=(widths[0], widths[1]))


@cache
def _metrics() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FONTS / "metrics.json").read_text(encoding="utf-8"))
    return content


@cache
def ascent(size: float) -> float:
    """How far letters of this size rise over their base line, in points."""
    return float(_metrics()["regular"]["ascent"]) * size / 1000


def font_objects(fonts: FontSet, first: int) -> list[bytes]:
    """The PDF objects of both faces, numbered from ``first``; the faces themselves are the first two."""
    metrics = _metrics()
    to_unicode = first + 2
    objects: list[bytes] = [b"", b"", stream(_to_unicode(fonts))]
    for face, name in enumerate(_FACES):
        described, glyphs = metrics[name], metrics[name]["glyphs"][fonts.called]
        base = f"{_TAGS[fonts.called][face]}+NotoSans-{name.capitalize()}"
        descendant = first + len(objects)
        program = (FONTS / f"{fonts.called}-{name}.ttf").read_bytes()
        objects[face] = (
            f"<</Type/Font/Subtype/Type0/BaseFont/{base}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {to_unicode} 0 R>>"
        ).encode()
        objects += [
            (
                f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{base}"
                "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
                f"/FontDescriptor {descendant + 1} 0 R/CIDToGIDMap {descendant + 2} 0 R"
                f"/DW {described['widths'][' ']}/W[{_width_array(fonts.widths[face])}]>>"
            ).encode(),
            (
                f"<</Type/FontDescriptor/FontName/{base}/Flags 4"
                f"/FontBBox[{' '.join(map(str, described['box']))}]/ItalicAngle 0/Ascent {described['ascent']}"
                f"/Descent {described['descent']}/CapHeight {described['cap_height']}/StemV {described['stem']}"
                f"/FontFile2 {descendant + 3} 0 R>>"
            ).encode(),
            stream(_glyph_numbers(fonts, glyphs)),
            stream(program, f"/Length1 {len(program)}"),
        ]
    return objects


def stream(content: bytes, entries: str = "", level: int = 9) -> bytes:
    """A compressed stream object. ``level`` 9 is for what is made once, lower ones for what every document makes."""
    packed = zlib.compress(content, level)
    return (
        f"<</Filter/FlateDecode/Length {len(packed)}{entries}>>\nstream\n".encode() + packed + b"\nendstream"
    )


def _width_array(widths: dict[str, int]) -> str:
    return " ".join(
        f"{run[0][0]}[{' '.join(str(widths[chr(code)]) for code, _ in run)}]"
        for run in _runs(sorted(map(ord, widths)))
    )


def _glyph_numbers(fonts: FontSet, glyphs: dict[str, int]) -> bytes:
    """The glyph of each code point, two bytes each."""
    table = [0] * (max(map(ord, fonts.letters)) + 1)
    for letter in fonts.letters - {REPLACEMENT}:
        table[ord(letter)] = glyphs[letter]
    table[ord(REPLACEMENT)] = glyphs["\ufffd"]
    return struct.pack(f">{len(table)}H", *table)


def _to_unicode(fonts: FontSet) -> bytes:
    """What the numbers mean, for whoever reads the text out: themselves, but for the replacement."""
    codes = sorted(map(ord, fonts.letters - {REPLACEMENT}))
    ranges = [
        f"<{run[0][0]:04X}><{run[-1][0]:04X}><{run[0][0]:04X}>"
        for _, row in groupby(codes, lambda code: code >> 8)
        for run in _runs(list(row))
    ]
    ranges.append(f"<{ord(REPLACEMENT):04X}><{ord(REPLACEMENT):04X}><FFFD>")
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000><FFFF> endcodespacerange",
    ]
    for start in range(0, len(ranges), 100):
        part = ranges[start : start + 100]
        lines += [f"{len(part)} beginbfrange", *part, "endbfrange"]
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode()


def _runs(codes: list[int]) -> list[list[tuple[int, int]]]:
    """Neighbouring codes together."""
    numbered = [(code, code - place) for place, code in enumerate(codes)]
    return [list(run) for _, run in groupby(numbered, lambda pair: pair[1])]
