"""The readable trace of a played scenario: what was done, what the case did and why, what was said to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from stack.scenario.model import Step
from stack.scenario.playing import Played
from stack.scenario.seen import CaseSeen, LineSeen
from stack.scenario.times import almaty_text

_STEP_FIRST, _CITIZEN_SAYS, _CASE_MOVES, _MESSAGE_GOES = range(4)


def trace_lines(played: Played) -> list[str]:
    """Lines in the order of time, Almaty clock."""
    entries = sorted([*_steps(played), *_cases(played), *_messages(played)], key=lambda each: each[:2])
    lines = [f"{almaty_text(at)}  {text}" for at, _, text in entries]
    lines += [f"waits: {words}" for words in played.last.complaints]
    return lines


def _steps(played: Played) -> Iterator[tuple[datetime, int, str]]:
    for timed in played.loaded.steps:
        step = timed.step
        note = f" -- {step.note}" if step.note else ""
        if step.expect is not None or step.reply is not None or step.replies is not None:
            continue
        result = played.last.acts.get(timed.number, "")
        shown = "" if result == "accepted" or timed.number == 0 else f" => {result}"
        yield timed.at, _STEP_FIRST, f"STEP  {_thing(step)}{shown}{note}"


def _thing(step: Step) -> str:
    name = next(iter(step.model_fields_set - {"at", "after", "note", "gives"}))
    value = getattr(step, name)
    if hasattr(value, "model_fields_set"):
        given = {field: getattr(value, field) for field in sorted(value.model_fields_set)}
        value = ", ".join(f"{field} {each}" for field, each in given.items())
    return f"{name}: {value}"


def _cases(played: Played) -> Iterator[tuple[datetime, int, str]]:
    for case in played.last.cases:
        for line in case.timeline:
            yield line.at, _CASE_MOVES, f"CASE  {_who(case)}{line.kind} -> {line.state}  [{_why(line)}]"


def _who(case: CaseSeen) -> str:
    return f"{case.of}{f' ({case.attempt})' if case.attempt > 1 else ''}: "


def _why(line: LineSeen) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in line.facts.items() if value not in (None, [], {}))
    return "; ".join(filter(None, [", ".join(line.rules), facts]))


def _messages(played: Played) -> Iterator[tuple[datetime, int, str]]:
    for heard in played.last.inbound:
        words = f"«{heard.text}» ({heard.disposition or 'not handled'})"
        yield heard.at, _CITIZEN_SAYS, f"SMS < {heard.sender}: {words}"
    for message in played.last.messages:
        parts = f"{message.parts} part{'s' if message.parts > 1 else ''}"
        yield (
            message.at,
            _MESSAGE_GOES,
            f"SMS > {message.to}: {message.id} «{message.text}» ({message.language}, {parts})",
        )
