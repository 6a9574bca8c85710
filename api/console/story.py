"""A case told in plain words: its timeline, its traces and its time budget in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from api.console.rendering import moment, plain_day
from api.console.wording import Words
from belsendi.attachments.kinds import kinds_of
from belsendi.casework.case_page import CasePage
from belsendi.casework.outlook import Spent
from belsendi.contracts.states import Flag
from belsendi.law import UsedDefault
from belsendi.records.models import CaseStep
from belsendi.registries import System

_VARIANTS = {
    "CONSENT_GIVEN": "account_mode",
    "NOT_OFFERED": "why",
    "DRAFTED": "kind",
    "DECIDED": "kind",
}
_TONES = {
    "good": {"ACCEPTED", "PLACED", "CONSENT_GIVEN", "ACCOUNT_GIVEN", "DOCUMENT_ACCEPTED"},
    "warn": {
        *(flag.value for flag in Flag),
        "OUTAGE",
        "PLACEMENT_FAILED",
        "ACCOUNT_INVALID",
        "RECORD_CHANGED",
        "RETURNED",
        "REVIEW_NEEDED",
        "NUMBER_CHANGED",
    },
    "bad": {
        "DOCUMENT_REFUSED",
        "DOCUMENT_NOT_ACCEPTED",
        "NOT_ACCEPTED",
        "SIGNATURE_REFUSED",
        "RECIPIENT_DIED",
    },
}
_SHORTEST_SEGMENT = 0.6


@dataclass(frozen=True)
class Line:
    """One line of the timeline. ``tone``: plain, good, warn, bad. ``rules`` are the codes of its chips."""

    at: datetime
    sentence: str
    actor: str
    tone: str
    rules: list[str]


@dataclass(frozen=True)
class Segment:
    """One stretch of the time bar, in per cent of its width."""

    party: str
    system: str | None
    start: float
    width: float
    length: timedelta


@dataclass(frozen=True)
class Total:
    """How long the case waited for one party or one system in all."""

    party: str
    system: str | None
    length: timedelta
    share: float
    running: bool


class Story:
    """Words for the parts of one case page."""

    def __init__(self, words: Words, page: CasePage) -> None:
        self._t = words
        self._page = page

    def timeline(self) -> list[Line]:
        return [
            Line(
                at=step.at,
                sentence=self._sentence(step),
                actor=self.actor(step.actor),
                tone=self._tone(step),
                rules=[_code(rule) for rule in step.rules if _code(rule)],
            )
            for step in self._page.steps
        ]

    def actor(self, account: str) -> str:
        """The words for who acted; an officer's account is shown as it is."""
        return self._t.code("actor", account)

    def segments(self) -> list[Segment]:
        """The waits as stretches of one bar; very short ones keep a width that can be seen."""
        spent = self._page.spent
        whole = sum((item.length.total_seconds() for item in spent), 0.0) or 1.0
        shares = [max(item.length.total_seconds() / whole * 100, _SHORTEST_SEGMENT) for item in spent]
        scale = 100 / (sum(shares) or 100)
        segments, start = [], 0.0
        for item, share in zip(spent, shares, strict=True):
            width = share * scale
            segments.append(Segment(item.party, item.system, round(start, 2), round(width, 2), item.length))
            start += width
        return segments

    def totals(self) -> list[Total]:
        """The time budget: per party and system, longest first."""
        whole = sum((item.length.total_seconds() for item in self._page.spent), 0.0) or 1.0
        groups: dict[tuple[str, str | None], list[Spent]] = {}
        for item in self._page.spent:
            groups.setdefault((item.party, item.system), []).append(item)
        totals = [
            Total(
                party=party,
                system=system,
                length=sum((item.length for item in items), timedelta(0)),
                share=sum(item.length.total_seconds() for item in items) / whole * 100,
                running=any(item.running for item in items),
            )
            for (party, system), items in groups.items()
        ]
        return sorted(totals, key=lambda total: total.length, reverse=True)

    def system(self, address: str | None) -> str:
        """The exact name of a state system (13.5); an IS code of the case file keeps its name of the order."""
        if not address:
            return self._t("file.no_system")
        return System(address).kazakh_name if address in set(System) else self._t.code("system", address)

    def began(self) -> str:
        """How the case began: with an application, or else by whose initiative the offer was made."""
        first = self._page.steps[0].kind if self._page.steps else ""
        return "application" if first.startswith("APPLICATION_") else self._page.case.initiative

    def documents(self, codes: Sequence[str]) -> str:
        """The names of kinds of brought documents; a kind the catalogue has no more keeps its code."""
        known = kinds_of(self._page.case.service)
        return ", ".join(self._t.of(known[code].name) if code in known else code for code in codes) or "–"

    def term_passed(self) -> float | None:
        """How much of the legal term has passed, in per cent; None while no term runs."""
        case = self._page.case
        if case.registered_at is None or case.due_at is None:
            return None
        end = case.closed_at or self._page.present
        whole = (case.due_at - case.registered_at).total_seconds()
        return round(min(max((end - case.registered_at).total_seconds() / whole * 100, 0), 100), 1)

    def touched(self) -> list[UsedDefault]:
        """Product defaults this very case rested on, with their present values."""
        touched = self._page.touched
        return [item for item in self._page.defaults if set(item.source.split(", ")) & touched]

    def detail(self, detail: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Codes of a trace line in words where there are words for them."""
        return [
            (self._t.code("trace", key), self._t.source(self._t.code("value", value)))
            for key, value in detail.items()
            if value not in ("", None)
        ]

    def outcome(self, outcome: str) -> str:
        return self._t.code("verdict", outcome.replace(" ", "_"))

    def _sentence(self, step: CaseStep) -> str:
        key = f"timeline.{step.kind}"
        variant = _VARIANTS.get(step.kind)
        if variant is not None:
            told = f"{key}.{step.facts.get(variant)}"
            key = told if told in self._t else f"{key}.none"
        if key not in self._t:
            return step.kind
        return self._t(key, **_Said(self._t, self, step.facts))

    def _tone(self, step: CaseStep) -> str:
        if step.kind == "DECIDED":
            return "good" if step.facts.get("kind") == "ASSIGN" else "bad"
        return next((tone for tone, kinds in _TONES.items() if step.kind in kinds), "plain")


class _Said(dict[str, object]):
    """The facts of a step as the sentences want them: days, moments, names; a missing one is a dash."""

    def __init__(self, words: Words, story: Story, facts: Mapping[str, Any]) -> None:
        super().__init__(dict.fromkeys(_FACTS, "–"))
        for name, value in facts.items():
            self[name] = _said(words, story, name, value)


_FACTS = (
    "until", "registration_no", "due_on", "strict_due_on", "from", "checks", "failures", "decision_no",
    "revision", "order_ref", "attempts", "attempt", "attempts_left", "system", "again_at", "grounds", "problem",
    "year", "document", "documents", "why", "scan", "accepted_on", "path", "days",
    "channel", "certified", "form", "message", "status", "benefits", "error",
)  # fmt: skip


def _said(words: Words, story: Story, name: str, value: Any) -> object:
    if value is None:
        return "–"
    if name in ("until", "again_at"):
        return moment(datetime.fromisoformat(value))
    if name in ("due_on", "strict_due_on", "from", "accepted_on"):
        return plain_day(date.fromisoformat(value))
    if name == "system":
        return story.system(value)
    if name in ("channel", "certified"):
        return words.code(name, value)
    if name == "status":
        groups = (group for group in ("cabinet_status", "outcome", "state") if f"{group}.{value}" in words)
        return words.code(next(groups, "state"), value)
    if name == "form":
        return words.code("receipt_form", value)
    if name in ("document", "documents"):
        return story.documents([value] if isinstance(value, str) else value)
    if name == "benefits":
        return "; ".join(words.code("benefit", code) for code in value)
    if name == "why" and isinstance(value, list):
        return ", ".join(words.code("shortcoming", code) for code in value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "–"
    return words.code("value", value)


def _code(rule: str) -> str:
    """The citation in a rule entry: "G1: B-t9(1)" cites B-t9(1); a signature problem is told elsewhere."""
    return rule.rsplit(": ", 1)[-1]
