"""Delivery receipts: late, early, twice, out of order, and in the same moment as the part they speak of."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from sqlalchemy import select

from belsendi.records.models import RawReceipt
from tests.records.office import NOW, ROUTE, Office
from tests.records.rivals import until_it_waits


async def sent(office: Office, *provider_ids: str) -> str:
    """A message of so many parts that the centre has taken."""
    number_id = await office.number()
    message_id = await office.queue(office.draft(number_id, f"k-{provider_ids}", parts=len(provider_ids)))
    async with office.records.database.writing() as session:
        await office.outbox.move(session, message_id, "sent", NOW)
    return message_id


async def record(office: Office, message_id: str, provider_id: str, part: int = 1) -> None:
    async with office.records.database.writing() as session:
        await office.outbox.record_part(session, message_id, 0, part, ROUTE, provider_id, "sent", NOW)
        await office.outbox.apply_receipts(session, ROUTE, provider_id, NOW)


async def receipt(office: Office, provider_id: str, state: str) -> None:
    async with office.records.database.writing() as session:
        await office.outbox.keep_receipt(session, ROUTE, provider_id, state, "id:1 stat:X", NOW)
        await office.outbox.apply_receipts(session, ROUTE, provider_id, NOW)


async def unread(office: Office) -> int:
    query = select(RawReceipt).where(RawReceipt.applied.is_(False))
    async with office.records.database.reading() as session:
        return len((await session.execute(query)).scalars().all())


async def test_a_receipt_after_the_part_delivers_the_message(office: Office) -> None:
    message_id = await sent(office, "p-1")
    await record(office, message_id, "p-1")
    await receipt(office, "p-1", "delivered")
    row = await office.message(message_id)
    assert (row.state, row.finished_at) == ("delivered", NOW)


async def test_a_receipt_before_the_part_is_kept_until_the_part_is_known(office: Office) -> None:
    message_id = await sent(office, "p-1")
    await receipt(office, "p-1", "delivered")
    assert (await office.message(message_id)).state == "sent"
    assert await unread(office) == 1
    await record(office, message_id, "p-1")
    assert (await office.message(message_id)).state == "delivered"
    assert await unread(office) == 0


@pytest.mark.parametrize("first", ["receipt", "part"])
async def test_a_receipt_in_the_same_moment_as_its_part_is_read(
    office: Office, rival: Office, first: str
) -> None:
    message_id = await sent(office, "p-1")
    async with office.records.database.writing() as session:
        if first == "receipt":
            await office.outbox.keep_receipt(session, ROUTE, "p-1", "delivered", "id:1 stat:X", NOW)
        else:
            await office.outbox.record_part(session, message_id, 0, 1, ROUTE, "p-1", "sent", NOW)
        await office.outbox.apply_receipts(session, ROUTE, "p-1", NOW)
        other = asyncio.create_task(
            record(rival, message_id, "p-1") if first == "receipt" else receipt(rival, "p-1", "delivered")
        )
        await until_it_waits(other, office.records.database)
    await other
    assert (await office.message(message_id)).state == "delivered"
    assert await unread(office) == 0


async def test_a_repeated_receipt_is_kept_and_changes_nothing(office: Office) -> None:
    message_id = await sent(office, "p-1")
    await record(office, message_id, "p-1")
    await receipt(office, "p-1", "delivered")
    await receipt(office, "p-1", "delivered")
    assert (await office.message(message_id)).state == "delivered"
    async with office.records.database.reading() as session:
        assert len((await session.execute(select(RawReceipt))).scalars().all()) == 2


@pytest.mark.parametrize("order", list(itertools.permutations(("sent", "delivered", "unknown"))))
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_the_order_of_receipts_does_not_matter(office: Office, order: tuple[str, ...]) -> None:
    message_id = await sent(office, "p-1")
    await record(office, message_id, "p-1")
    for state in order:
        await receipt(office, "p-1", state)
    assert (await office.message(message_id)).state == "delivered"


@pytest.mark.parametrize("late", ["failed", "expired", "sent"])
async def test_nothing_moves_a_delivered_message(office: Office, late: str) -> None:
    message_id = await sent(office, "p-1")
    await record(office, message_id, "p-1")
    await receipt(office, "p-1", "delivered")
    await receipt(office, "p-1", late)
    assert (await office.message(message_id)).state == "delivered"


async def test_a_message_is_delivered_when_all_its_parts_are(office: Office) -> None:
    message_id = await sent(office, "p-1", "p-2")
    await record(office, message_id, "p-1", 1)
    await record(office, message_id, "p-2", 2)
    await receipt(office, "p-2", "delivered")
    assert (await office.message(message_id)).state == "sent"
    await receipt(office, "p-1", "delivered")
    assert (await office.message(message_id)).state == "delivered"


@pytest.mark.parametrize("worst", ["failed", "expired"])
async def test_one_lost_part_loses_the_message(office: Office, worst: str) -> None:
    message_id = await sent(office, "p-1", "p-2")
    await record(office, message_id, "p-1", 1)
    await record(office, message_id, "p-2", 2)
    await receipt(office, "p-1", "delivered")
    await receipt(office, "p-2", worst)
    row = await office.message(message_id)
    assert (row.state, row.last_error) == (worst, f"receipt-{worst}")


async def test_a_receipt_of_another_route_speaks_of_another_message(office: Office) -> None:
    message_id = await sent(office, "p-1")
    await record(office, message_id, "p-1")
    async with office.records.database.writing() as session:
        await office.outbox.keep_receipt(session, "smpp-spare", "p-1", "failed", "id:1 stat:X", NOW)
        await office.outbox.apply_receipts(session, "smpp-spare", "p-1", NOW)
    assert (await office.message(message_id)).state == "sent"
