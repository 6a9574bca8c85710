"""Documents that an officer has made of a case's records: journal extract, notice of the result.

Each is made anew from what the records say at that moment and kept beside the earlier ones, so that a printed copy
can be found again by its hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.casework.identity import CaseIdentity, identity_of
from belsendi.casework.papers import Papers
from belsendi.casework.programmes import begins_on
from belsendi.contracts.side_work import ObligationKind
from belsendi.documents import (
    AdditionalDocumentNotice,
    Bilingual,
    Channel,
    DocumentFields,
    EducationCertificateForm,
    Handover,
    JournalExtract,
    Party,
    ResultNotice,
    render_document,
)
from belsendi.errors import Conflict, InvalidInput
from belsendi.law import academic_year_of, legal_day, parse_iin, service
from belsendi.records.audit import audit
from belsendi.records.models import Decision, Document, JournalEntry, Obligation, Person
from belsendi.records.rulings import approved_decision, journal_entry
from belsendi.registries.signature import SignerRole

_BY_ITSELF = "system"
_CHECKED: dict[str | None, Literal["passed", "failed", "pending"]] = {"PASS": "passed", "FAIL": "failed"}


@dataclass(frozen=True)
class _Subject:
    """What every document of a case begins with."""

    identity: CaseIdentity
    papers: Papers
    recipient: Party
    entry: JournalEntry


class Issuing:
    """Makes documents on request. ``account_id`` is the officer who asked; ``now`` an aware instant."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def journal_extract(self, case_id: str, account_id: str, now: datetime) -> Document:
        """The case's line of the electronic journal (B-r16, D-r20-1; 13.3). Raises NotFound before registration."""
        identity = await identity_of(self._bench, case_id)
        async with self._bench.records.database.writing() as session:
            of = await self._subject(session, identity)
            entry = of.entry
            notice = await session.get(Document, entry.notice_document_id or "")
            refused = notice is not None and notice.kind == "non_acceptance_notice"
            fields = JournalExtract(
                **of.papers.head(identity, now),
                registration_no=entry.registration_no,
                registered_at=entry.registered_at,
                applicant=of.recipient,
                recipient_type=identity.recipient_type,
                channel=Channel(entry.channel),
                consent_reference=entry.consent_id,
                registered_automatically=entry.automatic,
                check_result=_CHECKED.get(entry.check_result, "pending"),
                check_failures=tuple(entry.check_failures),
                acceptance_notice_reference=None if notice is None or refused else notice.id,
                non_acceptance_notice_reference=notice.id if notice is not None and refused else None,
                outcome=entry.outcome,
            )
            return await self._keep(session, identity, fields, account_id, now)

    async def result_notice(
        self, case_id: str, account_id: str, now: datetime, handover: Handover | None = None
    ) -> Document:
        """The notice of the result (B-t5, D-t5, S-t5), with who took it where it is given out in person (M-26).

        Raises Conflict while there is no decision: a draft is not announced; InvalidInput for a receiver who is
        not the recipient and shows no power of attorney (COM-19), for an IIN that cannot be, or for a receipt
        that is none of the case's own.
        """
        identity = await identity_of(self._bench, case_id)
        if handover is not None:
            _check_receiver(identity, handover)
        async with self._bench.records.database.writing() as session:
            decision = await approved_decision(session, case_id)
            if decision is None:
                raise Conflict("the case has no decision in force yet; a notice of the result needs one")
            if handover is not None:
                await _check_receipt(session, identity, handover)
            document = await self.result(session, identity, decision, account_id, now, handover)
            if handover is not None:
                await audit(
                    session,
                    actor=account_id,
                    action="result.hand_over",
                    object_id=case_id,
                    at=now,
                    reason="representative" if handover.power_of_attorney else "recipient",
                )
            return document

    async def result(
        self,
        session: AsyncSession,
        identity: CaseIdentity,
        decision: Decision,
        account_id: str,
        now: datetime,
        handover: Handover | None = None,
    ) -> Document:
        """The notice of a decision in force, in the unit of work that brings it into force or a later one."""
        if decision.number is None or decision.decided_on is None:
            raise Conflict("the decision has no number yet; sign it first")
        of, assign = await self._subject(session, identity), decision.kind == "ASSIGN"
        fields = ResultNotice(
            **of.papers.head(identity, now, "SIL-18"),
            registration_no=of.entry.registration_no,
            registered_at=of.entry.registered_at,
            recipient=of.recipient,
            recipient_type=identity.recipient_type,
            channel=Channel(of.entry.channel),
            outcome="ASSIGN" if assign else "REFUSE",
            decision_no=decision.number,
            decision_date=decision.decided_on,
            benefit_start=await self._start(identity, decision) if assign else None,
            account_end=identity.account.last4 if assign and identity.account is not None else None,
            grounds=tuple(ground["code"] for ground in decision.grounds),
            handover=handover,
        )
        return await self._keep(session, identity, fields, account_id, now)

    async def sealed_result(
        self, session: AsyncSession, identity: CaseIdentity, decision: Decision, now: datetime
    ) -> Document:
        """The notice of form 13-қосымша by itself, sealed by the authorised body (D-t5, S-t5; INC-13)."""
        document = await self.result(session, identity, decision, _BY_ITSELF, now)
        content = await self._bench.evidence.content(document)
        seal = await self._bench.signer.sign(content, SignerRole.AUTHORISED_BODY, at=now)
        await self._bench.evidence.keep_signature(
            session, document, seal, signed_by=_BY_ITSELF, effective=True
        )
        return document

    async def education_forms(self, case_id: str, account_id: str, now: datetime) -> list[Document]:
        """Form 7.3 to be filled in by the education organisation: one for each learner whose certificate the case
        needs every year, with name and year filled in, or an empty one (S-r7). Raises NotFound before registration.
        """
        identity = await identity_of(self._bench, case_id)
        people = self._bench.people
        async with self._bench.records.database.writing() as session:
            of = await self._subject(session, identity)
            query = select(Person).join(Obligation, Obligation.person_id == Person.id)
            query = query.where(
                Obligation.case_id == case_id,
                Obligation.kind == ObligationKind.STUDY,
                Obligation.ended_at.is_(None),
            )
            learners: list[Party | None] = []
            for person in (await session.execute(query.order_by(Obligation.began_at))).scalars():
                number = await people.iin(person)
                learners.append(Party(name=await people.name(person) or number, number=number))
            year = academic_year_of(legal_day(now))
            return [
                await self._keep(
                    session,
                    identity,
                    EducationCertificateForm(
                        **of.papers.head(identity, now),
                        learner=learner,
                        academic_year=year if learner is not None else None,
                    ),
                    account_id,
                    now,
                )
                for learner in learners or [None]
            ]

    async def additional_document_notice(
        self,
        session: AsyncSession,
        identity: CaseIdentity,
        account_id: str,
        now: datetime,
        *,
        documents: Sequence[Bilingual],
        former_due_on: date,
        due_on: date,
    ) -> Document:
        """What the State Corporation still needs, in the unit of work that extends the term (D-t3, S-t3).

        Days are Almaty days, the last ones of the term before and after.
        """
        of = await self._subject(session, identity)
        fields = AdditionalDocumentNotice(
            **of.papers.head(identity, now, "INC-33"),
            applicant=of.recipient,
            registration_no=of.entry.registration_no,
            registered_at=of.entry.registered_at,
            documents=tuple(documents),
            former_due_on=former_due_on,
            due_on=due_on,
        )
        return await self._keep(session, identity, fields, account_id, now)

    async def _subject(self, session: AsyncSession, identity: CaseIdentity) -> _Subject:
        recipient = await session.get_one(Person, identity.case.recipient_id)
        name = await self._bench.people.name(recipient) or identity.recipient_iin
        return _Subject(
            identity=identity,
            papers=Papers(service(identity.case.service), self._bench.profile),
            recipient=Party(name=name, number=identity.recipient_iin),
            entry=await journal_entry(session, identity.case.id),
        )

    async def _start(self, identity: CaseIdentity, decision: Decision) -> date | None:
        """The first day the benefit is due, by the day the decision itself rests on."""
        day = await self._bench.records.vault.open(decision.legal_date, f"decisions.legal_date/{decision.id}")
        return begins_on(service(identity.case.service), identity, date.fromisoformat(day))

    async def _keep(
        self,
        session: AsyncSession,
        identity: CaseIdentity,
        fields: DocumentFields,
        account_id: str,
        now: datetime,
    ) -> Document:
        case_id, kind = identity.case.id, fields.kind.value
        made = await session.scalar(
            select(func.count()).where(Document.case_id == case_id, Document.kind == kind)
        )
        document = await self._bench.evidence.keep(
            session,
            case_id,
            key=f"{kind}:{(made or 0) + 1}",
            kind=kind,
            content=render_document(fields.kind, fields),
            now=now,
        )
        await audit(
            session, actor=account_id, action="document.issue", object_id=case_id, at=now, reason=kind
        )
        return document


async def _check_receipt(session: AsyncSession, identity: CaseIdentity, handover: Handover) -> None:
    """The result is given out on the basis of the receipt (B-t5): of one of the case's own, where it has any."""
    query = select(func.count()).where(Document.case_id == identity.case.id, Document.kind == "receipt")
    given = (await session.execute(query)).scalar_one()
    numbers = {f"{identity.case.reference}/{serial}" for serial in range(1, given + 1)}
    if numbers and handover.receipt_no not in numbers:
        raise InvalidInput(
            "the receipt is none of this case's; take its number from the applicant's paper (B-t5)"
        )


def _check_receiver(identity: CaseIdentity, handover: Handover) -> None:
    parse_iin(handover.receiver.number)
    own = handover.receiver.number == identity.recipient_iin
    if own != (handover.power_of_attorney is None):
        raise InvalidInput(
            "the recipient needs no power of attorney and everybody else a notarised one; correct the form (COM-19)"
        )
