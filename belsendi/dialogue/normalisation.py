"""From what was typed to what is compared: forms, case, spaces, quotes, closing marks, look-alike letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

MAX_LENGTH = 1000

_QUOTES = str.maketrans(dict.fromkeys("«»“”„‟″❝❞", '"') | {"‘": "'", "’": "'", "`": "'", "´": "'"})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
# NFKC turns № into "No", which would then read as an answer
_BEFORE_FORMS = str.maketrans({"№": "#"})
_KEYCAP = re.compile("(?<=[0-9])\ufe0f?\u20e3")
_VARIATION = re.compile("[\ufe0e\ufe0f]|[\U0001f3fb-\U0001f3ff]")
_SPACES = re.compile(r"\s+")
_WRAPPINGS = {('"', '"'), ("'", "'"), ("(", ")")}


def plain(text: str) -> str:
    """Return `text` in one form: NFKC, lower case, ё as е, one kind of quote, dash and space, no invisible signs.

    Characters are only unified, never dropped when they show: a struck-out letter stays a different letter.
    """
    text = unicodedata.normalize("NFKC", text.translate(_BEFORE_FORMS))
    text = _VARIATION.sub("", _KEYCAP.sub("", text))
    text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    text = unicodedata.normalize("NFKC", text.casefold()).replace("ё", "е")
    return _SPACES.sub(" ", text.translate(_QUOTES).translate(_DASHES)).strip()


def bare(text: str, emoji: str) -> str:
    """Return plain `text` without what people put around an answer.

    That is: quotes or brackets around the whole, then at most one closing dot (two or more are hesitation), any
    number of closing brackets (smiles) and exclamation marks, and the harmless `emoji`.
    """
    text = _unclosed(_unwrapped(text), emoji)
    return _unclosed(_unwrapped(text), emoji)


def skeleton(text: str, look_alikes: Mapping[str, str]) -> str:
    """Return plain `text` with letters of one shape in two scripts made one; for comparison only."""
    return "".join(look_alikes.get(character, character) for character in text)


def _unwrapped(text: str) -> str:
    if len(text) > 2 and (text[0], text[-1]) in _WRAPPINGS:
        return text[1:-1].strip()
    return text


def _unclosed(text: str, emoji: str) -> str:
    end, dots = len(text), 0
    while end > 1:
        character = text[end - 1]
        if character == ".":
            dots += 1
        elif character not in "!) " and character not in emoji:
            break
        end -= 1
    return text if dots > 1 else text[:end].rstrip()
