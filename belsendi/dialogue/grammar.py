"""What a citizen's message means, by the question that is open. Consent is an allow-list of whole messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from belsendi.contracts.conversation import Meaning, QuestionKind
from belsendi.contracts.personal_data import AccountNumber, IinText, MessageText
from belsendi.dialogue.grammar_data import CONSENTS, Form, Grammar, grammar
from belsendi.dialogue.message_words import Language
from belsendi.dialogue.normalisation import MAX_LENGTH, bare, plain
from belsendi.dialogue.numbers_in_text import (
    FoundAccount,
    account_like,
    identification_numbers,
    split_account,
)

ACCOUNT_MARK = "<account>"


class Reason(StrEnum):
    """Why a message has its meaning; for UNCLEAR, what the next message to the citizen can go by."""

    EXACT = "EXACT"
    ACCOUNT_FOUND = "ACCOUNT_FOUND"
    NUMBER_FOUND = "NUMBER_FOUND"
    EMPTY = "EMPTY"
    TOO_LONG = "TOO_LONG"
    NO_QUESTION = "NO_QUESTION"
    NOT_AN_OPTION = "NOT_AN_OPTION"
    ACCOUNT_WITHOUT_CONSENT = "ACCOUNT_WITHOUT_CONSENT"
    SEVERAL_NUMBERS = "SEVERAL_NUMBERS"
    DEATH_WITHOUT_NUMBER = "DEATH_WITHOUT_NUMBER"
    QUESTION_OPEN = "QUESTION_OPEN"
    OUTSIDE_GRAMMAR = "OUTSIDE_GRAMMAR"


@dataclass(frozen=True)
class Understanding:
    """The outcome. `canonical` is the grammar's form when there is one, the normalised text otherwise.

    `account_text` and `deceased_iin` are candidates as typed (spaces and case unified): belsendi.law judges
    them. `repr` shows codes only, never the words or the numbers.
    """

    meaning: Meaning
    reason: Reason
    canonical: MessageText = field(repr=False)
    language: Language | None = None
    account_text: AccountNumber | None = field(default=None, repr=False)
    deceased_iin: IinText | None = field(default=None, repr=False)


def understand(text: str, question: QuestionKind | None) -> Understanding:
    """Return what `text` means while `question` is open (None: nothing is asked). Never raises, never guesses.

    CONSENT, CONSENT_OTHER_ACCOUNT and CONSENT_WITH_ACCOUNT come only from the allow-list of the open offer
    (SIL-05): anything added to a listed form makes the message UNCLEAR, to be asked again with an example.
    """
    if len(text) > MAX_LENGTH:
        return Understanding(Meaning.UNCLEAR, Reason.TOO_LONG, "")
    rules, words = grammar(), plain(text)
    core = bare(words, rules.emoji)
    if not core:
        return Understanding(Meaning.UNCLEAR, Reason.EMPTY, "")
    form = rules.answer(text, question) if question is not None else None
    form = form or rules.command(text, question)
    if form is not None:
        return _exact(form)
    return (
        _with_account(core, question, rules)
        or _naming(words, core, question, rules)
        or _unrecognised(text, core, question, rules)
    )


def consent_forms() -> frozenset[str]:
    """Return the whole allow-list of consent: canonical forms, alone and followed by an account number."""
    forms = grammar().consent_forms()
    return forms | {f"{form} {ACCOUNT_MARK}" for form in forms}


def _exact(form: Form) -> Understanding:
    language: Language | None = form.language
    if form.meaning is Meaning.LANGUAGE_KK:
        language = "kk"
    elif form.meaning is Meaning.LANGUAGE_RU:
        language = "ru"
    return Understanding(form.meaning, Reason.EXACT, form.text, language)


def _with_account(core: str, question: QuestionKind | None, rules: Grammar) -> Understanding | None:
    found = split_account(core)
    if found is None:
        number = account_like(core) if question is QuestionKind.ACCOUNT else None
        return None if number is None else _account(number, rules.suggested_language(core))
    answer = rules.without_lead(found.before)
    form = rules.answer(answer, question) if question is not None else None
    if form is not None and form.meaning in CONSENTS:
        return _consent_with_account(form, found, core, rules)
    other = rules.any_answer(answer)
    if answer and (other is None or other.meaning not in CONSENTS):
        return None
    if question is QuestionKind.ACCOUNT:
        return _account(found.number, rules.suggested_language(found.before))
    if question is None:
        return _unclear(Reason.NO_QUESTION, core, rules, found.number)
    return _unclear(
        Reason.NOT_AN_OPTION if answer else Reason.ACCOUNT_WITHOUT_CONSENT, core, rules, found.number
    )


def _consent_with_account(form: Form, found: FoundAccount, core: str, rules: Grammar) -> Understanding:
    if not found.tidy:
        return _unclear(Reason.OUTSIDE_GRAMMAR, core, rules)
    language = form.language or rules.suggested_language(found.before)
    canonical = f"{form.text} {ACCOUNT_MARK}"
    return Understanding(
        Meaning.CONSENT_WITH_ACCOUNT, Reason.ACCOUNT_FOUND, canonical, language, found.number
    )


def _account(number: str, language: Language | None) -> Understanding:
    return Understanding(Meaning.ACCOUNT, Reason.ACCOUNT_FOUND, ACCOUNT_MARK, language, number)


def _naming(words: str, core: str, question: QuestionKind | None, rules: Grammar) -> Understanding | None:
    numbers = identification_numbers(words)
    if not numbers:
        return None
    if len(numbers) > 1:
        return _unclear(Reason.SEVERAL_NUMBERS, core, rules)
    if question is not None:
        return Understanding(
            Meaning.UNCLEAR,
            Reason.QUESTION_OPEN,
            core,
            rules.suggested_language(core),
            deceased_iin=numbers[0],
        )
    language = rules.suggested_language(core)
    return Understanding(Meaning.NAMES_DECEASED, Reason.NUMBER_FOUND, core, language, deceased_iin=numbers[0])


def _unrecognised(text: str, core: str, question: QuestionKind | None, rules: Grammar) -> Understanding:
    form = rules.any_answer(text)
    if form is not None:
        reason = Reason.NO_QUESTION if question is None else Reason.NOT_AN_OPTION
        return Understanding(Meaning.UNCLEAR, reason, form.text, form.language)
    if question is None and rules.speaks_of_death(core):
        return _unclear(Reason.DEATH_WITHOUT_NUMBER, core, rules)
    return _unclear(Reason.OUTSIDE_GRAMMAR, core, rules)


def _unclear(reason: Reason, core: str, rules: Grammar, number: str | None = None) -> Understanding:
    return Understanding(Meaning.UNCLEAR, reason, core, rules.suggested_language(core), number)
