"""The message catalogue: every SMS to a citizen, checked at start-up and rendered with its number of parts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template, TemplateSyntaxError, meta
from pydantic import ValidationError

from belsendi.contracts.conversation import MessageClass, QuestionKind
from belsendi.contracts.personal_data import MessageText
from belsendi.contracts.states import CaseState, Outcome
from belsendi.dialogue.consent_text import ConsentTemplate, ConsentText, load_consents
from belsendi.dialogue.message_entries import SPOKEN, MessageCatalogueFile, MessageEntry, shown
from belsendi.dialogue.message_policy import objection
from belsendi.dialogue.message_words import (
    LANGUAGES,
    Language,
    MessageWords,
    known_language,
    load_words,
    read_yaml,
)
from belsendi.dialogue.sms_text import PartCount, count_parts
from belsendi.errors import ConfigurationError, InvalidInput

_ASK_AGAIN = {
    QuestionKind.OFFER_WITH_ACCOUNT: "ASK-AGAIN-OFFER",
    QuestionKind.OFFER_NO_ACCOUNT: "ASK-AGAIN-OFFER-NA",
    QuestionKind.ACCOUNT: "ASK-AGAIN-ACCOUNT",
}


@dataclass(frozen=True)
class RenderedMessage:
    """A message ready for the outbox. `version` identifies the wording of the template, per language."""

    text: MessageText = field(repr=False)
    template_id: str
    version: str
    language: Language
    parts: PartCount
    message_class: MessageClass


@dataclass(frozen=True)
class _Wording:
    template: Template
    version: str


class MessageCatalogue:
    """All messages in both languages. Build it with `load`, which checks every one of them."""

    def __init__(
        self,
        file: MessageCatalogueFile,
        words: MessageWords,
        wordings: dict[tuple[str, Language], _Wording],
        consents: dict[tuple[str, Language], ConsentTemplate],
    ) -> None:
        self._file = file
        self._words = words
        self._wordings = wordings
        self._consents = consents

    @classmethod
    def load(cls, folder: Path) -> MessageCatalogue:
        """Read catalogue, words and templates below `folder` (templates/sms).

        Raises ConfigurationError naming the file when a template, language or field is missing or left over,
        when a rendering is longer than its limit, or when a text breaks the policy of messages.
        """
        words = load_words(folder)
        try:
            file = MessageCatalogueFile.model_validate(read_yaml(folder / "catalogue.yaml"))
        except ValidationError as error:
            raise ConfigurationError(f"catalogue.yaml is not as it must be: {error}") from error
        environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701  an SMS is no HTML
        wordings = {
            (message_id, language): _read_wording(folder, message_id, language, entry, environment)
            for message_id, entry in file.messages.items()
            for language in LANGUAGES
        }
        _refuse_strays(folder, set(file.messages))
        catalogue = cls(file, words, wordings, load_consents(folder / "consent", environment))
        catalogue._check()
        return catalogue

    def ids(self) -> list[str]:
        """Return the ids of all messages in the order of the catalogue."""
        return list(self._file.messages)

    def entry(self, message_id: str) -> MessageEntry:
        """Return the catalogue's entry. Raises InvalidInput for an unknown id."""
        entry = self._file.messages.get(message_id)
        if entry is None:
            raise InvalidInput(f"there is no message {message_id}; add it to catalogue.yaml")
        return entry

    def render(self, message_id: str, language: str, **fields: object) -> RenderedMessage:
        """Return the message in `language` ("kk" or "ru") with exactly the fields of its entry.

        Dates are `date` objects (legal days in Asia/Almaty). Raises InvalidInput naming what is wrong, never
        the value: a missing or unknown field, a value of the wrong kind, words of the other language.
        """
        entry, known = self.entry(message_id), known_language(language)
        if set(fields) != set(entry.fields):
            raise InvalidInput(f"message {message_id} takes exactly the fields {sorted(entry.fields)}")
        values = {name: shown(name, value, entry, self._words, known) for name, value in fields.items()}
        wording = self._wordings[message_id, known]
        text = wording.template.render(values)
        reason = objection(text, self._file.portal_names, self._file.safety_sentences.get(known, []))
        if reason is not None:
            raise InvalidInput(f"message {message_id} must not be sent: {reason}")
        return RenderedMessage(
            text, message_id, wording.version, known, count_parts(text), entry.message_class
        )

    def version(self, message_id: str, language: str) -> str:
        """Return the version of a message's wording: the first 16 hex digits of its SHA-256."""
        self.entry(message_id)
        return self._wordings[message_id, known_language(language)].version

    def offer(self, service: str, account_known: bool) -> str:
        """Return the id of the offer (M-01) of a service: with the account on file, or without one."""
        message_id = f"M-01-{service}" + ("" if account_known else "-NA")
        self.entry(message_id)
        return message_id

    def reminder(self, account_known: bool) -> str:
        """Return the id of the offer's reminder (M-19), which names the replies the offer has."""
        return "M-19" if account_known else "M-19-NA"

    def ask_again(self, question: QuestionKind) -> str:
        """Return the id of the message that asks an unclear reply to `question` again, with an example."""
        return _ASK_AGAIN[question]

    def cause(self, code: str, language: str, service: str | None = None) -> str:
        """Return the short cause for field `reason` (spec 11.3), in the words of `service` where it has its own
        (INC-25). Raises InvalidInput for an unknown code."""
        return self._words.cause(code, language, service)

    def document_names(self, codes: Sequence[str], language: str) -> str:
        """Return the documents for field `docs`, by their codes in the service catalogue or "other".

        Raises InvalidInput for an unknown code.
        """
        return self._words.document_names(codes, language)

    def benefit_names(self, codes: Sequence[str], language: str) -> str:
        """Return the benefits for field `benefits`, by their codes in the service catalogue (D-t10).

        Raises InvalidInput for an unknown code.
        """
        return self._words.benefit_names(codes, language)

    def state_words(self, state: CaseState, language: str) -> str:
        """Return where a case stands, in plain words (field `state`)."""
        return self._words.state(state, language)

    def request_accepted(self, language: str) -> str:
        """Return the words for an application that was sent and is not worked on yet (COM-09)."""
        return self._words.request_accepted.in_language(language)

    def outcome_words(self, outcome: Outcome, language: str) -> str:
        """Return how a case ended, in plain words (field `outcome`)."""
        return self._words.outcome(outcome, language)

    def service_name(self, code: str, language: str) -> str:
        """Return the name of a service at the beginning of a sentence (field `service`)."""
        return self._words.service(code, language)

    def consent_text(self, service: str, language: str, **fields: str) -> ConsentText:
        """Return the full text behind a consent by SMS: the eight items of article 8 of law 94-V.

        Fields: see `consent_text.CONSENT_FIELDS`. Raises InvalidInput for an unknown service or wrong fields.
        """
        return self._consent(service, language).render(fields)

    def consent_version(self, service: str, language: str) -> str:
        """Return the version of the full consent text, by its template."""
        return self._consent(service, language).version

    def _consent(self, service: str, language: str) -> ConsentTemplate:
        template = self._consents.get((service, known_language(language)))
        if template is None:
            raise InvalidInput(f"there is no consent text for service {service}; add it below consent/")
        return template

    def _check(self) -> None:
        for message_id, entry in self._file.messages.items():
            complaint = entry.complaint(self._words)
            if complaint is not None:
                raise ConfigurationError(f"catalogue.yaml, message {message_id}: {complaint}")
            for language in LANGUAGES:
                self._check_renderings(message_id, entry, language)
        for question, message_id in _ASK_AGAIN.items():
            if message_id not in self._file.messages:
                raise ConfigurationError(f"catalogue.yaml lacks {message_id}, which asks {question} again")
        for message_id, entry in self._file.messages.items():
            if entry.service is not None and any(
                (entry.service, one) not in self._consents for one in LANGUAGES
            ):
                raise ConfigurationError(f"consent/ lacks a text for {entry.service}, needed by {message_id}")

    def _check_renderings(self, message_id: str, entry: MessageEntry, language: Language) -> None:
        spoken = [name for name, kind in entry.fields.items() if kind in SPOKEN]
        choices = [self._words.spoken(entry.fields[name], language, entry.causes) for name in spoken]
        limit = getattr(entry.max_parts, language)
        for combination in product(*choices):
            fields = {**entry.sample, **dict(zip(spoken, combination, strict=True))}
            try:
                parts = self.render(message_id, language, **fields).parts.parts
            except InvalidInput as error:
                raise ConfigurationError(f"{language}/{message_id}.txt: {error}") from error
            if parts > limit:
                raise ConfigurationError(
                    f"{language}/{message_id}.txt takes {parts} SMS parts, its limit is {limit}; shorten it"
                )


def _read_wording(
    folder: Path, message_id: str, language: Language, entry: MessageEntry, environment: Environment
) -> _Wording:
    name = f"{language}/{message_id}.txt"
    try:
        source = (folder / name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"template {name} cannot be read; add it in UTF-8") from error
    try:
        used = meta.find_undeclared_variables(environment.parse(source))
    except TemplateSyntaxError as error:
        raise ConfigurationError(f"template {name} is not a valid template; correct it") from error
    if not source or used != set(entry.fields):
        raise ConfigurationError(f"template {name} must use exactly the fields {sorted(entry.fields)}")
    version = hashlib.sha256(source.encode()).hexdigest()[:16]
    return _Wording(environment.from_string(source), version)


def _refuse_strays(folder: Path, ids: set[str]) -> None:
    for language in LANGUAGES:
        for path in sorted((folder / language).glob("*.txt")):
            if path.stem not in ids:
                raise ConfigurationError(f"template {language}/{path.name} has no entry in catalogue.yaml")
