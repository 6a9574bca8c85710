"""The form of templates/sms/catalogue.yaml: which messages exist, their fields, class and length."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from belsendi.contracts.conversation import MessageClass, QuestionKind
from belsendi.dialogue.message_words import Language, MessageWords
from belsendi.errors import InvalidInput

_LAST4 = re.compile(r"[0-9A-Z]{4}")
_ACADEMIC_YEAR = re.compile(r"20\d\d/20\d\d")
_NUMBER = re.compile(r"[0-9A-Za-zА-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІі/._-]{1,24}")


class FieldKind(StrEnum):
    """What a field of a message may hold."""

    LAST4 = "last4"
    DATE = "date"
    COUNT = "count"
    NUMBER = "number"
    CAUSE = "cause"
    STATE = "state"
    OUTCOME = "outcome"
    SERVICE = "service"
    DOCUMENTS = "documents"
    BENEFITS = "benefits"
    ACADEMIC_YEAR = "academic_year"


SPOKEN = frozenset(
    {
        FieldKind.CAUSE,
        FieldKind.STATE,
        FieldKind.OUTCOME,
        FieldKind.SERVICE,
        FieldKind.DOCUMENTS,
        FieldKind.BENEFITS,
    }
)


class PartLimit(BaseModel):
    """The number of SMS parts the longest rendering may take, per language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kk: int = Field(ge=1, le=10)
    ru: int = Field(ge=1, le=10)


class MessageEntry(BaseModel):
    """One message of the catalogue. `opens` names the question that is open after it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    message_class: MessageClass = Field(alias="class")
    source: str
    max_parts: PartLimit
    fields: dict[str, FieldKind] = {}
    sample: dict[str, Any] = {}
    causes: list[str] = []
    opens: QuestionKind | None = None
    service: str | None = None

    def complaint(self, words: MessageWords) -> str | None:
        """Return what is inconsistent in the entry, None when nothing is."""
        plain = {name for name, kind in self.fields.items() if kind not in SPOKEN}
        if plain != set(self.sample):
            return f"sample must have exactly the fields {sorted(plain)}"
        if (FieldKind.CAUSE in self.fields.values()) != bool(self.causes):
            return "causes must be listed when there is a field of kind cause, and only then"
        unknown = [code for code in self.causes if code not in words.causes]
        return f"causes {unknown} are not in causes.yaml" if unknown else None


class MessageCatalogueFile(BaseModel):
    """catalogue.yaml as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    portal_names: list[str]
    safety_sentences: dict[Language, list[str]]
    messages: dict[str, MessageEntry]


def shown(name: str, value: object, entry: MessageEntry, words: MessageWords, language: Language) -> str:
    """Return `value` as the citizen reads it. Raises InvalidInput naming the field, never the value.

    Dates are legal days in Asia/Almaty and read dd.mm.yyyy; an instant is refused because its day depends on
    the time zone. A last4 of more than four characters is refused: no message carries a whole account.
    """
    kind = entry.fields[name]
    if kind is FieldKind.DATE:
        if isinstance(value, datetime) or not isinstance(value, date):
            raise InvalidInput(f"field {name} must be a legal day (a date, not an instant)")
        return f"{value.day:02d}.{value.month:02d}.{value.year:04d}"
    if kind is FieldKind.COUNT:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 9:
            raise InvalidInput(f"field {name} must be a number from 0 to 9")
        return str(value)
    if not isinstance(value, str) or not _agrees(value, kind, entry, words, language):
        raise InvalidInput(f"field {name} must be of kind {kind}, in language {language} where it is words")
    return value


def _agrees(
    value: str, kind: FieldKind, entry: MessageEntry, words: MessageWords, language: Language
) -> bool:
    if kind is FieldKind.LAST4:
        return _LAST4.fullmatch(value) is not None
    if kind is FieldKind.NUMBER:
        return _NUMBER.fullmatch(value) is not None
    if kind is FieldKind.ACADEMIC_YEAR:
        return _ACADEMIC_YEAR.fullmatch(value) is not None
    if kind is FieldKind.DOCUMENTS:
        return words.are_documents(value, language)
    if kind is FieldKind.BENEFITS:
        return words.are_benefits(value, language)
    return value in words.spoken(kind, language, entry.causes)
