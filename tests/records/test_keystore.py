"""The key store: one key per owner, wrapped; destroying it erases what it sealed, everywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from belsendi.errors import ConfigurationError, NotFound
from belsendi.records.columns import new_id
from belsendi.records.database import Database
from belsendi.records.keystore import DataKey, KeyDestroyed, KeyStore, MasterKeys, Owner
from belsendi.records.vault import Vault
from belsendi.settings import Settings
from tests.records.office import NOW
from tests.records.rivals import at_once

OLD, NEW = "a1" * 32, "b2" * 32
INDEX_KEY = bytes(range(32))


class Seconds:
    """The clock of a key cache."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def keys(records_settings: Settings) -> AsyncIterator[Database]:
    database = Database(records_settings.keys_database_url)
    yield database
    await database.close()


def store(keys: Database, ring: str = f"m1:{OLD}", clock: Seconds | None = None) -> KeyStore:
    return KeyStore(keys, MasterKeys.parse(ring), clock or Seconds())


def vault(keys: Database, ring: str = f"m1:{OLD}", clock: Seconds | None = None) -> Vault:
    return Vault(store(keys, ring, clock), INDEX_KEY)


async def stored(keys: Database) -> list[DataKey]:
    async with keys.reading() as session:
        return list((await session.execute(select(DataKey))).scalars())


async def test_an_owner_keeps_one_key_and_owners_have_different_ones(keys: Database) -> None:
    first = store(keys)
    owner = new_id()
    key = await first.key_for(Owner.PERSON, owner, NOW)
    assert await first.key_for(Owner.PERSON, owner, NOW) == key
    assert await store(keys).key_for(Owner.PERSON, owner, NOW) == key
    others = [
        await first.key_for(kind, owner_id, NOW)
        for kind, owner_id in ((Owner.CASE, owner), (Owner.PERSON, new_id()))
    ]
    assert len({bytes_ for _, bytes_ in [key, *others]}) == 3


async def test_a_key_asked_for_in_the_same_moment_is_made_once(keys: Database) -> None:
    owner = new_id()
    made = await at_once([lambda: store(keys).key_for(Owner.NUMBER, owner, NOW)] * 6)
    assert len(set(made)) == 1
    assert len(await stored(keys)) == 1


async def test_keys_lie_wrapped(keys: Database) -> None:
    key_id, key = await store(keys).key_for(Owner.PERSON, new_id(), NOW)
    (row,) = await stored(keys)
    assert (row.id, row.master) == (key_id, "m1")
    assert row.wrapped is not None and key not in row.wrapped and bytes.fromhex(OLD) not in row.wrapped


async def test_destroying_a_key_makes_unreadable_what_it_sealed(keys: Database) -> None:
    box, owner, neighbour = vault(keys), new_id(), new_id()
    sealed = await box.seal(Owner.PERSON, owner, "850101400121", "persons.iin/1", NOW)
    kept = await box.seal(Owner.PERSON, neighbour, "850101400121", "persons.iin/2", NOW)
    assert await box.open(sealed, "persons.iin/1") == "850101400121"
    assert await box.keys.destroy(Owner.PERSON, owner, NOW)
    for reader in (box, vault(keys)):
        with pytest.raises(KeyDestroyed):
            await reader.open(sealed, "persons.iin/1")
        assert await reader.open(kept, "persons.iin/2") == "850101400121"
    row = next(row for row in await stored(keys) if row.owner_id == owner)
    assert (row.wrapped, row.destroyed_at) == (None, NOW)


async def test_nothing_new_is_sealed_for_an_erased_owner(keys: Database) -> None:
    box, owner = vault(keys), new_id()
    await box.seal(Owner.CASE, owner, "1", "inbox.words/1", NOW)
    await box.keys.destroy(Owner.CASE, owner, NOW)
    for writer in (box, vault(keys)):
        with pytest.raises(KeyDestroyed):
            await writer.seal(Owner.CASE, owner, "1", "inbox.words/2", NOW)


