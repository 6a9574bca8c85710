"""Fields to bytes: self-contained UTF-8 pages, Kazakh first and Russian beside it, the same bytes every time."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pydantic
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from belsendi.documents.case_file import ElectronicCaseFile, JournalExtract
from belsendi.documents.consent import ConsentReceipt
from belsendi.documents.decisions import DecisionAssign, DecisionRefuse
from belsendi.documents.fields import DocumentFields, DocumentKind
from belsendi.documents.notices import AcceptanceNotice, NonAcceptanceNotice
from belsendi.documents.wording import TEMPLATES, wording
from belsendi.errors import InvalidInput, NotFound
from belsendi.law import Service, local, service
from belsendi.law.catalogue import NeededDatum

_NARROW_SPACE = "\u00a0"
_NUMBER_AND_DATE = re.compile(rb'<p class="number" id="number-and-date">.*?</p>', re.DOTALL)
_MODELS: dict[DocumentKind, type[DocumentFields]] = {
    model.kind: model
    for model in (
        AcceptanceNotice,
        NonAcceptanceNotice,
        DecisionAssign,
        DecisionRefuse,
        ElectronicCaseFile,
        JournalExtract,
        ConsentReceipt,
    )
}


def fields_model(kind: DocumentKind) -> type[DocumentFields]:
    """The model of the fields that a document of this kind needs."""
    return _MODELS[kind]


def render_document(kind: DocumentKind, fields: DocumentFields | Mapping[str, Any]) -> bytes:
    """The document as a UTF-8 HTML page without outside references; equal fields give equal bytes.

    These bytes are what is stored and signed. Raises InvalidInput naming the fields that are missing or wrong,
    never their values.
    """
    checked = _checked(kind, fields)
    template = _environment().get_template(f"{kind.value}.html")
    try:
        page = template.render(
            d=checked,
            law=service(checked.service),
            words=wording(checked.service, kind),
            template_version=templates_version()[:12],
        )
    except NotFound as error:
        raise InvalidInput(f"{kind}: {error}") from error
    return page.encode("utf-8")


def with_number_and_date(draft: bytes, number: str, day: date) -> bytes:
    """The bytes of a draft decision with the number and the Almaty day of its signature, and nothing else changed.

    What an officer signs is thereby what the officer read. Raises InvalidInput for bytes without the place for them.
    """
    macros: Any = _environment().get_template("macros.html").module
    line = str(macros.number_and_date(number, day)).encode()
    signed, places = _NUMBER_AND_DATE.subn(lambda _: line, draft)
    if places != 1:
        raise InvalidInput(
            "the draft has no place for number and date; return it, so that it is drawn up anew"
        )
    return signed


@lru_cache(maxsize=1)
def templates_version() -> str:
    """SHA-256 over all document templates: which wording a stored document was made with."""
    digest = hashlib.sha256()
    for path in sorted(TEMPLATES.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _checked(kind: DocumentKind, fields: DocumentFields | Mapping[str, Any]) -> DocumentFields:
    model = _MODELS[kind]
    if isinstance(fields, DocumentFields):
        if not isinstance(fields, model):
            raise InvalidInput(f"the fields of {fields.kind} do not make a document of kind {kind}")
        return fields
    try:
        return model.model_validate(dict(fields))
    except pydantic.ValidationError as error:
        names = sorted({".".join(str(part) for part in item["loc"]) or kind.value for item in error.errors()})
        raise InvalidInput(f"{kind}: missing or wrong fields: {', '.join(names)}") from None


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["style"] = Markup(_style())  # noqa: S704 - our own file, no data in it
    environment.globals["datum_of"] = _datum_of
    environment.filters.update(day=_day, moment=_moment, tenge=_tenge, grouped=_grouped)
    return environment


def _style() -> str:
    return (TEMPLATES / "document.css").read_text(encoding="utf-8")


def _datum_of(law: Service, code: str) -> NeededDatum:
    for item in law.needed_data:
        if item.datum == code:
            return item
    raise NotFound(f"service {law.code} knows no datum {code!r}; the catalogue names those it needs")


def _day(value: date) -> str:
    return value.strftime("%d.%m.%Y")


def _moment(value: datetime) -> str:
    there = local(value)
    offset = there.strftime("%z")
    return f"{there:%d.%m.%Y %H:%M:%S} (Алматы, UTC{offset[:3]}:{offset[3:]})"


def _tenge(value: Decimal) -> str:
    """The exact amount: at least two decimals, thousands apart, never rounded."""
    plain = format(value, "f")
    whole, _, fraction = plain.partition(".")
    thousands = f"{int(whole):,}".replace(",", _NARROW_SPACE)
    return f"{thousands},{fraction.ljust(2, '0')}"


def _grouped(value: str) -> str:
    return _NARROW_SPACE.join(value[start : start + 4] for start in range(0, len(value), 4))


DOCUMENT_CSP = (
    "default-src 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; sandbox"
)
"""The Content-Security-Policy to serve a document with: its own style and nothing else."""
