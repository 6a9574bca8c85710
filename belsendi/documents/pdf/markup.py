"""The pages' markup to rows that can be put on paper.

The templates are written in a small part of HTML that is well-formed XML: headings, paragraphs, tables, lists, boxes
(`note`, `verbatim`, `signature`, `blank`) and `pair`, which sets two texts side by side. `lang` names the language.
A table says how wide its columns are: `widths="8 52 40"`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final
from xml.etree.ElementTree import Element

from belsendi.documents.pdf.fonts import FontSet
from belsendi.documents.pdf.lines import BLANK, BREAK, Break, Line, LineBreaker, Look, Run
from belsendi.documents.pdf.looks import (
    FRAMES,
    GUTTER,
    LEFT,
    PLAIN,
    WIDTH,
    Frame,
    block_look,
    inline_look,
    second_language,
)
from belsendi.documents.pdf.structure import Tag

LANGUAGE: Final = "kk"
_SPACES = re.compile("[ \t\r\n]+")
_UNEVEN = re.compile("[\t\r\n]|  ")
_BLOCKS: Final = frozenset(
    {"p", "h1", "h2", "div", "section", "aside", "header", "footer", "main", "table", "ul", "li"}
)
_KINDS: Final = {"h1": "H1", "h2": "H2", "th": "TH", "td": "TD"}
_CELL_GAP: Final = 7.0


@dataclass(slots=True)
class Cell:
    """Lines one under another, from ``left``."""

    left: float
    lines: list[Line]
    height: float = field(init=False)

    def __post_init__(self) -> None:
        self.height = sum(line.height for line in self.lines)


@dataclass(slots=True)
class Box:
    """A frame around rows."""

    frame: Frame
    left: float
    width: float


@dataclass(slots=True, eq=False)
class Row:
    """Cells side by side. ``over`` is the space above, ``pad`` the space inside, above and below.

    ``rule`` draws a line below (its thickness). Rows of one ``group`` stay on one page when they can; ``head`` is
    repeated where a table goes on. ``slot`` marks the place of number and date.
    """

    cells: list[Cell]
    over: float = 0.0
    pad: float = 0.0
    rule: float = 0.0
    boxes: tuple[Box, ...] = ()
    group: int | None = None
    head: Row | None = None
    slot: bool = False

    @property
    def height(self) -> float:
        return max((cell.height for cell in self.cells), default=0.0) + 2 * self.pad


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the reader is: column, surroundings, element of the structure."""

    left: float
    width: float
    look: Look
    tag: Tag
    boxes: tuple[Box, ...] = ()


