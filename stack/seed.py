"""Puts synthetic people and what happens to them into the simulated registers of a running stack.

Nobody of them exists. The product learns of deaths, disabilities and lost breadwinners as it would outside: from
the feeds of the registers.
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
    disabilities: int = 0
    losses: int = 0


async def seed(registry_url: str, *, seed_number: int, size: int, today: date, claims: int = 0) -> Seeded:
    """Add the population of ``seed_number`` once: people who are there already stay as they are.

    ``today`` is an Almaty day; every death was registered before it. The same number gives the same people, so
    a second run adds nothing, and another number adds others. ``claims``: so many disabilities and families that
    lost a breadwinner beside them.
    """
    made = synthetic_population(seed_number, size, today, claims=claims)
    async with RegistryControl(registry_url) as registry:
        known = await _known_iins(registry)
        fresh = [person for person in made.people if person.iin not in known]
        deaths = [death for death in made.deaths if death.deceased_iin not in known]
        if fresh:
            await registry.add_people(fresh)
        for death in deaths:
            await registry.add_death(death)
        disabilities = [each for each in made.disabilities if each.iin not in known]
        losses = [each for each in made.losses if each.breadwinner_iin not in known]
        for disability in disabilities:
            await registry.add_disability(disability)
        for loss in losses:
            await registry.add_loss(loss)
        await registry.add_legal_entities(made.legal_entities)
    return Seeded(
        people=len(fresh),
        deaths=len(deaths),
        known=len(made.people) - len(fresh),
        disabilities=len(disabilities),
        losses=len(losses),
    )


async def _known_iins(registry: RegistryControl) -> set[str]:
    known: set[str] = set()
    while True:
        page = (await registry.population(limit=_PAGE, offset=len(known))).people
        known |= {person.iin for person in page}
        if len(page) < _PAGE:
            return known
