"""Requests for information on assignment: stored when they come, answered from the person's own cases (M-13)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select

from belsendi.casework.bench import Bench
from belsendi.casework.inquiries import SystemOut
from belsendi.casework.papers import Papers
from belsendi.casework.standing import Standing, standing_of
from belsendi.contracts.personal_data import IinText
from belsendi.contracts.side_work import InformationRequestStart, RequestState
from belsendi.contracts.states import CaseState, Outcome, TaskKind
from belsendi.documents import AssignmentInformation, Bilingual, Party, render_document
from belsendi.documents import Standing as CaseLine
from belsendi.errors import NotFound, OutsideSystemError
from belsendi.law import load_services, local, service
from belsendi.law.information import answer_term
from belsendi.records.cases import new_reference, open_task
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import InformationRequest, Person
from belsendi.records.upsert import insert_unless_there
from belsendi.registries import Inquiry, System

MESSAGE = "M-13"
_DECIDED: dict[CaseState | Outcome, Literal["ASSIGN", "REFUSE"]] = {
    Outcome.ASSIGNED: "ASSIGN",
    Outcome.REFUSED: "REFUSE",
    CaseState.DECIDED_ASSIGN: "ASSIGN",
    CaseState.PLACED: "ASSIGN",
    CaseState.DECIDED_REFUSE: "REFUSE",
}
_TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "cabinet"


@dataclass(frozen=True, repr=False)
class NewRequest:
    """An e-request as the portal hands it over. ``signature_reference`` names the applicant's EDS on it."""

    source: str
    request_id: str
    iin: IinText
    signature_reference: str
    service: str | None = None
    language: str = "kk"


