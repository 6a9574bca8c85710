"""A synthetic population: nobody in it exists, everything in it is well-formed. Deterministic by seed.

IINs carry the right check digit, but their month is written plus 80 (March is 83), so that none of them can be
the number of a person born on a real date; the rule of 2013 forbids to read a date out of an IIN anyway.
Source of the forms: IIN check digit (resolution 853 of 2013 and before), IBAN KZ2!n3!n13!c.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from simulators.names import FAMILIES, Family, given_name, patronymic, surname
from simulators.registry.people import (
    IdentityDocument,
    NewDeath,
    Person,
    Population,
    StatusKind,
    StatusPeriod,
)

_BANKS = ("563", "601", "722", "856", "886", "948", "965", "972")
"""Bank codes of personal accounts (National Bank directory)."""
_PREFIXES = ("700", "701", "702", "705", "707", "708", "747", "771", "775", "776", "777", "778")
"""Mobile prefixes of Kazakhstan's operators."""
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_CITIES = (
    "Астана қ., Достық к-сі",
    "Алматы қ., Абай д-лы",
    "Шымкент қ., Тәуке хан д-лы",
    "Қарағанды қ., Бұқар жырау д-лы",
    "Семей қ., Қабанбай батыр к-сі",
    "Тараз қ., Төле би к-сі",
)
_KIND_OF_DOCUMENT = "жеке куәлік"
_ISSUER = "ҚР ІІМ"


def synthetic_population(seed: int, size: int, today: date | None = None) -> Population:
    """``size`` living people, most with a mobile number and an account, and one death for every four.

    Each deceased had a pension or benefit (one in ten had none), each death was registered within the last
    60 days before ``today`` (default 2026-06-16) by a relative, one in six by nobody known. One in seven of the
    living has no account on file, one in twenty-five no number; one in forty shares a number. The first person
    and the first death lack nothing: with them a newcomer walks through an ordinary case.
    """
    maker = _Maker(random.Random(seed), today or date(2026, 6, 16))  # noqa: S311 -- repeatable, not secret
    people: list[Person] = []
    deaths: list[NewDeath] = []
    while len(people) < size:
        family = maker.pick(FAMILIES)
        plain = not people
        living = maker.living(family, plain)
        people.append(living)
        if len(people) % 4 == 1:
            deceased, death = maker.deceased(family, living, plain)
            deaths.append(death)
            maker.departed.append(deceased)
    maker.share_numbers(people)
    return Population(people=[*people, *maker.departed], deaths=deaths)


def iin_check_digit(first: Sequence[int]) -> int | None:
    """The twelfth digit for eleven digits; None when such a number is not issued."""
    rest = sum((place + 1) * digit for place, digit in enumerate(first)) % 11
    if rest == 10:
        rest = sum(weight * digit for weight, digit in zip(_SECOND_WEIGHTS, first, strict=True)) % 11
    return None if rest == 10 else rest


def iban_of(bank: str, account: str) -> str:
    """The IBAN of a Kazakhstan account: three digits of the bank, thirteen characters of the account."""
    rearranged = "".join(str(int(char, 36)) for char in bank + account + "KZ00")
    return f"KZ{98 - int(rearranged) % 97:02d}{bank}{account}"


