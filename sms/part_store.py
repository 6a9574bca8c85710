"""The part store over the records: deliveries are kept before they are acknowledged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.records.keystore import Owner
from belsendi.records.models import InboundPart as PartRow
from belsendi.records.people import People
from belsendi.records.store import Records
from belsendi.records.upsert import insert_unless_there
from sms.smpp import InboundPart


class RecordsPartStore:
    """Implements ``PartStore``. Everything that tells of the sender is sealed with the number's key."""

    def __init__(self, records: Records) -> None:
        self._database = records.database
        self._vault = records.vault
        self._people = People(records.vault)

    async def keep(self, part: InboundPart) -> Sequence[InboundPart]:
        group = self._blind(part.group)
        async with self._database.writing() as session:
            if not await session.get(PartRow, part.part_id):
                await self._insert(session, part, group)
            return await self._group(session, group)

    async def mark_handed_on(self, part_ids: Sequence[str]) -> None:
        async with self._database.writing() as session:
            await session.execute(update(PartRow).where(PartRow.id.in_(part_ids)).values(handed_on=True))

    async def waiting_since(self, before: datetime) -> Sequence[InboundPart]:
        query = (
            select(PartRow.group_index)
            .where(PartRow.handed_on.is_(False), PartRow.received_at < before)
            .distinct()
            .order_by(PartRow.group_index)
        )
        async with self._database.reading() as session:
            groups = (await session.execute(query)).scalars().all()
            return [part for group in groups for part in await self._group(session, group)]

    def _blind(self, group: str) -> str:
        return self._vault.index("inbound_group", group)

    async def _insert(self, session: AsyncSession, part: InboundPart, group: str) -> None:
        number = await self._people.number(session, part.sender, part.received_at)
        clear = json.dumps(
            {
                "link": part.link,
                "sender": part.sender,
                "short_code": part.short_code,
                "reference": part.reference,
                "data_coding": part.data_coding,
                "body": part.body.hex(),
                "network_id": part.network_id,
            }
        )
        values = {
            "id": part.part_id,
            "route": part.route,
            "group_index": group,
            "handed_on": False,
            "part": part.index,
            "total": part.total,
            "body": await self._vault.seal(
                Owner.NUMBER, number.id, clear, _place(part.part_id), part.received_at
            ),
            "number_id": number.id,
            "received_at": part.received_at,
        }
        await insert_unless_there(session, PartRow, values)

    async def _group(self, session: AsyncSession, group: str) -> list[InboundPart]:
        query = select(PartRow).where(PartRow.group_index == group).order_by(PartRow.received_at, PartRow.id)
        return [await self._read(row) for row in (await session.execute(query)).scalars()]

    async def _read(self, row: PartRow) -> InboundPart:
        clear: dict[str, Any] = json.loads(await self._vault.open(row.body, _place(row.id)))
        return InboundPart(
            part_id=row.id,
            route=row.route,
            link=clear["link"],
            sender=clear["sender"],
            short_code=clear["short_code"],
            reference=clear["reference"],
            total=row.total,
            index=row.part,
            data_coding=clear["data_coding"],
            body=bytes.fromhex(clear["body"]),
            network_id=clear["network_id"],
            received_at=row.received_at,
            handed_on=row.handed_on,
        )


def _place(part_id: str) -> str:
    return f"inbound_parts.body/{part_id}"
