"""The logical structure of a document: what is a heading, a row, a list, and in which language it speaks.

PDF/A-2a and readers for the blind take the text in this order, whatever the pages look like.
"""

from __future__ import annotations

from belsendi.documents.pdf.files import PdfFile


class Tag:
    """An element of the structure. A kid is an element, or a marked piece of text: (page, number on it)."""

    __slots__ = ("attributes", "kids", "kind", "language", "number", "parent", "waits")

    def __init__(
        self, kind: str, parent: Tag | None = None, language: str | None = None, attributes: str = ""
    ) -> None:
        self.kind = kind
        self.parent = parent
        self.language = language
        self.attributes = attributes
        self.kids: list[Tag | tuple[int, int]] = []
        self.number = 0
        self.waits = kind == "Span"
        """A part of a line takes its place among its parent's pieces when its first piece is put on paper."""
        if parent is not None and not self.waits:
            parent.kids.append(self)

    def mark(self, page: int, number: int) -> None:
        """Takes a piece of text on a page."""
        if self.waits and self.parent is not None:
            self.parent.kids.append(self)
            self.waits = False
        self.kids.append((page, number))

    def used(self, found: list[Tag] | None = None) -> list[Tag]:
        """This element and those in it that have a content, in the order of reading."""
        found = [] if found is None else found
        if self.kids:
            found.append(self)
            for kid in self.kids:
                if isinstance(kid, Tag):
                    kid.used(found)
        return found


def write_structure(file: PdfFile, top: Tag, pages: list[int], marks: list[list[Tag]]) -> int:
    """Writes the tree; returns the number of its root.

    ``pages`` are the numbers of the page objects, ``marks`` the elements of each page's pieces in their order.
    """
    root, parents = file.reserve(), file.reserve()
    tags = top.used()
    for tag in tags:
        tag.number = file.reserve()
    for tag in tags:
        above = tag.parent.number if tag.parent is not None else root
        home = next((kid[0] for kid in tag.kids if isinstance(kid, tuple)), None)
        kids = " ".join(_kid(kid, home, pages) for kid in tag.kids if isinstance(kid, tuple) or kid.kids)
        file.packed(
            tag.number,
            f"<</S/{tag.kind}/P {above} 0 R"
            + (f"/Lang({tag.language})" if tag.language else "")
            + (f"/A{tag.attributes}" if tag.attributes else "")
            + (f"/Pg {pages[home]} 0 R" if home is not None else "")
            + f"/K[{kids}]>>",
        )
    rows = " ".join(
        f"{page}[{' '.join(f'{tag.number} 0 R' for tag in row)}]" for page, row in enumerate(marks)
    )
    file.packed(parents, f"<</Nums[{rows}]>>")
    file.packed(
        root,
        f"<</Type/StructTreeRoot/K {top.number} 0 R/ParentTree {parents} 0 R/ParentTreeNextKey {len(pages)}>>",
    )
    return root


def _kid(kid: Tag | tuple[int, int], home: int | None, pages: list[int]) -> str:
    if isinstance(kid, Tag):
        return f"{kid.number} 0 R"
    page, mark = kid
    return str(mark) if page == home else f"<</Type/MCR/Pg {pages[page]} 0 R/MCID {mark}>>"
