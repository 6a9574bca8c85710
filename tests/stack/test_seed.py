"""Seeding over the real registers' interface."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from belsendi.law import parse_iin
from simulators.client import RegistryControl
from simulators.process import running
from simulators.settings import SimulatorSettings
from stack.seed import Seeded, seed

TODAY = date(2026, 11, 20)


async def test_the_same_number_adds_nothing_twice_and_a_larger_size_adds_the_rest(tmp_path: Path) -> None:
    settings = SimulatorSettings(data_dir=tmp_path, smpp_password="p", registry_secret="r")
    async with running(settings) as addresses:
        url = addresses.registry_url
        first = await seed(url, seed_number=1, size=8, today=TODAY)
        assert first == Seeded(people=8 + first.deaths, deaths=first.deaths, known=0)
        assert first.deaths == 2
        again = await seed(url, seed_number=1, size=8, today=TODAY)
        assert again == Seeded(people=0, deaths=0, known=first.people)
        other = await seed(url, seed_number=2, size=4, today=TODAY)
        assert other.known == 0
        async with RegistryControl(url) as registry:
            shown = await registry.population()
    assert len(shown.deaths) == first.deaths + other.deaths
    assert len({str(parse_iin(person.iin)) for person in shown.people}) == first.people + other.people
    assert all(death.registered_on <= TODAY for death in shown.deaths)


async def test_claims_are_seeded_once_and_told_by_their_feeds(tmp_path: Path) -> None:
    settings = SimulatorSettings(data_dir=tmp_path, smpp_password="p", registry_secret="s")
    async with running(settings) as addresses, RegistryControl(addresses.registry_url) as control:
        url = addresses.registry_url
        first = await seed(url, seed_number=1, size=8, today=TODAY, claims=2)
        again = await seed(url, seed_number=1, size=8, today=TODAY, claims=2)
        shown = await control.population()
    assert (first.disabilities, first.losses) == (2, 2)
    assert (again.people, again.deaths, again.disabilities, again.losses) == (0, 0, 0, 0)
    assert sum(person.disability is not None for person in shown.people) == 2
