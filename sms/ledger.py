"""What became of messages, written down: each method is one short unit of work on the records."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import exists, func, literal, select
from sqlalchemy.exc import MultipleResultsFound
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.contracts.states import Flag, TaskKind
from belsendi.records.cases import locked_case, open_task, raise_flag
from belsendi.records.models import OutboundMessage, OutboundPart, RawReceipt, Task
from belsendi.records.outbox import ClaimedMessage, Outbox
from belsendi.records.store import Records
from sms.rules import PATIENCE, SmsRules
from sms.smpp import (
    Accepted,
    LateAnswer,
    OutcomeUnknown,
    Receipt,
    ReceiptState,
    RefusedForGood,
    SendOutcome,
    TryLater,
)

log = logging.getLogger(__name__)

_RECEIPT_STATES = {
    ReceiptState.DELIVERED: "delivered",
    ReceiptState.FAILED: "failed",
    ReceiptState.EXPIRED: "expired",
    ReceiptState.ACCEPTED: "sent",
    ReceiptState.UNKNOWN: "unknown",
}
_UNDELIVERED = ("failed", "expired")
_CALL = "undelivered:"
_LETTERS = re.compile(rb"text:", re.IGNORECASE)


class Ledger:
    """The door's hand in the outbox. ``clock`` gives aware UTC instants."""

    def __init__(self, records: Records, route: str, rules: SmsRules, clock: Callable[[], datetime]) -> None:
        self._database = records.database
        self._outbox = Outbox(records.vault)
        self._route = route
        self._rules = rules
        self._clock = clock
        # Provider ids of leading parts of messages whose sending goes on later. A crash forgets them: those
        # parts are then sent again with the same reference, and the handset joins them once.
        self._taken: dict[str, tuple[str, ...]] = {}

    async def anything_due(self) -> bool:
        """A glance without a lock, so that polling does not hold back those who write."""
        query = (
            select(OutboundMessage.id)
            .where(OutboundMessage.state == "queued", OutboundMessage.not_before <= self._clock())
            .limit(1)
        )
        async with self._database.reading() as session:
            return (await session.execute(query)).first() is not None

    async def claim(self, most: int) -> list[ClaimedMessage]:
        async with self._database.writing() as session:
            return await self._outbox.claim(session, self._route, most, self._clock(), self._rules.lease)

    def already_taken(self, message_id: str) -> tuple[str, ...]:
        """Provider ids of the leading parts that the centre has from earlier attempts."""
        return self._taken.get(message_id, ())

    async def settle(self, message: ClaimedMessage, outcome: SendOutcome) -> None:
        """Writes an outcome down and, by rule, queues the message again or calls a person.

        It counts from now, not from when the records are free: a reply may come in between.
        """
        now = self._clock()
        async with self._database.writing() as session:
            row = await self._locked(session, message.id)
            if row is None or row.state != "sending" or row.attempts != message.attempt:
                return
            await self._settle(session, row, outcome, now)

    async def settle_abandoned(self, sending: frozenset[str]) -> int:
        """Takes back messages whose sender died; ``sending`` are those in hand here. Returns how many."""
        async with self._database.writing() as session:
            rows = [
                row
                for row in await self._outbox.abandoned(session, self._clock())
                if row.id not in sending and row.route == self._route
            ]
            for row in rows:
                await self._settle(
                    session, row, OutcomeUnknown(self.already_taken(row.id), row.parts), self._clock()
                )
            return len(rows)

    async def call_about_waiting(self, most: int = 20) -> int:
        """Has a person call where what the law demands waits for a route longer than attempts may take (SIL-21).

        The message stays in the queue and goes out when the route is back. Returns how many calls were asked for.
        """
        now = self._clock()
        query = (
            select(OutboundMessage)
            .where(
                OutboundMessage.state == "queued",
                OutboundMessage.message_class == "law",
                OutboundMessage.not_before <= now,
                OutboundMessage.created_at < now - self._rules.attempts_within,
                ~exists().where(Task.key == literal(_CALL) + OutboundMessage.id),
            )
            .order_by(OutboundMessage.created_at)
            .limit(most)
        )
        async with self._database.reading() as session:
            waiting = list((await session.execute(query)).scalars())
        for row in waiting:
            async with self._database.writing() as session:
                await self._call(session, row, "NOT_SENT", now)
        return len(waiting)

    async def note_receipt(self, receipt: Receipt) -> None:
        """Keeps a receipt and moves what it speaks of. Safe for late, early, repeated and foreign ones."""
        now = self._clock()
        async with self._database.writing() as session:
            state = _RECEIPT_STATES[receipt.state]
            kept = await self._outbox.keep_receipt(
                session, receipt.route, receipt.provider_message_id, state, _without_text(receipt.raw), now
            )
            part = await self._part_of(session, receipt)
            row = await self._locked(session, part.message_id) if part else None
            # A receipt for an id nobody knows yet waits; one for an attempt that is over says nothing new.
            if (
                part is None
                or row is None
                or row.attempts != part.attempt
                or row.state in ("queued", "sending")
            ):
                return
            if state in _UNDELIVERED and row.state == "sent":
                await self._undelivered(session, row, part, state, kept, now)
            else:
                await self._apply_receipts(session, receipt.provider_message_id, now)

    async def note_late_answer(self, late: LateAnswer) -> None:
        """An answer after the outcome was called unknown: the message need not be repeated, or goes on."""
        now = self._clock()
        async with self._database.writing() as session:
            row = await self._locked(session, late.ref)
            taken = self.already_taken(late.ref)
            if row is None or not late.accepted or late.part != len(taken) + 1:
                return
            self._taken[row.id] = (*taken, late.provider_id)
            if row.state in ("queued", "unknown") and len(taken) + 1 == row.parts:
                await self._sent(session, row, (*taken, late.provider_id), now)

    async def _settle(
        self, session: AsyncSession, row: OutboundMessage, outcome: SendOutcome, now: datetime
    ) -> None:
        match outcome:
            case Accepted(ids):
                await self._sent(session, row, ids, now)
            case RefusedForGood(code, ids):
                await self._record(session, row, ids, "sent", now)
                await self._part(session, row, len(ids) + 1, None, "failed", now)
                await self._give_up(session, row, "failed", code, now)
            case TryLater(code, retry_after, ids):
                self._taken[row.id] = ids
                if code in PATIENCE:
                    late = now > row.created_at + self._rules.attempts_within
                    when = None if late else now + retry_after
                else:
                    await self._part(session, row, len(ids) + 1, None, "failed", now)
                    when = await self._next_attempt(session, row, now)
                if when is None:
                    await self._give_up(session, row, "failed", code, now)
                else:
                    await self._outbox.send_again(session, row.id, when, code)
            case OutcomeUnknown(ids, _parts):
                await self._repeat_by_rule(session, row, ids, now)

    async def _repeat_by_rule(
        self, session: AsyncSession, row: OutboundMessage, ids: tuple[str, ...], now: datetime
    ) -> None:
        # A late answer may have been written down before the outcome it corrects.
        ids = max(ids, self.already_taken(row.id), key=len)
        if len(ids) >= row.parts:
            await self._sent(session, row, ids, now)
        elif row.unknown_sends < self._rules.unknown_repeats:
            self._taken[row.id] = ids
            when = now + self._rules.unknown_wait
            await self._outbox.send_again(session, row.id, when, "OUTCOME_UNKNOWN", unknown=True)
        else:
            await self._record(session, row, ids, "sent", now)
            await self._give_up(session, row, "unknown", "OUTCOME_UNKNOWN", now)

    async def _sent(
        self, session: AsyncSession, row: OutboundMessage, ids: Sequence[str], now: datetime
    ) -> None:
        self._taken.pop(row.id, None)
        await self._record(session, row, ids, "sent", now)
        await self._outbox.move(session, row.id, "sent", now)
        for provider_id in filter(None, ids):
            if await self._failed_already(session, row, provider_id, now):
                return
            await self._apply_receipts(session, provider_id, now)

    async def _failed_already(
        self, session: AsyncSession, row: OutboundMessage, provider_id: str, now: datetime
    ) -> bool:
        """A receipt of failure that came before the centre's id was known counts as one that comes after it."""
        query = select(RawReceipt).where(
            RawReceipt.route == self._route,
            RawReceipt.provider_id == provider_id,
            RawReceipt.applied.is_(False),
            RawReceipt.received_at >= row.created_at,  # an id may have been another message's long ago
        )
        early = list((await session.execute(query.order_by(RawReceipt.received_at))).scalars())
        failure = next((receipt for receipt in early if receipt.state in _UNDELIVERED), None)
        if failure is None or any(receipt.state == "delivered" for receipt in early):
            return False
        part = await self._part_named(session, self._route, provider_id)
        if part is None or part.message_id != row.id or part.attempt != row.attempts:
            return False
        await self._undelivered(session, row, part, failure.state, failure.id, now)
        return True

    async def _record(
        self, session: AsyncSession, row: OutboundMessage, ids: Sequence[str], state: str, now: datetime
    ) -> None:
        for part, provider_id in enumerate(ids, start=1):
            await self._part(session, row, part, provider_id or None, state, now)

    async def _part(
        self,
        session: AsyncSession,
        row: OutboundMessage,
        part: int,
        provider_id: str | None,
        state: str,
        now: datetime,
    ) -> None:
        await self._outbox.record_part(
            session, row.id, row.attempts, part, self._route, provider_id, state, now
        )

    async def _part_of(self, session: AsyncSession, receipt: Receipt) -> OutboundPart | None:
        if not receipt.provider_message_id:
            return None
        return await self._part_named(session, receipt.route, receipt.provider_message_id)

    async def _part_named(self, session: AsyncSession, route: str, provider_id: str) -> OutboundPart | None:
        query = (
            select(OutboundPart)
            .where(OutboundPart.route == route, OutboundPart.provider_id == provider_id)
            .order_by(OutboundPart.at.desc())
        )
        return (await session.execute(query)).scalars().first()

    async def _undelivered(
        self,
        session: AsyncSession,
        row: OutboundMessage,
        part: OutboundPart,
        state: str,
        kept: str,
        now: datetime,
    ) -> None:
        """A part of the present attempt did not reach the handset: again by rule, or a person calls (T-25)."""
        if part.state == "delivered":
            return
        part.state, part.at = state, now
        receipt = await session.get(RawReceipt, kept)
        if receipt is not None:
            receipt.applied = True
        await session.flush()
        when = await self._next_attempt(session, row, now)
        if when is None:
            await self._give_up(session, row, state, f"receipt-{state}", now)
        else:
            await self._outbox.send_again(session, row.id, when, f"receipt-{state}")

    async def _next_attempt(
        self, session: AsyncSession, row: OutboundMessage, now: datetime
    ) -> datetime | None:
        query = select(func.count(func.distinct(OutboundPart.attempt))).where(
            OutboundPart.message_id == row.id, OutboundPart.state.in_(_UNDELIVERED)
        )
        failures: int = (await session.execute(query)).scalar_one()
        return self._rules.next_attempt(failures, row.created_at, now)

    async def _give_up(
        self, session: AsyncSession, row: OutboundMessage, state: str, code: str, now: datetime
    ) -> None:
        """T-25: the message stays undelivered, its case is flagged and a caseworker calls."""
        self._taken.pop(row.id, None)
        await self._outbox.move(session, row.id, state, now, error=code)
        await self._call(session, row, code, now)

    async def _call(self, session: AsyncSession, row: OutboundMessage, code: str, now: datetime) -> None:
        if row.case_id is not None:
            raise_flag(await locked_case(session, row.case_id), Flag.SMS_UNDELIVERED)
        await open_task(
            session,
            TaskKind.CALL_UNDELIVERED,
            key=f"{_CALL}{row.id}",
            now=now,
            case_id=row.case_id,
            facts={"message_id": row.id, "reason": code},
        )

    async def _apply_receipts(self, session: AsyncSession, provider_id: str, now: datetime) -> None:
        try:
            await self._outbox.apply_receipts(session, self._route, provider_id, now)
        except MultipleResultsFound:
            # A centre that counts its ids from one again: the receipt is kept, nobody can say whose it is.
            log.warning("receipt of an id that two parts have", extra={"route": self._route})

    async def _locked(self, session: AsyncSession, message_id: str) -> OutboundMessage | None:
        query = select(OutboundMessage).where(OutboundMessage.id == message_id).with_for_update()
        return (await session.execute(query)).scalar_one_or_none()


def _without_text(raw: bytes) -> str:
    """A receipt as it came, without the letters of the message that centres append (SMPP 3.4, appendix B)."""
    return _LETTERS.split(raw, maxsplit=1)[0].decode("latin-1")
