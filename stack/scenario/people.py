"""The people of a scenario as the registers hold them. Nobody of them exists."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from simulators.drawing import iin_check_digit
from simulators.registry.dossier import DossierChange, LegalEntity
from simulators.registry.people import IdentityDocument, Person, StatusPeriod
from stack.scenario.model import PersonSpec, Status

_SURNAMES = ("Жапарқұлов", "Бекенбаев", "Тоқтамысов", "Қуанышев", "Сабырханов", "Молдағалиев")
_GIVEN_NAMES = ("Ерсайын", "Ақбөпе", "Мырзахмет", "Балжан", "Нұрсейіт", "Зылиқа")


_IIN_OF = re.compile(r"\{iin:([^}]+)\}")


@dataclass(frozen=True, repr=False)
class Cast:
    """Who is who: aliases, identification numbers and telephones."""

    iins: Mapping[str, str]
    numbers: Mapping[str, str]
    people: tuple[Person, ...]
    entities: frozenset[str] = frozenset()
    """Aliases of legal entities: no register of natural persons knows them."""
    registrations: tuple[LegalEntity, ...] = ()
    """What the register of legal entities holds."""

    def alias_of_iin(self, iin: str) -> str:
        return next((alias for alias, known in self.iins.items() if known == iin), "?")

    def alias_of_number(self, number: str) -> str:
        """The alias whose first number it is; otherwise the number itself."""
        return next((alias for alias, known in self.numbers.items() if known == number), number)

    def number_of(self, sender: str) -> str:
        """The first number of an alias, or the number itself. Raises KeyError for an alias without one."""
        return sender if sender.startswith("+") else self.numbers[sender]

    def named(self, entries: Any) -> Any:
        """Entries of the registers with ``{iin:alias}`` replaced. Raises KeyError for an unknown alias."""
        return _named(entries, self.iins)


def cast_of(specs: Mapping[str, PersonSpec]) -> Cast:
    """Makes the people of a scenario. The same file always gives the same people."""
    iins = {alias: spec.iin or _iin(place) for place, (alias, spec) in enumerate(specs.items(), 1)}
    numbers: dict[str, str] = {}
    people: list[Person] = []
    for place, (alias, spec) in enumerate(specs.items(), 1):
        if spec.legal_entity:
            continue
        person = _person(place, spec, iins[alias])
        entries = DossierChange.model_validate(_named(spec.entries, iins))
        given = {name: getattr(entries, name) for name in entries.model_fields_set}
        person = person.model_copy(update=given)
        people.append(person)
        if person.numbers:
            numbers[alias] = person.numbers[0]
    answered = {alias: specs[alias].answered_with for alias in specs}
    by_alias = {person.iin: person for person in people}
    for alias, other in answered.items():
        if other is not None:
            person = by_alias[iins[alias]]
            by_alias[person.iin] = person.model_copy(update={"answered_with": iins[other]})
    entities = frozenset(alias for alias, spec in specs.items() if spec.legal_entity)
    for alias in entities:
        for number in (specs[alias].numbers or [])[:1]:
            numbers[alias] = number
    return Cast(
        iins=iins,
        numbers=numbers,
        people=tuple(by_alias.values()),
        entities=entities,
        registrations=tuple(
            _registration(specs[alias], iins[alias]) for alias in sorted(entities) if specs[alias].registered
        ),
    )


def _registration(spec: PersonSpec, bin_number: str) -> LegalEntity:
    return LegalEntity(
        bin=bin_number,
        name_kk="«Тыныштық» жерлеу қызметі» ЖШС",
        name_ru="ТОО «Ритуальная служба «Тыныштық»",
        certificate_no="ЗТ-000001",
        registered_on=date(2015, 4, 2),
        active=spec.active,
        accounts=spec.accounts,
    )


def _named(entries: Any, iins: Mapping[str, str]) -> Any:
    return json.loads(_IIN_OF.sub(lambda found: iins[found[1]], json.dumps(entries, default=str)))


def identity_document(place: int) -> IdentityDocument:
    return IdentityDocument(
        kind="жеке куәлік",
        number=f"{place:09d}",
        issued_on=date(2020, 1, 15),
        valid_to=date(2030, 1, 14),
        issuer="ҚР ІІМ",
    )


def status_period(status: Status) -> StatusPeriod:
    return StatusPeriod(
        kind=status.kind,
        valid_from=status.since,
        valid_to=status.until,
        suspended_from=status.suspended_since,
        suspended_to=status.suspended_until,
    )


def _person(place: int, spec: PersonSpec, iin: str) -> Person:
    numbers = [f"+7701555{place:04d}"] if spec.numbers is None else spec.numbers
    return Person(
        iin=iin,
        surname=_SURNAMES[place % len(_SURNAMES)],
        given_name=_GIVEN_NAMES[place % len(_GIVEN_NAMES)],
        birth_date=spec.born or date(1960, 3, place % 28 + 1),
        language=spec.language,
        numbers=numbers,
        account=spec.account,
        accounts=spec.accounts,
        document=identity_document(place) if spec.document else None,
        statuses=[status_period(status) for status in spec.statuses],
        veteran=spec.veteran,
        burial_assigned=spec.burial_assigned,
    )


def _iin(place: int) -> str:
    """A number with a right check digit whose month is written plus 80, so that no real person can have it."""
    for serial in range(10_000):
        text = f"6083{place % 28 + 1:02d}4{serial:04d}"
        check = iin_check_digit([int(digit) for digit in text])
        if check is not None:
            return f"{text}{check}"
    raise AssertionError("one of ten thousand numbers has a check digit")
