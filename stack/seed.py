"""Puts synthetic people and their deaths into the simulated registers of a running stack.

Nobody of them exists. The product learns of the deaths as it would outside: from the feed of the civil registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from simulators.client import RegistryControl
from simulators.population import synthetic_population

_PAGE = 1000


@dataclass(frozen=True)
class Seeded:
    """How many people and deaths were new, and how many were there already."""

    people: int
    deaths: int
    known: int


async def seed(registry_url: str, *, seed_number: int, size: int, today: date) -> Seeded:
    """Add the population of ``seed_number`` once: people who are there already stay as they are.

    ``today`` is an Almaty day; every death was registered before it. The same number gives the same people, so
    a second run adds nothing, and another number adds others.
    """
    made = synthetic_population(seed_number, size, today)
    async with RegistryControl(registry_url) as registry:
        known = await _known_iins(registry)
        fresh = [person for person in made.people if person.iin not in known]
        deaths = [death for death in made.deaths if death.deceased_iin not in known]
        if fresh:
            await registry.add_people(fresh)
        for death in deaths:
            await registry.add_death(death)
    return Seeded(people=len(fresh), deaths=len(deaths), known=len(made.people) - len(fresh))


async def _known_iins(registry: RegistryControl) -> set[str]:
    known: set[str] = set()
    while True:
        page = (await registry.population(limit=_PAGE, offset=len(known))).people
        known |= {person.iin for person in page}
        if len(page) < _PAGE:
            return known
