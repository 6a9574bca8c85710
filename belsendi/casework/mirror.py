"""Mirroring our record to e-maket. Ours is the first; the mirror follows, may be written twice, delays nobody.

What the mirror lacks is seen in the records themselves, so nothing is forgotten over an outage or a restart.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import or_, select

from belsendi.casework.bench import Bench
from belsendi.contracts.states import Outcome
from belsendi.errors import OutsideSystemError
from belsendi.records.models import Case, CaseFileItem, Decision, Document, JournalEntry, Person
from belsendi.registries import Inquiry

log = logging.getLogger(__name__)
_REGISTERED = "REGISTERED"
_MOST = 50
# e-maket has no word for a case handed to a person: the application is withdrawn from the automatic path.
_WORDS = {Outcome.TRANSFERRED: Outcome.WITHDRAWN, Outcome.DECLINED: Outcome.WITHDRAWN}


class Mirror:
    def __init__(self, bench: Bench, clock: Callable[[], datetime]) -> None:
        self._bench = bench
        self._clock = clock

    async def once(self) -> int:
        """Writes what the mirror lacks. Returns how many entries it took; an outage leaves the rest for later."""
        taken = 0
        for entry_id in await self._entries():
            if not await self._tried(self._mirror_entry(entry_id)):
                return taken
            taken += 1
        for decision_id in await self._decisions():
            if not await self._tried(self._mirror_decision(decision_id)):
                return taken
            taken += 1
        return taken

    async def run(self, interval: float, stop: asyncio.Event) -> None:
        """Mirrors every ``interval`` seconds until stopped."""
        while not stop.is_set():
            try:
                await self.once()
            except Exception as error:
                log.error("mirror round failed", extra={"error": type(error).__name__})
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), interval)

    async def _entries(self) -> list[str]:
        lacking = or_(
            JournalEntry.mirrored_state.is_(None),
            JournalEntry.outcome.is_not(None) & (JournalEntry.mirrored_state == _REGISTERED),
        )
        query = select(JournalEntry.id).where(lacking).order_by(JournalEntry.registered_at).limit(_MOST)
        async with self._bench.records.database.reading() as session:
            return list((await session.execute(query)).scalars())

    async def _decisions(self) -> list[str]:
        query = (
            select(Decision.id).where(Decision.mirrored.is_(False)).order_by(Decision.drafted_at).limit(_MOST)
        )
        async with self._bench.records.database.reading() as session:
            return list((await session.execute(query)).scalars())

    async def _mirror_entry(self, entry_id: str) -> None:
        async with self._bench.records.database.reading() as session:
            entry = await session.get_one(JournalEntry, entry_id)
            case = await session.get_one(Case, entry.case_id)
            subject = await session.get_one(Person, entry.subject_id)
            applicant = await session.get_one(Person, entry.applicant_id)
        e_maket, inquiry = self._bench.registries.e_maket, self._inquiry()
        if entry.mirrored_state is None:
            await e_maket.register(
                case_reference=case.reference,
                registration_no=entry.registration_no,
                benefit=case.service,
                subject_iin=await self._bench.people.iin(subject),
                applicant_iin=await self._bench.people.iin(applicant),
                registered_at=entry.registered_at,
                channel=entry.channel,
                inquiry=inquiry,
            )
        state = _REGISTERED
        if entry.outcome is not None:
            outcome = Outcome(entry.outcome)
            state = _WORDS.get(outcome, outcome).value
            await e_maket.outcome(entry.registration_no, state, inquiry)
        async with self._bench.records.database.writing() as session:
            (await session.get_one(JournalEntry, entry_id)).mirrored_state = state

    async def _mirror_decision(self, decision_id: str) -> None:
        async with self._bench.records.database.reading() as session:
            decision = await session.get_one(Decision, decision_id)
            case = await session.get_one(Case, decision.case_id)
            document = await session.get_one(Document, decision.document_id)
            query = select(CaseFileItem.datum, CaseFileItem.status).where(
                CaseFileItem.case_id == case.id, CaseFileItem.revision == decision.revision
            )
            items = [
                {"datum": row.datum, "status": row.status} for row in (await session.execute(query)).all()
            ]
        e_maket, inquiry = self._bench.registries.e_maket, self._inquiry()
        await e_maket.put_file(case.reference, items, inquiry)
        await e_maket.put_draft(
            case_reference=case.reference,
            draft_no=f"{case.reference}-{decision.revision}",
            decision_no=decision.number if decision.status == "approved" else None,
            kind=decision.kind,
            document_sha256=document.sha256,
            inquiry=inquiry,
        )
        async with self._bench.records.database.writing() as session:
            (await session.get_one(Decision, decision_id)).mirrored = True

    def _inquiry(self) -> Inquiry:
        return Inquiry(purpose="mirror of the journal", asked_at=self._clock())

    async def _tried(self, work: Awaitable[None]) -> bool:
        try:
            await work
        except OutsideSystemError as error:
            log.warning("e-maket does not take our record now", extra={"error": type(error).__name__})
            return False
        return True
