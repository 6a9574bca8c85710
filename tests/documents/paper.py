"""A document as other programs read it: pypdf finds the objects, the structure tells the order and the languages."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import pypdf
from pypdf.generic import ContentStream, DictionaryObject


@dataclass(frozen=True)
class Part:
    """An element with text of its own. ``path`` are the kinds of elements it lies in, outermost first."""

    kind: str
    language: str
    text: str
    path: tuple[str, ...]


@dataclass
class Paper:
    """``parts`` in the order of reading; ``outside`` is what the pages show beyond the structure."""

    content: bytes
    parts: list[Part] = field(default_factory=list)
    outside: str = ""

    def __post_init__(self) -> None:
        self.reader = pypdf.PdfReader(io.BytesIO(self.content), strict=True)
        self.catalogue: Any = self.reader.trailer["/Root"]
        self._pieces: dict[tuple[int, int], str] = {}
        self._pages = {
            page.indirect_reference.idnum: number
            for number, page in enumerate(self.reader.pages)
            if page.indirect_reference is not None
        }
        for number, page in enumerate(self.reader.pages):
            self._read_page(number, page)
        self._walk(self.catalogue["/StructTreeRoot"]["/K"].get_object(), self.catalogue["/Lang"], ())

    @property
    def text(self) -> str:
        return " ".join(" ".join(part.text for part in self.parts).split(" ")).replace("  ", " ").strip()

    def texts(self, kind: str) -> list[str]:
        return [part.text for part in self.parts if part.kind == kind]

    def _read_page(self, number: int, page: Any) -> None:
        mark: int | None = None
        for operands, operator in ContentStream(page["/Contents"], self.reader).operations:
            if operator == b"BDC":
                mark = int(operands[1]["/MCID"])
                self._pieces.setdefault((number, mark), "")
            elif operator == b"BMC":
                assert operands[0] == "/Artifact"
            elif operator == b"EMC":
                mark = None
            elif operator == b"Tj":
                letters = operands[0].original_bytes.decode("utf-16-be")
                if mark is None:
                    self.outside += letters
                else:
                    self._pieces[number, mark] += letters

    def _walk(self, element: DictionaryObject, language: str, path: tuple[str, ...]) -> None:
        kind = str(element["/S"])[1:]
        own = str(element.get("/Lang", language))
        kids: Any = element["/K"]
        text: str | None = None
        for kid in kids if isinstance(kids, list) else [kids]:
            found: Any = kid.get_object()
            if isinstance(found, int):
                text = (text or "") + self._take(element["/Pg"], found)
            elif "/MCID" in found:
                text = (text or "") + self._take(found["/Pg"], found["/MCID"])
            else:
                if text is not None:
                    self.parts.append(Part(kind, own, text, path))
                    text = None
                self._walk(found, own, (*path, kind))
        if text is not None:
            self.parts.append(Part(kind, own, text, path))

    def _take(self, page: Any, mark: int) -> str:
        return self._pieces.pop((self._pages[page.indirect_reference.idnum], int(mark)))

    @property
    def untold(self) -> dict[tuple[int, int], str]:
        """Marked pieces that the structure does not name."""
        return self._pieces