class InformationDesk:
    """Takes requests and answers them. The half hour runs from the receipt (D-t3, S-t3; SIL-38)."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def store(
        self, new: NewRequest, now: datetime, *, clock_shift_seconds: int = 0
    ) -> tuple[InformationRequest, bool]:
        """Stores a request once per source and id. Returns it and whether it is new."""
        term = answer_term(now, new.service)
        query = select(InformationRequest).where(
            InformationRequest.source == new.source, InformationRequest.request_id == new.request_id
        )
        async with self._bench.records.database.writing() as session:
            known = (await session.execute(query)).scalar_one_or_none()
            if known is not None:
                return known, False
            person = await self._bench.people.person(session, new.iin, now)
            values = {
                "id": new_id(),
                "reference": new_reference("INF"),
                "source": new.source,
                "request_id": new.request_id,
                "person_id": person.id,
                "service": new.service,
                "language": new.language,
                "signature_reference": new.signature_reference,
                "received_at": now,
                "due_at": term.due_at,
                "rules": term.citation,
                "state": RequestState.STORED,
                "attempts": 0,
                "late": False,
                "clock_shift_seconds": clock_shift_seconds,
            }
            made = await insert_unless_there(session, InformationRequest, values)
            return (await session.execute(query)).scalar_one(), made

    async def find(self, request_id: str) -> InformationRequest:
        """The request with this id of ours. Raises NotFound."""
        async with self._bench.records.database.reading() as session:
            found = await session.get(InformationRequest, request_id)
        if found is None:
            raise NotFound("there is no such request for information")
        return found

    async def unstarted(self, most: int = 100) -> list[InformationRequestStart]:
        """Requests whose workflow has not been started, oldest first."""
        query = (
            select(InformationRequest)
            .where(InformationRequest.workflow_started_at.is_(None))
            .order_by(InformationRequest.received_at)
            .limit(most)
        )
        async with self._bench.records.database.reading() as session:
            rows = (await session.execute(query)).scalars().all()
        return [
            InformationRequestStart(
                request_id=row.id,
                due_at=row.due_at,
                clock_shift=timedelta(seconds=row.clock_shift_seconds),
            )
            for row in rows
        ]

    async def started(self, request_id: str, now: datetime) -> None:
        async with self._bench.records.database.writing() as session:
            row = await session.get_one(InformationRequest, request_id, with_for_update=True)
            row.workflow_started_at = now

    async def answer(self, request_id: str, now: datetime) -> bool:
        """Tells the person's cases to the personal cabinet. Returns whether that was after the half hour.

        The answer is written down first and sent as it was written, however often that takes: the cabinet may
        have it already. Raises SystemOut when the cabinet does not take it.
        """
        bench = self._bench
        async with bench.records.database.writing() as session:
            row = await session.get(InformationRequest, request_id, with_for_update=True)
            if row is None:
                raise NotFound("there is no such request for information")
            if row.state == RequestState.ANSWERED:
                return row.late
            row.attempts += 1
            if row.answer is None:
                standing = await standing_of(
                    session, bench.speaker.catalogue, row.person_id, now, service=row.service
                )
                row.answer = await bench.records.vault.seal(
                    Owner.PERSON, row.person_id, standing.model_dump_json(), _place(row.id), now
                )
                asker = await session.get_one(Person, row.person_id)
                row.document = await bench.records.vault.seal(
                    Owner.PERSON, row.person_id, await self._paper(row, asker, standing), _paper(row.id), now
                )
            person = await session.get_one(Person, row.person_id)
        told = await self.told(row)
        assert told is not None
        await self._put(row, await bench.people.iin(person), told, now)
        async with bench.records.database.writing() as session:
            kept = await session.get_one(InformationRequest, request_id, with_for_update=True)
            if kept.state != RequestState.ANSWERED:
                kept.state, kept.answered_at = RequestState.ANSWERED, now
                kept.late = now > kept.due_at
            return kept.late

    async def told(self, row: InformationRequest) -> Standing | None:
        """What the cabinet is told, None while nothing is written down."""
        if row.answer is None:
            return None
        clear = await self._bench.records.vault.open(row.answer, _place(row.id))
        return Standing.model_validate_json(clear)

    async def document(self, request_id: str) -> bytes:
        """The answer as a paper. Raises NotFound, also while there is none."""
        row = await self.find(request_id)
        if row.document is None:
            raise NotFound("this request has no answer yet; ask again when it is answered")
        return await self._bench.records.vault.open_bytes(row.document, _paper(row.id))

    async def alert(self, request_id: str, now: datetime) -> None:
        """The half hour is over without an answer: a person is told, the answer is still made (T-11)."""
        async with self._bench.records.database.writing() as session:
            row = await session.get_one(InformationRequest, request_id, with_for_update=True)
            row.late = True
            await open_task(
                session,
                TaskKind.INFORMATION_LATE,
                key=f"information:{row.id}",
                now=now,
                due_at=row.due_at,
                facts={"reference": row.reference, "attempts": row.attempts},
            )

    async def _paper(self, row: InformationRequest, person: Person, told: Standing) -> bytes:
        """The paper of one answer, under the names of the service it was asked for or of the newest case."""
        bench = self._bench
        code = row.service or next((case.service for case in told.cases), next(iter(load_services())))
        number = await bench.people.iin(person)
        fields = AssignmentInformation(
            **Papers(service(code), bench.profile).head_of(row.reference, told.told_at),
            person=Party(name=await bench.people.name(person) or number, number=number),
            request_no=row.reference,
            asked_at=row.received_at,
            standings=tuple(
                CaseLine(
                    service_name=Bilingual(kk=case.benefit.kk, ru=case.benefit.ru),
                    state=Bilingual(kk=case.status.kk, ru=case.status.ru),
                    case_reference=case.reference,
                    due_on=case.due_on,
                    outcome=_DECIDED.get(case.outcome or case.state),
                    decision_no=case.decision_no,
                    decision_date=case.decided_on,
                )
                for case in told.cases
            ),
        )
        return render_document(fields.kind, fields)

    async def _put(self, row: InformationRequest, iin: IinText, told: Standing, now: datetime) -> None:
        inquiry = Inquiry(purpose="information on assignment", asked_at=now)
        try:
            await self._bench.registries.portal.put_notice(
                notice_id=row.id,
                iin=iin,
                case_reference=row.reference,
                message=MESSAGE,
                language=row.language,
                text=cabinet_text(told, row.language),
                document_sha256=hashlib.sha256(await self.document(row.id)).hexdigest(),
                at=told.told_at,
                inquiry=inquiry,
            )
        except OutsideSystemError as error:
            raise SystemOut(System.PORTAL.value) from error


def _paper(row_id: str) -> str:
    return f"information_requests.document/{row_id}"


def _place(row_id: str) -> str:
    return f"information_requests.answer/{row_id}"


def cabinet_text(standing: Standing, language: str) -> str:
    """The answer in words, as the personal cabinet shows it."""
    moment = local(standing.told_at)
    told = {"day": f"{moment:%d.%m.%Y}", "time": f"{moment:%H:%M}"}
    template = _environment().get_template(f"information.{language}.txt")
    return template.render(told=told, cases=standing.cases).strip()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  the cabinet takes plain text
    )
