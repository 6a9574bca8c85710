"""The trace of a legal result: which rule, from which source, said what. It never carries personal data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step. `product_default` names the SIL or INC entry when the step rests on our decision, not on the
    law.

    `detail` holds codes and numbers only: no names, no IIN, no dates of a person's life.
    """

    rule: str
    citation: str
    outcome: str
    detail: Mapping[str, str] = field(default_factory=dict)
    product_default: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the step as plain JSON data."""
        return {
            "rule": self.rule,
            "citation": self.citation,
            "outcome": self.outcome,
            "detail": dict(self.detail),
            "product_default": self.product_default,
        }


class Trace(Sequence[TraceStep]):
    """The steps of one result in the order they were taken."""

    def __init__(self, steps: Iterable[TraceStep] = ()) -> None:
        self._steps = list(steps)

    def add(
        self,
        rule: str,
        citation: str,
        outcome: str,
        detail: Mapping[str, str] | None = None,
        product_default: str | None = None,
    ) -> None:
        """Append a step."""
        self._steps.append(TraceStep(rule, citation, outcome, dict(detail or {}), product_default))

    @overload
    def __getitem__(self, index: int) -> TraceStep: ...

    @overload
    def __getitem__(self, index: slice) -> Trace: ...

    def __getitem__(self, index: int | slice) -> TraceStep | Trace:
        return Trace(self._steps[index]) if isinstance(index, slice) else self._steps[index]

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[TraceStep]:
        return iter(self._steps)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trace) and self._steps == other._steps

    __hash__ = None  # type: ignore[assignment]  # grows while a rule runs

    def __repr__(self) -> str:
        return f"Trace({self._steps!r})"

    def as_json(self) -> list[dict[str, Any]]:
        """Return the steps as plain JSON data, for records and decisions."""
        return [step.as_json() for step in self._steps]

    @classmethod
    def from_json(cls, steps: Iterable[Mapping[str, Any]]) -> Trace:
        """Return the trace that `as_json` wrote."""
        return cls(TraceStep(**step) for step in steps)

    def product_defaults(self) -> list[str]:
        """Return the SIL and INC entries the result rests on, each once, in order."""
        return list(dict.fromkeys(step.product_default for step in self._steps if step.product_default))
