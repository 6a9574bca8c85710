"""Receipts for what was handed in with an application: on paper for who came, electronic by the portal (M-09).

Made with the application itself, before anything is registered, so a receipt has a number of its own; made anew
for an officer it bears the registration and the last day of the term as well (B-r12, D-r15, S-r14; COM-08).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.attachments.kinds import kinds_of
from belsendi.casework.bench import Bench
from belsendi.casework.cabinet import Cabinet
from belsendi.casework.papers import Papers
from belsendi.documents import (
    Bilingual,
    Channel,
    Party,
    PowerOfAttorney,
    Receipt,
    ReceivedDocument,
    render_document,
)
from belsendi.errors import NotFound
from belsendi.intake.applications import Application, Representative
from belsendi.intake.openings import APPLICATION_RECEIVED
from belsendi.law import legal_day, service
from belsendi.records.audit import audit
from belsendi.records.cases import add_step, locked_case
from belsendi.records.models import Case, CaseStep, Document, JournalEntry, LifeEvent, Person

ReceiptForm = Literal["electronic", "paper"]
_APPLICATION = Bilingual(kk="өтініш", ru="заявление")
_POWER = "power_of_attorney"


def form_of(application: Application) -> ReceiptForm:
    """On paper for who stands at the counter or the desk, electronic otherwise (B-r12)."""
    return "electronic" if application.channel == "portal" else "paper"


def handed_in(application: Application) -> tuple[ReceivedDocument, ...]:
    """What the receipt lists: the application itself, then each document by its full name."""
    kinds = kinds_of(application.service)
    codes = list(dict.fromkeys(application.document_kinds))
    if application.representative is not None and _POWER not in codes:
        codes.append(_POWER)
    named = [Bilingual(kk=kinds[code].name.kk, ru=kinds[code].name.ru) for code in codes]
    titled = [Bilingual(kk=title, ru=title) for title in application.documents]
    return tuple(ReceivedDocument(title=title) for title in (_APPLICATION, *named, *titled))


@dataclass(frozen=True)
class ApplicationView:
    """One application as an officer sees it. ``case`` and ``receipt_id`` None: nobody entered the applicant yet."""

    id: str
    application: Application
    case: Case | None
    receipt_id: str | None
    form: ReceiptForm
    documents: tuple[ReceivedDocument, ...]


class Receipts:
    """Gives receipts; each stays with the documents of the case."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def give(
        self,
        session: AsyncSession,
        case: Case,
        application: Application,
        event_id: str,
        now: datetime,
        actor: str,
    ) -> Document:
        """The receipt of an application that is being taken in, in its unit of work."""
        document, number = await self._make(session, case, application, now)
        if form_of(application) == "electronic":
            language = application.language
            await Cabinet(self._bench).sent(session, case, language, document, number, now)
        await add_step(
            session,
            case,
            key=f"receipt:{event_id}",
            kind="RECEIPT_GIVEN",
            at=now,
            actor=actor,
            rules=[rule for rule in (service(case.service).receipt_citation, "COM-08") if rule],
            facts={"form": form_of(application)},
            result={"document_id": document.id},
        )
        return document

    async def view(self, event_id: str, account_id: str, now: datetime) -> ApplicationView:
        """An application with its receipt, for an officer; seeing it is written into the audit trail.

        Raises NotFound.
        """
        async with self._bench.records.database.writing() as session:
            application = await self.application(session, event_id)
            steps = (
                select(CaseStep)
                .join(Case, Case.id == CaseStep.case_id)
                .where(CaseStep.key == f"receipt:{event_id}")
                .order_by(Case.attempt.desc())  # filed again, it belongs to the attempt that took it
                .limit(1)
            )
            given = (await session.execute(steps)).scalar_one_or_none()
            case = None if given is None else await session.get(Case, given.case_id)
            await audit(
                session,
                actor=account_id,
                action="application.view",
                object_id=event_id if case is None else case.id,
                at=now,
            )
        return ApplicationView(
            id=event_id,
            application=application,
            case=case,
            receipt_id=None if given is None else (given.result or {}).get("document_id"),
            form=form_of(application),
            documents=handed_in(application),
        )

    async def again(self, case_id: str, account_id: str, now: datetime) -> Document:
        """The newest application's receipt made anew, with the registration and term the case has by now.

        Raises NotFound for a case that no application belongs to.
        """
        async with self._bench.records.database.writing() as session:
            known = await session.get(Case, case_id)
            case = None if known is None else await locked_case(session, case_id)
            application = None if case is None else await self.newest(session, case)
            if case is None or application is None:
                raise NotFound("no application belongs to this case; a receipt is given for one")
            document, _ = await self._make(session, case, application, now)
            await audit(
                session,
                actor=account_id,
                action="document.issue",
                object_id=case_id,
                at=now,
                reason="receipt",
            )
        return document

    async def newest(self, session: AsyncSession, case: Case) -> Application | None:
        """The application that the case was last given, None for a case without any."""
        event_id = await self._newest_id(session, case)
        return None if event_id is None else await self.application(session, event_id)

    async def newest_id(self, session: AsyncSession, case: Case) -> str:
        """The id of that application's sealed row. Raises NotFound for a case without any."""
        event_id = await self._newest_id(session, case)
        if event_id is None:
            raise NotFound("no application belongs to this case")
        return event_id

    async def _newest_id(self, session: AsyncSession, case: Case) -> str | None:
        given = (
            select(CaseStep.key)
            .where(CaseStep.case_id == case.id, CaseStep.key.startswith("application:"))
            .order_by(CaseStep.seq.desc())
            .limit(1)
        )
        key = (await session.execute(given)).scalar_one_or_none()
        return None if key is None else key.removeprefix("application:")

    async def application(self, session: AsyncSession, event_id: str) -> Application:
        """A stored application, opened. Raises NotFound."""
        event = await session.get(LifeEvent, event_id)
        if event is None or event.event_type != APPLICATION_RECEIVED:
            raise NotFound("there is no such application")
        body = await self._bench.records.vault.open(event.body, f"life_events.body/{event.id}")
        return Application.model_validate(json.loads(body))

    async def _make(
        self, session: AsyncSession, case: Case, application: Application, now: datetime
    ) -> tuple[Document, str]:
        """The document and its number."""
        bench, entry = self._bench, service(case.service)
        recipient = await session.get_one(Person, case.recipient_id)
        number = await bench.people.iin(recipient)
        journal = (
            await session.execute(select(JournalEntry).where(JournalEntry.case_id == case.id))
        ).scalar_one_or_none()
        made = select(func.count()).where(Document.case_id == case.id, Document.kind == Receipt.kind.value)
        serial = ((await session.execute(made)).scalar_one() or 0) + 1
        representative = application.representative
        fields = Receipt(
            **Papers(entry, bench.profile).head_of(case.reference, now),
            form=form_of(application),
            applicant=Party(
                name=application.applicant.name or await bench.people.name(recipient) or number, number=number
            ),
            recipient_type=application.applicant.type,
            representative=_party(representative),
            power_of_attorney=_power(representative),
            receipt_no=f"{case.reference}/{serial}",
            registration_no=journal.registration_no if journal is not None else None,
            accepted_at=application.received_at,
            channel=Channel(application.channel),
            accepted_by=application.accepted_by,
            documents=handed_in(application),
            due_on=legal_day(case.due_at) if case.due_at is not None else None,
        )
        document = await bench.evidence.keep(
            session,
            case.id,
            key=f"receipt:{serial}",
            kind=fields.kind.value,
            content=render_document(fields.kind, fields),
            now=now,
        )
        return document, fields.receipt_no


def _party(representative: Representative | None) -> Party | None:
    return None if representative is None else Party(name=representative.name, number=representative.iin)


def _power(representative: Representative | None) -> PowerOfAttorney | None:
    if representative is None:
        return None
    return PowerOfAttorney(
        number=representative.power_number,
        issued_on=representative.power_issued_on,
        notary=representative.power_notary,
    )
