"""The words that differ from service to service and document to document; data beside the templates."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from belsendi.documents.fields import Bilingual, DocumentKind, Fields
from belsendi.errors import ConfigurationError
from belsendi.law import Service

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"

_ANY = "ANY"


class KindWording(Fields):
    """Title, opening statement and legal basis of one kind of document of one service."""

    title: Bilingual
    statement: Bilingual
    basis: Bilingual


@lru_cache(maxsize=1)
def _all_wordings() -> dict[str, dict[DocumentKind, KindWording]]:
    content = yaml.safe_load((TEMPLATES / "wording.yaml").read_text(encoding="utf-8"))
    try:
        return TypeAdapter(dict[str, dict[DocumentKind, KindWording]]).validate_python(content)
    except ValidationError as error:
        raise ConfigurationError(f"templates/documents/wording.yaml is wrong: {error}") from error


def wording(service: Service, kind: DocumentKind) -> KindWording:
    """The words of a document: the service's own, or those of any service with its name in them.

    Raises ConfigurationError for a kind that has no words.
    """
    wordings = _all_wordings()
    own = wordings.get(service.code, {}).get(kind)
    if own is not None:
        return own
    found = wordings[_ANY].get(kind)
    if found is None:
        raise ConfigurationError(f"wording.yaml has no words for {kind} of {service.code}: add them")
    return KindWording(
        title=_filled(found.title, service),
        statement=_filled(found.statement, service),
        basis=_filled(found.basis, service),
    )


def _filled(words: Bilingual, service: Service) -> Bilingual:
    known = {
        "kk": service.name.kk,
        "ru": service.name.ru,
        "request_kk": service.request_word.kk,
        "request_ru": service.request_word.ru,
        "citation": service.decision_citation,
    }
    return Bilingual(kk=words.kk.format_map(known), ru=words.ru.format_map(known))
