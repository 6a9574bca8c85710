"""Inbound messages: stored once per route and provider id, sealed, and never lost from sight."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from belsendi.records.inbox import Arrival
from belsendi.records.keystore import KeyDestroyed, Owner
from belsendi.records.models import InboundMessage, PhoneNumber
from tests.records.office import NOW, Office
from tests.records.rivals import at_once


async def message(office: Office, inbound_id: str) -> InboundMessage:
    async with office.records.database.reading() as session:
        return await session.get_one(InboundMessage, inbound_id)


async def count(office: Office, model: type[InboundMessage] | type[PhoneNumber]) -> int:
    async with office.records.database.reading() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def test_a_repeated_delivery_gives_the_first_ones_id_and_keeps_its_words(office: Office) -> None:
    first, new = await office.store("1", "m-1")
    again, repeated = await office.store("0", "m-1")
    assert (new, repeated) == (True, False)
    assert again == first
    assert await office.inbox.words(await message(office, first)) == "1"
    assert await count(office, InboundMessage) == 1


async def test_the_same_provider_id_on_another_route_is_another_message(office: Office) -> None:
    first, _ = await office.store("1", "m-1")
    other, new = await office.store("1", "m-1", route="smpp-spare")
    assert new and other != first


async def test_a_delivery_repeated_in_the_same_moment_is_stored_once(office: Office, rival: Office) -> None:
    stored = await at_once([lambda side=side: side.store("1", "m-1") for side in (office, rival) * 3])
    assert len({inbound_id for inbound_id, _ in stored}) == 1
    assert sorted(new for _, new in stored) == [False] * 5 + [True]
    assert await count(office, InboundMessage) == 1
    assert await count(office, PhoneNumber) == 1


async def test_a_number_that_writes_several_messages_at_once_is_entered_once(
    office: Office, rival: Office
) -> None:
    sides = [office, rival] * 3
    stored = await at_once([lambda s=s, n=n: s.store("1", f"m-{n}") for n, s in enumerate(sides)])
    assert all(new for _, new in stored)
    assert await count(office, InboundMessage) == 6
    assert await count(office, PhoneNumber) == 1


async def test_the_words_are_sealed_and_open_for_us_only(office: Office, rival: Office) -> None:
    inbound_id, _ = await office.store("Иә, келісемін", "m-1")
    row = await message(office, inbound_id)
    assert "Иә".encode() not in row.words
    assert await rival.inbox.words(row) == "Иә, келісемін"


async def test_words_given_to_a_case_live_and_die_with_the_case(office: Office, rival: Office) -> None:
    inbound_id, _ = await office.store("1", "m-1")
    case_id = await office.case()
    async with office.records.database.writing() as session:
        row = await session.get_one(InboundMessage, inbound_id)
        await office.inbox.give_to_case(row, case_id, NOW)
    row = await message(office, inbound_id)
    assert row.case_id == case_id
    assert await office.records.vault.keys.destroy(Owner.NUMBER, row.number_id, NOW)
    assert await rival.inbox.words(row) == "1"
    assert await office.records.vault.keys.destroy(Owner.CASE, case_id, NOW)
    with pytest.raises(KeyDestroyed):
        await office.inbox.words(row)


async def test_what_nobody_handled_is_found_oldest_first(office: Office) -> None:
    ids = {}
    for minutes in (3, 1, 2):
        ids[minutes], _ = await office.store(
            "1", f"m-{minutes}", received_at=NOW + timedelta(minutes=minutes)
        )
    async with office.records.database.writing() as session:
        (await session.get_one(InboundMessage, ids[1])).state = "handled"
    async with office.records.database.reading() as session:
        waiting = await office.inbox.unhandled(session, NOW + timedelta(minutes=3))
        earlier = await office.inbox.unhandled(session, NOW + timedelta(minutes=2))
    assert waiting == [ids[2], ids[3]]
    assert earlier == [ids[2]]


async def test_a_message_that_could_not_be_committed_is_new_when_it_comes_again(office: Office) -> None:
    arrival = Arrival("smpp-main", "m-1", "+77010000001", "1", NOW)
    with pytest.raises(RuntimeError):
        async with office.records.database.writing() as session:
            await office.inbox.store(session, arrival)
            raise RuntimeError("the process died before it committed")
    _, new = await office.store("1", "m-1")
    assert new
