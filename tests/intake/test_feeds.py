"""The feeds of disabilities and lost breadwinners: read to the end, resumed where they stopped."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from belsendi.casework.bench import Bench, open_bench
from belsendi.errors import OutsideSystemUnavailable
from belsendi.intake.event_data import BreadwinnerLost, DisabilityEstablished
from belsendi.intake.events import LifeEvents
from belsendi.intake.feed import BREADWINNERS, DISABILITIES, Feed, FeedReader
from belsendi.records.models import LifeEvent
from belsendi.settings import Settings
from simulators.client import RegistryControl
from simulators.process import running
from simulators.registry.dossier import Dependant, Disability, NewDisability, NewLoss
from simulators.registry.people import OutageMode
from simulators.settings import SimulatorSettings
from tests.conversation.office import NOW

PERSON, PARENT, FATHER = "900101300017", "850101400120", "860101400122"


@dataclass(frozen=True)
class World:
    bench: Bench
    control: RegistryControl

    def reader(self, feed: Feed) -> FeedReader:
        return FeedReader(self.bench, LifeEvents(self.bench), feed)

    async def bodies(self, feed: Feed) -> list[dict[str, object]]:
        query = select(LifeEvent).where(LifeEvent.source == feed.name).order_by(LifeEvent.event_id)
        async with self.bench.records.database.reading() as session:
            events = list((await session.execute(query)).scalars())
        assert {event.event_type for event in events} <= {feed.event_type}
        vault = self.bench.records.vault
        return [json.loads(await vault.open(each.body, f"life_events.body/{each.id}")) for each in events]


@pytest.fixture
async def world(sqlite_settings: Settings, tmp_path: Path) -> AsyncIterator[World]:
    secret = sqlite_settings.secret("registry").get_secret_value()
    settings = SimulatorSettings(data_dir=tmp_path / "outside", smpp_password="p", registry_secret=secret)
    async with running(settings) as addresses, RegistryControl(addresses.registry_url) as control:
        bench = open_bench(sqlite_settings.model_copy(update={"registry_url": addresses.registry_url}))
        yield World(bench, control)
        await bench.close()


def disability(iin: str = PERSON, applicant: str | None = None) -> NewDisability:
    record = Disability(
        group_code="2",
        cause_code="GENERAL_ILLNESS",
        established_on=date(2026, 11, 1),
        reference_no="МСС-1",
    )
    return NewDisability(iin=iin, disability=record, applicant_iin=applicant)


async def test_an_established_disability_becomes_an_event_once(world: World) -> None:
    await world.control.add_disability(disability())
    await world.control.add_disability(disability(FATHER, PARENT))
    reader = world.reader(DISABILITIES)

    counts = [await reader.read_page(NOW), await reader.read_page(NOW)]

    bodies = await world.bodies(DISABILITIES)
    assert counts == [2, 0]
    assert [body["person_iin"] for body in bodies] == [PERSON, FATHER]
    assert [body["recipients"] for body in bodies] == [[PERSON], [PARENT]]
    assert DisabilityEstablished.model_validate(bodies[0]).established_on == date(2026, 11, 1)


async def test_a_lost_breadwinner_becomes_an_event_with_the_family(world: World) -> None:
    loss = NewLoss(
        breadwinner_iin=FATHER,
        date_of_death=date(2026, 11, 2),
        registered_on=date(2026, 11, 3),
        applicant_iin=PARENT,
        dependants=[Dependant(iin=PERSON)],
    )
    await world.control.add_loss(loss)

    assert await world.reader(BREADWINNERS).read_page(NOW) == 1

    (body,) = await world.bodies(BREADWINNERS)
    event = BreadwinnerLost.model_validate(body)
    assert (event.breadwinner_iin, event.recipients) == (FATHER, [PARENT])
    assert [(each.iin, each.relation) for each in event.dependants] == [(PERSON, "CHILD")]


async def test_an_outage_leaves_the_position_and_another_reader_goes_on(world: World) -> None:
    await world.control.add_disability(disability())
    assert await world.reader(DISABILITIES).read_page(NOW) == 1
    await world.control.add_disability(disability(FATHER))
    await world.control.set_outages(disabilities=OutageMode.DOWN)
    with pytest.raises(OutsideSystemUnavailable):
        await world.reader(DISABILITIES).read_page(NOW)
    await world.control.set_outages()

    assert await world.reader(DISABILITIES).read_page(NOW) == 1

    assert len(await world.bodies(DISABILITIES)) == 2


def test_an_iin_that_is_none_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValidationError, match="not an IIN") as caught:
        DisabilityEstablished.model_validate({"person_iin": "123456789012", "established_on": "2026-11-01"})
    assert "123456789012" not in str(caught.value)
