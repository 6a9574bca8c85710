"""Finds an account number or a 12-digit identification number in plain text. Judging them is the law's."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from belsendi.contracts.personal_data import AccountNumber, MessageText

_COUNTRY = re.compile(r"(?<!\w)([0-9]?)([kк]z[ -]*[0-9])")
_GROUPS = re.compile(r"[ -]+")
_IIN = re.compile(r"(?<![\w+])[0-9]{12}(?!\w)")
_IIN_IN_GROUPS = re.compile(r"(?<![\w+])(?<![0-9][ -])[0-9](?:[ -]?[0-9]){11}(?!\w)(?![ -][0-9])")
_SEPARATORS = " .,:;)-"
IBAN_LENGTH = 20
MOST_CHARACTERS = 34
FEWEST_DIGITS = 10


@dataclass(frozen=True)
class FoundAccount:
    """An account number at the end of a message. `tidy`: nothing else can have slipped into the number."""

    before: MessageText = field(repr=False)
    number: AccountNumber = field(repr=False)
    tidy: bool


def split_account(text: str) -> FoundAccount | None:
    """Return an account number that begins with KZ and what stands before it; None without one.

    The number must be the end of the text and nothing else: "2 KZ… нет" has no account in this sense. It comes
    without spaces and dashes, in capitals, with a Cyrillic К in the country code read as K, else as typed.
    """
    found = _COUNTRY.search(text)
    if found is None:
        return None
    start = found.start(2)
    number = account_like(text[start:])
    if number is None:
        return None
    groups = _groups(text[start:])
    # "1 KZ… 0": a last group of one character may be another answer, not a part of the number
    tidy = len(groups) == 1 or (len(number) == IBAN_LENGTH and min(map(len, groups)) > 1)
    return FoundAccount(text[:start].rstrip(_SEPARATORS), number, tidy)


def account_like(text: str) -> str | None:
    """Return plain `text` as an account number when it can be meant as one, None otherwise.

    Every group has a digit (a word after the number is not part of it), there are at least ten digits and at
    most 34 characters. Wrong numbers pass too: telling the citizen what is wrong is the law's check.
    """
    groups = _groups(text)
    if groups and groups[0] in {"kz", "кz"} and len(groups) > 1:
        groups[:2] = [groups[0] + groups[1]]
    if not groups or not all(group.isalnum() and any(map(_is_digit, group)) for group in groups):
        return None
    number = "".join(groups)
    if len(number) > MOST_CHARACTERS or sum(map(_is_digit, number)) < FEWEST_DIGITS:
        return None
    number = number.upper()
    return "K" + number[1:] if number.startswith("КZ") else number  # the К here is Cyrillic


def identification_numbers(text: str) -> list[str]:
    """Return the different 12-digit numbers of plain `text`, in order; grouped digits only when none is whole."""
    whole = _IIN.findall(text)
    grouped = [re.sub(r"[ -]", "", number) for number in _IIN_IN_GROUPS.findall(text)]
    return list(dict.fromkeys(whole or grouped))


def _groups(text: str) -> list[str]:
    return [group for group in _GROUPS.split(text.strip(_SEPARATORS)) if group]


def _is_digit(character: str) -> bool:
    return "0" <= character <= "9"
