"""Whom the cases are about: synthetic families that lack nothing, so that every case takes the whole way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from simulators.client import RegistryControl
from simulators.population import synthetic_population
from simulators.registry.people import NewDeath, Person

_LIVING_PER_ROUND = 1600
_AT_ONCE = 500


@dataclass(frozen=True, repr=False)
class Family:
    """Who died, the record of it, and the relative the offer goes to. Nobody of them exists."""

    deceased: Person
    relative: Person
    death: NewDeath


def families(count: int, today: date, seed: int) -> list[Family]:
    """``count`` families: a pensioner died three days before ``today`` (Almaty), the relative who had the death
    registered has one number of their own and an account on file."""
    found: list[Family] = []
    numbers: set[str] = set()
    for family in _candidates(today, seed):
        number = family.relative.numbers[0]
        if number not in numbers:
            numbers.add(number)
            found.append(family)
        if len(found) == count:
            return found
    raise AssertionError("unreachable: populations do not end")


def _candidates(today: date, seed: int) -> Iterator[Family]:
    iins: set[str] = set()
    while True:
        made = synthetic_population(seed, _LIVING_PER_ROUND, today)
        seed += 1
        people = {person.iin: person for person in made.people}
        for death in made.deaths:
            relative = people.get(death.declarant_iin or "")
            deceased = people[death.deceased_iin]
            if relative is None or not relative.numbers or not relative.account or not deceased.statuses:
                continue
            if {relative.iin, deceased.iin} & iins:
                continue
            iins |= {relative.iin, deceased.iin}
            yield Family(*_fitted(deceased, relative, today))


def _fitted(deceased: Person, relative: Person, today: date) -> tuple[Person, Person, NewDeath]:
    died = today - timedelta(days=3)
    record = NewDeath(
        deceased_iin=deceased.iin,
        date_of_death=died,
        registered_on=today - timedelta(days=1),
        declarant_iin=relative.iin,
        in_feed=False,
    )
    return deceased.model_copy(update={"died_on": died}), relative, record


async def register(registry: RegistryControl, chosen: list[Family]) -> None:
    """Puts the families into the simulated registers; the feed stays silent about them."""
    people = [person for family in chosen for person in (family.deceased, family.relative)]
    for start in range(0, len(people), _AT_ONCE):
        await registry.add_people(people[start : start + _AT_ONCE])
    for family in chosen:
        await registry.add_death(family.death)
