"""The words of the bot: one plain text file for each answer and language, all checked when the process starts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from belsendi.errors import ConfigurationError


class Language(StrEnum):
    """Languages of citizens; Kazakh stands first wherever both are shown."""

    KAZAKH = "kk"
    RUSSIAN = "ru"


class Answer(StrEnum):
    """Everything the bot can say; the value is the name of the template without ``.txt``."""

    START = "start"
    HELP = "help"
    LANGUAGE_ASK = "language-ask"
    LANGUAGE_BUTTON = "language-button"
    LANGUAGE_SET = "language-set"
    LANGUAGE_NOT_KEPT = "language-not-kept"
    NO_QUESTIONS_HERE = "no-questions-here"
    TEXT_ONLY = "text-only"


BETWEEN = "\n\n– – –\n\n"
# Bot API: text of sendMessage 1-4096 characters, of answerCallbackQuery 0-200, counted here in UTF-16 units.
MESSAGE_LIMIT = 4096
NOTICE_LIMIT = 200
_NOTICES = {Answer.LANGUAGE_SET, Answer.LANGUAGE_NOT_KEPT}


class Texts:
    """The texts of all answers in all languages."""

    def __init__(self, words: Mapping[tuple[Language, Answer], str]) -> None:
        self._words = words

    def say(self, answer: Answer, language: Language | None) -> str:
        """The text in ``language``; in all of them, Kazakh first, while nobody has chosen (None)."""
        chosen = tuple(Language) if language is None else (language,)
        return BETWEEN.join(self._words[each, answer] for each in chosen)


def load_texts(templates_dir: Path) -> Texts:
    """Reads ``telegram/{kk,ru}/*.txt`` below ``templates_dir``.

    Raises ConfigurationError naming the first file that is missing, empty, too long or known to nobody.
    """
    folder = templates_dir / "telegram"
    words = {
        (language, answer): _read(folder / language / f"{answer}.txt", answer)
        for language in Language
        for answer in Answer
    }
    for language in Language:
        for path in sorted((folder / language).glob("*.txt")):
            if path.stem not in set(Answer):
                raise ConfigurationError(
                    f"the Telegram template {_name(path)} belongs to no answer; remove it or correct its name"
                )
    texts = Texts(words)
    for answer in Answer:
        if _length(texts.say(answer, None)) > MESSAGE_LIMIT:
            raise ConfigurationError(
                f"the Telegram template {answer}.txt is too long: all languages together may have "
                f"{MESSAGE_LIMIT} characters; shorten it"
            )
    return texts


def _read(path: Path, answer: Answer) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"the Telegram template {_name(path)} cannot be read; "
            "every answer needs its text in every language in the folder BELSENDI_TEMPLATES_DIR names"
        ) from error
    if not text:
        raise ConfigurationError(f"the Telegram template {_name(path)} is empty; write its text")
    if answer in _NOTICES and _length(text) > NOTICE_LIMIT:
        raise ConfigurationError(
            f"the Telegram template {_name(path)} is too long for a notice; {NOTICE_LIMIT} characters are allowed"
        )
    return text


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
