"""The words that differ from service to service and document to document; data beside the templates."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from belsendi.documents.fields import Bilingual, DocumentKind, Fields
from belsendi.errors import ConfigurationError

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"


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


def wording(service: str, kind: DocumentKind) -> KindWording:
    """The words of a document. Raises ConfigurationError when a service has none for the kind."""
    found = _all_wordings().get(service, {}).get(kind)
    if found is None:
        raise ConfigurationError(f"wording.yaml has no words for {kind} of {service}: add them")
    return found
