"""Kinds of documents a person may bring: what the service's catalogue entry needs, and a few common ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from belsendi.attachments.rules_data import read_rules
from belsendi.errors import InvalidInput
from belsendi.law import service
from belsendi.law.catalogue_entry import Text


@dataclass(frozen=True)
class AttachmentKind:
    """One kind: its code in the catalogue, its name, the rule that asks for it."""

    code: str
    name: Text
    citation: str


class UnknownKind(InvalidInput):
    """The service knows no such kind of document."""


def kinds_of(service_code: str) -> dict[str, AttachmentKind]:
    """The kinds of a service by code, in the order of its catalogue entry. Raises NotFound for no service."""
    needed = [AttachmentKind(n.datum, n.name, n.citation) for n in service(service_code).needed_data]
    common = [
        AttachmentKind(code, Text(**entry["name"], ru_is_translation=True), entry["citation"])
        for code, entry in read_rules("kinds.yaml").items()
    ]
    return {kind.code: kind for kind in (*needed, *common)}


def checked_kinds(service_code: str, codes: Iterable[str]) -> list[str]:
    """The codes, each once, in the catalogue's order. Raises UnknownKind for none and for one it lacks."""
    wanted, known = set(codes), kinds_of(service_code)
    if not wanted or not wanted <= known.keys():
        raise UnknownKind("name at least one kind of document, each out of the service's catalogue entry")
    return [code for code in known if code in wanted]
