"""Digital documents with their owner's consent: the portal asks, we record what it recorded (COM-10, M-14, 4.2).

The product sends the owner nothing itself (AC-C04). Stored first, asked afterwards: a crash loses no request.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from belsendi.casework.bench import Bench
from belsendi.casework.demands import AT_THE_DESK
from belsendi.casework.inquiries import Inquiries, Question, SystemOut
from belsendi.errors import Conflict, InvalidInput, NotFound
from belsendi.law import service
from belsendi.records.cases import add_step, locked_case
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import Case, OwnersConsent, Person
from belsendi.records.people import People
from belsendi.records.store import Records
from belsendi.registries import Inquiry, Registries, RegistryAnswer, System
from belsendi.registries.answers import ConsentState, DigitalDocument, DocumentConsent

log = logging.getLogger(__name__)

STORED, WAITING, FETCHED, NOTHING = "STORED", "WAITING", "FETCHED", "NOTHING"
_OPEN = (STORED, WAITING)
NOT_ASKED_AGAIN = (*_OPEN, FETCHED)
_RULES = ["B-t8", "D-t8", "S-t8"]
_LOOK_EVERY = timedelta(minutes=1)
_MOST = 50
_PURPOSE = "digital document"
_SYSTEM_ACTOR = "system"


class NotAtTheDesk(Conflict):
    """The case is not a caseworker's now."""


