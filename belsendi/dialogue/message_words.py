"""Words that fill messages: short causes, case states, outcomes and service names, in Kazakh and Russian."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from belsendi.contracts.states import CaseState, Outcome
from belsendi.errors import ConfigurationError, InvalidInput

Language = Literal["kk", "ru"]
LANGUAGES: tuple[Language, ...] = ("kk", "ru")
_SPELT_OUT = 2  # a message names two documents; the notice has the whole list
_BETWEEN = "; "
_AND_MORE: dict[Language, str] = {"kk": " және тағы", "ru": " и ещё"}


class Bilingual(BaseModel):
    """The same words in both languages; neither may be missing."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)

    kk: str
    ru: str

    def in_language(self, language: str) -> str:
        return str(getattr(self, known_language(language)))


class MessageWords(BaseModel):
    """Closed lists of words. Every state and outcome of a case has its words, or the product does not start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    causes: dict[str, Bilingual]
    states: dict[CaseState, Bilingual]
    outcomes: dict[Outcome, Bilingual]
    request_accepted: Bilingual
    services: dict[str, Bilingual]
    documents: dict[str, Bilingual]
    benefits: dict[str, Bilingual]

    def cause(self, code: str, language: str, service: str | None = None) -> str:
        own = f"{code}-{service}"
        return _pick(self.causes, own if own in self.causes else code, language, "cause", "causes.yaml")

    def document_names(self, codes: Sequence[str], language: str) -> str:
        """The names of the documents, at most two of them spelt out."""
        names = [_pick(self.documents, code, language, "document", "documents.yaml") for code in codes]
        more = f"{_AND_MORE[known_language(language)]} {len(names) - _SPELT_OUT}"
        return _BETWEEN.join(names[:_SPELT_OUT]) + (more if len(names) > _SPELT_OUT else "")

    def are_documents(self, value: str, language: Language) -> bool:
        """Whether ``value`` is what ``document_names`` gives for documents of the list."""
        names, _, more = value.partition(_AND_MORE[language])
        known = {words.in_language(language) for words in self.documents.values()}
        spelt = names.split(_BETWEEN)
        return len(spelt) <= _SPELT_OUT and set(spelt) <= known and (not more or more.strip().isdigit())

    def benefit_names(self, codes: Sequence[str], language: str) -> str:
        """The short names of benefits chosen with "one application", all of them (D-t10)."""
        return _BETWEEN.join(_pick(self.benefits, code, language, "benefit", "status.yaml") for code in codes)

    def are_benefits(self, value: str, language: Language) -> bool:
        """Whether ``value`` is what ``benefit_names`` gives for benefits of the list."""
        return set(value.split(_BETWEEN)) <= {each.in_language(language) for each in self.benefits.values()}

    def state(self, state: CaseState, language: str) -> str:
        return _pick(self.states, state, language, "state", "status.yaml")

    def outcome(self, outcome: Outcome, language: str) -> str:
        return _pick(self.outcomes, outcome, language, "outcome", "status.yaml")

    def service(self, code: str, language: str) -> str:
        return _pick(self.services, code, language, "service", "status.yaml")

    def spoken(self, kind: str, language: Language, codes: list[str]) -> list[str]:
        """Every text a field of kind cause, state, outcome or service may hold in `language`."""
        lists: dict[str, dict[Any, Bilingual]] = {
            "cause": {code: self.causes[code] for code in codes if code in self.causes},
            "state": dict(self.states),
            "outcome": dict(self.outcomes),
            "service": dict(self.services),
            "documents": dict(self.documents),
            "benefits": dict(self.benefits),
        }
        spoken = [words.in_language(language) for words in lists[kind].values()]
        if kind == "documents":
            longest = sorted(spoken, key=len)[-_SPELT_OUT:]
            spoken.append(f"{_BETWEEN.join(longest)}{_AND_MORE[language]} 9")
        if kind == "benefits":
            spoken.append(_BETWEEN.join(spoken))
        return spoken


def known_language(language: str) -> Language:
    """Return `language` when messages exist in it. Raises InvalidInput."""
    if language == "kk":
        return "kk"
    if language == "ru":
        return "ru"
    raise InvalidInput("messages exist in kk and ru; choose one of them")


def load_words(folder: Path) -> MessageWords:
    """Read causes.yaml, documents.yaml and status.yaml in `folder`. Raises ConfigurationError naming the file."""
    status = read_yaml(folder / "status.yaml")
    causes, documents = read_yaml(folder / "causes.yaml"), read_yaml(folder / "documents.yaml")
    try:
        words = MessageWords(causes=causes, documents=documents, **status)
    except (ValidationError, TypeError) as error:
        raise ConfigurationError(
            f"status.yaml, causes.yaml or documents.yaml is not as it must be: {error}"
        ) from error
    for missing in [*(set(CaseState) - set(words.states)), *(set(Outcome) - set(words.outcomes))]:
        raise ConfigurationError(f"status.yaml has no words for {missing}; add them in kk and ru")
    return words


def read_yaml(path: Path) -> Any:
    """Return the parsed YAML file. Raises ConfigurationError naming the file."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"message file {path.name} cannot be read; install the templates") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"message file {path.name} is not valid YAML in UTF-8; correct it"
        ) from error


def _pick(lists: dict[Any, Bilingual], key: str, language: str, what: str, file: str) -> str:
    if key not in lists:
        raise InvalidInput(f"there are no words for {what} {key}; add it to {file}")
    return lists[key].in_language(language)
