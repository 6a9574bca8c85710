"""The audit trail: unbroken by use, broken by any change of what was written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from belsendi.records.audit import audit, first_broken_entry
from belsendi.records.models import AuditEntry
from tests.records.office import NOW, Office
from tests.records.rivals import at_once


async def write(office: Office, place: int) -> None:
    async with office.records.database.writing() as session:
        await audit(
            session,
            actor="account-1",
            action="case.show",
            object_id=f"case-{place}",
            at=NOW + timedelta(microseconds=place),
            reason="өтініш қарау" if place % 2 else None,
        )


async def broken(office: Office) -> int | None:
    async with office.records.database.reading() as session:
        return await first_broken_entry(session)


async def test_an_untouched_trail_is_unbroken(office: Office) -> None:
    assert await broken(office) is None
    for place in range(5):
        await write(office, place)
    assert await broken(office) is None


async def test_entries_written_in_the_same_moment_form_one_chain(office: Office, rival: Office) -> None:
    sides = [office, rival] * 4
    await at_once([lambda s=s, n=n: write(s, n) for n, s in enumerate(sides)])
    async with office.records.database.reading() as session:
        entries = list((await session.execute(select(AuditEntry).order_by(AuditEntry.seq))).scalars())
    assert [entry.seq for entry in entries] == list(range(1, 9))
    assert {entry.object_id for entry in entries} == {f"case-{place}" for place in range(8)}
    assert await broken(office) is None


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "account-2"},
        {"action": "case.sign"},
        {"object_id": "case-9"},
        {"reason": "basqa"},
        {"at": NOW + timedelta(seconds=1)},
        {"hash": "f" * 64},
        {"previous_hash": "f" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_an_altered_entry_breaks_the_chain_where_it_stands(
    office: Office, change: dict[str, Any]
) -> None:
    for place in range(4):
        await write(office, place)
    async with office.records.database.writing() as session:
        await session.execute(update(AuditEntry).where(AuditEntry.seq == 3).values(**change))
    assert await broken(office) == 3


async def test_a_removed_entry_breaks_the_chain(office: Office) -> None:
    for place in range(4):
        await write(office, place)
    async with office.records.database.writing() as session:
        await session.execute(delete(AuditEntry).where(AuditEntry.seq == 2))
    assert await broken(office) == 2


async def test_an_entry_that_went_with_a_failed_act_leaves_no_hole(office: Office) -> None:
    await write(office, 1)
    with pytest.raises(RuntimeError):
        async with office.records.database.writing() as session:
            await audit(session, actor="a", action="case.sign", object_id="case-1", at=NOW)
            raise RuntimeError("the act failed")
    await write(office, 2)
    assert await broken(office) is None


async def test_an_instant_of_another_time_zone_is_the_same_instant(office: Office) -> None:
    async with office.records.database.writing() as session:
        almaty = NOW.astimezone(ZoneInfo("Asia/Almaty"))
        await audit(session, actor="a", action="case.show", object_id="case-1", at=almaty)
    assert await broken(office) is None
