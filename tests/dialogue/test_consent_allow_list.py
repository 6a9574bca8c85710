"""Consent is an allow-list: properties over arbitrary text, judged by a list of this test's own (SIL-05)."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from belsendi.dialogue import ACCOUNT_MARK, Meaning, QuestionKind, consent_forms, understand

CONSENTS = {Meaning.CONSENT, Meaning.CONSENT_OTHER_ACCOUNT, Meaning.CONSENT_WITH_ACCOUNT}
WORDS = {
    "1", "r 1", "r1", "р 1", "р1", "2", "r 2", "r2", "р 2", "р2", "ok", "okay", "окей", "yes",
    "иә", "ия", "iä", "iya", "ia", "келісемін", "келисемин", "келісем", "да", "da", "согласен", "согласна",
}  # fmt: skip
ALLOWED = WORDS | {f"{word} {ACCOUNT_MARK}" for word in WORDS}
# What may stand around a listed answer without changing it
HARMLESS = re.compile(
    r"[\s.!()«»\"'“”‘’`´„‟″❝❞\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]|[\u2000-\u206f\u00ad\ufeff]"
)
questions = st.sampled_from([*QuestionKind, None])
FRAGMENTS = [
    *sorted(WORDS), "0", "нет", "жоқ", "не", "но", "емес", "KZ86125KZT5004100100", "0100", "K", "а", "a", "№", "１",
    " ", ",", ".", "?", "…", "!", ")", "-", "–", "\n", "«", "»", '"', "👎", "❌", "🙏", "\u200b", "\u0336",
]  # fmt: skip
fragments = st.sampled_from(FRAGMENTS)


def test_the_allow_list_is_the_one_that_was_agreed() -> None:
    assert consent_forms() == ALLOWED


@given(text=st.text(max_size=40), question=questions)
def test_arbitrary_text_outside_the_list_is_never_consent(text: str, question: QuestionKind | None) -> None:
    found = understand(text, question)
    assert found.meaning not in CONSENTS or found.canonical in ALLOWED


@given(parts=st.lists(fragments, max_size=6), question=questions)
def test_consent_words_put_together_with_anything_are_never_consent(
    parts: list[str], question: QuestionKind | None
) -> None:
    found = understand("".join(parts), question)
    assert found.meaning not in CONSENTS or found.canonical in ALLOWED


@given(
    word=st.sampled_from(sorted(WORDS)),
    other=st.text(min_size=1, max_size=20).filter(lambda text: any(c.isalnum() for c in text)),
    gap=st.sampled_from([" ", ", ", "\n", " - ", "; "]),
    first=st.booleans(),
    question=st.sampled_from([QuestionKind.OFFER_WITH_ACCOUNT, QuestionKind.OFFER_NO_ACCOUNT]),
)
def test_a_listed_word_beside_another_word_is_not_consent(
    word: str, other: str, gap: str, first: bool, question: QuestionKind
) -> None:
    text = f"{word}{gap}{other}" if first else f"{other}{gap}{word}"
    found = understand(text, question)
    # "r" or "р" before a number is the listed form "R 1"
    if other.strip(" .!()").casefold() not in {"r", "р", "p", "ｒ"}:
        assert found.meaning not in CONSENTS


@given(text=st.text(max_size=30), question=questions)
def test_consent_by_a_word_keeps_nothing_of_the_text_unexplained(
    text: str, question: QuestionKind | None
) -> None:
    found = understand(text, question)
    if found.meaning in {Meaning.CONSENT, Meaning.CONSENT_OTHER_ACCOUNT}:
        rest = HARMLESS.sub("", text)
        assert sum(character.isalnum() for character in rest) == sum(map(str.isalnum, found.canonical))


@given(text=st.text(max_size=60))
def test_nothing_is_consent_while_nothing_is_offered(text: str) -> None:
    for question in (QuestionKind.ACCOUNT, None):
        assert understand(text, question).meaning not in CONSENTS


@given(parts=st.lists(fragments, max_size=6))
def test_two_is_never_an_answer_where_no_account_was_shown(parts: list[str]) -> None:
    found = understand("".join(parts), QuestionKind.OFFER_NO_ACCOUNT)
    assert found.meaning is not Meaning.CONSENT_OTHER_ACCOUNT
    assert "2" not in found.canonical or found.meaning not in CONSENTS


@given(
    word=st.sampled_from(sorted(WORDS)),
    broken=st.sampled_from(
        ["?", "👎", "❌", "🚫", "🤔", "…", "...", "..", ",", ";", ":", "-", "/", "\u0336", "%", "№", "#"]
    ),
    question=st.sampled_from(list(QuestionKind)),
)
def test_a_doubting_or_crossing_sign_undoes_an_answer(word: str, broken: str, question: QuestionKind) -> None:
    assert understand(word + broken, question).meaning not in CONSENTS
    assert understand(broken + word, question).meaning not in CONSENTS
