"""Every field of every model of ours, with what it is marked as: what the tests of the marks walk over."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel

from belsendi.contracts.personal_data import PersonalData

_LEAVES = (str, bytes, date, datetime, AwareDatetime)


@dataclass(frozen=True)
class Field:
    """One field. ``items`` are the catalogue items that it is marked with."""

    owner: type[Any]
    name: str
    hint: Any

    @property
    def path(self) -> str:
        return f"{self.owner.__module__}.{self.owner.__qualname__}.{self.name}"

    @property
    def items(self) -> set[str]:
        return {mark.item for mark in _marks(self.hint)}

    @property
    def holds_text(self) -> bool:
        """Whether it holds words, bytes or days itself; a field of models is judged by their own fields."""
        return any(_is_leaf(leaf) for leaf in _leaves(self.hint))


def models_of(*packages: str) -> Iterator[type[Any]]:
    """Pydantic models and dataclasses that the packages define."""
    for name in packages:
        package = importlib.import_module(name)
        modules = [name]
        if hasattr(package, "__path__"):
            modules += [each.name for each in pkgutil.walk_packages(package.__path__, f"{name}.")]
        for module_name in modules:
            if ".migrations" in module_name or module_name.endswith("__main__"):
                continue
            for value in vars(importlib.import_module(module_name)).values():
                if inspect.isclass(value) and value.__module__ == module_name and _is_model(value):
                    yield value


def fields_of(*packages: str) -> list[Field]:
    found = []
    for model in models_of(*packages):
        hints = typing.get_type_hints(model, include_extras=True)
        own = model.model_fields if issubclass(model, BaseModel) else _dataclass_fields(model)
        found += [Field(model, name, hints[name]) for name in own if name in hints]
    return found


def _is_model(value: type[Any]) -> bool:
    return dataclasses.is_dataclass(value) or (issubclass(value, BaseModel) and value is not BaseModel)


def _dataclass_fields(model: type[Any]) -> list[str]:
    return [each.name for each in dataclasses.fields(model)]


def _marks(hint: Any) -> Iterator[PersonalData]:
    if typing.get_origin(hint) is Annotated:
        yield from (mark for mark in hint.__metadata__ if isinstance(mark, PersonalData))
    for inner in typing.get_args(hint):
        if not isinstance(inner, PersonalData):
            yield from _marks(inner)


def _leaves(hint: Any) -> Iterator[Any]:
    origin = typing.get_origin(hint)
    if origin is Annotated:
        yield from _leaves(typing.get_args(hint)[0])
    elif origin in (typing.Literal, typing.ClassVar):
        return
    elif origin is None:
        yield hint
    elif origin in (typing.Union, types.UnionType) or isinstance(origin, type):
        for inner in typing.get_args(hint):
            yield from _leaves(inner)


def _is_leaf(leaf: Any) -> bool:
    return leaf in _LEAVES or leaf is Any or leaf is object
