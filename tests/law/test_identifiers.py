"""IIN, BIN and IBAN: what is accepted, why not, and that a number never shows itself."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from belsendi.errors import InvalidInput
from belsendi.law import (
    Iban,
    Iin,
    InvalidBin,
    InvalidIban,
    InvalidIin,
    InvalidReason,
    find_bank,
    iin_check_digit,
    load_banks,
    parse_bin,
    parse_iban,
    parse_iin,
)
from belsendi.law.banks import banks_checked_on

VALID_IINS = [
    "900101300007",
    "991231400109",
    "000229500008",
    "900101300811",
    "991231400002",
    "000229500909",
    "061211600012",
]
VALID_BINS = ["940140000385", "950341000052", "961141000023", "070941024691", "160440007161"]
VALID_IBANS = [
    "KZ86125KZT5004100100",
    "KZ75125KZT2069100100",
    "KZ563190000012344567",
    "KZ244350000012344567",
    "KZ92009MEDS368609103",
    "KZ84722C000012345678",
    "KZ74601A000012345678",
    "KZ18563K000012345678",
    "KZ23965F000012345678",
    "KZ77009NNNN000000001",
]


@pytest.mark.parametrize("number", VALID_IINS)
def test_valid_iin_is_accepted(number: str) -> None:
    assert parse_iin(f" {number}\n") == number


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("012345678909", InvalidReason.CHECK_DIGIT),
        ("111111111111", InvalidReason.CHECK_DIGIT),
        ("123456789012", InvalidReason.CHECK_DIGIT),
        ("123456789011", InvalidReason.CHECK_DIGIT),
        ("000000000000", InvalidReason.FORMAT),
        ("90010130000", InvalidReason.LENGTH),
        ("9001013000070", InvalidReason.LENGTH),
        ("9001013OOOO7", InvalidReason.FORMAT),
        ("900101 300007", InvalidReason.FORMAT),
        ("٩٠٠١٠١٣٠٠٠٠٧", InvalidReason.FORMAT),
        ("90010130000⁷", InvalidReason.FORMAT),
        ("", InvalidReason.FORMAT),
    ],
)
def test_invalid_iin_says_what_kind_of_wrong(text: str, reason: InvalidReason) -> None:
    with pytest.raises(InvalidIin) as caught:
        parse_iin(text)
    assert caught.value.reason is reason
    assert isinstance(caught.value, InvalidInput)
    if text:
        assert text not in str(caught.value)


@pytest.mark.parametrize("first11", ["90010130080", "99123140004", "00022950096"])
def test_some_prefixes_have_no_check_digit_at_all(first11: str) -> None:
    assert iin_check_digit(first11) is None
    for last in "0123456789":
        with pytest.raises(InvalidIin):
            parse_iin(first11 + last)


@pytest.mark.parametrize("bad", ["", "1234567890", "1234567890a", "123456789012"])
def test_a_check_digit_needs_eleven_digits(bad: str) -> None:
    with pytest.raises(InvalidInput):
        iin_check_digit(bad)


@given(first11=st.text("0123456789", min_size=11, max_size=11))
def test_exactly_the_computed_check_digit_is_accepted(first11: str) -> None:
    accepted = []
    for last in "0123456789":
        try:
            accepted.append(parse_iin(first11 + last)[-1])
        except InvalidIin:
            continue
    digit = iin_check_digit(first11)
    assert accepted == ([] if digit is None or not (first11 + str(digit)).strip("0") else [str(digit)])


@pytest.mark.parametrize("number", VALID_BINS)
def test_valid_bin_is_accepted(number: str) -> None:
    assert parse_bin(number) == number


def test_invalid_bin_is_refused() -> None:
    with pytest.raises(InvalidBin) as caught:
        parse_bin("940140000380")
    assert caught.value.reason is InvalidReason.CHECK_DIGIT


@pytest.mark.parametrize("number", VALID_IBANS)
def test_valid_iban_is_accepted(number: str) -> None:
    account = parse_iban(number)
    assert (account.value, account.last4, account.bank_code) == (number, number[-4:], number[4:7])


@pytest.mark.parametrize(
    "typed",
    [
        "KZ86 125K ZT50 0410 0100",
        "kz86125kzt5004100100",
        "  KZ86-125K-ZT50-0410-0100 ",
        "КZ86125KZT5004100100",  # Cyrillic К in the country code
        "кz86125kzt5004100100",
        "KZ86\u00a0125K\u00a0ZT50\u00a00410\u00a00100",
    ],
)
def test_an_iban_is_read_the_way_people_type_it(typed: str) -> None:
    assert parse_iban(typed).value == "KZ86125KZT5004100100"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("KZ87125KZT5004100100", InvalidReason.CHECK_DIGIT),
        ("KZ86125KZT500410010", InvalidReason.LENGTH),
        ("KZ86125KZT50041001000", InvalidReason.LENGTH),
        ("DE89370400440532013000", InvalidReason.COUNTRY),
        ("86125KZT5004100100", InvalidReason.FORMAT),
        ("KZ86125КZT5004100100", InvalidReason.FORMAT),  # Cyrillic К beyond the country code
        ("KZ86A25KZT5004100100", InvalidReason.FORMAT),
        ("KZ8612*KZT5004100100", InvalidReason.FORMAT),
        ("", InvalidReason.FORMAT),
        ("иә", InvalidReason.FORMAT),
    ],
)
def test_invalid_iban_says_what_kind_of_wrong(text: str, reason: InvalidReason) -> None:
    with pytest.raises(InvalidIban) as caught:
        parse_iban(text)
    assert caught.value.reason is reason
    if text:
        assert text not in str(caught.value)


@given(position=st.integers(2, 19), replacement=st.sampled_from("0123456789"))
def test_one_mistyped_digit_is_always_found(position: int, replacement: str) -> None:
    good = "KZ563190000012344567"
    mistyped = good[:position] + replacement + good[position + 1 :]
    if mistyped == good:
        assert parse_iban(mistyped).value == good
    else:
        with pytest.raises(InvalidIban):
            parse_iban(mistyped)


@given(position=st.integers(7, 18))
def test_two_swapped_digits_are_always_found(position: int) -> None:
    good = "KZ563190000012344567"
    swapped = good[:position] + good[position + 1] + good[position] + good[position + 2 :]
    if swapped != good:
        with pytest.raises(InvalidIban):
            parse_iban(swapped)


def test_check_digits_that_are_never_issued_are_refused() -> None:
    bodies = (f"722{number:013}" for number in range(10_000))
    body = next(body for body in bodies if int(body + "203500") % 97 == 96)
    assert parse_iban(f"KZ02{body}").bank_code == "722"
    with pytest.raises(InvalidIban) as caught:
        parse_iban(f"KZ99{body}")  # congruent to 02 modulo 97
    assert caught.value.reason is InvalidReason.CHECK_DIGIT


def test_the_bank_is_a_hint_and_an_unknown_bank_is_no_error() -> None:
    kaspi = parse_iban("KZ84722C000012345678").bank
    assert kaspi is not None
    assert (kaspi.ru, kaspi.personal) == ("Kaspi Bank", True)
    body = "222" + "0" * 13
    check = 98 - int(body + "203500") % 97
    assert parse_iban(f"KZ{check:02}{body}").bank is None
    assert find_bank("190") is None


def test_treasury_and_central_bank_are_not_personal() -> None:
    impersonal = {code for code, bank in load_banks().items() if not bank.personal}
    assert impersonal == {"009", "070", "125", "700", "907"}
    assert all(len(code) == 3 for code in load_banks())
    assert banks_checked_on().year >= 2026


def test_numbers_hide_in_repr_but_travel_as_themselves() -> None:
    iin, bin_, account = parse_iin(VALID_IINS[0]), parse_bin(VALID_BINS[0]), parse_iban(VALID_IBANS[0])
    shown = repr([iin, bin_, account]) + str(account)
    for secret in (VALID_IINS[0], VALID_BINS[0], VALID_IBANS[0], account.last4):
        assert secret not in shown
    assert json.dumps(iin) == f'"{VALID_IINS[0]}"'
    assert isinstance(account, Iban)


def test_a_model_field_of_the_type_validates_itself() -> None:
    class Person(BaseModel):
        iin: Iin

    person = Person(iin=Iin(VALID_IINS[0]))
    assert isinstance(Person.model_validate_json(person.model_dump_json()).iin, Iin)
    with pytest.raises(ValueError, match="check digits"):
        Person.model_validate({"iin": "111111111111"})
