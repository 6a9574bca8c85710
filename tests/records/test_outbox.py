"""Outbound messages: one per fact, taken by one sender, moving one way."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from belsendi.records.models import OutboundMessage
from belsendi.records.outbox import ClaimedMessage
from tests.records.office import NOW, ROUTE, Office
from tests.records.rivals import at_once, postgres_only

LEASE = timedelta(minutes=1)
ORDER = ("queued", "sending", "unknown", "sent")
FINAL = ("delivered", "failed", "expired")


async def claim(office: Office, most: int = 50, now: datetime = NOW) -> list[ClaimedMessage]:
    async with office.records.database.writing() as session:
        return await office.outbox.claim(session, ROUTE, most, now, LEASE)


async def move(office: Office, message_id: str, state: str) -> bool:
    async with office.records.database.writing() as session:
        return await office.outbox.move(session, message_id, state, NOW)


async def total(office: Office) -> int:
    async with office.records.database.reading() as session:
        return (await session.execute(select(func.count()).select_from(OutboundMessage))).scalar_one()


async def test_the_same_fact_is_told_once(office: Office) -> None:
    number_id = await office.number()
    first = await office.queue(office.draft(number_id, "case:outcome", text="Төлем тағайындалды"))
    again = await office.queue(office.draft(number_id, "case:outcome", text="тағы бір рет"))
    assert again == first
    assert await office.outbox.text(await office.message(first)) == "Төлем тағайындалды"
    assert await total(office) == 1


async def test_a_fact_told_from_several_sides_in_the_same_moment_is_told_once(
    office: Office, rival: Office
) -> None:
    number_id = await office.number()
    sides = [office, rival] * 3
    ids = await at_once([lambda s=s: s.queue(s.draft(number_id, "case:outcome")) for s in sides])
    assert len(set(ids)) == 1
    assert await total(office) == 1


async def test_a_message_goes_with_the_fact_it_reports_or_not_at_all(office: Office) -> None:
    number_id = await office.number()
    with pytest.raises(RuntimeError):
        async with office.records.database.writing() as session:
            await office.outbox.queue(session, office.draft(number_id, "case:outcome"), NOW)
            raise RuntimeError("the fact did not come about")
    assert await total(office) == 0


async def test_the_words_in_the_table_are_sealed(office: Office) -> None:
    message_id = await office.queue(office.draft(await office.number(), "k", text="Шотыңыз 0100"))
    row = await office.message(message_id)
    assert "Шотыңыз".encode() not in row.words
    assert await office.outbox.text(row) == "Шотыңыз 0100"


async def test_due_messages_are_taken_most_urgent_first(office: Office) -> None:
    number_id = await office.number()
    later = NOW + timedelta(minutes=5)
    optional = await office.queue(office.draft(number_id, "optional", message_class="optional"))
    law = await office.queue(office.draft(number_id, "law", message_class="law"))
    asked = await office.queue(office.draft(number_id, "asked", message_class="requested"))
    await office.queue(office.draft(number_id, "later", message_class="requested", not_before=later))
    assert [message.id for message in await claim(office, most=2)] == [asked, law]
    assert [message.id for message in await claim(office)] == [optional]
    assert len(await claim(office, now=later)) == 1


async def test_a_taken_message_carries_what_the_route_needs(office: Office) -> None:
    number_id = await office.number("+77010000007")
    message_id = await office.queue(office.draft(number_id, "k", text="Сәлем", parts=2))
    (taken,) = await claim(office)
    assert (taken.id, taken.number, taken.text) == (message_id, "+77010000007", "Сәлем")
    assert (taken.attempt, taken.parts) == (1, 2)
    row = await office.message(message_id)
    assert (row.state, row.route, row.claimed_until) == ("sending", ROUTE, NOW + LEASE)


async def test_senders_that_claim_at_once_never_take_the_same_message(office: Office, rival: Office) -> None:
    number_id = await office.number()
    for place in range(20):
        await office.queue(office.draft(number_id, f"k-{place}"))
    sides = [office, rival] * 3
    taken = await at_once([lambda s=s: claim(s, most=4) for s in sides])
    ids = [message.id for batch in taken for message in batch]
    rest = await claim(office)
    assert len(ids) == len(set(ids))
    assert len(ids) + len(rest) == 20


@postgres_only
async def test_rows_another_sender_is_taking_are_skipped_not_waited_for(
    office: Office, rival: Office
) -> None:
    number_id = await office.number()
    for place in range(5):
        await office.queue(office.draft(number_id, f"k-{place}"))
    async with office.records.database.writing() as session:
        mine = await office.outbox.claim(session, ROUTE, 3, NOW, LEASE)
        others = await asyncio.wait_for(claim(rival), 60)
    assert len(mine) == 3 and len(others) == 2
    assert {message.id for message in mine}.isdisjoint(message.id for message in others)


@pytest.mark.parametrize("before", ORDER + FINAL)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_state_moves_forward_only(office: Office, before: str) -> None:
    number_id = await office.number()
    for after in (*ORDER, *FINAL):
        message_id = await office.queue(office.draft(number_id, f"{before}-{after}"))
        await move(office, message_id, before)
        ranks = {state: place for place, state in enumerate(ORDER)} | dict.fromkeys(FINAL, len(ORDER))
        further = ranks[after] > ranks[before]
        assert await move(office, message_id, after) is further
        assert (await office.message(message_id)).state == (after if further else before)


async def test_contradicting_final_states_at_once_leave_the_first(office: Office, rival: Office) -> None:
    message_id = await office.queue(office.draft(await office.number(), "k"))
    await move(office, message_id, "sent")
    ways = ["delivered", "failed", "expired"] * 2
    sides = [office, rival] * 3
    moved = await at_once(
        [lambda s=s, way=way: move(s, message_id, way) for s, way in zip(sides, ways, strict=True)]
    )
    assert moved.count(True) == 1
    row = await office.message(message_id)
    assert row.state == ways[moved.index(True)]
    assert row.finished_at == NOW


async def test_a_failed_send_goes_back_into_the_queue_and_is_counted(office: Office) -> None:
    message_id = await office.queue(office.draft(await office.number(), "k"))
    await claim(office)
    again_at = NOW + timedelta(seconds=30)
    async with office.records.database.writing() as session:
        await office.outbox.send_again(session, message_id, again_at, "OUTCOME_UNKNOWN", unknown=True)
    row = await office.message(message_id)
    assert (row.state, row.unknown_sends, row.last_error) == ("queued", 1, "OUTCOME_UNKNOWN")
    assert await claim(office) == []
    (taken,) = await claim(office, now=again_at)
    assert taken.attempt == 2


@pytest.mark.parametrize("state", FINAL)
async def test_a_finished_message_is_not_sent_again(office: Office, state: str) -> None:
    message_id = await office.queue(office.draft(await office.number(), "k"))
    await move(office, message_id, state)
    async with office.records.database.writing() as session:
        await office.outbox.send_again(session, message_id, NOW, "late")
    assert (await office.message(message_id)).state == state


async def test_a_sender_that_died_leaves_its_message_to_be_found(office: Office) -> None:
    message_id = await office.queue(office.draft(await office.number(), "k"))
    await claim(office)
    async with office.records.database.writing() as session:
        assert await office.outbox.abandoned(session, NOW + LEASE) == []
        found = await office.outbox.abandoned(session, NOW + LEASE + timedelta(seconds=1))
    assert [row.id for row in found] == [message_id]
