"""The published schema of what stands in ``data``: made from the ports, kept in a file, compared by a test.

``python -m tests.registries.soap_schema`` writes the file anew after a change of the ports.
"""

from __future__ import annotations

import enum
import inspect
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from belsendi.registries import Registries, ports
from belsendi.registries.soap.names import SYSTEMS, type_name
from simulators.registry.soap import channel
from simulators.registry.systems import OPERATIONS

FOLDER = Path(channel.__file__).parent
FILE = FOLDER / "systems.xsd"
_SIMPLE: dict[object, str] = {
    str: "string",
    int: "integer",
    bool: "boolean",
    date: "date",
    datetime: "dateTime",
    AwareDatetime: "dateTime",
    Decimal: "decimal",
}


def answer_models() -> dict[tuple[str, str], type[BaseModel]]:
    """What each operation answers, by system and operation, as the ports declare it."""
    found: dict[tuple[str, str], type[BaseModel]] = {}
    for attribute in Registries.__annotations__:
        system = {"payment_system": "odq"}.get(attribute, attribute.replace("_", "-"))
        port = getattr(ports, "".join(word.capitalize() for word in attribute.split("_")))
        for name, method in inspect.getmembers(port, inspect.isfunction):
            if not name.startswith("_"):
                (answer,) = get_args(typing.get_type_hints(method)["return"])
                found[system, name] = answer
    return found


def schema() -> str:
    """The whole schema document."""
    parts: list[str] = []
    used: dict[str, type[BaseModel]] = {}
    for (system, operation), answer in sorted(answer_models().items()):
        stem = type_name(system, operation)
        parts += [
            _sequence(
                f"{stem}Request",
                _element("purpose", "xs:string"),
                _element("accessToken", "xs:string", optional=True),
                _element("question", f"tns:{stem}Question"),
            ),
            _model(f"{stem}Question", OPERATIONS[system, operation].input, used),
            _sequence(
                f"{stem}Response",
                _element("found", "xs:boolean"),
                _element("answer", f"tns:{answer.__name__}", optional=True),
            ),
        ]
        used[answer.__name__] = answer
    models: dict[str, str] = {}
    while missing := sorted(set(used) - set(models)):
        for name in missing:
            models[name] = _model(name, used[name], used)
    rejection = _sequence("Rejection", _element("code", "xs:string"), _element("message", "xs:string"))
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            "<!-- Made from the ports by tests/registries/soap_schema.py. -->",
            f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="{SYSTEMS}"',
            f'           targetNamespace="{SYSTEMS}" elementFormDefault="unqualified">',
            *parts,
            *(models[name] for name in sorted(models)),
            rejection,
            "</xs:schema>",
            "",
        ]
    )


def _sequence(name: str, *elements: str, kind: str = "sequence") -> str:
    lines = "\n".join(f"      {element}" for element in elements)
    return (
        f'  <xs:complexType name="{name}">\n    <xs:{kind}>\n{lines}\n    </xs:{kind}>\n  </xs:complexType>'
    )


def _model(name: str, model: type[BaseModel], used: dict[str, type[BaseModel]]) -> str:
    """The order of the elements matters only where one of them may stand several times."""
    if not model.model_fields:
        anything = '<xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip" namespace="##any"/>'
        return _sequence(name, anything)
    fields = [_field(field, info, used) for field, info in model.model_fields.items()]
    ordered = any("unbounded" in field for field in fields)
    return _sequence(name, *fields, kind="sequence" if ordered else "all")


def _field(name: str, info: FieldInfo, used: dict[str, type[BaseModel]]) -> str:
    kind, many, nillable = _kind(info.annotation)
    if kind is Any:
        shown = "xs:anyType"
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        used[kind.__name__] = kind
        shown = f"tns:{kind.__name__}"
    elif isinstance(kind, type) and issubclass(kind, enum.Enum):
        shown = "xs:string"
    else:
        shown = f"xs:{_SIMPLE[kind]}"
    return _element(name, shown, optional=many or not info.is_required(), many=many, nillable=nillable)


def _element(
    name: str, kind: str, *, optional: bool = False, many: bool = False, nillable: bool = False
) -> str:
    marks = (
        (' nillable="true"' if nillable else "")
        + (' minOccurs="0"' if optional else "")
        + (' maxOccurs="unbounded"' if many else "")
    )
    return f'<xs:element name="{name}" type="{kind}"{marks}/>'


def _kind(annotation: object) -> tuple[object, bool, bool]:
    """What an element holds, whether there may be several, whether it may be nil."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        (inner,) = [each for each in get_args(annotation) if each is not type(None)]
        return (*_kind(inner)[:2], True)
    if origin in (tuple, list):
        return _kind(get_args(annotation)[0])[0], True, False
    return (Any, False, False) if origin is dict else (annotation, False, False)


if __name__ == "__main__":
    FILE.write_text(schema(), encoding="utf-8")
