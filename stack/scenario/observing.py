"""Looking at a scenario's records and at the payment system: one pass, plain facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.casework.outlook import time_budget
from belsendi.law import legal_day
from belsendi.records.models import (
    Case,
    CaseStep,
    Consent,
    Decision,
    Document,
    DocumentSignature,
    InboundMessage,
    JournalEntry,
    OutboundMessage,
    ParameterCheck,
    Person,
    PhoneNumber,
    RegistryCall,
    Task,
    Wait,
)
from simulators.registry.control import Order
from stack.scenario.paper import text_of
from stack.scenario.people import Cast
from stack.scenario.seen import (
    CallSeen,
    CaseSeen,
    ConsentSeen,
    DecisionSeen,
    DocumentSeen,
    InboundSeen,
    JournalSeen,
    LineSeen,
    MessageSeen,
    Seen,
    SpentSeen,
)

RowT = TypeVar("RowT")


async def look(
    bench: Bench,
    cast: Cast,
    now: datetime,
    orders: Sequence[Order],
    acts: Mapping[int, str],
    complaints: Sequence[str],
) -> Seen:
    """Everything a scenario may expect something of, at ``now`` (UTC)."""
    async with bench.records.database.reading() as session:
        viewer = _Viewer(bench, cast, session, now, orders)
        cases = (await session.execute(select(Case).order_by(Case.created_at, Case.id))).scalars().all()
        tasks = await session.execute(
            select(Task.kind).where(Task.case_id.is_(None), Task.closed_at.is_(None))
        )
        return Seen(
            at=now,
            cases=tuple([await viewer.case(case) for case in cases]),
            messages=await viewer.messages(),
            inbound=await viewer.inbound(),
            office_tasks=tuple(tasks.scalars()),
            orders=len(orders),
            complaints=tuple(complaints),
            acts=dict(acts),
            secrets=_secrets(cast),
        )


def _secrets(cast: Cast) -> tuple[str, ...]:
    words = list(cast.iins.values())
    for person in cast.people:
        words += [
            person.surname,
            person.given_name,
            *person.accounts,
            *([person.account] if person.account else []),
        ]
    return tuple(words)


class _Viewer:
    """Reads within one unit of work."""

    def __init__(
        self, bench: Bench, cast: Cast, session: AsyncSession, now: datetime, orders: Sequence[Order]
    ) -> None:
        self._bench = bench
        self._cast = cast
        self._session = session
        self._now = now
        self._orders = orders

    async def case(self, case: Case) -> CaseSeen:
        lines = await self._of(CaseStep, case, CaseStep.seq)
        decisions = [
            await self._decision(row) for row in await self._of(Decision, case, Decision.revision.desc())
        ]
        checks = await self._of(ParameterCheck, case, ParameterCheck.code)
        calls = await self._of(RegistryCall, case, RegistryCall.asked_at)
        waits = await self._of(Wait, case, Wait.began_at)
        open_tasks = await self._session.execute(
            select(Task.kind)
            .where(Task.case_id == case.id, Task.closed_at.is_(None))
            .order_by(Task.opened_at)
        )
        papers = await self._of(Document, case, Document.created_at)
        modes = [step.facts["account_mode"] for step in lines if step.facts.get("account_mode")]
        numbers = {decision.number for decision in decisions}
        return CaseSeen(
            id=case.id,
            service=case.service,
            of=await self._alias(case.recipient_id),
            deceased=await self._alias(case.subject_id),
            attempt=case.attempt,
            recipient_type=case.recipient_type,
            state=case.state,
            outcome=case.outcome,
            channel=case.channel,
            waiting_for=case.waiting_for,
            flags=tuple(case.flags),
            account_mode=modes[-1] if modes else None,
            due_on=legal_day(case.due_at) if case.due_at else None,
            strict_due_on=legal_day(case.strict_due_at) if case.strict_due_at else None,
            consent=await self._consent(case),
            journal=await self._journal(case),
            checks={check.code: check.result for check in checks},
            decisions=tuple(decisions),
            documents=tuple(
                [
                    await self._document(row)
                    for row in sorted(papers, key=lambda row: (row.created_at, row.key))
                ]
            ),
            orders=tuple(order.iban[-4:] for order in self._orders if order.decision_no in numbers),
            tasks=tuple(open_tasks.scalars()),
            timeline=tuple(
                LineSeen(step.kind, step.at, step.actor, step.state, tuple(step.rules), step.facts)
                for step in lines
            ),
            calls=tuple(CallSeen(call.system, call.operation, call.result) for call in calls),
            spent=tuple(SpentSeen(s.party, s.system, s.length) for s in time_budget(waits, self._now)),
        )

    async def messages(self) -> tuple[MessageSeen, ...]:
        query = (
            select(OutboundMessage, PhoneNumber)
            .join(PhoneNumber, PhoneNumber.id == OutboundMessage.number_id)
            .order_by(OutboundMessage.not_before, OutboundMessage.created_at)
        )
        return tuple(
            [
                MessageSeen(
                    to=self._cast.alias_of_number(await self._bench.people.digits(number)),
                    id=message.template,
                    language=message.language,
                    text=await self._bench.outbox.text(message),
                    parts=message.parts,
                    message_class=message.message_class,
                    at=message.not_before,
                )
                for message, number in (await self._session.execute(query)).all()
            ]
        )

    async def inbound(self) -> tuple[InboundSeen, ...]:
        query = (
            select(InboundMessage, PhoneNumber)
            .join(PhoneNumber, PhoneNumber.id == InboundMessage.number_id)
            .order_by(InboundMessage.received_at)
        )
        return tuple(
            [
                InboundSeen(
                    sender=self._cast.alias_of_number(await self._bench.people.digits(number)),
                    text=await self._bench.inbox.words(message),
                    at=message.received_at,
                    disposition=message.disposition,
                )
                for message, number in (await self._session.execute(query)).all()
            ]
        )

    async def _of(self, table: type[RowT], case: Case, order: object) -> Sequence[RowT]:
        query = select(table).where(table.case_id == case.id).order_by(order)  # type: ignore[attr-defined,arg-type]
        return (await self._session.execute(query)).scalars().all()

    async def _alias(self, person_id: str) -> str:
        person = await self._session.get_one(Person, person_id)
        return self._cast.alias_of_iin(await self._bench.people.iin(person))

    async def _consent(self, case: Case) -> ConsentSeen | None:
        rows = await self._of(Consent, case, Consent.given_at)
        if not rows:
            return None
        row = rows[-1]
        words = ""
        if row.words is not None:
            words = await self._bench.records.vault.open(row.words, f"consents.words/{row.id}")
        return ConsentSeen(tuple(row.kinds), row.language, words, row.withdrawn_at is not None)

    async def _journal(self, case: Case) -> JournalSeen | None:
        rows = await self._of(JournalEntry, case, JournalEntry.registered_at)
        if not rows:
            return None
        row = rows[0]
        return JournalSeen(
            number=row.registration_no,
            registered_on=legal_day(row.registered_at),
            automatic=row.automatic,
            check_result=row.check_result,
            check_failures=tuple(row.check_failures),
            outcome=row.outcome,
            holds_subject=row.holds_subject,
        )

    async def _decision(self, row: Decision) -> DecisionSeen:
        signature = await self._session.get(DocumentSignature, row.signature_id) if row.signature_id else None
        return DecisionSeen(
            number=row.number if row.status == "approved" else None,
            kind=row.kind,
            status=row.status,
            revision=row.revision,
            grounds=tuple((g["code"], g["kk"], g["ru"], g["citation"]) for g in row.grounds),
            amount=row.amount,
            form=row.form,
            approved_on=legal_day(row.approved_at) if row.approved_at else None,
            signed_by=signature.role if signature is not None and signature.effective else None,
        )

    async def _document(self, row: Document) -> DocumentSeen:
        query = select(DocumentSignature.role).where(
            DocumentSignature.document_id == row.id, DocumentSignature.effective.is_(True)
        )
        content = await self._bench.evidence.content(row)
        return DocumentSeen(
            kind=row.kind,
            text=text_of(content),
            seals=tuple((await self._session.execute(query)).scalars()),
            at=row.created_at,
        )
