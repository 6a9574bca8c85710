"""The outbox: messages are written with the fact they report and sent by the channel process.

States move one way: queued → sending → sent → delivered | failed | expired; ``unknown`` is a send whose
outcome nobody knows. A receipt never moves a final state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.contracts.personal_data import PersonalData
from belsendi.records.columns import new_id
from belsendi.records.database import announce_on_commit
from belsendi.records.keystore import Owner
from belsendi.records.models import OutboundMessage, OutboundPart, PhoneNumber, RawReceipt
from belsendi.records.upsert import insert_unless_there
from belsendi.records.vault import Vault

PRIORITIES = {"requested": 0, "law": 1, "optional": 5}
FINAL_STATES = frozenset({"delivered", "failed", "expired"})
_RANK = {"queued": 0, "sending": 1, "unknown": 2, "sent": 3, "delivered": 4, "failed": 4, "expired": 4}


def question_key(question_id: str, inbound_id: str | None = None) -> str:
    """The business key of a question's words; ``inbound_id`` of those that are said anew on a citizen's wish."""
    return f"question:{question_id}" + (f":{inbound_id}" if inbound_id else "")


def reminder_key(case_id: str) -> str:
    return f"{case_id}:reminder"


@dataclass(frozen=True)
class OutboundDraft:
    """A rendered message to be queued. ``key`` is the business key that makes it one message."""

    key: str
    number_id: str
    template: str
    template_version: str
    language: str
    text: Annotated[str, PersonalData("svc.message_text")]
    parts: int
    encoding: str
    message_class: str
    not_before: datetime
    case_id: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class ClaimedMessage:
    """A message taken for sending, opened."""

    id: str
    number: Annotated[str, PersonalData("pd.10")]
    text: Annotated[str, PersonalData("svc.message_text")]
    attempt: int
    parts: int
    message_class: str
    case_id: str | None


class Outbox:
    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def queue(self, session: AsyncSession, draft: OutboundDraft, now: datetime) -> str:
        """Queues a message; the same key again changes nothing. Returns the message's id."""
        message_id = new_id()
        owner, owner_id = (Owner.CASE, draft.case_id) if draft.case_id else (Owner.NUMBER, draft.number_id)
        words = await self._vault.seal(owner, owner_id, draft.text, f"outbox.words/{message_id}", now)
        values = {
            "id": message_id,
            "key": draft.key,
            "case_id": draft.case_id,
            "number_id": draft.number_id,
            "template": draft.template,
            "template_version": draft.template_version,
            "language": draft.language,
            "words": words,
            "parts": draft.parts,
            "encoding": draft.encoding,
            "message_class": draft.message_class,
            "priority": PRIORITIES[draft.message_class],
            "state": "queued",
            "not_before": draft.not_before,
            "expires_at": draft.expires_at,
            "attempts": 0,
            "unknown_sends": 0,
            "created_at": now,
        }
        if await insert_unless_there(session, OutboundMessage, values):
            announce_on_commit(session, "outbox")
            return message_id
        query = select(OutboundMessage.id).where(OutboundMessage.key == draft.key)
        return (await session.execute(query)).scalar_one()

    async def text(self, message: OutboundMessage) -> str:
        return await self._vault.open(message.words, f"outbox.words/{message.id}")

    async def claim(
        self, session: AsyncSession, route: str, most: int, now: datetime, lease: timedelta
    ) -> list[ClaimedMessage]:
        """Takes due messages for a route, most urgent first; a lease that ran out is taken again as unknown.

        On PostgreSQL rows locked by another channel process are skipped.
        """
        query = (
            select(OutboundMessage, PhoneNumber)
            .join(PhoneNumber, PhoneNumber.id == OutboundMessage.number_id)
            .where(
                OutboundMessage.state == "queued",
                OutboundMessage.not_before <= now,
                or_(OutboundMessage.expires_at.is_(None), OutboundMessage.expires_at > now),
            )
            .order_by(OutboundMessage.priority, OutboundMessage.not_before)
            .limit(most)
            .with_for_update(skip_locked=True, of=OutboundMessage)
        )
        claimed: list[ClaimedMessage] = []
        for message, number in (await session.execute(query)).all():
            message.state = "sending"
            message.route = route
            message.attempts += 1
            message.claimed_until = now + lease
            claimed.append(
                ClaimedMessage(
                    id=message.id,
                    number=await self._vault.open(number.number, f"phone_numbers.number/{number.id}"),
                    text=await self.text(message),
                    attempt=message.attempts,
                    parts=message.parts,
                    message_class=message.message_class,
                    case_id=message.case_id,
                )
            )
        return claimed

    async def abandoned(self, session: AsyncSession, now: datetime, most: int = 100) -> list[OutboundMessage]:
        """Messages whose sender died between taking them and saying how it went: outcome unknown."""
        query = (
            select(OutboundMessage)
            .where(OutboundMessage.state == "sending", OutboundMessage.claimed_until < now)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        return list((await session.execute(query)).scalars())

    async def record_part(
        self,
        session: AsyncSession,
        message_id: str,
        attempt: int,
        part: int,
        route: str,
        provider_id: str | None,
        state: str,
        now: datetime,
    ) -> None:
        """Writes a part down once per attempt. Its receipts may be there already: see ``apply_receipts``."""
        if provider_id is not None:
            await self._one_at_a_time(session, route, provider_id)
        values = {
            "id": new_id(),
            "message_id": message_id,
            "attempt": attempt,
            "part": part,
            "route": route,
            "provider_id": provider_id,
            "state": state,
            "at": now,
        }
        await insert_unless_there(session, OutboundPart, values)

    async def move(
        self, session: AsyncSession, message_id: str, state: str, now: datetime, error: str | None = None
    ) -> bool:
        """Moves a message's state forward only. False when it already stands further."""
        behind = [name for name, rank in _RANK.items() if rank < _RANK[state]]
        values: dict[str, object] = {"state": state, "last_error": error}
        if state == "sent":
            values["sent_at"] = now
        if state in FINAL_STATES:
            values["finished_at"] = now
        result = await session.execute(
            update(OutboundMessage)
            .where(OutboundMessage.id == message_id, OutboundMessage.state.in_(behind))
            .values(**values)
            .returning(OutboundMessage.id)
        )
        return result.first() is not None

    async def of_question(
        self, session: AsyncSession, number_id: str, question_id: str
    ) -> list[OutboundMessage]:
        """Every message that put the question to the citizen, oldest first."""
        query = (
            select(OutboundMessage)
            .where(
                OutboundMessage.number_id == number_id,
                OutboundMessage.key.startswith(question_key(question_id), autoescape=True),
            )
            .order_by(OutboundMessage.created_at)
        )
        return list((await session.execute(query)).scalars())

    async def send_again(
        self,
        session: AsyncSession,
        message_id: str,
        not_before: datetime,
        error: str,
        *,
        unknown: bool = False,
    ) -> None:
        """Puts a message back in the queue by rule, after a failure that may pass."""
        values: dict[str, object] = {
            "state": "queued",
            "not_before": not_before,
            "last_error": error,
            "claimed_until": None,
        }
        if unknown:
            values["unknown_sends"] = OutboundMessage.unknown_sends + 1
        await session.execute(
            update(OutboundMessage)
            .where(
                OutboundMessage.id == message_id, OutboundMessage.state.in_(("sending", "unknown", "sent"))
            )
            .values(**values)
        )

    async def call_back(
        self, session: AsyncSession, now: datetime, why: str, *which: ColumnElement[bool]
    ) -> None:
        """Lets messages that match and still wait in the queue expire; what a sender holds goes out."""
        await session.execute(
            update(OutboundMessage)
            .where(OutboundMessage.state == "queued", *which)
            .values(state="expired", finished_at=now, last_error=why)
        )

    async def keep_receipt(
        self, session: AsyncSession, route: str, provider_id: str, state: str, raw: str, now: datetime
    ) -> str:
        """Keeps a receipt as it came. Returns its id."""
        await self._one_at_a_time(session, route, provider_id)
        receipt = RawReceipt(
            id=new_id(), route=route, provider_id=provider_id, state=state, received_at=now, raw=raw[:512]
        )
        session.add(receipt)
        await session.flush()
        return receipt.id

    async def apply_receipts(
        self, session: AsyncSession, route: str, provider_id: str, now: datetime
    ) -> None:
        """Applies what receipts say of a part, whichever came first: the part's id or the receipt."""
        part = (
            await session.execute(
                select(OutboundPart)
                .where(OutboundPart.route == route, OutboundPart.provider_id == provider_id)
                .order_by(OutboundPart.at.desc())  # a centre may use an id again: the newest part is meant
                .limit(1)
            )
        ).scalar_one_or_none()
        if part is None:
            return
        receipts = (
            await session.execute(
                select(RawReceipt)
                .where(
                    RawReceipt.route == route,
                    RawReceipt.provider_id == provider_id,
                    RawReceipt.applied.is_(False),
                )
                .order_by(RawReceipt.received_at)
            )
        ).scalars()
        for receipt in receipts:
            receipt.applied = True
            if _RANK.get(receipt.state, 0) > _RANK[part.state]:
                part.state = receipt.state
                part.at = now
        await session.flush()
        await self._settle(session, part.message_id, part.attempt, now)

    @staticmethod
    async def _one_at_a_time(session: AsyncSession, route: str, provider_id: str) -> None:
        """Whoever writes of one provider id waits for the others: a part and its receipt that are written in
        the same moment would otherwise not see each other, and the receipt would stay unread for ever.

        SQLite has one writer anyway.
        """
        if session.get_bind().dialect.name == "postgresql":
            name = func.hashtextextended(f"{route}/{provider_id}", 0)
            await session.execute(select(func.pg_advisory_xact_lock(name)))

    async def _settle(self, session: AsyncSession, message_id: str, attempt: int, now: datetime) -> None:
        query = select(OutboundPart.state).where(
            OutboundPart.message_id == message_id, OutboundPart.attempt == attempt
        )
        states = list((await session.execute(query)).scalars())
        message = await session.get_one(OutboundMessage, message_id)
        for worst in ("failed", "expired"):
            if worst in states:
                await self.move(session, message_id, worst, now, error=f"receipt-{worst}")
                return
        if states.count("delivered") == message.parts:
            await self.move(session, message_id, "delivered", now)