async def test_another_process_forgets_a_destroyed_key_within_half_a_minute(keys: Database) -> None:
    clock, owner = Seconds(), new_id()
    here, elsewhere = vault(keys), vault(keys, clock=clock)
    sealed = await here.seal(Owner.PERSON, owner, "Әлия", "persons.name/1", NOW)
    assert await elsewhere.open(sealed, "persons.name/1") == "Әлия"
    await here.keys.destroy(Owner.PERSON, owner, NOW)
    clock.now += 31
    with pytest.raises(KeyDestroyed):
        await elsewhere.open(sealed, "persons.name/1")


async def test_reading_does_not_lengthen_the_life_of_a_cached_key(keys: Database) -> None:
    clock, owner = Seconds(), new_id()
    here, elsewhere = vault(keys), vault(keys, clock=clock)
    sealed = await here.seal(Owner.PERSON, owner, "Әлия", "persons.name/1", NOW)
    await elsewhere.open(sealed, "persons.name/1")
    await here.keys.destroy(Owner.PERSON, owner, NOW)
    for _ in range(2):
        clock.now += 14
        await elsewhere.open(sealed, "persons.name/1")
    clock.now += 3
    with pytest.raises(KeyDestroyed):
        await elsewhere.open(sealed, "persons.name/1")


async def test_a_key_is_destroyed_once(keys: Database) -> None:
    box, owner = vault(keys), new_id()
    await box.seal(Owner.PERSON, owner, "1", "p/1", NOW)
    assert await box.keys.destroy(Owner.PERSON, owner, NOW)
    assert not await box.keys.destroy(Owner.PERSON, owner, NOW)
    assert not await box.keys.destroy(Owner.PERSON, new_id(), NOW)


async def test_an_older_master_key_opens_and_the_newest_wraps(keys: Database) -> None:
    old, both, new = f"m1:{OLD}", f"m1:{OLD}\nm2:{NEW}", f"m2:{NEW}"
    before = await vault(keys, old).seal(Owner.PERSON, "a", "бұрын", "p/1", NOW)
    rotated = vault(keys, both)
    after = await rotated.seal(Owner.PERSON, "b", "кейін", "p/2", NOW)
    assert await rotated.open(before, "p/1") == "бұрын"
    assert {row.owner_id: row.master for row in await stored(keys)} == {"a": "m1", "b": "m2"}
    alone = vault(keys, new)
    assert await alone.open(after, "p/2") == "кейін"
    with pytest.raises(ConfigurationError, match="lacks master key 'm1'"):
        await alone.open(before, "p/1")


async def test_a_foreign_master_key_is_said_so_and_shows_nothing(keys: Database) -> None:
    sealed = await vault(keys).seal(Owner.PERSON, "a", "Әлия", "p/1", NOW)
    with pytest.raises(ConfigurationError, match="'m1' does not open the key store") as refused:
        await vault(keys, f"m1:{NEW}").open(sealed, "p/1")
    assert NEW not in str(refused.value) and OLD not in str(refused.value)


async def test_a_key_that_the_store_lost_is_not_an_erased_one(keys: Database) -> None:
    with pytest.raises(NotFound, match="restore its backup"):
        await store(keys).key(new_id())
    async with keys.reading() as session:
        assert (await session.execute(select(func.count()).select_from(DataKey))).scalar_one() == 0


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("m1:nothex", "must read name:hex"),
        ("m1", "not 32 bytes"),
        (f"m1:{OLD[:-2]}", "not 32 bytes"),
        (f"m1:{OLD}\nm2:{NEW}00", "not 32 bytes"),
    ],
    ids=["empty", "no hex", "no key", "short", "second one long"],
)
def test_a_wrong_keyring_is_refused_at_the_start(text: str, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem) as refused:
        MasterKeys.parse(text)
    assert OLD not in str(refused.value)