class _Maker:
    """Draws people one after the other; remembers what may not be given twice."""

    def __init__(self, draw: random.Random, today: date) -> None:
        self._draw = draw
        self._today = today
        self._iins: set[str] = set()
        self._numbers = self._fresh_numbers()
        self.departed: list[Person] = []

    def pick(self, families: Sequence[Family]) -> Family:
        return self._draw.choice(families)

    def _one_in(self, count: int) -> bool:
        return self._draw.randrange(count) == 0

    def _iin(self, born: date, female: bool) -> str:
        century = (5 if born.year >= 2000 else 3) + female
        while True:
            text = f"{born.year % 100:02d}{born.month + 80}{born.day:02d}{century}{self._draw.randrange(10_000):04d}"
            check = iin_check_digit([int(digit) for digit in text])
            if check is not None and (iin := f"{text}{check}") not in self._iins:
                self._iins.add(iin)
                return iin

    def _fresh_numbers(self) -> Iterator[str]:
        """Numbers nobody has yet, prefixes in turn: the first handsets are easy to tell apart."""
        given: set[str] = set()
        while True:
            prefix = _PREFIXES[len(given) % len(_PREFIXES)]
            number = f"+7{prefix}{self._draw.randrange(10_000_000):07d}"
            if number not in given:
                given.add(number)
                yield number

    def _iban(self) -> str:
        account = f"N{self._draw.randrange(10**12):012d}"
        return iban_of(self._draw.choice(_BANKS), account)

    def _birthday(self, youngest: int, oldest: int) -> date:
        """A birthday that makes the person between so many years old today."""
        return self._today - timedelta(days=self._draw.randrange(youngest * 366, oldest * 365))

    def _document(self) -> IdentityDocument:
        issued = self._today - timedelta(days=self._draw.randrange(200, 3000))
        return IdentityDocument(
            kind=_KIND_OF_DOCUMENT,
            number=f"{self._draw.randrange(10**9):09d}",
            issued_on=issued,
            valid_to=issued + timedelta(days=3652),
            issuer=_ISSUER,
        )

    def _person(self, family: Family, born: date) -> Person:
        female = self._one_in(2)
        return Person(
            iin=self._iin(born, female),
            surname=surname(family, female),
            given_name=given_name(self._draw, family, female),
            patronymic=patronymic(self._draw, family, female),
            birth_date=born,
            language=family.language,
            document=self._document(),
            address=f"{self._draw.choice(_CITIES)}, {self._draw.randrange(1, 120)}",
        )

    def living(self, family: Family, plain: bool) -> Person:
        """A grown-up; ``plain`` has everything an ordinary case needs."""
        person = self._person(family, self._birthday(21, 70))
        return person.model_copy(
            update={
                "numbers": [] if not plain and self._one_in(25) else [next(self._numbers)],
                "account": None if not plain and self._one_in(7) else self._iban(),
                "accounts": [self._iban()] if self._one_in(2) else [],
            }
        )

    def deceased(self, family: Family, relative: Person, plain: bool) -> tuple[Person, NewDeath]:
        """An elder of the family who died lately, and the record of it; ``plain`` gives a pensioner whose
        death the relative declared."""
        person = self._person(family, self._birthday(60, 92))
        while person.given_name == relative.given_name:
            person = self._person(family, person.birth_date)
        registered = self._today - timedelta(days=self._draw.randrange(60))
        died = registered - timedelta(days=self._draw.randrange(4))
        deceased = person.model_copy(
            update={
                "died_on": died,
                "statuses": self._statuses(person.birth_date, plain),
                "veteran": not plain and self._one_in(30),
            }
        )
        declarant = None if not plain and self._one_in(6) else relative.iin
        death = NewDeath(
            deceased_iin=deceased.iin, date_of_death=died, registered_on=registered, declarant_iin=declarant
        )
        return deceased, death

    def _statuses(self, born: date, plain: bool) -> list[StatusPeriod]:
        if not plain and self._one_in(10):
            return []
        if not plain and self._one_in(6):
            kind = self._draw.choice((StatusKind.STATE_SOCIAL_BENEFIT, StatusKind.SPECIAL_STATE_BENEFIT))
            return [StatusPeriod(kind=kind, valid_from=date(2019, 1, 1))]
        retired = min(date(born.year + 60, born.month, min(born.day, 28)), self._today - timedelta(days=400))
        return [
            StatusPeriod(kind=StatusKind.AGE_PENSION, valid_from=retired),
            StatusPeriod(kind=StatusKind.BASE_PENSION, valid_from=retired),
        ]

    def share_numbers(self, people: list[Person]) -> None:
        """One in forty reads the SMS of a household on the telephone of the person before."""
        for place in range(39, len(people), 40):
            if people[place - 1].numbers:
                people[place] = people[place].model_copy(update={"numbers": people[place - 1].numbers})
