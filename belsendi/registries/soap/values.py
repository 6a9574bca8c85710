"""Values as elements and back. Lists are repeated elements, an absent value is ``xsi:nil``.

What is read follows the model that is to hold it: only the model knows what is a list.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Union, get_args, get_origin

from lxml import etree
from pydantic import BaseModel

from belsendi.errors import InvalidInput
from belsendi.registries.soap.names import XSI_NIL


def add(parent: etree._Element, name: str, value: object) -> None:
    """Append ``value`` under ``name``: a mapping as nested elements, a sequence as one element for each."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            add(parent, name, each)
        return
    element = etree.SubElement(parent, name)
    if value is None:
        element.set(XSI_NIL, "true")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            add(element, str(key), inner)
    else:
        try:
            element.text = _text(value)
        except ValueError:
            # Not chained: the error of the library may show the value.
            raise InvalidInput(f"{name} holds a control character, which no XML message can carry") from None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):  # an instant too
        return value.isoformat()
    if isinstance(value, (str, int, Decimal)):
        return str(value)
    raise TypeError(f"a value of type {type(value).__name__} has no form in a message")


def read(element: etree._Element, model: type[BaseModel]) -> dict[str, Any]:
    """The fields of ``model`` that the element holds; elements nobody declared are left out."""
    found: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        kind, many = _kind(info.annotation)
        children = element.findall(name)
        if many:
            found[name] = [_value(child, kind) for child in children]
        elif children:
            found[name] = _value(children[0], kind)
    return found


def _value(element: etree._Element, kind: object) -> Any:
    if element.get(XSI_NIL) in {"true", "1"}:
        return None
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return read(element, kind)
    return element.text or ""


def _kind(annotation: object) -> tuple[object, bool]:
    """What one element holds, and whether there may be several."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        (inner,) = [each for each in get_args(annotation) if each is not type(None)]
        return _kind(inner)
    if origin in (tuple, list):
        return _kind(get_args(annotation)[0])[0], True
    return annotation, False
