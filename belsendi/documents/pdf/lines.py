"""Running text to lines of a given width."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Final

from belsendi.contracts.personal_data import PersonalData
from belsendi.documents.pdf.fonts import FontSet
from belsendi.documents.pdf.structure import Tag

_EMPTY: Final = 9.0
LEADING: Final = 1.36
"""Height of a line by the size of its largest letters; the fonts' own proportion."""

DocumentText = Annotated[str, PersonalData("svc.case_document")]


@dataclass(frozen=True, slots=True)
class Look:
    """How letters look. ``size`` in points, ``colour`` as PDF writes it: three numbers from 0 to 1."""

    face: int
    size: float
    colour: str


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look. ``tag`` None for what is no content: repeated table heads, page numbers."""

    text: DocumentText = field(repr=False)
    look: Look
    tag: Tag | None
    said: DocumentText | None = field(default=None, repr=False)
    """The words as they were, where some of their letters have no glyph here."""


class Break:
    """The line ends here."""


BREAK: Final = Break()
BLANK: Final = Break()
"""The line ends here; where none has begun, an empty one stands."""
Piece = tuple[float, str, Run]
"""Where it begins in the line, in points; its text; and the run it is of."""


@dataclass(frozen=True, slots=True)
class Line:
    pieces: list[Piece]
    size: float
    """The size of its largest letters."""

    @property
    def height(self) -> float:
        return self.size * LEADING


class LineBreaker:
    """Fills lines greedily. A word longer than a line is cut."""

    def __init__(self, fonts: FontSet, width: float) -> None:
        self._fonts = fonts
        self._width = width
        self._lines: list[Line] = []
        self._pieces: list[Piece] = []
        self._at = 0.0

    def lines(self, runs: list[Run | Break]) -> list[Line]:
        while runs and not isinstance(runs[-1], Run):
            runs.pop()
        for run in runs:
            if isinstance(run, Run):
                self._add(run)
            elif run is BLANK and not self._pieces:
                self._lines.append(Line([], _EMPTY))
            else:
                self._part_words()
                self._close()
        self._close()
        return self._lines

    def _add(self, run: Run) -> None:
        text = run.text if self._pieces else run.text.lstrip(" ")
        width = self._fonts.width(text, run.look.face, run.look.size)
        if self._at + width <= self._width:
            self._put(self._at, text, run)
            self._at += width
        else:
            self._add_words(text, run)

    def _add_words(self, text: str, run: Run) -> None:
        face, size, measure = run.look.face, run.look.size, self._fonts.width
        space = measure(" ", face, size)
        start, words = self._at, list[str]()  # the words that stand in this line already
        for word in text.split(" "):
            width = measure(word, face, size)
            if words and self._at + space + width <= self._width:
                words.append(word)
                self._at += space + width
                continue
            if words or (self._pieces and self._at + width > self._width):
                if words:
                    self._put(start, " ".join(words) + " ", run)
                self._close()
                start = 0.0
            rest, width = self._cut(word, run) if width > self._width else (word, width)
            words = [rest]
            self._at = start + width
        self._put(start, " ".join(words), run)

    def _cut(self, word: str, run: Run) -> tuple[str, float]:
        """Fills lines with a word that no line can hold; returns what remains and its width."""
        look, taken, at = run.look, 0, 0.0
        for place, letter in enumerate(word):
            width = self._fonts.width(letter, look.face, look.size)
            if at + width > self._width and place > taken:
                self._put(0.0, word[taken:place], run)
                self._close()
                taken, at = place, 0.0
            at += width
        return word[taken:], at

    def _part_words(self) -> None:
        """Who hears the text, or copies it, gets a space where the eye sees a new line."""
        if self._pieces:
            at, text, run = self._pieces[-1]
            self._pieces[-1] = (at, text.rstrip(" ") + " ", run)

    def _put(self, at: float, text: str, run: Run) -> None:
        if text:
            self._pieces.append((at, text, run))

    def _close(self) -> None:
        if self._pieces:
            size = max([run.look.size for _, _, run in self._pieces])
            self._lines.append(Line(self._pieces, size))
        self._pieces = []
        self._at = 0.0
