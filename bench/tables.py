"""Markdown tables and numbers as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table; the first column is text, the others stand to the right when they are numbers."""
    lines = [list(row) for row in rows]
    rule = ["---" if place == 0 or not _numbers(lines, place) else "---:" for place in range(len(head))]
    return [_line(head), _line(rule), *(_line(row) for row in lines)]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def number(value: float) -> str:
    """Two meaningful digits at least, no false precision."""
    size = abs(value)
    return f"{value:.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _numbers(rows: Sequence[Sequence[str]], place: int) -> bool:
    return bool(rows) and all(row[place][:1].isdigit() or row[place] in {"", "–"} for row in rows)