@dataclass(slots=True)
class Reader:
    """Reads one document. ``rows`` in their order, ``top`` the structure."""

    fonts: FontSet
    rare: bool = False
    """Whether the document has letters that its fonts lack."""
    top: Tag = field(default_factory=lambda: Tag("Document"))
    rows: list[Row] = field(default_factory=list)
    _over: float = 0.0
    _group: int | None = None
    _groups: int = 0

    def read(self, page: Element) -> None:
        self._children(page, _Place(LEFT, WIDTH, PLAIN, self.top))

    def _children(self, node: Element, at: _Place) -> None:
        """Blocks one after another; text between them is a paragraph of its own."""
        loose = Element("p", {"class": "loose"})
        loose.text = node.text
        for child in node:
            if child.tag in _BLOCKS:
                self._flush(loose, at)
                self._block(child, at)
                loose = Element("p", {"class": "loose"})
                loose.text = child.tail
            else:
                loose.append(child)
        self._flush(loose, at)

    def _flush(self, loose: Element, at: _Place) -> None:
        if len(loose) or (loose.text or "").strip():
            self._paragraph(loose, at)

    def _block(self, node: Element, at: _Place) -> None:
        kind = node.get("class", "").split(" ")[0]
        if node.tag == "table":
            self._table(node, at)
        elif node.tag in {"p", "h1", "h2"}:
            self._paragraph(node, at)
        elif kind == "pair":
            self._pair(node, at)
        elif kind in FRAMES:
            self._box(node, at, FRAMES[kind])
        elif node.tag == "ul":
            items = Tag("L", at.tag)
            for item in node:
                body = Tag("LBody", Tag("LI", items))
                self._children(item, replace(at, tag=body))
        elif node.tag == "footer":
            self._footer(node, at)
        else:
            self._children(node, at)

    def _paragraph(self, node: Element, at: _Place) -> None:
        heading = node.tag in {"h1", "h2"}
        if node.tag == "h2":
            self._space(13)
            self._groups += 1
            self._group = self._groups
        elif node.tag == "h1":
            self._space(15)
        else:
            self._space(3)
        tag = Tag(_KINDS.get(node.tag, "P"), at.tag)
        look = block_look(node.tag, node.get("class", ""), at.look)
        cell = Cell(at.left, self._lines(node, look, tag, at.width))
        self._add(Row([cell], boxes=at.boxes, slot=node.get("id") == "number-and-date"), at)
        if not heading:
            self._group = None
        self._space(3)

    def _pair(self, node: Element, at: _Place) -> None:
        width = (at.width - GUTTER) / 2
        kinds = node.get("class", "").split(" ")[1:]
        cells = []
        for column, text in enumerate(node):
            look = block_look("p", kinds[0] if kinds else "", at.look)
            tag = Tag("P", at.tag)
            cells.append(Cell(at.left + column * (width + GUTTER), self._lines(text, look, tag, width)))
        self._space(4)
        self._add(Row(cells, boxes=at.boxes), at)
        self._group = None
        self._space(4)

    def _box(self, node: Element, at: _Place, frame: Frame) -> None:
        """A frame that stays on one page when it can."""
        box = Box(frame, at.left, at.width)
        inside = 12.0 if frame.side else 10.0
        first, outer = len(self.rows), self._group
        self._groups += 1
        own = self._groups
        self._children(
            node,
            _Place(at.left + inside, at.width - 2 * inside, at.look, Tag("Div", at.tag), (*at.boxes, box)),
        )
        for row in self.rows[first:]:
            row.group = own if outer is None else outer
        if len(self.rows) > first:
            self.rows[first].over = max(self.rows[first].over, 17.0)
        self._over = 0.0
        self._space(17)

    def _footer(self, node: Element, at: _Place) -> None:
        """Small lines that stay together."""
        self._space(14)
        first = len(self.rows)
        self._children(node, replace(at, look=block_look("", "footer", at.look)))
        self._groups += 1
        for row in self.rows[first:]:
            row.group = self._groups

    def _table(self, node: Element, at: _Place) -> None:
        self._space(5)
        table = Tag("Table", at.tag)
        shares = [float(share) for share in node.get("widths", "").split()]
        head: Row | None = None
        for part in node:
            section = Tag({"thead": "THead"}.get(part.tag, "TBody"), table)
            for line in part:
                row = self._table_row(line, at, Tag("TR", section), shares, head_row=part.tag == "thead")
                row.head = head
                self._add(row, at)
                if part.tag == "thead":
                    head = row
                else:
                    self._group = None
        self._space(7)

    def _table_row(self, line: Element, at: _Place, tag: Tag, shares: list[float], *, head_row: bool) -> Row:
        whole = sum(shares) if shares else float(len(line))
        cells, left = [], at.left
        for column, node in enumerate(line):
            width = at.width * (shares[column] if shares else 1.0) / whole
            attributes = ""
            if node.tag == "th":
                attributes = f"<</O/Table/Scope/{'Column' if node.get('scope') == 'col' else 'Row'}>>"
            own = Tag(_KINDS[node.tag], tag, attributes=attributes)
            look = block_look(node.tag, node.get("class", ""), at.look)
            cells.append(Cell(left, self._lines(node, look, own, width - _CELL_GAP)))
            left += width
        return Row(cells, pad=2.8, rule=1.1 if head_row else 0.5, boxes=at.boxes)

    def _lines(self, node: Element, look: Look, tag: Tag, width: float) -> list[Line]:
        language = node.get("lang")
        if language not in {None, LANGUAGE}:
            tag.language = language
            look = second_language(look, node.tag)
        runs: list[Run | Break] = []
        self._inline(node, look, tag, runs, node.tag)
        return LineBreaker(self.fonts, width).lines(runs)

    def _inline(self, node: Element, look: Look, tag: Tag, runs: list[Run | Break], parent: str) -> None:
        self._text(node.text, look, tag, runs)
        for child in node:
            if child.tag == "br":
                runs.append(BLANK)
            else:
                self._part(child, look, tag, runs, parent)
            self._text(child.tail, look, tag, runs)

    def _part(self, child: Element, look: Look, tag: Tag, runs: list[Run | Break], parent: str) -> None:
        kind, language = child.get("class", ""), child.get("lang")
        own, own_tag = inline_look(child.tag, kind, look), tag
        if language not in {None, LANGUAGE, tag.language}:
            own_tag = Tag("Span", tag, language)
            if kind != "inline":
                own = second_language(own, parent)
        beneath = language == "ru" and kind != "inline" and parent in {"h1", "th", "td"}
        if beneath:
            runs.append(BREAK)
        self._inline(child, own, own_tag, runs, parent)
        if beneath:
            runs.append(BREAK)

    def _text(self, text: str | None, look: Look, tag: Tag, runs: list[Run | Break]) -> None:
        if text:
            plain = _SPACES.sub(" ", text) if _UNEVEN.search(text) else text
            if plain != " " or (runs and isinstance(runs[-1], Run)):
                shown = self.fonts.readable(plain) if self.rare else plain
                runs.append(Run(shown, look, tag, plain if shown != plain else None))

    def _add(self, row: Row, at: _Place) -> None:
        row.over = max(row.over, self._over)
        row.group = self._group
        row.boxes = at.boxes
        self._over = 0.0
        self.rows.append(row)

    def _space(self, points: float) -> None:
        self._over = max(self._over, points)
