"""What the pages look like: measures in points on A4, and the look of each part of a document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from belsendi.documents.pdf.fonts import BOLD, REGULAR
from belsendi.documents.pdf.lines import Look

PAGE_WIDTH: Final = 595.28
PAGE_HEIGHT: Final = 841.89
LEFT: Final = 56.0
WIDTH: Final = PAGE_WIDTH - 2 * LEFT
TOP: Final = PAGE_HEIGHT - 46.0
BOTTOM: Final = 52.0
GUTTER: Final = 16.0

INK: Final = ".09 .125 .165"
QUIET: Final = ".33 .375 .425"
LINE: Final = ".8 .83 .86"
SOFT: Final = ".957 .965 .973"
MARK: Final = ".45 .275 0"
MARK_SOFT: Final = "1 .965 .87"
SEAL: Final = ".043 .36 .42"

PLAIN: Final = Look(REGULAR, 9.0, INK)


@dataclass(frozen=True, slots=True)
class Frame:
    """The ground and the edge of a box. ``side`` draws the left edge only; ``dashes`` breaks the edge up."""

    ground: str | None
    edge: str
    thickness: float
    side: bool = False
    dashes: bool = False


FRAMES: Final = {
    "note": Frame(MARK_SOFT, MARK, 0.7, dashes=True),
    "verbatim": Frame(SOFT, SEAL, 3.0, side=True),
    "signature": Frame(None, SEAL, 1.4),
    "blank": Frame(None, LINE, 0.9, dashes=True),
}


@cache
def block_look(tag: str, kind: str, look: Look) -> Look:
    """The look of a paragraph, heading or cell inside surroundings of ``look``."""
    if tag == "h1":
        return Look(BOLD, 14.5, INK)
    if tag == "h2":
        return Look(BOLD, 11.0, INK)
    if tag == "th":
        return replace(look, face=BOLD)
    if kind == "statement":
        return Look(BOLD, 10.5, look.colour)
    if kind == "number":
        return Look(BOLD, 11.0, look.colour)
    if kind == "issuer":
        return replace(look, face=BOLD)
    if kind == "footer":
        return Look(REGULAR, 7.8, QUIET)
    return inline_look(tag, kind, look)


@cache
def inline_look(tag: str, kind: str, look: Look) -> Look:
    """The look of a part of a line."""
    if tag == "strong" or kind == "value":
        return replace(look, face=BOLD)
    if kind == "money":
        return replace(look, face=BOLD, size=13.0)
    if kind in {"code", "citation"}:
        return Look(REGULAR, look.size * 0.88, QUIET)
    if kind == "mark":
        return Look(BOLD, look.size * 0.83, MARK)
    return look


@cache
def second_language(look: Look, parent: str) -> Look:
    """Russian stands beside the Kazakh text and below it in weight (spec 0.3); in boxes it keeps its colour."""
    quiet = QUIET if look.colour == INK else look.colour
    if parent == "h1":
        return Look(BOLD, 11.0, quiet)
    if parent in {"th", "td"}:
        return Look(REGULAR, look.size * 0.92, quiet)
    if parent == "h2":
        return replace(look, face=REGULAR, colour=quiet)
    return replace(look, colour=quiet)
