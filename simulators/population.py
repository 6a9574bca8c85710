"""A synthetic population: nobody in it exists, everything in it is well-formed. Deterministic by seed."""

from __future__ import annotations

import random
from datetime import date

from simulators.claims import add_disability, add_funeral_office, add_loss
from simulators.drawing import Maker
from simulators.names import FAMILIES
from simulators.registry.people import NewDeath, Person, Population


def synthetic_population(seed: int, size: int, today: date | None = None, *, claims: int = 0) -> Population:
    """``size`` living people, most with a mobile number and an account, and one death for every four.

    Each deceased had a pension or benefit (one in ten had none), each death was registered within the last
    60 days before ``today`` (default 2026-06-16) by a relative, one in six by nobody known. One in seven of the
    living has no account on file, one in twenty-five no number; one in forty shares a number. The first person
    and the first death lack nothing: with them a newcomer walks through an ordinary case.

    ``claims`` adds so many persons with a disability established lately and so many families that lost a
    breadwinner, each kind in turn, and one legal entity; the first of both lacks nothing.
    """
    maker = Maker(random.Random(seed), today or date(2026, 6, 16))  # noqa: S311 -- repeatable, not secret
    people: list[Person] = []
    deaths: list[NewDeath] = []
    while len(people) < size:
        family = maker.draw.choice(FAMILIES)
        plain = not people
        living = maker.living(family, plain)
        people.append(living)
        if len(people) % 4 == 1:
            deceased, death = maker.deceased(family, living, plain)
            deaths.append(death)
            maker.departed.append(deceased)
    maker.share_numbers(people)
    world = Population(people=[*people, *maker.departed], deaths=deaths)
    # A draw of their own: the claims of a seed are the same whatever the size.
    maker = Maker(random.Random(f"claims {seed}"), maker.today, beside=maker)  # noqa: S311 -- as above
    if claims:
        add_funeral_office(world, maker)
    for place in range(claims):
        add_disability(world, maker, place)
        add_loss(world, maker, place)
    return world
