"""Words of the phones page in three languages, and times as people of Kazakhstan read them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

LANGUAGES = ("kk", "ru", "en")
TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "phones"
_ALMATY = ZoneInfo("Asia/Almaty")


class WordingIncomplete(Exception):
    """A text is missing in a language; the message names both."""


class Wording:
    """Texts of one language, asked by key: ``words("reply")``, ``words("parts", n=2)``."""

    def __init__(self, language: str, texts: dict[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, **fields: object) -> str:
        return self._texts[key].format(**fields)


def load_wording() -> dict[str, Wording]:
    """Every language from templates/phones/texts.yaml. Raises WordingIncomplete naming what is missing."""
    texts: dict[str, dict[str, str]] = yaml.safe_load((TEMPLATES / "texts.yaml").read_text(encoding="utf-8"))
    for key, by_language in texts.items():
        for language in LANGUAGES:
            if not by_language.get(language):
                raise WordingIncomplete(f"templates/phones/texts.yaml: '{key}' has no text in '{language}'")
    return {
        language: Wording(language, {key: by_language[language] for key, by_language in texts.items()})
        for language in LANGUAGES
    }


def clock(at: datetime) -> str:
    """Hours and minutes in Almaty."""
    return f"{at.astimezone(_ALMATY):%H:%M}"


def day(at: datetime) -> str:
    """The legal day in Almaty, dd.mm.yyyy."""
    return f"{at.astimezone(_ALMATY):%d.%m.%Y}"


def plain_day(at: date) -> str:
    return f"{at:%d.%m.%Y}"


def spaced(number: str) -> str:
    """+77011234567 as +7 701 123 45 67; other lengths stay as they are."""
    if len(number) == 12 and number.startswith("+7"):
        return f"+7 {number[2:5]} {number[5:8]} {number[8:10]} {number[10:]}"
    return number
