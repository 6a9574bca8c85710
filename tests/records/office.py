"""Short ways to put rows into records: persons, numbers, cases and what hangs on them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.contracts.states import CaseState
from belsendi.records.cases import open_case
from belsendi.records.columns import new_id
from belsendi.records.inbox import Arrival, Inbox
from belsendi.records.models import (
    Account,
    Consent,
    Decision,
    Document,
    JournalEntry,
    OutboundMessage,
    PaymentOrder,
    Question,
)
from belsendi.records.outbox import OutboundDraft, Outbox
from belsendi.records.people import People
from belsendi.records.questions import Questions
from belsendi.records.store import Records

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
ROUTE = "smpp-main"


class Office:
    """Repositories over one set of open records. Every method without ``session`` is a unit of its own."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.people = People(records.vault)
        self.inbox = Inbox(records.vault, self.people)
        self.outbox = Outbox(records.vault)
        self.questions = Questions()
        self._strangers = itertools.count(1)

    async def person(self, iin: str | None = None) -> str:
        async with self.records.database.writing() as session:
            return (await self.people.person(session, iin or f"8683153{next(self._strangers):05d}", NOW)).id

    async def number(self, e164: str | None = None) -> str:
        async with self.records.database.writing() as session:
            return (await self.people.number(session, e164 or f"+7701{next(self._strangers):07d}", NOW)).id

    async def case(self, subject_id: str | None = None, recipient_id: str | None = None) -> str:
        subject_id = subject_id or await self.person()
        recipient_id = recipient_id or await self.person()
        async with self.records.database.writing() as session:
            case, _made = await open_case(
                session,
                service="BUR",
                subject_id=subject_id,
                recipient_id=recipient_id,
                event_id=None,
                initiative="provider",
                now=NOW,
            )
            case.state = CaseState.OFFERED
            return case.id

    async def ask(self, case_id: str, number_id: str, now: datetime = NOW) -> Question:
        async with self.records.database.writing() as session:
            return await self.questions.ask(
                session,
                case_id=case_id,
                number_id=number_id,
                kind="OFFER_NO_ACCOUNT",
                template="M-01-BUR-NA",
                fields={},
                now=now,
            )

    async def close(self, question_id: str, state: str = "answered") -> Question | None:
        async with self.records.database.writing() as session:
            return await self.questions.close(session, question_id, state, NOW)

    async def question(self, question_id: str) -> Question:
        async with self.records.database.reading() as session:
            return await session.get_one(Question, question_id)

    async def store(
        self,
        text: str,
        provider_id: str,
        *,
        route: str = ROUTE,
        number: str = "+77010000001",
        received_at: datetime = NOW,
    ) -> tuple[str, bool]:
        arrival = Arrival(
            route=route, provider_id=provider_id, number=number, text=text, received_at=received_at
        )
        async with self.records.database.writing() as session:
            return await self.inbox.store(session, arrival)

    def draft(
        self,
        number_id: str,
        key: str,
        *,
        text: str = "Сәлем",
        parts: int = 1,
        message_class: str = "law",
        not_before: datetime = NOW,
        case_id: str | None = None,
    ) -> OutboundDraft:
        return OutboundDraft(
            key=key,
            number_id=number_id,
            template="M-02",
            template_version="1",
            language="kk",
            text=text,
            parts=parts,
            encoding="ucs2",
            message_class=message_class,
            not_before=not_before,
            case_id=case_id,
        )

    async def queue(self, draft: OutboundDraft) -> str:
        async with self.records.database.writing() as session:
            return await self.outbox.queue(session, draft, NOW)

    async def message(self, message_id: str) -> OutboundMessage:
        async with self.records.database.reading() as session:
            return await session.get_one(OutboundMessage, message_id)

    async def consent(self, session: AsyncSession, case_id: str, person_id: str) -> str:
        consent_id = new_id()
        session.add(
            Consent(
                id=consent_id,
                case_id=case_id,
                person_id=person_id,
                kinds=["CNS-P", "CNS-D"],
                channel="sms",
                language="kk",
                template="M-01-BUR-NA",
                template_version="1",
                full_text_version="1",
                question_message_id=new_id(),
                reply_inbound_id=new_id(),
                words=b"sealed elsewhere",
                given_at=NOW,
            )
        )
        await session.flush()
        return consent_id

    async def document(self, session: AsyncSession, case_id: str) -> str:
        document_id = new_id()
        session.add(
            Document(
                id=document_id,
                case_id=case_id,
                key=document_id,
                kind="decision_assign",
                media_type="application/pdf",
                content=b"sealed elsewhere",
                sha256="0" * 64,
                created_at=NOW,
            )
        )
        await session.flush()
        return document_id


def journal_entry(
    case_id: str, subject_id: str, applicant_id: str, consent_id: str, *, number: str, holds: bool
) -> JournalEntry:
    return JournalEntry(
        id=new_id(),
        registration_no=number,
        case_id=case_id,
        service="BUR",
        subject_id=subject_id,
        applicant_id=applicant_id,
        channel="mobile",
        consent_id=consent_id,
        automatic=True,
        registered_at=NOW,
        holds_subject=holds,
    )


def decision(case_id: str, document_id: str, *, revision: int, status: str = "draft") -> Decision:
    return Decision(
        id=new_id(),
        case_id=case_id,
        revision=revision,
        kind="ASSIGN",
        status=status,
        form="7",
        parameter_hash="0" * 64,
        law_version="1",
        legal_date=b"sealed",
        knowledge_date=NOW.date(),
        document_id=document_id,
        drafted_at=NOW,
        facts_digest="0" * 64,
    )


def account(person_id: str) -> Account:
    return Account(
        id=new_id(),
        person_id=person_id,
        number=b"sealed elsewhere",
        last4="0100",
        bank_code="125",
        bank_known=True,
        source="on_file",
        created_at=NOW,
    )


def payment_order(case_id: str, decision_id: str, account_id: str, *, key: str) -> PaymentOrder:
    return PaymentOrder(
        id=new_id(),
        case_id=case_id,
        decision_id=decision_id,
        idempotency_key=key,
        account_id=account_id,
        state="wanted",
        created_at=NOW,
    )
