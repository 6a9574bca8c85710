"""Receiving a citizen's message: store first, then understand, then hand it to whom it belongs.

Nothing is dropped: what cannot be handled now stays stored, and the sweep takes it up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.contracts.case import CaseOrigin, CaseReply, Reply
from belsendi.contracts.conversation import Meaning, QuestionKind
from belsendi.contracts.states import CaseState, TaskKind
from belsendi.conversation.commands import Commands
from belsendi.conversation.showing import OfferBeingSent, seen_before
from belsendi.dialogue import Reason, Understanding, understand
from belsendi.errors import InvalidInput, NotFound
from belsendi.law import parse_iban
from belsendi.records.cases import open_task
from belsendi.records.columns import new_id
from belsendi.records.inbox import Arrival
from belsendi.records.keystore import Owner
from belsendi.records.models import Account, Case, InboundMessage, PhoneNumber, Question, Task
from belsendi.temporal.cases import CaseRefused, Cases

_COMMANDS = frozenset(
    {
        Meaning.STOP,
        Meaning.START,
        Meaning.HELP,
        Meaning.STATUS,
        Meaning.LANGUAGE_KK,
        Meaning.LANGUAGE_RU,
        Meaning.WITHDRAW,
        Meaning.NAMES_DECEASED,
    }
)
_CONSENTS = (Meaning.CONSENT, Meaning.CONSENT_OTHER_ACCOUNT, Meaning.CONSENT_WITH_ACCOUNT)
_KEPT_OF_STRANGERS = 50
_ANSWERS = {
    Meaning.CONSENT: CaseReply.CONSENT,
    Meaning.CONSENT_OTHER_ACCOUNT: CaseReply.CONSENT_OTHER_ACCOUNT,
    Meaning.CONSENT_WITH_ACCOUNT: CaseReply.CONSENT_WITH_ACCOUNT,
    Meaning.DECLINE: CaseReply.DECLINE,
    Meaning.ACCOUNT: CaseReply.ACCOUNT,
}


@dataclass(frozen=True)
class _Prepared:
    """What a message came to be in its unit of work: a reply to deliver, or already settled."""

    case_id: str | None = None
    reply: Reply | None = None


class Reception:
    """The one way in for every channel."""

    def __init__(self, bench: Bench, cases: Cases, commands: Commands) -> None:
        self._bench = bench
        self._cases = cases
        self._commands = commands

    async def store(self, arrival: Arrival) -> str:
        """Stores an arrival, once. After this returns the channel may acknowledge it."""
        async with self._bench.records.database.writing() as session:
            inbound_id, _ = await self._bench.inbox.store(session, arrival)
        return inbound_id

    async def handle(self, inbound_id: str, now: datetime) -> None:
        """Handles a stored message; handling it twice changes nothing.

        Raises OutsideSystemUnavailable when the workflow engine is out: the message stays stored for the sweep.
        """
        async with self._bench.records.database.writing() as session:
            message = await session.get(InboundMessage, inbound_id, with_for_update=True)
            if message is None or message.state != "stored":
                return
            prepared = await self._prepare(session, message, now)
        if prepared.reply is None or prepared.case_id is None:
            return
        try:
            await self._cases.reply(prepared.case_id, prepared.reply)
            disposition = "ACCEPTED"
        except CaseRefused as refused:
            if refused.code == "NOT_READY":
                return  # it stays stored; the sweep hands it on again
            disposition = refused.code
        except NotFound:
            disposition = "QUESTION_CLOSED"  # the case has ended
        await self._settle(inbound_id, disposition, now)

    async def _prepare(self, session: AsyncSession, message: InboundMessage, now: datetime) -> _Prepared:
        number = await session.get_one(PhoneNumber, message.number_id, with_for_update=True)
        try:
            question = await self._question_of(session, message, number)
        except OfferBeingSent:
            return (
                _Prepared()
            )  # it stays stored; the sweep hands it on when it is known when the offer was sent
        kind = QuestionKind(question.kind) if question is not None else None
        understood = understand(await self._bench.inbox.words(message), kind)
        message.meaning = understood.meaning.value
        if understood.meaning in _COMMANDS:
            disposition = await self._commands.carry_out(session, message, number, understood, now)
            if disposition is not None:
                self._handled(message, disposition, now)
                return _Prepared()
            return await self._withdrawal(session, message, number, now)
        if question is None:
            answered = await self._answer_without_question(session, message, number, understood, now)
            self._handled(message, answered, now)
            return _Prepared()
        if understood.meaning is Meaning.UNCLEAR:
            await self._ask_again(session, message, number, question, now)
            return _Prepared()
        return await self._answer(session, message, question, understood, now)

    async def _question_of(
        self, session: AsyncSession, message: InboundMessage, number: PhoneNumber
    ) -> Question | None:
        """The open question of a number, if the message can answer it.

        By now the next offer may be open, and a consent to the one is never a consent to the other: a message
        that was given to a question before a crash stays with it, and one that came before an offer reached
        the telephone does not answer it. An account may come before it is asked for: it gives no consent.
        Raises OfferBeingSent.
        """
        if message.question_id is not None:
            return await session.get_one(Question, message.question_id)
        question = await self._bench.questions.open_for(session, number.id)
        if question is None or question.kind == QuestionKind.ACCOUNT:
            return question
        put = await self._bench.outbox.of_question(session, number.id, question.id)
        return question if seen_before(put, question, message.received_at) is not None else None

    async def _answer(
        self,
        session: AsyncSession,
        message: InboundMessage,
        question: Question,
        understood: Understanding,
        now: datetime,
    ) -> _Prepared:
        """An answer to the open question goes to its case as an update with the message's own id."""
        meaning = _ANSWERS[understood.meaning]
        case = await session.get_one(Case, question.case_id)
        account_id = message.account_id
        if understood.account_text is not None and account_id is None:
            try:
                account_id = await self._keep_account(session, case, understood.account_text, now)
            except InvalidInput:
                invalid = understood.meaning is Meaning.CONSENT_WITH_ACCOUNT
                meaning = CaseReply.CONSENT_ACCOUNT_INVALID if invalid else CaseReply.ACCOUNT_INVALID
        await self._bench.inbox.give_to_case(message, case.id, now)
        put = await self._bench.outbox.of_question(session, question.number_id, question.id)
        seen = seen_before(put, question, message.received_at)
        if seen is not None:
            question.message_id = seen.id  # the proof of a consent is what was on the telephone
        message.question_id = question.id
        message.account_id = account_id
        return _Prepared(
            case_id=case.id,
            reply=Reply(
                inbound_id=message.id,
                question_id=question.id,
                meaning=meaning,
                received_at=message.received_at,
                account_id=account_id,
            ),
        )

    async def _withdrawal(
        self, session: AsyncSession, message: InboundMessage, number: PhoneNumber, now: datetime
    ) -> _Prepared:
        if message.case_id is not None:  # given to its case before a crash, which may have ended meanwhile
            case: Case | None = await session.get_one(Case, message.case_id)
        else:
            several = await self._commands.of_several_persons(session, message, number, now)
            if several is not None:
                self._handled(message, several, now)
                return _Prepared()
            case = await self._commands.open_case_of(session, number.id)
        if case is None:
            self._handled(
                message, await self._commands.nothing_to_withdraw(session, message, number, now), now
            )
            return _Prepared()
        await self._bench.inbox.give_to_case(message, case.id, now)
        reply = Reply(
            inbound_id=message.id,
            question_id=None,
            meaning=CaseReply.WITHDRAW,
            received_at=message.received_at,
        )
        return _Prepared(case_id=case.id, reply=reply)

    async def _keep_account(self, session: AsyncSession, case: Case, text: str, now: datetime) -> str:
        """Stores an account that passes structure and check digits. Raises InvalidInput otherwise (SIL-08)."""
        iban = parse_iban(text)
        account_id = new_id()
        session.add(
            Account(
                id=account_id,
                person_id=case.recipient_id,
                number=await self._bench.records.vault.seal(
                    Owner.CASE, case.id, iban.value, f"accounts.number/{account_id}", now
                ),
                last4=iban.last4,
                bank_code=iban.bank_code,
                bank_known=iban.bank is not None,
                source="provided",
                created_at=now,
            )
        )
        await session.flush()
        return account_id

    async def _ask_again(
        self,
        session: AsyncSession,
        message: InboundMessage,
        number: PhoneNumber,
        question: Question,
        now: datetime,
    ) -> None:
        """An unclear reply is asked again with an example; after the allowed attempts a person calls."""
        question.asked_again += 1
        attempts = self._bench.profile.defaults.reply_attempts
        await self._bench.inbox.give_to_case(message, question.case_id, now)
        message.question_id = question.id
        say = self._bench.speaker.say
        key = f"inbound:{message.id}"
        if question.asked_again < attempts:
            kind = QuestionKind(question.kind)
            template = self._bench.speaker.catalogue.ask_again(kind)
            fields = question.fields if kind is QuestionKind.OFFER_WITH_ACCOUNT else {}
            await say(session, number, template, key=key, now=now, case_id=question.case_id, fields=fields)
            self._handled(message, "ASKED_AGAIN", now)
            return
        if question.asked_again == attempts:
            await say(session, number, "UNCLEAR-PERSON", key=key, now=now, case_id=question.case_id)
            await open_task(
                session,
                TaskKind.CALL_UNCLEAR,
                key=f"{question.case_id}:CALL_UNCLEAR:{question.id}",
                now=now,
                case_id=question.case_id,
            )
        self._handled(message, "TO_A_PERSON", now)

    async def _answer_without_question(
        self,
        session: AsyncSession,
        message: InboundMessage,
        number: PhoneNumber,
        understood: Understanding,
        now: datetime,
    ) -> str:
        """Words when nothing is asked: a hearing, late, repeated, early, or from somebody we do not know."""
        case = await self._commands.open_case_of(session, number.id)
        if case is not None and case.state == CaseState.HEARING:
            return await self._heard(session, message, number, case, now)
        if understood.reason is Reason.DEATH_WITHOUT_NUMBER:
            return await self._commands.ask_for_name(session, message, number, now)
        last = await self._bench.questions.last_for(session, number.id)
        key = f"inbound:{message.id}"
        if last is not None and last.closed_at is not None:
            recent = message.received_at - last.closed_at < timedelta(days=60)
            if recent:
                await self._bench.inbox.give_to_case(message, last.case_id, now)
                message.question_id = last.id
                template = await self._after(session, last)
                await self._bench.speaker.say(
                    session, number, template, key=key, now=now, case_id=last.case_id
                )
                return template
        if case is not None:
            return await self._commands.before_any_offer(session, message, number, case, now)
        if number.last_stranger_reply_at is None or now - number.last_stranger_reply_at >= timedelta(days=1):
            number.last_stranger_reply_at = now
            await self._bench.speaker.say(session, number, "UNKNOWN-NUMBER", key=key, now=now)
            as_reply = understand(await self._bench.inbox.words(message), QuestionKind.OFFER_WITH_ACCOUNT)
            if as_reply.meaning in _CONSENTS:  # given where nothing was asked (SIL-05; AC-D31)
                await self._flag_stranger(session, message, now)
            return "STRANGER_ANSWERED"
        return "STRANGER_KEPT"

    async def _flag_stranger(self, session: AsyncSession, message: InboundMessage, now: datetime) -> None:
        """One open task holds the ids of all such messages, so that nobody fills the list by SMS."""
        open_now = (
            select(Task)
            .where(Task.kind == TaskKind.STRANGER_CONSENT, Task.closed_at.is_(None))
            .order_by(Task.opened_at)
            .limit(1)
            .with_for_update()
        )
        task = (await session.execute(open_now)).scalar_one_or_none()
        if task is not None:
            task.facts = {"messages": [*task.facts.get("messages", ()), message.id][-_KEPT_OF_STRANGERS:]}
            return
        key, facts = f"inbound:{message.id}:stranger", {"messages": [message.id]}
        await open_task(session, TaskKind.STRANGER_CONSENT, key=key, now=now, facts=facts)

    async def _heard(
        self, session: AsyncSession, message: InboundMessage, number: PhoneNumber, case: Case, now: datetime
    ) -> str:
        """What the recipient says before an unfavourable decision goes to the one who decides."""
        await self._bench.inbox.give_to_case(message, case.id, now)
        await open_task(
            session,
            TaskKind.HEARING_REPLY,
            key=f"{case.id}:HEARING_REPLY:{message.id}",
            now=now,
            case_id=case.id,
            due_at=case.due_at,
        )
        await self._bench.speaker.say(
            session, number, "HEARD", key=f"inbound:{message.id}", now=now, case_id=case.id
        )
        return "HEARD"

    async def _settle(self, inbound_id: str, disposition: str, now: datetime) -> None:
        """Writes how the case took a reply, and answers what it refused."""
        async with self._bench.records.database.writing() as session:
            message = await session.get_one(InboundMessage, inbound_id, with_for_update=True)
            if message.state != "stored":
                return
            if disposition in ("QUESTION_CLOSED", "NOT_AN_ANSWER", "ALREADY_ANSWERED"):
                await self._say_refused(session, message, disposition, now)
            elif disposition == "AFTER_SIGNATURE":
                number = await session.get_one(PhoneNumber, message.number_id)
                await self._commands.too_late_to_withdraw(session, message, number, now)
            self._handled(message, disposition, now)

    async def _say_refused(
        self, session: AsyncSession, message: InboundMessage, disposition: str, now: datetime
    ) -> None:
        number = await session.get_one(PhoneNumber, message.number_id)
        question = await session.get(Question, message.question_id) if message.question_id else None
        answered = disposition == "ALREADY_ANSWERED" or (
            question is not None and question.state == "answered"
        )
        await self._bench.speaker.say(
            session,
            number,
            "REPEATED" if answered else await self._after(session, question),
            key=f"inbound:{message.id}",
            now=now,
            case_id=message.case_id,
        )

    async def _after(self, session: AsyncSession, question: Question | None) -> str:
        """What is said to an answer to a closed question: it was answered, an application came first, or it ended."""
        if question is None:
            return "LATE"
        if question.state == "answered":
            return "REPEATED"
        case = await session.get_one(Case, question.case_id)
        return "APPLIED" if case.origin == CaseOrigin.APPLICATION and case.outcome is None else "LATE"

    @staticmethod
    def _handled(message: InboundMessage, disposition: str, now: datetime) -> None:
        message.state = "handled"
        message.disposition = disposition
        message.handled_at = now
