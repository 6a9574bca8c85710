"""Words of the console in three languages: one file each, the same keys and the same fields in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from belsendi.errors import ConfigurationError
from belsendi.law import source_words

LANGUAGES = ("kk", "ru", "en")


class Words:
    """Texts of one language, asked by key: ``t("nav.cases")``, ``t("tasks.count", n=2)``."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, **fields: object) -> str:
        return self._texts[key].format(**fields)

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def code(self, group: str, code: object) -> str:
        """The words of a code of a closed set; a code nobody worded is shown as it is."""
        key = f"{group}.{code}"
        return self._texts[key] if key in self._texts else str(code)

    def of(self, text: Any) -> str:
        """A text of the law data in this language; English readers get the Russian one where there is no own."""
        return str(getattr(text, self.language, None) or text.ru)

    def source(self, citation: str) -> str:
        """A source of the law data in this language; codes and an operator's own words stay as they are."""
        words = source_words(citation)
        return str(getattr(words, self.language, citation))

    def keys(self) -> frozenset[str]:
        return frozenset(self._texts)


def load_words(folder: Path) -> dict[str, Words]:
    """Reads texts/kk.yaml, ru.yaml and en.yaml.

    Raises ConfigurationError naming the key that a language lacks, or whose fields differ from the Kazakh ones.
    """
    words = {language: Words(language, _flat(_read(folder / f"{language}.yaml"))) for language in LANGUAGES}
    first = words[LANGUAGES[0]]
    for language, other in words.items():
        for key in sorted(first.keys() ^ other.keys()):
            lacking = language if key in first else LANGUAGES[0]
            raise ConfigurationError(f"console texts: '{key}' is missing in {lacking}.yaml; word it there")
        for key in sorted(first.keys()):
            if _fields(first, key) != _fields(other, key):
                raise ConfigurationError(f"console texts: '{key}' has other fields in {language}.yaml")
    return words


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"console texts: {path.name} cannot be read; set BELSENDI_TEMPLATES_DIR"
        ) from error
    return dict(content)


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(key, bool):
            raise ConfigurationError(
                f"console texts: a key under '{prefix}' reads as yes or no; put it in quotes"
            )
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{name}.")
        elif isinstance(value, str) and value.strip():
            flat[name] = value.strip()
        else:
            raise ConfigurationError(f"console texts: '{name}' is not a text; put it in quotes")
    return flat


def _fields(words: Words, key: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(words._texts[key]) if name is not None}