class DigitalDocuments:
    """Asks for documents of the digital documents service, and fetches those whose owner consented."""

    def __init__(
        self, records: Records, people: People, registries: Registries, inquiries: Inquiries
    ) -> None:
        self._records = records
        self._people = people
        self._registries = registries
        self._inquiries = inquiries

    async def ask(self, case_id: str, kind: str, *, actor: str, now: datetime) -> str:
        """Stores that the recipient's consent to a document is wanted. Returns the id of the request.

        ``kind`` is a datum of the service's catalogue entry. Only casework asks for documents: the automatic path
        refuses instead (INC-38). Raises NotFound, InvalidInput, NotAtTheDesk, Conflict while the owner is still being
        asked or when the document is here already.
        """
        async with self._records.database.writing() as session:
            if await session.get(Case, case_id) is None:
                raise NotFound("there is no such case in the records")
            case = await locked_case(session, case_id)
            if case.state not in AT_THE_DESK:
                raise NotAtTheDesk("only a case at a caseworker's desk asks for digital documents")
            if kind not in {datum.datum for datum in service(case.service).needed_data}:
                raise InvalidInput("this service asks for no such document; take one of its catalogue entry")
            same = (OwnersConsent.case_id == case_id, OwnersConsent.kind == kind)
            standing = select(OwnersConsent.id).where(*same, OwnersConsent.state.in_(NOT_ASKED_AGAIN))
            if (await session.execute(standing)).first() is not None:
                raise Conflict("the owner is being asked for this document already, or it is here")
            asked_before = (await session.execute(select(func.count()).where(*same))).scalar_one()
            row = OwnersConsent(
                id=new_id(),
                case_id=case_id,
                person_id=case.recipient_id,
                kind=kind,
                attempt=asked_before + 1,
                state=STORED,
                asked_by=actor,
                asked_at=now,
                looked_at=now - _LOOK_EVERY,
            )
            session.add(row)
            await add_step(
                session,
                case,
                key=f"owners-consent:{row.id}",
                kind="OWNERS_CONSENT_ASKED",
                at=now,
                actor=actor,
                rules=_RULES,
                facts={"document": kind},
            )
            return row.id

    async def open_requests(self, now: datetime) -> list[str]:
        """Requests the portal has not heard of or the owner has not answered, not looked at for a minute."""
        query = (
            select(OwnersConsent.id)
            .where(OwnersConsent.state.in_(_OPEN), OwnersConsent.looked_at <= now - _LOOK_EVERY)
            .order_by(OwnersConsent.looked_at)
            .limit(_MOST)
        )
        async with self._records.database.reading() as session:
            return list((await session.execute(query)).scalars())

    async def take_up(self, request_id: str, now: datetime) -> str:
        """Tells the portal, or asks it what the owner decided, and fetches the document. Returns the state.

        Raises NotFound; SystemOut when a system is out: a later round goes on from what is stored.
        """
        async with self._records.database.writing() as session:
            row = await session.get(OwnersConsent, request_id, with_for_update=True)
            if row is None:
                raise NotFound("there is no such request for a digital document")
            if row.state not in _OPEN:
                return row.state
            row.looked_at, row.looks = now, row.looks + 1
            person = await session.get_one(Person, row.person_id)
            case = await session.get_one(Case, row.case_id)
            iin, reference = await self._people.iin(person), case.reference
        consent = await self._consent(row, iin, reference, now)
        if consent is None or consent.state is ConsentState.WAITING:
            return await self._keep(row.id, WAITING, consent, None, now)
        if consent.state is not ConsentState.GIVEN:
            return await self._keep(row.id, consent.state.value, consent, None, now)
        document = await self._document(row, iin, consent.consent_ref, now)
        return await self._keep(row.id, NOTHING if document is None else FETCHED, consent, document, now)

    async def listed(self, case_id: str) -> list[OwnersConsent]:
        """Every time the owner was asked, oldest first."""
        query = select(OwnersConsent).where(OwnersConsent.case_id == case_id).order_by(OwnersConsent.asked_at)
        async with self._records.database.reading() as session:
            return list((await session.execute(query)).scalars())

    async def proved(self, case_id: str, on: date) -> frozenset[str]:
        """The data that a fetched document proves on the Almaty day ``on`` (COM-10, COM-11): one that has not run
        out."""
        kinds = [row.kind for row in await self.listed(case_id) if row.state == FETCHED]
        found = {kind: await self.document(case_id, kind) for kind in kinds}
        return frozenset(
            kind
            for kind, document in found.items()
            if document is not None and (document.valid_to is None or on <= document.valid_to)
        )

    async def document(self, case_id: str, kind: str) -> DigitalDocument | None:
        """The document the owner opened to the case; None when there is none."""
        query = select(OwnersConsent).where(
            OwnersConsent.case_id == case_id, OwnersConsent.kind == kind, OwnersConsent.state == FETCHED
        )
        async with self._records.database.reading() as session:
            row = (await session.execute(query)).scalar_one_or_none()
        if row is None or row.document is None:
            return None
        clear = await self._records.vault.open(row.document, _place(row.id))
        return DigitalDocument.model_validate_json(clear)

    async def _consent(
        self, row: OwnersConsent, iin: str, reference: str, now: datetime
    ) -> DocumentConsent | None:
        portal, known = self._registries.portal, row.consent_ref
        if known is not None:
            answer = await self._asked(
                row, System.PORTAL, "consent", DocumentConsent, lambda i: portal.consent(known, i), now
            )
        else:
            answer = await self._asked(
                row,
                System.PORTAL,
                "request_consent",
                DocumentConsent,
                lambda i: portal.request_consent(
                    request_key=row.id, iin=iin, document_kind=row.kind, case_reference=reference, inquiry=i
                ),
                now,
            )
        return answer if isinstance(answer, DocumentConsent) else None

    async def _document(
        self, row: OwnersConsent, iin: str, consent_ref: str, now: datetime
    ) -> DigitalDocument | None:
        documents = self._registries.digital_documents
        answer = await self._asked(
            row,
            System.DIGITAL_DOCUMENTS,
            "document",
            DigitalDocument,
            lambda i: documents.document(iin, row.kind, consent_ref, i),
            now,
        )
        return answer if isinstance(answer, DigitalDocument) else None

    async def _asked(
        self,
        row: OwnersConsent,
        system: System,
        operation: str,
        answer: type[DocumentConsent] | type[DigitalDocument],
        ask: Callable[[Inquiry], Awaitable[RegistryAnswer[Any]]],
        now: datetime,
    ) -> object:
        """Asks by way of the query log (13.5). Every look is a round of its own: an old answer is no answer."""
        question = Question(system, operation, answer, ask)
        round_name = f"doc-{row.id[-24:]}-{row.looks}"
        found = await self._inquiries.round(row.case_id, round_name, _PURPOSE, {operation: question}, now=now)
        return found[operation]

    async def _keep(
        self,
        request_id: str,
        state: str,
        consent: DocumentConsent | None,
        document: DigitalDocument | None,
        now: datetime,
    ) -> str:
        sealed = None
        async with self._records.database.reading() as session:
            case_id = (await session.get_one(OwnersConsent, request_id)).case_id
        if document is not None:
            sealed = await self._records.vault.seal(
                Owner.CASE, case_id, document.model_dump_json(), _place(request_id), now
            )
        async with self._records.database.writing() as session:
            case = await locked_case(session, case_id)
            row = await session.get_one(OwnersConsent, request_id, with_for_update=True)
            if row.state not in _OPEN:
                return row.state
            row.state, row.document = state, sealed
            if consent is not None:
                row.consent_ref, row.decided_at = consent.consent_ref, consent.decided_at
                row.method = None if consent.method is None else consent.method.value
            if state not in _OPEN:
                await add_step(
                    session,
                    case,
                    key=f"owners-consent:{row.id}:end",
                    kind=f"DIGITAL_DOCUMENT_{state}",
                    at=now,
                    actor=_SYSTEM_ACTOR,
                    rules=_RULES,
                    facts={"document": row.kind, **({"method": row.method} if row.method else {})},
                )
        return state


def digital_documents(bench: Bench) -> DigitalDocuments:
    """Those of an office's bench."""
    return DigitalDocuments(bench.records, bench.people, bench.registries, bench.inquiries)


async def look_after(documents: DigitalDocuments, now: datetime) -> int:
    """One round over all open requests; an outage leaves a request for a later round. Returns how many ended."""
    ended = 0
    for request_id in await documents.open_requests(now):
        try:
            ended += await documents.take_up(request_id, now) not in _OPEN
        except SystemOut as error:
            log.warning("a digital document waits: %s", error)
    return ended


def _place(request_id: str) -> str:
    return f"owners_consents.document/{request_id}"
