"""Drawing people one after the other. Identifiers are well-formed, but belong to nobody.

IINs carry the right check digit, but their month is written plus 80 (March is 83), so that none of them can be
the number of a person born on a real date; the rule of 2013 forbids to read a date out of an IIN anyway.
Source of the forms: IIN check digit (resolution 853 of 2013 and before), IBAN KZ2!n3!n13!c.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from simulators.names import Family, given_name, patronymic, surname
from simulators.registry.people import IdentityDocument, NewDeath, Person, StatusKind, StatusPeriod

_BANKS = ("563", "601", "722", "856", "886", "948", "965", "972")
"""Bank codes of personal accounts (National Bank directory)."""
_PREFIXES = ("700", "701", "702", "705", "707", "708", "747", "771", "775", "776", "777", "778")
"""Mobile prefixes of Kazakhstan's operators."""
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
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


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


class Maker:
    """Draws people one after the other; remembers what may not be given twice, to a maker ``beside`` it too."""

    def __init__(self, draw: random.Random, today: date, beside: Maker | None = None) -> None:
        self.draw = draw
        self.today = today
        self._iins: set[str] = set() if beside is None else beside._iins
        self._given: set[str] = set() if beside is None else beside._given
        self._numbers = self._fresh_numbers()
        self.departed: list[Person] = []

    def one_in(self, count: int) -> bool:
        return self.draw.randrange(count) == 0

    def iin(self, born: date, female: bool) -> str:
        century = (5 if born.year >= 2000 else 3) + female
        while True:
            text = f"{born.year % 100:02d}{born.month + 80}{born.day:02d}{century}{self.draw.randrange(10_000):04d}"
            check = iin_check_digit([int(digit) for digit in text])
            if check is not None and (iin := f"{text}{check}") not in self._iins:
                self._iins.add(iin)
                return iin

    def bin_number(self, registered: date) -> str:
        """The number of a resident legal entity; like the IINs it carries no real month."""
        while True:
            text = f"{registered.year % 100:02d}{registered.month + 80}40{self.draw.randrange(100_000):05d}"
            check = iin_check_digit([int(digit) for digit in text])
            if check is not None:
                return f"{text}{check}"

    def _fresh_numbers(self) -> Iterator[str]:
        """Numbers nobody has yet, prefixes in turn: the first handsets are easy to tell apart."""
        while True:
            prefix = _PREFIXES[len(self._given) % len(_PREFIXES)]
            number = f"+7{prefix}{self.draw.randrange(10_000_000):07d}"
            if number not in self._given:
                self._given.add(number)
                yield number

    def iban(self) -> str:
        account = f"N{self.draw.randrange(10**12):012d}"
        return iban_of(self.draw.choice(_BANKS), account)

    def birthday(self, youngest: int, oldest: int) -> date:
        """A birthday that makes the person between so many years old today."""
        return self.today - timedelta(days=self.draw.randrange(youngest * 366, oldest * 365))

    def _document(self) -> IdentityDocument:
        issued = self.today - timedelta(days=self.draw.randrange(200, 3000))
        return IdentityDocument(
            kind=_KIND_OF_DOCUMENT,
            number=f"{self.draw.randrange(10**9):09d}",
            issued_on=issued,
            valid_to=issued + timedelta(days=3652),
            issuer=_ISSUER,
        )

    def person(self, family: Family, born: date, female: bool | None = None) -> Person:
        if female is None:
            female = self.one_in(2)
        return Person(
            iin=self.iin(born, female),
            surname=surname(family, female),
            given_name=given_name(self.draw, family, female),
            patronymic=patronymic(self.draw, family, female),
            birth_date=born,
            language=family.language,
            document=self._document(),
            address=f"{self.draw.choice(_CITIES)}, {self.draw.randrange(1, 120)}",
        )

    def living(
        self, family: Family, plain: bool, female: bool | None = None, born: date | None = None
    ) -> Person:
        """A grown-up; ``plain`` has everything an ordinary case needs."""
        person = self.person(family, born or self.birthday(21, 70), female)
        return person.model_copy(
            update={
                "numbers": [] if not plain and self.one_in(25) else [next(self._numbers)],
                "account": None if not plain and self.one_in(7) else self.iban(),
                "accounts": [self.iban()] if self.one_in(2) else [],
            }
        )

    def child(self, family: Family, age: int) -> Person:
        """A child or a young person of this age, without a telephone and an account."""
        return self.person(family, self.born(age))

    def born(self, age: int) -> date:
        """A birthday that makes the person so old today."""
        return self.today - timedelta(days=age * 366 + self.draw.randrange(10, 300))

    def deceased(self, family: Family, relative: Person, plain: bool) -> tuple[Person, NewDeath]:
        """An elder of the family who died lately, and the record of it; ``plain`` gives a pensioner whose
        death the relative declared."""
        person = self.person(family, self.birthday(60, 92))
        while person.given_name == relative.given_name:
            person = self.person(family, person.birth_date)
        registered = self.today - timedelta(days=self.draw.randrange(60))
        died = registered - timedelta(days=self.draw.randrange(4))
        deceased = person.model_copy(
            update={
                "died_on": died,
                "statuses": self._statuses(person.birth_date, plain),
                "veteran": not plain and self.one_in(30),
            }
        )
        declarant = None if not plain and self.one_in(6) else relative.iin
        death = NewDeath(
            deceased_iin=deceased.iin, date_of_death=died, registered_on=registered, declarant_iin=declarant
        )
        return deceased, death

    def _statuses(self, born: date, plain: bool) -> list[StatusPeriod]:
        if not plain and self.one_in(10):
            return []
        if not plain and self.one_in(6):
            kind = self.draw.choice((StatusKind.STATE_SOCIAL_BENEFIT, StatusKind.SPECIAL_STATE_BENEFIT))
            return [StatusPeriod(kind=kind, valid_from=date(2019, 1, 1))]
        retired = min(date(born.year + 60, born.month, min(born.day, 28)), self.today - timedelta(days=400))
        return [
            StatusPeriod(kind=StatusKind.AGE_PENSION, valid_from=retired),
            StatusPeriod(kind=StatusKind.BASE_PENSION, valid_from=retired),
        ]

    def share_numbers(self, people: list[Person]) -> None:
        """One in forty reads the SMS of a household on the telephone of the person before."""
        for place in range(39, len(people), 40):
            if people[place - 1].numbers:
                people[place] = people[place].model_copy(update={"numbers": people[place - 1].numbers})
