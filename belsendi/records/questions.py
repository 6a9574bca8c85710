"""Questions to citizens: at most one open per number, the next opens when it closes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.records.columns import new_id
from belsendi.records.models import OutboundMessage, PhoneNumber, Question
from belsendi.records.outbox import question_key, reminder_key


class Questions:
    async def ask(
        self,
        session: AsyncSession,
        *,
        case_id: str,
        number_id: str,
        kind: str,
        template: str,
        fields: dict[str, Any],
        now: datetime,
    ) -> Question:
        """Opens a question, or puts it in line behind the open one of the same number."""
        await self._hold_line(session, number_id)
        is_open = await self.open_for(session, number_id) is None
        question = Question(
            id=new_id(),
            case_id=case_id,
            number_id=number_id,
            kind=kind,
            state="open" if is_open else "waiting",
            template=template,
            fields=fields,
            created_at=now,
            opened_at=now if is_open else None,
            announced=is_open,
        )
        session.add(question)
        await session.flush()
        return question

    async def open_for(self, session: AsyncSession, number_id: str) -> Question | None:
        query = select(Question).where(Question.number_id == number_id, Question.state == "open")
        return (await session.execute(query)).scalar_one_or_none()

    async def last_for(self, session: AsyncSession, number_id: str) -> Question | None:
        """The question most recently closed or answered on a number."""
        query = (
            select(Question)
            .where(Question.number_id == number_id, Question.state.in_(("answered", "closed")))
            .order_by(Question.closed_at.desc(), Question.created_at.desc())
            .limit(1)
        )
        return (await session.execute(query)).scalar_one_or_none()

    async def close(
        self, session: AsyncSession, question_id: str, state: str, now: datetime
    ) -> Question | None:
        """Closes a question (``answered`` or ``closed``). Returns the next in line, now open, or None.

        Optional words about it that still wait in the outbox are called back (M-19 after the answer).

        The caller sends that one's message in the same transaction.
        """
        number_id = await self._number_of(session, question_id)
        if number_id is None:
            return None
        await self._hold_line(session, number_id)
        question = await session.get_one(Question, question_id, with_for_update=True)
        if question.state in ("answered", "closed"):
            return None
        was_open = question.state == "open"
        question.state = state
        question.closed_at = now
        await session.flush()
        await self._call_back(session, question, now)
        return await self._open_next(session, question, now) if was_open else None

    async def _call_back(self, session: AsyncSession, question: Question, now: datetime) -> None:
        about_it = or_(
            OutboundMessage.key.startswith(question_key(question.id), autoescape=True),
            OutboundMessage.key == reminder_key(question.case_id),
        )
        await session.execute(
            update(OutboundMessage)
            .where(
                OutboundMessage.number_id == question.number_id,
                OutboundMessage.state == "queued",
                OutboundMessage.message_class == "optional",
                about_it,
            )
            .values(state="expired", finished_at=now, last_error="QUESTION_CLOSED")
        )

    async def _hold_line(self, session: AsyncSession, number_id: str) -> None:
        """Whoever asks or closes on a number waits for the others: a question put in line behind one that is
        being closed at the same moment would never open."""
        query = select(PhoneNumber.id).where(PhoneNumber.id == number_id)
        await session.execute(query.with_for_update(key_share=True))

    async def _number_of(self, session: AsyncSession, question_id: str) -> str | None:
        query = select(Question.number_id).where(Question.id == question_id)
        return (await session.execute(query)).scalar_one_or_none()

    async def _open_next(self, session: AsyncSession, closed: Question, now: datetime) -> Question | None:
        """The next in line: what the same case asks further comes before other cases."""
        query = (
            select(Question)
            .where(Question.number_id == closed.number_id, Question.state == "waiting")
            .order_by((Question.case_id == closed.case_id).desc(), Question.created_at, Question.id)
            .limit(1)
            .with_for_update()
        )
        following = (await session.execute(query)).scalar_one_or_none()
        if following is not None:
            following.state = "open"
            following.opened_at = now
            following.announced = False
            await session.flush()
        return following

    async def unannounced(self, session: AsyncSession, most: int = 50) -> list[Question]:
        """Questions that came to be open and whose case has not been told yet."""
        query = select(Question).where(Question.announced.is_(False), Question.state == "open").limit(most)
        return list((await session.execute(query)).scalars())
