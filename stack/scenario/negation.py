"""Negating expectations: from one that holds, others that must not hold, one for every field it gives.

A field whose negation still held would prove nothing; a test does this to every scenario file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from stack.scenario.expectations import CallsExpected, DocumentExpected, Expectation, TimelineExpected

_OPPOSITES = {
    "no_message": "message",
    "no_flags": "flags",
    "no_tasks": "tasks",
}
_NOBODY = "nobody-of-this-name"
_NEVER = timedelta(days=36_500)


def negations(expectation: Expectation) -> Iterator[tuple[str, Expectation]]:
    """Each negation with the name of the field it turns round."""
    for name in sorted(expectation.model_fields_set):
        value = getattr(expectation, name)
        if name in ("of", "deceased", "service") and expectation.no_case:
            continue  # that somebody else has no case either contradicts nothing
        if name in _OPPOSITES:
            yield name, _with(expectation, {name: None, _OPPOSITES[name]: value})
        elif name == "no_document":
            yield name, _with(expectation, {name: None, "document": _document(value)})
        elif name == "no_timeline":
            yield name, _with(expectation, {name: None, "timeline": _line(value)})
        elif name == "no_calls":
            yield name, _with(expectation, {name: None, "calls": CallsExpected(system=value)})
        else:
            if name == "message":
                yield name, _with(expectation, {name: None, "no_message": value})
            for path, turned in _turned(name, value):
                yield path, _with(expectation, {name: turned})


def _with(expectation: Expectation, changes: dict[str, Any]) -> Expectation:
    given = {name: getattr(expectation, name) for name in expectation.model_fields_set}
    given |= changes
    return Expectation.model_construct(**{name: value for name, value in given.items() if value is not None})


def _document(kind: Any) -> Any:

    return DocumentExpected(kind=kind)


def _line(kind: str) -> Any:

    return TimelineExpected(kind=kind)


def _turned(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The value with one thing in it turned round, for every thing in it."""
    if isinstance(value, BaseModel):
        for field in sorted(value.model_fields_set):
            for path, turned in _turned(field, getattr(value, field)):
                yield f"{name}.{path}", value.model_copy(update={field: turned})
    elif isinstance(value, dict):
        for key in value:
            for path, turned in _turned(str(key), value[key]):
                yield f"{name}.{path}", {**value, key: turned}
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield f"{name}.{place}", [*value[:place], _other(name, each), *value[place + 1 :]]
        if not value:
            yield name, ["something"]
    else:
        yield name, _other(name, value)


def _other(name: str, value: Any) -> Any:
    """A value that must not fit where ``value`` fits."""
    if name == "step":
        return -value
    if name == "by":
        return value - _NEVER
    if name == "lacks":
        return ""  # the empty text stands in every text
    if name == "at_least":
        return "36500d" if isinstance(value, str) else value + 1_000_000
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime | date):
        return value + timedelta(days=1)
    if isinstance(value, int | Decimal):
        return value + 1
    return f"{value}: {_NOBODY}"
