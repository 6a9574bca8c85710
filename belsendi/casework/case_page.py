"""Everything an officer sees of one case, opened: its parts as they stand in the records."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.casework.conversation_view import Bubble, conversation
from belsendi.casework.outlook import Spent, Upcoming, outlook, time_budget
from belsendi.contracts.personal_data import PersonalData
from belsendi.errors import NotFound
from belsendi.law import Service, UsedDefault, defaults_used_by, service
from belsendi.records.audit import audit
from belsendi.records.keystore import KeyDestroyed
from belsendi.records.models import (
    Account,
    AuditEntry,
    Case,
    CaseFileItem,
    CaseStep,
    Consent,
    Decision,
    Document,
    DocumentSignature,
    InboundMessage,
    JournalEntry,
    LifeEvent,
    OutboundMessage,
    ParameterCheck,
    PaymentOrder,
    Person,
    PhoneNumber,
    Question,
    RegistryCall,
    Task,
    Wait,
)
from belsendi.registries.signature import SignerRole, Verification


@dataclass(frozen=True)
class Persons:
    """Who the case is about, opened; None where the key was destroyed or nobody told us."""

    name: Annotated[str | None, PersonalData("pd.01")] = field(repr=False)
    iin: Annotated[str | None, PersonalData("pd.02")] = field(repr=False)
    deceased_iin: Annotated[str | None, PersonalData("pd.02")] = field(repr=False)
    died_on: Annotated[date | None, PersonalData("svc.death_fact")] = field(repr=False)
    number: Annotated[str | None, PersonalData("pd.10")] = field(repr=False)
    language: str | None


@dataclass(frozen=True)
class ConsentView:
    """The stored consent with the words it was given in."""

    row: Consent
    words: Annotated[str | None, PersonalData("svc.message_text")] = field(repr=False)
    document_id: str | None


@dataclass(frozen=True)
class SignatureView:
    """A signature and what verifying it at this moment says."""

    row: DocumentSignature
    signer: Annotated[str | None, PersonalData("pd.01")] = field(repr=False)
    verified: Verification


@dataclass(frozen=True)
class DocumentView:
    id: str
    kind: str
    key: str
    created_at: datetime
    sha256: str
    signatures: list[SignatureView]

    @property
    def unsigned_decision(self) -> bool:
        """Whether this is the draft of a decision: signed, it is a paper of its own with number and date."""
        return self.key.startswith("decision:") and not self.signatures


@dataclass(frozen=True)
class CasePage:
    """One case as its page shows it. ``present`` is the case's own now (shifted in scenario mode)."""

    case: Case
    law: Service
    present: datetime
    persons: Persons
    account: Account | None
    steps: list[CaseStep]
    bubbles: list[Bubble]
    consent: ConsentView | None
    checks: list[ParameterCheck]
    file_items: list[CaseFileItem]
    decisions: list[Decision]
    legal_date: Annotated[date | None, PersonalData("svc.death_fact")] = field(repr=False)
    documents: list[DocumentView]
    journal: JournalEntry | None
    order: PaymentOrder | None
    calls: list[RegistryCall]
    tasks: list[Task]
    audit: list[AuditEntry]
    spent: list[Spent]
    upcoming: list[Upcoming]
    defaults: list[UsedDefault]

    @property
    def decision(self) -> Decision | None:
        """The newest revision."""
        return self.decisions[0] if self.decisions else None

    @property
    def draft(self) -> Decision | None:
        """The draft that waits for a signature."""
        newest = self.decision
        waits = self.case.state == "AWAITING_SIGNATURE" and newest is not None and newest.status == "draft"
        return newest if waits else None

    @property
    def touched(self) -> set[str]:
        """SIL and INC entries this very case rested on: from its steps, its checks and its decision."""
        named = {rule for step in self.steps for rule in step.rules}
        traces = [line for check in self.checks for line in check.trace]
        if self.decision is not None:
            traces += self.decision.trace
        named |= {part for line in traces for part in (line.get("product_default") or "").split(", ")}
        return {name for name in named if name.startswith(("SIL-", "INC-"))}


