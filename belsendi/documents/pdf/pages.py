"""Rows to pages: where each goes, and the drawing operators of every page."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from belsendi.documents.pdf.files import text_string
from belsendi.documents.pdf.fonts import REGULAR, FontSet, ascent
from belsendi.documents.pdf.lines import DocumentText, Line, Look, Run
from belsendi.documents.pdf.looks import (
    BOTTOM,
    LEFT,
    LINE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    QUIET,
    SEAL,
    TOP,
    WIDTH,
)
from belsendi.documents.pdf.markup import Box, Cell, Row
from belsendi.documents.pdf.structure import Tag

_ROOM: Final = TOP - BOTTOM
_FRAME_PAD: Final = 8.0
_FOOT: Final = Look(REGULAR, 7.5, QUIET)


@dataclass(slots=True)
class Slot:
    """The place of number and date: base line of its first line, the numbers of its marked pieces."""

    page: int
    left: float
    base: float
    marks: list[int]
    operators: bytes


@dataclass(slots=True)
class Page:
    """``ground`` lies under ``text``; ``marks`` are the elements of its pieces by their numbers."""

    ground: list[str] = field(default_factory=list)
    text: list[DocumentText] = field(default_factory=list, repr=False)
    marks: list[Tag] = field(default_factory=list)
    boxes: dict[int, tuple[Box, float, float]] = field(default_factory=dict)


class Pages:
    """Puts rows on pages from above to below."""

    def __init__(self, fonts: FontSet) -> None:
        self.pages: list[Page] = []
        self.slot: Slot | None = None
        self._fonts = fonts
        self._y = TOP
        self._turn()

    def put(self, rows: list[Row], foot: str) -> None:
        for place, row in enumerate(rows):
            begins = place == 0 or row.group is None or rows[place - 1].group != row.group
            if begins and self._y < TOP and self._needed(rows, place) > self._y - BOTTOM:
                self._turn(row.head)
            self._put(row)
        for number, page in enumerate(self.pages):
            self._draw_boxes(page)
            self._draw_foot(page, f"{foot} · {number + 1} / {len(self.pages)}", first=number == 0)

    def _needed(self, rows: list[Row], place: int) -> float:
        """The height of a row, or of the rows that want to stay together if one page can hold them."""
        group = rows[place].group
        height = own = rows[place].over + rows[place].height
        if group is not None:
            for row in rows[place + 1 :]:
                if row.group != group:
                    break
                height += row.over + row.height
        return height if height <= _ROOM else min(own, _ROOM)

    def _put(self, row: Row) -> None:
        if self._y < TOP:
            self._y -= row.over
        if row.height > self._y - BOTTOM and self._y < TOP and row.height <= _ROOM:
            self._turn(row.head)
        while row.height > self._y - BOTTOM:
            fitting, row = _split(row, self._y - BOTTOM - 2 * row.pad)
            self._paint(fitting)
            self._turn(row.head)
        self._paint(row)

    def _turn(self, head: Row | None = None) -> None:
        self.pages.append(Page())
        self._y = TOP
        if head is not None:
            self._paint(_repeated(head))

    def _paint(self, row: Row) -> None:
        page, top = self.pages[-1], self._y
        target = list[str]() if row.slot else page.text
        first_mark = len(page.marks)
        for cell in row.cells:
            y = top - row.pad
            for line in cell.lines:
                if line.pieces:
                    self._write(target, line, cell.left, _base(line, y))
                y -= line.height
        self._close_mark(target)
        if row.slot and row.cells[0].lines:
            first = row.cells[0].lines[0]
            self.slot = Slot(
                page=len(self.pages) - 1,
                left=row.cells[0].left,
                base=_base(first, top - row.pad),
                marks=list(range(first_mark, len(page.marks))),
                operators="\n".join(target).encode(),
            )
        self._y = top - row.height
        if row.rule:
            page.ground.append(
                f"{LINE} RG {row.rule:g} w {LEFT:.2f} {self._y:.2f} m {LEFT + WIDTH:.2f} {self._y:.2f} l S"
            )
        for box in row.boxes:
            _, upper, _ = page.boxes.get(id(box), (box, top, 0.0))
            page.boxes[id(box)] = (box, upper, self._y)

    _open: Run | None = None
    _look: Look | None = None

    def _write(self, target: list[str], line: Line, left: float, base: float) -> None:
        page = self.pages[-1]
        for at, text, run in line.pieces:
            if self._open is None or not target or not _together(self._open, run):
                self._close_mark(target)
                target.append(self._begin(page, run))
                self._open, self._look = run, None
            if run.look != self._look:
                target.append(f"/F{run.look.face} {run.look.size:.4g} Tf {run.look.colour} rg")
                self._look = run.look
            target.append(f"1 0 0 1 {left + at:.2f} {base:.2f} Tm<{text.encode('utf-16-be').hex()}>Tj")

    def _begin(self, page: Page, run: Run) -> str:
        if run.tag is None:
            return "/Artifact BMC BT"
        number = len(page.marks)
        run.tag.mark(len(self.pages) - 1, number)
        page.marks.append(run.tag)
        spoken = f"/ActualText{text_string(run.said)}" if run.said is not None else ""
        return f"/{run.tag.kind}<</MCID {number}{spoken}>>BDC BT"

    def _close_mark(self, target: list[str]) -> None:
        if target and not target[-1].endswith("EMC"):
            target.append("ET EMC")
        self._open = None

    def _draw_boxes(self, page: Page) -> None:
        drawn = []
        for box, upper, lower in page.boxes.values():
            frame, left, width = box.frame, box.left, box.width
            bottom, height = lower - _FRAME_PAD, upper - lower + 2 * _FRAME_PAD
            area = f"{left:.2f} {bottom:.2f} {width:.2f} {height:.2f} re"
            if frame.ground is not None:
                drawn.append(f"{frame.ground} rg {area} f")
            if frame.side:
                x = left + frame.thickness / 2
                line = f"{x:.2f} {bottom:.2f} m {x:.2f} {bottom + height:.2f} l S"
            else:
                line = f"{area} S"
            dashes = "[3 2] 0 d" if frame.dashes else "[] 0 d"
            drawn.append(f"{frame.edge} RG {frame.thickness:g} w {dashes} {line}")
        page.ground = [*drawn, "[] 0 d", *page.ground] if drawn else page.ground

    def _draw_foot(self, page: Page, words: str, *, first: bool) -> None:
        if first:
            page.ground.append(f"{SEAL} rg 0 {PAGE_HEIGHT - 8:.2f} {PAGE_WIDTH:.2f} 8 re f")
        width = self._fonts.width(words, _FOOT.face, _FOOT.size)
        run = Run(words, _FOOT, None)
        self._write(page.text, Line([((WIDTH - width) / 2, words, run)], 0), LEFT, 30.0)
        self._close_mark(page.text)


def _together(one: Run, other: Run) -> bool:
    """Whether two runs are one piece of marked text; words that are said otherwise than shown stand alone."""
    if one is other:
        return True
    return one.tag is not None and one.tag is other.tag and one.said is None and other.said is None


def _base(line: Line, top: float) -> float:
    """The height of a line's base from the foot of the page."""
    return top - ascent(line.size)


def operators(page: Page) -> bytes:
    """The content of a page: what lies under the text is no part of the document's content."""
    ground = "/Artifact BMC\n" + "\n".join(page.ground) + "\nEMC\n" if page.ground else ""
    return (ground + "\n".join(page.text)).encode()


def _split(row: Row, room: float) -> tuple[Row, Row]:
    """A row too tall for a page in two: what fits now, and the rest."""
    now, later = [], []
    for cell in row.cells:
        used, count = 0.0, 0
        for line in cell.lines:
            if used + line.height > room:
                break
            used += line.height
            count += 1
        now.append(Cell(cell.left, cell.lines[:count]))
        later.append(Cell(cell.left, cell.lines[count:]))
    return replace(row, cells=now, rule=0.0), replace(row, cells=later, over=0.0)


def _repeated(head: Row) -> Row:
    """A table's head on the next page is decoration: the structure has it once."""
    cells = [
        Cell(
            cell.left,
            [
                Line([(at, text, replace(run, tag=None)) for at, text, run in line.pieces], line.size)
                for line in cell.lines
            ],
        )
        for cell in head.cells
    ]
    return replace(head, cells=cells)
