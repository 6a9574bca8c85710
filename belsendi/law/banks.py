"""The dated table of bank codes in the Kazakhstan IBAN: a hint for people, never a reason to refuse an
account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from belsendi.law.data_files import read_data, read_once


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank or treasury behind a code. `personal` is False where no citizen can hold an account.

    `confidence` of the present-day name: H confirmed, M one source, U not verified.
    """

    code: str
    bic: str
    kk: str
    ru: str
    personal: bool
    confidence: str


@read_once
def load_banks() -> dict[str, Bank]:
    """Return every known bank by its three-digit code (National Bank resolution No. 128 of 27.10.2020)."""
    table = read_data("banks.yaml")["banks"]
    return {code: Bank(code=code, **entry) for code, entry in table.items()}


def find_bank(code: str) -> Bank | None:
    """Return the bank of a three-digit code, or None when the code is unknown."""
    return load_banks().get(code)


def banks_checked_on() -> date:
    """Return the day (Asia/Almaty) on which the table was last compared with its sources."""
    checked: date = read_data("banks.yaml")["checked_on"]
    return checked
