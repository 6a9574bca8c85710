"""Sealed values open only where they were sealed, and blind indexes tell nothing across domains."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from belsendi.errors import ConfigurationError
from belsendi.records.columns import Instant, new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import Person, PhoneNumber
from belsendi.records.store import Records, open_records
from belsendi.records.vault import SealBroken, Vault
from belsendi.settings import Settings
from tests.records.office import NOW, Office

PLACE = "persons.iin/1"

only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


async def test_what_was_sealed_opens_again_in_every_process(
    records: Records, open_another: Callable[[], Records]
) -> None:
    sealed = await records.vault.seal(Owner.PERSON, "p", "Сейітова Әлия", PLACE, NOW)
    assert await records.vault.open(sealed, PLACE) == "Сейітова Әлия"
    assert await open_another().vault.open(sealed, PLACE) == "Сейітова Әлия"


@only_sqlite
async def test_the_same_value_sealed_twice_looks_different(records: Records) -> None:
    first, second = [await records.vault.seal(Owner.PERSON, "p", "1", PLACE, NOW) for _ in range(2)]
    assert first != second


@only_sqlite
@pytest.mark.parametrize("place", ["persons.iin/2", "persons.name/1", "accounts.number/1", ""])
async def test_a_value_moved_to_another_place_does_not_open(records: Records, place: str) -> None:
    sealed = await records.vault.seal(Owner.PERSON, "p", "850101400121", PLACE, NOW)
    with pytest.raises(SealBroken) as refused:
        await records.vault.open(sealed, place)
    assert "850101400121" not in str(refused.value)


async def test_a_row_that_took_anothers_value_does_not_open(office: Office) -> None:
    first, second = await office.person("850101400121"), await office.person("400101300129")
    async with office.records.database.writing() as session:
        (await session.get_one(Person, second)).iin = (await session.get_one(Person, first)).iin
    async with office.records.database.reading() as session:
        moved = await session.get_one(Person, second)
    with pytest.raises(SealBroken):
        await office.people.iin(moved)


@only_sqlite
async def test_a_changed_value_does_not_open(records: Records) -> None:
    sealed = await records.vault.seal(Owner.PERSON, "p", "850101400121", PLACE, NOW)
    for place in (17, len(sealed) // 2, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(SealBroken):
            await records.vault.open(bytes(changed), PLACE)


@only_sqlite
@pytest.mark.parametrize("form", [b"", b"\x02" + bytes(60), b"\x01" + bytes(43), b"850101400121"])
async def test_what_is_no_sealed_value_is_said_so(records: Records, form: bytes) -> None:
    with pytest.raises(SealBroken, match="unknown form"):
        await records.vault.open(form, PLACE)


def test_blind_indexes_of_different_domains_and_keys_differ() -> None:
    ours, theirs = Vault(None, bytes(32)), Vault(None, bytes([1]) * 32)  # type: ignore[arg-type]
    value = "77010000001"
    assert ours.index("iin", value) == ours.index("iin", value)
    assert ours.index("iin", value) != ours.index("number", value)
    assert ours.index("iin", value) != theirs.index("iin", value)
    assert value not in ours.index("iin", value)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
@settings(max_examples=200)
def test_no_two_pairs_of_domain_and_value_share_an_index(a: str, b: str, c: str, d: str) -> None:
    vault = Vault(None, bytes(32))  # type: ignore[arg-type]
    domains_are_names = "\x00" not in a and "\x00" not in c
    if domains_are_names and (a, b) != (c, d):
        assert vault.index(a, b) != vault.index(c, d)


async def test_people_and_numbers_are_found_by_their_index_alone(office: Office) -> None:
    person_id, number_id = await office.person("850101400121"), await office.number("+77010000001")
    async with office.records.database.writing() as session:
        found = await office.people.find_person(session, "850101400121")
        number = await office.people.number(session, "+77010000001", NOW)
        assert found is not None and (found.id, number.id) == (person_id, number_id)
        assert await office.people.find_person(session, "400101300129") is None
        assert await office.people.iin(found) == "850101400121"
        assert await office.people.digits(number) == "+77010000001"
        row = (await session.execute(select(Person.iin_index, Person.iin))).one()
        phone = (await session.execute(select(PhoneNumber.number_index, PhoneNumber.number))).one()
    assert all("850101400121" not in str(column) for column in row)
    assert all("77010000001" not in str(column) for column in phone)


async def test_an_error_of_the_database_does_not_show_what_was_to_be_written(office: Office) -> None:
    index = "850101400121"
    with pytest.raises(IntegrityError) as refused:
        async with office.records.database.writing() as session:
            for _ in range(2):
                session.add(Person(iin_index=index, iin=b"canary", created_at=NOW))
                await session.flush()
    assert index not in str(refused.value) and "canary" not in str(refused.value)


async def test_a_name_is_sealed_with_the_persons_key(office: Office) -> None:
    person_id = await office.person()
    async with office.records.database.writing() as session:
        person = await session.get_one(Person, person_id)
        assert await office.people.name(person) is None
        await office.people.set_name(person, "Сейітова Әлия", NOW)
    async with office.records.database.reading() as session:
        person = await session.get_one(Person, person_id)
    assert person.name is not None and "Сейітова".encode() not in person.name
    assert await office.people.name(person) == "Сейітова Әлия"


async def test_stop_holds_until_start(office: Office) -> None:
    number_id, person_id = await office.number(), await office.person()

    async def out() -> tuple[bool, bool, bool]:
        async with office.records.database.reading() as session:
            ask = office.people.opted_out
            return (
                await ask(session, number_id=number_id, person_id=None),
                await ask(session, number_id=None, person_id=person_id),
                await ask(session, number_id=new_id(), person_id=new_id()),
            )

    assert await out() == (False, False, False)
    for _ in range(2):
        async with office.records.database.writing() as session:
            await office.people.opt_out(session, number_id, person_id, new_id(), NOW)
    assert await out() == (True, True, False)
    async with office.records.database.writing() as session:
        await office.people.opt_in(session, number_id, NOW)
    assert await out() == (False, False, False)


async def test_a_strangers_stop_holds_for_nobody_else(office: Office) -> None:
    """Of whoever writes from a number without a case the person is not known (SIL-07)."""
    stranger, other = await office.number(), await office.number()
    async with office.records.database.writing() as session:
        await office.people.opt_out(session, stranger, None, new_id(), NOW)

    async with office.records.database.reading() as session:
        assert await office.people.opted_out(session, number_id=stranger, person_id=None)
        assert not await office.people.opted_out(session, number_id=other, person_id=None)
        assert not await office.people.opted_out(session, number_id=None, person_id=None)


async def test_an_instant_comes_back_as_the_same_aware_utc_instant(office: Office) -> None:
    almaty = NOW.astimezone(timezone(timedelta(hours=5)))
    async with office.records.database.writing() as session:
        person = await office.people.person(session, "850101400121", almaty)
    async with office.records.database.reading() as session:
        read = (await session.get_one(Person, person.id)).created_at
    assert read == NOW and read.tzinfo is UTC


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(datetime(2026, 11, 20), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("index-key", "not hex", "64 hex digits"),
        ("index-key", None, "'index-key' cannot be read"),
        ("master-keys", "  ", "'master-keys' is empty"),
        ("master-keys", "m1:zz", "name:hex"),
    ],
)
def test_a_missing_or_wrong_secret_is_named(
    sqlite_settings: Settings, tmp_path: Path, name: str, content: str | None, problem: str
) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    for file in sqlite_settings.secrets_dir.iterdir():
        (folder / file.name).write_text(file.read_text())
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content)
    with pytest.raises(ConfigurationError, match=problem):
        open_records(sqlite_settings.model_copy(update={"secrets_dir": folder}))
