"""Personal and business identification numbers (IIN, BIN) and bank account numbers (IBAN) of Kazakhstan.

An IIN is judged by length and check digit only: since resolution No. 853 of 26.08.2013 its digits are no
longer
bound to birth date and sex, so neither is ever read from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from belsendi.contracts.personal_data import AccountNumber
from belsendi.errors import InvalidInput
from belsendi.law.banks import Bank, find_bank

_FIRST_WEIGHTS = tuple(range(1, 12))
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_IBAN_SEPARATORS = re.compile(r"[\s\u00a0\u202f\u2010-\u2015\-]+")
_KZ_IBAN = re.compile(r"KZ[0-9]{2}[0-9]{3}[0-9A-Z]{13}")
IBAN_LENGTH = 20


class InvalidReason(StrEnum):
    """Why a number was not accepted; the dialogue words its answer by this."""

    FORMAT = "FORMAT"
    LENGTH = "LENGTH"
    CHECK_DIGIT = "CHECK_DIGIT"
    COUNTRY = "COUNTRY"


_EXPLANATIONS = {
    InvalidReason.FORMAT: "contains characters that do not belong there; send it again as printed",
    InvalidReason.LENGTH: "has the wrong length; check that no character is missing or doubled",
    InvalidReason.CHECK_DIGIT: "does not agree with its check digits; look for a mistyped character",
    InvalidReason.COUNTRY: "is not a Kazakhstan number; it must begin with KZ",
}


class InvalidIdentifier(InvalidInput):
    """A number that cannot be right. The message never repeats the number."""

    title = "the number"

    def __init__(self, reason: InvalidReason) -> None:
        self.reason = reason
        super().__init__(f"{self.title} {_EXPLANATIONS[reason]}")


class InvalidIin(InvalidIdentifier):
    """Not an individual identification number (ЖСН / ИИН)."""

    title = "the IIN"


class InvalidBin(InvalidIdentifier):
    """Not a business identification number (БСН / БИН)."""

    title = "the BIN"


class InvalidIban(InvalidIdentifier):
    """Not a Kazakhstan bank account number (ЖИК / ИИК)."""

    title = "the account number"


class Iin(str):
    """A valid individual identification number, 12 digits. `repr` hides it; `str` is the number itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Iin(************)"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(parse_iin, core_schema.str_schema())


class Bin(str):
    """A valid business identification number, 12 digits. `repr` hides it like an IIN: sole traders use
    theirs."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Bin(************)"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(parse_bin, core_schema.str_schema())


@dataclass(frozen=True, slots=True, repr=False)
class Iban:
    """A valid Kazakhstan account number.

    `value` is normalised (20 characters, upper case, no separators), `last4` is what a message may show,
    `bank` is None when the bank code is unknown: a reason for a manual check, never for a refusal (SIL-08).
    """

    value: AccountNumber
    last4: AccountNumber
    bank_code: str
    bank: Bank | None

    def __repr__(self) -> str:
        return "Iban(********************)"


def iin_check_digit(first11: str) -> int | None:
    """Return the check digit for the first eleven digits of an IIN or BIN, or None when no number may be
    issued.

    Weights 1..11, sum modulo 11; a remainder of 10 leads to a second pass with weights 3..11, 1, 2.
    Raises InvalidInput unless `first11` is eleven ASCII digits.
    """
    if len(first11) != 11 or not _ascii_digits(first11):
        raise InvalidInput("a check digit is computed over exactly eleven digits")
    digits = [int(character) for character in first11]
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        remainder = sum(w * d for w, d in zip(weights, digits, strict=True)) % 11
        if remainder != 10:
            return remainder
    return None


def parse_iin(text: str) -> Iin:
    """Return the IIN in `text` (outer white space is dropped). Raises InvalidIin.

    Only length and check digit are judged; twelve zeros satisfy the formula and are refused explicitly.
    """
    return Iin(_twelve_digits(text, InvalidIin))


def parse_bin(text: str) -> Bin:
    """Return the BIN in `text` (outer white space is dropped). Raises InvalidBin. Digits 5 and 6 are not
    judged."""
    return Bin(_twelve_digits(text, InvalidBin))


def parse_iban(text: str) -> Iban:
    """Return the Kazakhstan account number in `text`.

    White space and dashes are dropped, letters upper-cased, and a Cyrillic К in the country code is read as K
    (people type КZ); nothing else is forgiven. Structure KZ2!n3!n13!c, check by mod 97. Raises InvalidIban.
    """
    value = _IBAN_SEPARATORS.sub("", text).upper()
    if value.startswith("К"):  # Cyrillic
        value = "K" + value[1:]
    country = value[:2]
    if not value or not country.isascii() or not country.isalpha():
        raise InvalidIban(InvalidReason.FORMAT)
    if country != "KZ":
        raise InvalidIban(InvalidReason.COUNTRY)
    if not value.isascii() or not value.isalnum():
        raise InvalidIban(InvalidReason.FORMAT)
    if len(value) != IBAN_LENGTH:
        raise InvalidIban(InvalidReason.LENGTH)
    if not _KZ_IBAN.fullmatch(value):
        raise InvalidIban(InvalidReason.FORMAT)
    if not _mod97_agrees(value):
        raise InvalidIban(InvalidReason.CHECK_DIGIT)
    bank_code = value[4:7]
    return Iban(value=value, last4=value[-4:], bank_code=bank_code, bank=find_bank(bank_code))


def _ascii_digits(text: str) -> bool:
    # isdigit alone accepts Arabic-Indic digits and superscripts
    return text.isascii() and text.isdigit()


def _twelve_digits(text: str, error: type[InvalidIdentifier]) -> str:
    value = text.strip()
    if not _ascii_digits(value) or not value.strip("0"):
        raise error(InvalidReason.FORMAT)
    if len(value) != 12:
        raise error(InvalidReason.LENGTH)
    if iin_check_digit(value[:11]) != int(value[11]):
        raise error(InvalidReason.CHECK_DIGIT)
    return value


def _mod97_agrees(iban: str) -> bool:
    if not 2 <= int(iban[2:4]) <= 98:  # 00, 01 and 99 are congruent twins of issued check digits
        return False
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
