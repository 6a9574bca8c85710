"""The words that differ from service to service and document to document; data beside the templates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from belsendi.documents.fields import Bilingual, DocumentKind, Fields
from belsendi.errors import ConfigurationError
from belsendi.law import Path as CasePath
from belsendi.law import Service

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"

_ANY = "ANY"


class KindWording(Fields):
    """Title, opening statement and legal basis of one kind of document of one service."""

    title: Bilingual
    statement: Bilingual
    basis: Bilingual
    casework_basis: Bilingual | None = None
    """The basis in a case on a caseworker's path (P7), where it is another than on the automatic one (DIS-06)."""


@lru_cache(maxsize=1)
def _all_wordings() -> dict[str, dict[DocumentKind, KindWording]]:
    content = yaml.safe_load((TEMPLATES / "wording.yaml").read_text(encoding="utf-8"))
    try:
        return TypeAdapter(dict[str, dict[DocumentKind, KindWording]]).validate_python(content)
    except ValidationError as error:
        raise ConfigurationError(f"templates/documents/wording.yaml is wrong: {error}") from error


def wording(service: Service, kind: DocumentKind, *, casework: bool = False) -> KindWording:
    """The words of a document: the service's own, or those of any service with its name in them.

    ``casework``: the case goes a caseworker's path, where the automatic rules are no basis (DIS-06).
    Raises ConfigurationError for a kind that has no words.
    """
    wordings = _all_wordings()
    own = wordings.get(service.code, {}).get(kind)
    if own is not None:
        return (
            own.model_copy(update={"basis": own.casework_basis}) if casework and own.casework_basis else own
        )
    found = wordings[_ANY].get(kind)
    if found is None:
        raise ConfigurationError(f"wording.yaml has no words for {kind} of {service.code}: add them")
    known = {
        "kk": service.name.kk,
        "ru": service.name.ru,
        "request_kk": service.request_word.kk,
        "request_ru": service.request_word.ru,
        "citation": service.decision_citation(CasePath.P7 if casework else service.path),
    }
    return KindWording(
        title=_filled(found.title, known),
        statement=_filled(found.statement, known),
        basis=_filled(found.basis, known),
    )


def _filled(words: Bilingual, known: Mapping[str, str]) -> Bilingual:
    return Bilingual(kk=words.kk.format_map(known), ru=words.ru.format_map(known))
