"""What stands behind the route in these tests: a part store in memory and a list of what was handed on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sms.smpp import InboundMessage, InboundPart, LateAnswer, Receipt, SmppSettings, SmppTransceiver
from tests.sms.node_centre import PASSWORD

T = TypeVar("T")


class Memory:
    """The PartStore port in memory; it outlives a transceiver as the records outlive a process."""

    def __init__(self) -> None:
        self.parts: dict[str, InboundPart] = {}

    async def keep(self, part: InboundPart) -> Sequence[InboundPart]:
        self.parts.setdefault(part.part_id, part)
        return self._group(part.group)

    async def mark_handed_on(self, part_ids: Sequence[str]) -> None:
        for part_id in part_ids:
            self.parts[part_id] = replace(self.parts[part_id], handed_on=True)

    async def waiting_since(self, before: datetime) -> Sequence[InboundPart]:
        groups = {p.group for p in self.parts.values() if not p.handed_on and p.received_at < before}
        return [part for group in sorted(groups) for part in self._group(group)]

    def _group(self, group: str) -> list[InboundPart]:
        found = [part for part in self.parts.values() if part.group == group]
        return sorted(found, key=lambda part: part.received_at)


class Desk:
    """Collects what the route hands on. ``failing`` makes storing fail; ``gate`` holds it back."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.messages: list[InboundMessage] = []
        self.receipts: list[Receipt] = []
        self.late: list[LateAnswer] = []
        self.failing = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._ticks = 0
        self.now = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
        self._changed = asyncio.Condition()

    def clock(self) -> datetime:
        self._ticks += 1
        return self.now + timedelta(microseconds=self._ticks)

    async def on_inbound(self, message: InboundMessage) -> None:
        await self.gate.wait()
        if self.failing:
            self.failing -= 1
            raise RuntimeError("the records are not there")
        await self._add(self.messages, message)

    async def on_receipt(self, receipt: Receipt) -> None:
        await self._add(self.receipts, receipt)

    async def on_late(self, late: LateAnswer) -> None:
        await self._add(self.late, late)

    async def _add(self, into: list[T], item: T) -> None:
        async with self._changed:
            into.append(item)
            self._changed.notify_all()

    async def until(self, condition: Callable[[], bool], timeout: float = 60) -> None:
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(condition)

    def transceiver(self, port: int, **changes: object) -> SmppTransceiver:
        fields: dict[str, object] = {
            "host": "127.0.0.1",
            "port": port,
            "system_id": "belsendi",
            "password": PASSWORD,
            "parts_per_second": 1000,
            "burst_parts": 1000,
            "reconnect_min_seconds": 0.02,
            "reconnect_max_seconds": 0.2,
            "throttled_seconds": 0.05,
        }
        return SmppTransceiver(
            SmppSettings.model_validate(fields | changes),
            on_inbound=self.on_inbound,
            on_receipt=self.on_receipt,
            parts=self.memory,
            on_late_answer=self.on_late,
            clock=self.clock,
        )
