"""Fields to bytes: PDF/A-2a documents, Kazakh first and Russian beside it, the same bytes every time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pydantic
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from belsendi.documents.case_file import ElectronicCaseFile, JournalExtract
from belsendi.documents.consent import ConsentReceipt
from belsendi.documents.decisions import DecisionAssign, DecisionRefuse
from belsendi.documents.education import EducationCertificate, EducationCertificateForm
from belsendi.documents.fields import DocumentFields, DocumentKind
from belsendi.documents.notices import AcceptanceNotice, NonAcceptanceNotice
from belsendi.documents.pdf import Description, compose
from belsendi.documents.pdf import with_number_and_date as _with_words
from belsendi.documents.receipts import Receipt
from belsendi.documents.results import AdditionalDocumentNotice, AssignmentInformation, ResultNotice
from belsendi.documents.wording import TEMPLATES, wording
from belsendi.errors import InvalidInput, NotFound
from belsendi.law import Service, local, service, source_words
from belsendi.law.catalogue_entry import NeededDatum

_NARROW_SPACE = "\u00a0"
MEDIA_TYPE = "application/pdf"
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
        ResultNotice,
        AdditionalDocumentNotice,
        AssignmentInformation,
        Receipt,
        EducationCertificate,
        EducationCertificateForm,
    )
}


def fields_model(kind: DocumentKind) -> type[DocumentFields]:
    """The model of the fields that a document of this kind needs."""
    return _MODELS[kind]


def render_document(kind: DocumentKind, fields: DocumentFields | Mapping[str, Any]) -> bytes:
    """The document as PDF/A-2a, complete in itself; equal fields give equal bytes.

    These bytes are what is stored and signed. Raises InvalidInput naming the fields that are missing or wrong,
    never their values.
    """
    checked = _checked(kind, fields)
    template = _environment().get_template(f"{kind.value}.html")
    try:
        law = service(checked.service)
        words = wording(law, kind, casework=checked.casework)
        page = template.render(
            d=checked,
            law=law,
            words=words,
            template_version=templates_version()[:12],
        )
    except NotFound as error:
        raise InvalidInput(f"{kind}: {error}") from error
    about = Description(words.title.kk, words.title.ru, checked.case_reference, checked.issued_at)
    return compose(page, about)


def with_number_and_date(draft: bytes, number: str, day: date) -> bytes:
    """A draft decision with the number and the Almaty day of its signature, and nothing else changed.

    The draft is, byte for byte, the beginning of the result: what an officer signs is what the officer read. Raises
    InvalidInput for a document without the place for them.
    """
    return _with_words(draft, f"№ {number}, {_day(day)}")


@lru_cache(maxsize=1)
def templates_version() -> str:
    """SHA-256 over all document templates: which wording a stored document was made with."""
    digest = hashlib.sha256()
    for path in sorted(path for path in TEMPLATES.rglob("*") if path.is_file()):
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
        # An error without a place is one of our own validators, whose words name fields and no values.
        names = sorted(
            {".".join(str(part) for part in item["loc"]) or item["msg"] for item in error.errors()}
        )
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
        auto_reload=False,  # a process works with the words it began with (templates_version)
    )
    environment.globals["datum_of"] = _datum_of
    environment.globals["source_words"] = source_words
    environment.filters.update(day=_day, moment=_moment, tenge=_tenge, grouped=_grouped)
    return environment


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
