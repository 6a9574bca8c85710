"""Words that are no answer to a question: STOP, START, HELP, STATUS, the language, withdrawal, a named deceased.

They are answered from the records without a workflow.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.contracts.conversation import Meaning
from belsendi.contracts.states import CaseState, Outcome, TaskKind
from belsendi.dialogue import Understanding
from belsendi.errors import InvalidInput
from belsendi.intake.naming import Naming
from belsendi.law import parse_iin
from belsendi.records.cases import open_task
from belsendi.records.models import Case, InboundMessage, OutboundMessage, PhoneNumber, Question
from belsendi.records.outbox import question_key

_SIGNED = (Outcome.ASSIGNED, Outcome.REFUSED)


class Commands:
    def __init__(self, bench: Bench, naming: Naming) -> None:
        self._bench = bench
        self._naming = naming

    async def carry_out(
        self,
        session: AsyncSession,
        message: InboundMessage,
        number: PhoneNumber,
        understood: Understanding,
        now: datetime,
    ) -> str | None:
        """Carries a command out and answers it. None for a withdrawal: that is the case's to decide."""
        match understood.meaning:
            case Meaning.WITHDRAW:
                return None
            case Meaning.STOP:
                return await self._stop(session, message, number, now)
            case Meaning.START:
                return await self._start(session, message, number, now)
            case Meaning.HELP:
                await self._say(session, message, number, "HELP", now)
                return "HELPED"
            case Meaning.STATUS:
                return await self._status(session, message, number, now)
            case Meaning.LANGUAGE_KK | Meaning.LANGUAGE_RU:
                return await self._language(session, message, number, understood.meaning, now)
            case _:
                return await self._names_deceased(session, message, number, understood, now)

    async def open_case_of(self, session: AsyncSession, number_id: str) -> Case | None:
        """The open case of a number that was last asked about; the newest when none was."""
        asked = select(func.max(Question.opened_at)).where(
            Question.case_id == Case.id, Question.number_id == number_id
        )
        last_asked = asked.correlate(Case).scalar_subquery()
        query = (
            select(Case)
            .where(Case.number_id == number_id, Case.outcome.is_(None))
            .order_by(last_asked.is_(None), last_asked.desc(), Case.created_at.desc())
            .limit(1)
        )
        return (await session.execute(query)).scalar_one_or_none()

    async def of_several_persons(
        self, session: AsyncSession, message: InboundMessage, number: PhoneNumber, now: datetime
    ) -> str | None:
        """Whether open cases of the number are of different persons: nobody knows who wrote, so a person asks.

        Returns the disposition of a message answered with HELP, or None (SIL-05).
        """
        query = select(func.count(func.distinct(Case.recipient_id))).where(
            Case.number_id == number.id, Case.outcome.is_(None)
        )
        if (await session.execute(query)).scalar_one() < 2:
            return None
        case = await self.open_case_of(session, number.id)
        assert case is not None
        await open_task(
            session,
            TaskKind.NUMBER_NOT_REGISTERED,
            key=f"{case.id}:{TaskKind.NUMBER_NOT_REGISTERED}:{number.id}",
            now=now,
            case_id=case.id,
        )
        await self._say(session, message, number, "HELP", now)
        return "SEVERAL_PERSONS"

    async def nothing_to_withdraw(
        self, session: AsyncSession, message: InboundMessage, number: PhoneNumber, now: datetime
    ) -> str:
        last = await self._last_case(session, number.id)
        if last is None:
            await self._say(session, message, number, "STATUS-NONE", now)
            return "NOTHING_TO_WITHDRAW"
        await self._bench.inbox.give_to_case(message, last.id, now)
        if last.outcome not in _SIGNED:
            await self._bench.speaker.tell_standing(
                session, number, last, key=f"inbound:{message.id}", now=now
            )
            return "NOTHING_TO_WITHDRAW"
        await self.too_late_to_withdraw(session, message, number, now)
        return "AFTER_SIGNATURE"

    async def too_late_to_withdraw(
        self, session: AsyncSession, message: InboundMessage, number: PhoneNumber, now: datetime
    ) -> None:
        """After the signature a withdrawal is a person's to handle (SIL-07)."""
        await self._say(session, message, number, "WITHDRAW-LATE", now)
        if message.case_id is not None:
            await open_task(
                session,
                TaskKind.LATE_WITHDRAWAL,
                key=f"{message.case_id}:LATE_WITHDRAWAL",
                now=now,
                case_id=message.case_id,
            )

    async def _stop(
        self, session: AsyncSession, message: InboundMessage, number: PhoneNumber, now: datetime
    ) -> str:
        """STOP stops offers until START; an open case is asked about, the law's result is never stopped.

        Only a case with a consent goes on: any other lapses unless the citizen answers its offer all the same.
        """
        case = await self.open_case_of(session, number.id)
        last = case or await self._last_case(session, number.id)
        person_id = last.recipient_id if last is not None else None
        await self._bench.people.opt_out(session, number.id, person_id, message.id, now)
        optional = OutboundMessage.message_class == "optional"
        await self._bench.outbox.call_back(
            session, now, "STOPPED", OutboundMessage.number_id == number.id, optional
        )
        goes_on = case is not None and case.consented_at is not None
        await self._say(session, message, number, "STOPPED-OPEN" if goes_on else "STOPPED", now)
        if case is not None:
            await self._bench.inbox.give_to_case(message, case.id, now)
            await open_task(
                session,
                TaskKind.STOP_WITH_OPEN_CASE,
                key=f"{case.id}:STOP_WITH_OPEN_CASE",
                now=now,
                case_id=case.id,
            )
        return "STOPPED"

    async def _start(
        self, session: AsyncSession, message: InboundMessage, number: PhoneNumber, now: datetime
    ) -> str:
        """START lets offers come again; one that STOP held back and that still stands is made now (SIL-07).

        Its time runs on: what lapses by T-20 lapses, and START after that brings nothing back.
        """
        question = await self._bench.questions.open_for(session, number.id)
        held_back = question is not None and await self._held_back(session, number, question)
        await self._bench.people.opt_in(session, number.id, now)
        await self._say(session, message, number, "STARTED", now)
        if question is not None and held_back:
            await self._put_anew(session, message, number, question, now)
        return "STARTED"

    async def _status(
        self, session: AsyncSession, message: InboundMessage, number: PhoneNumber, now: datetime
    ) -> str:
        several = await self.of_several_persons(session, message, number, now)
        if several is not None:
            return several
        case = await self.open_case_of(session, number.id) or await self._last_case(session, number.id)
        if case is None:
            await self._say(session, message, number, "STATUS-NONE", now)
        else:
            await self._bench.speaker.tell_standing(
                session, number, case, key=f"inbound:{message.id}", now=now
            )
        return "STATUS_TOLD"

    async def _language(
        self,
        session: AsyncSession,
        message: InboundMessage,
        number: PhoneNumber,
        meaning: Meaning,
        now: datetime,
    ) -> str:
        """The language is switched, and an open question is asked once more in it."""
        number.language = "ru" if meaning is Meaning.LANGUAGE_RU else "kk"
        await self._say(session, message, number, "LANGUAGE-SET", now)
        question = await self._bench.questions.open_for(session, number.id)
        if question is not None and not await self._held_back(session, number, question):
            await self._put_anew(session, message, number, question, now)
        return "LANGUAGE_SET"

    async def _put_anew(
        self,
        session: AsyncSession,
        message: InboundMessage,
        number: PhoneNumber,
        question: Question,
        now: datetime,
    ) -> None:
        """The words of an open question once more, at any hour: the citizen has just written for them."""
        unsent = OutboundMessage.key.startswith(question_key(question.id), autoescape=True)
        await self._bench.outbox.call_back(session, now, "SAID_ANEW", unsent)
        question.message_id = await self._bench.speaker.say(
            session,
            number,
            question.template,
            key=question_key(question.id, message.id),
            now=now,
            case_id=question.case_id,
            fields=question.fields,
            despite_stop=True,
            asked_for=True,
        )

    async def _held_back(self, session: AsyncSession, number: PhoneNumber, question: Question) -> bool:
        """Whether STOP kept the words of an open question from being sent at all."""
        put = await self._bench.outbox.of_question(session, number.id, question.id)
        if put and any(message.state != "expired" or message.sent_at is not None for message in put):
            return False
        return await self._bench.people.opted_out(session, number_id=number.id, person_id=None)

    async def _names_deceased(
        self,
        session: AsyncSession,
        message: InboundMessage,
        number: PhoneNumber,
        understood: Understanding,
        now: datetime,
    ) -> str:
        """A citizen begins by naming the deceased (SIL-04)."""
        try:
            iin = parse_iin(understood.deceased_iin or "")
        except InvalidInput:
            return await self.ask_for_name(session, message, number, now)
        template = await self._naming.open_from(session, message, number, str(iin), now)
        await self._say(session, message, number, template, now)
        return template.replace("-", "_")

    async def ask_for_name(
        self, session: AsyncSession, message: InboundMessage, number: PhoneNumber, now: datetime
    ) -> str:
        """NAMES-ASK: the IIN of the deceased is what is missing (SIL-04)."""
        await self._say(session, message, number, "NAMES-ASK", now)
        return "NAME_ASKED"

    async def before_any_offer(
        self, session: AsyncSession, message: InboundMessage, number: PhoneNumber, case: Case, now: datetime
    ) -> str:
        """Words of a person whom a case knows and nobody has asked anything yet: an offer that is still to come,
        one that STOP holds back, or a case that goes on without questions."""
        several = await self.of_several_persons(session, message, number, now)
        if several is not None:
            return several
        await self._bench.inbox.give_to_case(message, case.id, now)
        if case.state not in (CaseState.IDENTIFIED, CaseState.OFFERED):
            await self._bench.speaker.tell_standing(
                session, number, case, key=f"inbound:{message.id}", now=now
            )
            return "STATUS_TOLD"
        stopped = await self._bench.people.opted_out(session, number_id=number.id, person_id=None)
        await self._say(session, message, number, "STOPPED" if stopped else "EARLY", now)
        return "EARLY"

    async def _last_case(self, session: AsyncSession, number_id: str) -> Case | None:
        query = select(Case).where(Case.number_id == number_id).order_by(Case.created_at.desc()).limit(1)
        return (await session.execute(query)).scalar_one_or_none()

    async def _say(
        self,
        session: AsyncSession,
        message: InboundMessage,
        number: PhoneNumber,
        template: str,
        now: datetime,
        fields: dict[str, object] | None = None,
    ) -> None:
        await self._bench.speaker.say(
            session,
            number,
            template,
            key=f"inbound:{message.id}",
            now=now,
            case_id=message.case_id,
            fields=fields,
        )
