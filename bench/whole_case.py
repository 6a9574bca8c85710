"""One whole case through the doors of the product: event, offer, reply, decision, signature, order, end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from temporalio.client import Client

from belsendi.casework.bench import Bench, open_bench
from belsendi.casework.officers import Officers
from belsendi.contracts.states import CaseState, Outcome
from belsendi.conversation.opening import open_reception
from belsendi.conversation.reception import Reception
from belsendi.intake.events import LifeEvents, NewEvent
from belsendi.intake.openings import DEATH_REGISTERED
from belsendi.records.inbox import Arrival
from belsendi.records.models import Decision, OutboundMessage
from belsendi.temporal.cases import Cases
from belsendi.temporal.client import connect
from bench.families import Family
from bench.stand import Stand
from bench.watch import CaseWatch

_OFFICER = "bench-officer"
_THINKING = 0.1
"""Seconds a person takes at the very least: nobody answers in the millisecond in which the words are written."""


@dataclass(frozen=True)
class Doors:
    """The product's own doors in the driver's process: events, messages, officers."""

    bench: Bench
    client: Client
    events: LifeEvents
    reception: Reception
    officers: Officers
    passphrase: str

    async def store_event(self, family: Family, event_id: str) -> str:
        """Stores the life event as the events door does. Returns its row id."""
        now = datetime.now(UTC)
        data: dict[str, object] = {
            "deceased_iin": family.deceased.iin,
            "date_of_death": family.death.date_of_death.isoformat(),
            "registered_on": family.death.registered_on.isoformat(),
            "recipients": [family.relative.iin],
        }
        row_id, _ = await self.events.store(NewEvent("bench", event_id, DEATH_REGISTERED, now, data), now)
        return row_id

    async def put_on_telephone(self, case_id: str) -> None:
        """Marks what the case has said as sent, in place of the channel: an answer counts only for words that
        were on the telephone before it (SIL-05)."""
        query = select(OutboundMessage.id).where(
            OutboundMessage.case_id == case_id, OutboundMessage.state == "queued"
        )
        async with self.bench.records.database.writing() as session:
            for message_id in (await session.execute(query)).scalars().all():
                await self.bench.outbox.move(session, message_id, "sent", datetime.now(UTC))

    async def answer(self, family: Family, event_id: str, text: str) -> None:
        """The relative's SMS: stored, then handled, as the channel process does."""
        now = datetime.now(UTC)
        arrival = Arrival("bench", event_id, family.relative.numbers[0], text, now)
        await self.reception.handle(await self.reception.store(arrival), now)

    async def sign(self, case_id: str) -> None:
        """The authorised person signs the draft that waits."""
        query = select(Decision).where(Decision.case_id == case_id, Decision.status == "draft")
        async with self.bench.records.database.reading() as session:
            draft = (await session.execute(query)).scalar_one()
        now = datetime.now(UTC)
        await self.officers.sign(case_id, draft.id, draft.revision, _OFFICER, self.passphrase, now)


@asynccontextmanager
async def open_doors(stand: Stand) -> AsyncIterator[Doors]:
    """Opens the doors over the stand's records and engine."""
    bench = open_bench(stand.settings)
    try:
        client = await connect(stand.settings)
        cases = Cases(client)
        yield Doors(
            bench=bench,
            client=client,
            events=LifeEvents(bench),
            reception=open_reception(bench, cases),
            officers=Officers(bench, cases),
            passphrase=stand.passphrase,
        )
    finally:
        await bench.close()


@dataclass(frozen=True)
class CaseDone:
    """A case that went the whole way, and how long it took in seconds."""

    case_id: str
    seconds: float


async def whole_case(doors: Doors, watch: CaseWatch, family: Family, event_id: str) -> CaseDone:
    """Carries one case to its payment order. Raises BenchFailed when it takes any other way."""
    began = time.perf_counter()
    row = await doors.store_event(family, event_id)
    offered = await watch.until(row, lambda case: case.state == CaseState.OFFERED)
    await doors.put_on_telephone(offered.case_id)
    await asyncio.sleep(_THINKING)
    await doors.answer(family, event_id, "1")
    drafted = await watch.until(row, lambda case: case.state == CaseState.AWAITING_SIGNATURE)
    await asyncio.sleep(_THINKING)
    await doors.sign(drafted.case_id)
    done = await watch.until(row, lambda case: case.outcome == Outcome.ASSIGNED)
    await doors.client.get_workflow_handle(done.case_id).result()
    return CaseDone(done.case_id, time.perf_counter() - began)
