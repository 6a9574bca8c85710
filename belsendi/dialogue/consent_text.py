"""The full consent text behind the short SMS (law 94-V, article 8): templates with the law's eight items."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, Template, TemplateSyntaxError, meta

from belsendi.dialogue.message_words import LANGUAGES, Language
from belsendi.errors import ConfigurationError, InvalidInput

CONSENT_FIELDS = frozenset(
    {"operator_name", "operator_bin", "subject_name", "term", "third_parties", "withdrawal_contact"}
)
_ITEM = re.compile(r"^(\d+)\. \S[^:\n]*: \S", re.MULTILINE)
_EIGHT_ITEMS = [str(number) for number in range(1, 9)]


@dataclass(frozen=True)
class ConsentText:
    """A consent text as shown to one person. It names the person, so `repr` hides it."""

    text: str = field(repr=False)
    template_id: str
    version: str
    language: Language
    sha256: str

    def item(self, number: int) -> str:
        """What the text says under one of the eight items of article 8, without its heading.

        Raises InvalidInput for a number that is none of them.
        """
        line = next((line for line in self.text.splitlines() if line.startswith(f"{number}. ")), None)
        if line is None:
            raise InvalidInput("a consent text has the items 1 to 8 of article 8 of law 94-V")
        return line.partition(": ")[2]


@dataclass(frozen=True)
class ConsentTemplate:
    """The wording of one service in one language; `version` is the first 16 hex digits of its SHA-256."""

    service: str
    language: Language
    version: str
    template: Template

    def render(self, fields: Mapping[str, str]) -> ConsentText:
        """Return the text for one person. Raises InvalidInput when a field is missing, unknown or empty."""
        if set(fields) != CONSENT_FIELDS:
            raise InvalidInput(f"a consent text takes exactly the fields {sorted(CONSENT_FIELDS)}")
        for name, value in fields.items():
            if not isinstance(value, str) or not value.strip() or "\n" in value:
                raise InvalidInput(f"consent field {name} must be one line of text; article 8 asks for it")
        text = self.template.render(dict(fields))
        digest = hashlib.sha256(text.encode()).hexdigest()
        return ConsentText(text, f"consent/{self.service}", self.version, self.language, digest)


def load_consents(folder: Path, environment: Environment) -> dict[tuple[str, Language], ConsentTemplate]:
    """Read consent/{kk,ru}/<SERVICE>.txt. Raises ConfigurationError naming the file.

    Each text must have the eight numbered items of article 8, all fields, and exist in both languages.
    """
    services = {path.stem for language in LANGUAGES for path in (folder / language).glob("*.txt")}
    return {
        (service, language): _load(folder, service, language, environment)
        for service in sorted(services)
        for language in LANGUAGES
    }


def _load(folder: Path, service: str, language: Language, environment: Environment) -> ConsentTemplate:
    name = f"consent/{language}/{service}.txt"
    try:
        source = (folder / language / f"{service}.txt").read_text(encoding="utf-8").strip()
        used = meta.find_undeclared_variables(environment.parse(source))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"template {name} cannot be read; add it in UTF-8") from error
    except TemplateSyntaxError as error:
        raise ConfigurationError(f"template {name} is not a valid template; correct it") from error
    if used != CONSENT_FIELDS:
        raise ConfigurationError(f"template {name} must use exactly the fields {sorted(CONSENT_FIELDS)}")
    if _ITEM.findall(source) != _EIGHT_ITEMS:
        raise ConfigurationError(f"template {name} must have the items 1 to 8 of article 8 of law 94-V")
    version = hashlib.sha256(source.encode()).hexdigest()[:16]
    return ConsentTemplate(service, language, version, environment.from_string(source))
