"""The reply grammar's data (data/grammar.yaml), read once and checked: no form may have two meanings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from belsendi.contracts.conversation import Meaning, QuestionKind
from belsendi.dialogue.message_words import Language, known_language, read_yaml
from belsendi.dialogue.normalisation import bare, plain, skeleton
from belsendi.errors import ConfigurationError

GRAMMAR_FILE = Path(__file__).parent / "data" / "grammar.yaml"
CONSENTS = frozenset({Meaning.CONSENT, Meaning.CONSENT_OTHER_ACCOUNT})


class FormLists(BaseModel):
    """Forms per language; `any` tells nothing about the language of the writer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: list[QuestionKind] = []
    any: list[str] = []
    kk: list[str] = []
    ru: list[str] = []
    en: list[str] = []

    def forms(self, meaning: Meaning) -> Iterable[Form]:
        yield from (Form(text, meaning, None) for text in [*self.any, *self.en])
        yield from (Form(text, meaning, "kk") for text in self.kk)
        yield from (Form(text, meaning, "ru") for text in self.ru)


class LanguageMarks(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    letters: str
    words: list[str]


class GrammarFile(BaseModel):
    """grammar.yaml as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answers: dict[Meaning, FormLists]
    commands: dict[Meaning, FormLists]
    unclear_at: dict[QuestionKind, list[str]]
    account_leads: list[str]
    death_stems: list[str]
    emoji: str
    look_alikes: dict[str, str]
    language_marks: dict[Language, LanguageMarks]


@dataclass(frozen=True)
class Form:
    """A whole message the grammar knows; `language` is what its words suggest."""

    text: str
    meaning: Meaning
    language: Language | None


class Grammar:
    """Look-up by the skeleton of a whole message."""

    def __init__(self, file: GrammarFile) -> None:
        self.emoji = file.emoji
        self._look_alikes = file.look_alikes
        self._answers = {
            question: self._index(
                form
                for meaning, lists in file.answers.items()
                if question in lists.at
                for form in lists.forms(meaning)
            )
            for question in QuestionKind
        }
        self._commands = self._index(
            form for meaning, lists in file.commands.items() for form in lists.forms(meaning)
        )
        self._unclear_at = {
            question: {self.key(text) for text in texts} for question, texts in file.unclear_at.items()
        }
        self._leads = sorted((self.key(text) for text in file.account_leads), key=len, reverse=True)
        self._death = tuple(plain(stem) for stem in file.death_stems)
        self._marks = file.language_marks
        self._refuse_consent_among_commands()

    def key(self, text: str) -> str:
        """Return what a message is compared by."""
        return skeleton(bare(plain(text), self.emoji), self._look_alikes)

    def answer(self, text: str, question: QuestionKind) -> Form | None:
        """Return the answer that `text` is to `question`, None when it is not in the list."""
        return self._answers[question].get(self.key(text))

    def any_answer(self, text: str) -> Form | None:
        """Return the answer `text` would be to some question."""
        found = (self.answer(text, question) for question in QuestionKind)
        return next((form for form in found if form is not None), None)

    def command(self, text: str, question: QuestionKind | None) -> Form | None:
        """Return the command that `text` is, None when there is none or it may be something else here."""
        key = self.key(text)
        if question is not None and key in self._unclear_at.get(question, ()):
            return None
        return self._commands.get(key)

    def without_lead(self, text: str) -> str:
        """Return plain `text` without a word like "шот" at its end (what stands before an account number)."""
        shape = skeleton(text, self._look_alikes)
        for lead in self._leads:
            if shape == lead or shape.endswith(" " + lead):
                return text[: len(text) - len(lead)].rstrip(" .,:;)-")
        return text

    def speaks_of_death(self, text: str) -> bool:
        """Tell whether plain `text` has a word about a death or a burial."""
        return any(word.startswith(self._death) for word in text.split()) or any(
            " " in stem and stem in text for stem in self._death
        )

    def suggested_language(self, text: str) -> Language | None:
        """Return the language that plain `text` seems to be in, by its letters and frequent words."""
        words = set(text.replace(",", " ").split())
        for name, marks in self._marks.items():
            if any(letter in text for letter in marks.letters) or words & set(marks.words):
                return known_language(name)
        return None

    def consent_forms(self) -> frozenset[str]:
        """Return the allow-list of consent: canonical forms; each may be followed by an account number."""
        return frozenset(
            form.text
            for answers in self._answers.values()
            for form in answers.values()
            if form.meaning in CONSENTS
        )

    def _index(self, forms: Iterable[Form]) -> Mapping[str, Form]:
        index: dict[str, Form] = {}
        for form in forms:
            other = index.setdefault(self.key(form.text), form)
            if other.meaning is not form.meaning:
                raise ConfigurationError(
                    f"grammar.yaml: '{form.text}' reads as '{other.text}' ({other.meaning} and {form.meaning}); "
                    "keep one of them"
                )
        return index

    def _refuse_consent_among_commands(self) -> None:
        for answers in self._answers.values():
            for key, form in answers.items():
                if form.meaning in CONSENTS and key in self._commands:
                    raise ConfigurationError(
                        f"grammar.yaml: '{form.text}' is consent and a command; keep one"
                    )


def load_grammar(path: Path = GRAMMAR_FILE) -> Grammar:
    """Read and check a grammar. Raises ConfigurationError naming the form that cannot stand."""
    try:
        file = GrammarFile.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigurationError(f"grammar.yaml is not as it must be: {error}") from error
    return Grammar(file)


@lru_cache(maxsize=1)
def grammar() -> Grammar:
    """The product's grammar, read once."""
    return load_grammar()
