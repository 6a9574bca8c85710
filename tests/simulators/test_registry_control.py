"""The hand behind the world: people and deaths that change, outages, the feed, calls."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from simulators.client import SimulatorRefused
from simulators.process import running
from simulators.registry.people import NewDeath, Outage, OutageMode, Population
from simulators.settings import SimulatorSettings
from tests.simulators.conftest import World
from tests.simulators.people import APPLICANT, DECEASED, IBAN, NEIGHBOUR, NUMBER, small_population
from tests.simulators.test_gateway import ask, data_of, order, token_for


@pytest.fixture(autouse=True)
async def populated(world: World) -> None:
    await world.registry.set_population(small_population())


def death(deceased: str = NEIGHBOUR, **changes: Any) -> NewDeath:
    fields = {"deceased_iin": deceased, "date_of_death": "2026-06-15", "registered_on": "2026-06-16"}
    return NewDeath.model_validate(fields | changes)


async def test_what_was_put_in_can_be_read_back(world: World) -> None:
    shown = await world.registry.population()
    assert [person.iin for person in shown.people] == [APPLICANT, DECEASED, NEIGHBOUR]
    assert shown.people[1].died_on == date(2026, 6, 10), "a registered death marks the person"
    assert [each.act_no for each in shown.deaths] == ["10-2026-0000100"]


async def test_the_feed_tells_every_death_once_in_order(world: World, gateway: httpx.AsyncClient) -> None:
    await world.registry.add_death(death())
    await world.registry.add_death(death(deceased="000000000001", in_feed=False))
    first = await data_of(gateway, "civil-registry/death_feed", {"after": 0, "limit": 1})
    rest = await data_of(gateway, "civil-registry/death_feed", {"after": first["last"], "limit": 10})
    end = await data_of(gateway, "civil-registry/death_feed", {"after": rest["last"]})
    told = [record["deceased_iin"] for record in first["records"] + rest["records"]]
    assert told == [DECEASED, NEIGHBOUR]
    assert first["records"][0]["declarant_iin"] == APPLICANT
    assert rest["records"][0]["declarant_iin"] is None
    assert end == {"records": [], "last": rest["last"]}


async def test_cursors_go_on_when_the_world_is_replaced(world: World, gateway: httpx.AsyncClient) -> None:
    before = (await data_of(gateway, "civil-registry/death_feed", {}))["last"]
    await world.registry.set_population(Population())
    await world.registry.reset()
    added = await world.registry.add_death(death())
    assert added.cursor > before


async def test_a_corrected_record_is_read_but_not_told_again(
    world: World, gateway: httpx.AsyncClient
) -> None:
    last = (await data_of(gateway, "civil-registry/death_feed", {}))["last"]
    changed = await world.registry.change_death(
        "10-2026-0000100", date_of_death="2026-06-09", declarant_iin=None
    )
    assert (changed.date_of_death, changed.declarant_iin) == (date(2026, 6, 9), None)
    assert (await data_of(gateway, "civil-registry/death_feed", {"after": last}))["records"] == []
    await world.registry.remove_death("10-2026-0000100")
    with pytest.raises(SimulatorRefused, match="404"):
        await world.registry.change_death("10-2026-0000100", declarant_iin=None)


async def test_an_act_number_is_given_once(world: World) -> None:
    with pytest.raises(SimulatorRefused, match="409"):
        await world.registry.add_death(death(act_no="10-2026-0000100"))


async def test_a_changed_number_and_account_are_answered_at_once(
    world: World, gateway: httpx.AsyncClient
) -> None:
    await world.registry.change_person(APPLICANT, numbers=["+77059999999"], account=None)
    assert await data_of(gateway, "recipients/account_on_file", {"iin": APPLICANT}) is None
    new = await data_of(gateway, "mobile-citizens/numbers_of_person", {"iin": APPLICANT})
    assert new == {"numbers": [{"number": "+77059999999"}]}
    left = await data_of(gateway, "mobile-citizens/persons_of_number", {"number": NUMBER})
    assert left == {"iins": [NEIGHBOUR]}
    assert (await world.registry.person(APPLICANT)).surname == "Сейітова", "other fields stay"


async def test_an_impossible_change_changes_nothing(world: World) -> None:
    with pytest.raises(SimulatorRefused, match="422"):
        await world.registry.change_person(APPLICANT, language=None)
    with pytest.raises(SimulatorRefused, match="404"):
        await world.registry.change_person("0" * 12, veteran=True)
    assert (await world.registry.person(APPLICANT)).language == "kk"


@pytest.mark.parametrize(
    ("mode", "status"), [(OutageMode.DOWN, 503), (OutageMode.ERROR, 500), (OutageMode.REFUSING, 422)]
)
async def test_a_system_that_is_out_does_nothing(
    world: World, gateway: httpx.AsyncClient, mode: OutageMode, status: int
) -> None:
    await world.registry.set_outages(odq=Outage(mode=mode, remaining=1))
    assert (await ask(gateway, "odq/place", order())).status_code == status
    assert await world.registry.orders() == []
    assert await data_of(gateway, "recipients/account_on_file", {"iin": APPLICANT}) == {"iban": IBAN}
    assert await data_of(gateway, "odq/place", order()), "one call was lost, the next works"
    assert await world.registry.outages() == {}


async def test_a_lost_answer_leaves_the_work_done(world: World, gateway: httpx.AsyncClient) -> None:
    await world.registry.set_outages(**{"odq/place": Outage(mode=OutageMode.LOST_ANSWER, remaining=1)})
    with pytest.raises(httpx.TransportError):
        await ask(gateway, "odq/place", order())
    [placed] = await world.registry.orders()
    found = await data_of(gateway, "odq/placement", {"idempotency_key": "pay-1"})
    assert found == {"order_ref": placed.order_ref}


async def test_a_slow_system_outlasts_an_impatient_caller(world: World, gateway: httpx.AsyncClient) -> None:
    await world.registry.set_outages(recipients=Outage(mode=OutageMode.SLOW, delay_ms=5_000))
    with pytest.raises(httpx.ReadTimeout):
        await gateway.post(
            "/gateway/recipients/account_on_file",
            json={"purpose": "p", "data": {"iin": APPLICANT}},
            timeout=0.2,
        )
    await world.registry.set_outages(recipients=Outage(mode=OutageMode.SLOW, delay_ms=1))
    assert await data_of(gateway, "recipients/account_on_file", {"iin": APPLICANT}) == {"iban": IBAN}


async def test_an_outage_of_an_unknown_system_is_refused(world: World) -> None:
    with pytest.raises(SimulatorRefused, match="nowhere"):
        await world.registry.set_outages(nowhere=OutageMode.DOWN)


async def test_calls_are_written_down_with_their_outcome(world: World, gateway: httpx.AsyncClient) -> None:
    await ask(gateway, "recipients/account_on_file", {"iin": NEIGHBOUR})
    await ask(gateway, "individuals/person", {"iin": APPLICANT})
    await world.registry.set_outages(recipients=OutageMode.DOWN)
    await ask(gateway, "recipients/account_on_file", {"iin": APPLICANT})
    calls = await world.registry.calls()
    assert [(call.system, call.operation, call.outcome) for call in calls] == [
        ("recipients", "account_on_file", "absent"),
        ("individuals", "person", "TOKEN"),
        ("recipients", "account_on_file", "down"),
    ]
    only = await world.registry.calls("individuals")
    assert [(call.purpose, call.with_token, call.data) for call in only] == [
        ("a test", False, {"iin": APPLICANT})
    ]
    assert [call.id for call in await world.registry.calls(after=calls[1].id)] == [calls[2].id]


async def test_reset_empties_the_world(world: World, gateway: httpx.AsyncClient) -> None:
    await data_of(gateway, "odq/place", order())
    await world.registry.set_outages(odq=OutageMode.DOWN)
    await world.registry.reset()
    shown = await world.registry.population()
    assert (shown.people, shown.deaths) == ([], [])
    assert await world.registry.orders() == []
    assert await world.registry.calls() == []
    assert await world.registry.outages() == {}


async def test_the_world_is_the_same_after_a_restart(settings: SimulatorSettings, tmp_path: Any) -> None:
    from simulators.client import RegistryControl

    fresh = SimulatorSettings(tmp_path / "other", settings.smpp_password, settings.registry_secret)
    async with running(fresh) as addresses, RegistryControl(addresses.registry_url) as registry:
        await registry.set_population(small_population())
        await registry.set_outages(odq=OutageMode.DOWN)
        before = await registry.population()
    async with running(fresh) as addresses, RegistryControl(addresses.registry_url) as registry:
        assert await registry.population() == before
        assert await registry.outages() == {"odq": Outage(mode=OutageMode.DOWN)}


async def test_a_mixed_up_register_answers_with_another_record(
    world: World, gateway: httpx.AsyncClient
) -> None:
    await world.registry.change_person(APPLICANT, answered_with=NEIGHBOUR)
    token = await token_for(gateway, APPLICANT)
    mixed_up = await data_of(gateway, "individuals/person", {"iin": APPLICANT}, token)
    assert mixed_up["iin"] == NEIGHBOUR
    await world.registry.change_person(APPLICANT, answered_with=None)
    assert (await data_of(gateway, "individuals/person", {"iin": APPLICANT}, token))["iin"] == APPLICANT
