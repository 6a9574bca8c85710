"""The part store over the records: what it keeps survives it, and nothing of the sender lies open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from sms.part_store import RecordsPartStore
from sms.smpp import InboundPart
from tests.sms.office import Office, open_office

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


def part(name: str, *, index: int = 1, sender: str = "+77010000001", after: float = 0) -> InboundPart:
    return InboundPart(
        part_id=name * 32,
        route="r",
        link="link",
        sender=sender,
        short_code="1414",
        reference=7,
        total=2,
        index=index,
        data_coding=8,
        body="құпия".encode("utf-16-be"),
        network_id="N1",
        received_at=START + timedelta(seconds=after),
    )


async def test_a_part_is_read_as_it_was_kept(office: Office) -> None:
    store = RecordsPartStore(office.records)

    assert list(await store.keep(part("a"))) == [part("a")]


async def test_a_group_comes_in_order_of_arrival_and_without_doubles(office: Office) -> None:
    store = RecordsPartStore(office.records)
    await store.keep(part("b", index=2, after=1))
    await store.keep(part("b", index=2, after=9))

    group = await store.keep(part("a", after=2))

    assert [one.part_id[0] for one in group] == ["b", "a"]


async def test_another_sender_is_another_group(office: Office) -> None:
    store = RecordsPartStore(office.records)
    await store.keep(part("a"))

    assert len(await store.keep(part("b", sender="+77010000002"))) == 1


async def test_a_new_process_finds_what_was_kept(office: Office, tmp_path: Path) -> None:
    await RecordsPartStore(office.records).keep(part("a"))
    again = await open_office(tmp_path)
    try:
        group = await RecordsPartStore(again).keep(part("b", index=2, after=1))
    finally:
        await again.close()

    assert [one.index for one in group] == [1, 2]


async def test_what_was_handed_on_waits_no_more_but_is_remembered(office: Office) -> None:
    store = RecordsPartStore(office.records)
    await store.keep(part("a"))
    await store.keep(part("b", index=2, after=1))
    later = START + timedelta(hours=1)
    assert len(await store.waiting_since(later)) == 2
    assert await store.waiting_since(START) == []

    await store.mark_handed_on([part("a").part_id, part("b").part_id])

    assert await store.waiting_since(later) == []
    group = await store.keep(part("a"))
    assert [one.handed_on for one in group] == [True, True]


async def test_neither_number_nor_words_lie_open_in_the_table(office: Office) -> None:
    await RecordsPartStore(office.records).keep(part("a"))

    async with office.records.database.reading() as session:
        row = (await session.execute(text("SELECT * FROM inbound_parts"))).one()
    open_text = " ".join(value.hex() if isinstance(value, bytes) else str(value) for value in row)

    for canary in ("77010000001", b"7010000001".hex(), "құпия".encode("utf-16-be").hex()):
        assert canary not in open_text