class CasePages:
    """Reads the page of a case. The number of queries does not grow with the case."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def page(self, case_id: str, now: datetime) -> CasePage:
        """Raises NotFound for an unknown case."""
        bench = self._bench
        async with bench.records.database.reading() as session:
            case = await self._case(session, case_id)
            present = now + timedelta(seconds=case.clock_shift_seconds)
            steps = await _all(
                session, select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.seq)
            )
            waits = await _all(session, select(Wait).where(Wait.case_id == case.id).order_by(Wait.began_at))
            questions = await _all(session, select(Question).where(Question.case_id == case.id))
            decisions = await _all(
                session,
                select(Decision).where(Decision.case_id == case.id).order_by(Decision.revision.desc()),
            )
            calendar = await bench.calendar_book.calendar(session)
            documents = await self._documents(session, case.id, now)
            return CasePage(
                case=case,
                law=service(case.service),
                present=present,
                persons=await self._persons(session, case),
                account=await session.get(Account, case.account_id) if case.account_id else None,
                steps=steps,
                bubbles=await self._bubbles(session, case.id),
                consent=await self._consent(session, case.id, documents),
                checks=await _all(
                    session,
                    select(ParameterCheck)
                    .where(ParameterCheck.case_id == case.id)
                    .order_by(ParameterCheck.code),
                ),
                file_items=await self._file_items(session, case.id),
                decisions=decisions,
                legal_date=await self._legal_date(decisions),
                documents=documents,
                journal=await _one(session, select(JournalEntry).where(JournalEntry.case_id == case.id)),
                order=await _one(session, select(PaymentOrder).where(PaymentOrder.case_id == case.id)),
                calls=await _all(
                    session,
                    select(RegistryCall)
                    .where(RegistryCall.case_id == case.id)
                    .order_by(RegistryCall.asked_at, RegistryCall.id),
                ),
                tasks=await _all(
                    session, select(Task).where(Task.case_id == case.id).order_by(Task.opened_at.desc())
                ),
                audit=await _all(
                    session,
                    select(AuditEntry)
                    .where(AuditEntry.object_id == case.id)
                    .order_by(AuditEntry.seq.desc())
                    .limit(50),
                ),
                spent=time_budget(waits, present),
                upcoming=outlook(
                    case, steps, questions, decisions, bench.profile.defaults, calendar, present
                ),
                defaults=defaults_used_by(case.service, bench.profile.defaults),
            )

    async def version(self, case_id: str) -> str:
        """A mark that changes when the page would show something new. Raises NotFound."""
        async with self._bench.records.database.reading() as session:
            case = await self._case(session, case_id)
            sent = select(OutboundMessage.id, OutboundMessage.state, OutboundMessage.sent_at).where(
                OutboundMessage.case_id == case_id
            )
            messages = sorted((await session.execute(sent)).all(), key=lambda line: line[0])
            heard = select(func.count(InboundMessage.id)).where(InboundMessage.case_id == case_id)
            inbound = (await session.execute(heard)).scalar_one()
        states = ",".join(f"{line[1]}" for line in messages)
        return f"{case.updated_at.isoformat()}/{case.state}/{inbound}/{states}"

    async def document(self, document_id: str) -> tuple[Document, bytes]:
        """A document with its clear bytes. Raises NotFound, also for bytes that no longer match their hash."""
        async with self._bench.records.database.reading() as session:
            document = await session.get(Document, document_id)
        if document is None:
            raise NotFound("there is no such document")
        return document, await self._bench.evidence.content(document)

    async def seen(self, object_id: str, account_id: str, action: str, now: datetime) -> None:
        """Writes into the audit trail that an officer saw a case or a document."""
        async with self._bench.records.database.writing() as session:
            await audit(session, actor=account_id, action=action, object_id=object_id, at=now)

    async def _case(self, session: AsyncSession, case_id: str) -> Case:
        case = await session.get(Case, case_id)
        if case is None:
            raise NotFound("there is no such case in the records")
        return case

    async def _persons(self, session: AsyncSession, case: Case) -> Persons:
        bench = self._bench
        recipient = await session.get_one(Person, case.recipient_id)
        deceased = await session.get_one(Person, case.subject_id)
        event = await session.get(LifeEvent, case.event_id) if case.event_id else None
        application = await session.get(LifeEvent, case.application_id) if case.application_id else None
        number = await session.get(PhoneNumber, case.number_id) if case.number_id else None
        try:
            died_on = None
            for said in filter(None, (event, application)):
                body = json.loads(await bench.records.vault.open(said.body, f"life_events.body/{said.id}"))
                died_on = body.get("date_of_death") or died_on
            return Persons(
                name=await bench.people.name(recipient),
                iin=await bench.people.iin(recipient),
                deceased_iin=await bench.people.iin(deceased),
                died_on=date.fromisoformat(died_on) if died_on else None,
                number=await bench.people.digits(number) if number else None,
                language=number.language if number else None,
            )
        except KeyDestroyed:
            return Persons(None, None, None, None, None, None)

    async def _legal_date(self, decisions: list[Decision]) -> date | None:
        """The day whose parameters the newest decision applies: the day of death."""
        if not decisions:
            return None
        newest = decisions[0]
        place = f"decisions.legal_date/{newest.id}"
        try:
            return date.fromisoformat(await self._bench.records.vault.open(newest.legal_date, place))
        except KeyDestroyed:
            return None

    async def _bubbles(self, session: AsyncSession, case_id: str) -> list[Bubble]:
        sent = await _all(session, select(OutboundMessage).where(OutboundMessage.case_id == case_id))
        heard = await _all(session, select(InboundMessage).where(InboundMessage.case_id == case_id))
        return await conversation(self._bench.outbox, self._bench.inbox, sent, heard)

    async def _consent(
        self, session: AsyncSession, case_id: str, documents: list[DocumentView]
    ) -> ConsentView | None:
        consent = await _one(
            session, select(Consent).where(Consent.case_id == case_id).order_by(Consent.given_at.desc())
        )
        if consent is None:
            return None
        try:
            words = ""  # given with the application, without words of its own
            if consent.words is not None:
                words = await self._bench.records.vault.open(consent.words, f"consents.words/{consent.id}")
        except KeyDestroyed:
            words = None
        receipt = next((d.id for d in documents if d.kind == "consent_receipt"), consent.document_id)
        return ConsentView(consent, words, receipt)

    async def _file_items(self, session: AsyncSession, case_id: str) -> list[CaseFileItem]:
        """The electronic case file of the newest revision."""
        newest = select(func.max(CaseFileItem.revision)).where(CaseFileItem.case_id == case_id)
        query = select(CaseFileItem).where(
            CaseFileItem.case_id == case_id, CaseFileItem.revision == newest.scalar_subquery()
        )
        return await _all(session, query.order_by(CaseFileItem.datum))

    async def _documents(self, session: AsyncSession, case_id: str, now: datetime) -> list[DocumentView]:
        documents = await _all(
            session, select(Document).where(Document.case_id == case_id).order_by(Document.created_at)
        )
        signatures = await _all(
            session,
            select(DocumentSignature)
            .where(DocumentSignature.document_id.in_([document.id for document in documents]))
            .order_by(DocumentSignature.signed_at),
        )
        views = []
        for document in documents:
            own = [row for row in signatures if row.document_id == document.id]
            views.append(
                DocumentView(
                    id=document.id,
                    kind=document.kind,
                    key=document.key,
                    created_at=document.created_at,
                    sha256=document.sha256,
                    signatures=[await self._signature(document, row, now) for row in own],
                )
            )
        return views

    async def _signature(self, document: Document, row: DocumentSignature, now: datetime) -> SignatureView:
        """Verified anew for every view: a revoked certificate or a changed byte shows at once."""
        evidence = self._bench.evidence
        try:
            content, cms = await evidence.content(document), await evidence.cms(row)
            signer: str | None = await evidence.signer(row)
        except (KeyDestroyed, NotFound):
            return SignatureView(row, None, Verification(valid=False))
        at = max(now, row.signed_at) if row.signed_at > now else now
        verified = await self._bench.signer.verify(content, cms, required_role=SignerRole(row.role), at=at)
        return SignatureView(row, signer, verified)


async def _all(session: AsyncSession, query: Any) -> list[Any]:
    return list((await session.execute(query)).scalars())


async def _one(session: AsyncSession, query: Any) -> Any:
    return (await session.execute(query.limit(1))).scalar_one_or_none()
