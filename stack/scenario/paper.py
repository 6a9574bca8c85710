"""The text of a document of the case, as a reader of its file finds it."""

from __future__ import annotations

import io
from functools import lru_cache

import pikepdf


@lru_cache(maxsize=256)
def text_of(document: bytes) -> str:
    """What the pages say, one marked piece of text after another. Page numbers and repeated heads are left out."""
    with pikepdf.open(io.BytesIO(document)) as opened:
        pieces = [piece for page in opened.pages for piece in _pieces(page)]
    return "\n".join(piece.strip() for piece in pieces if piece.strip())


def _pieces(page: pikepdf.Page) -> list[str]:
    pieces: list[str] = []
    marked = False
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "BDC":
            marked = True
            pieces.append("")
        elif operator == "EMC":
            marked = False
        elif operator == "Tj" and marked:
            # The number of a letter is its code point (belsendi.documents.pdf.fonts).
            pieces[-1] += bytes(instruction.operands[0]).decode("utf-16-be")
    return pieces
