"""``/v1/cases/{case}/papers`` and ``/cabinet``: what was made for the applicant, and what the portal's cabinet shows.

For the portal and the State Corporation's own system, which give them on to the person they are about. What is
read here is written to the audit trail.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from api.callers import ServiceAccount
from api.context import context_of
from api.v1.cases import ACCOUNT, CaseName
from api.v1.described import BY_SERVICE_ACCOUNT, found_problems
from api.v1.documents import case_named
from belsendi.casework.cabinet import Cabinet
from belsendi.casework.case_page import CasePages
from belsendi.contracts.personal_data import PersonalData
from belsendi.errors import NotFound
from belsendi.records.models import Document

_ID = "^[0-9a-f]{32}$"
FOR_THE_APPLICANT = (
    "acceptance_notice",
    "non_acceptance_notice",
    "receipt",
    "result_notice",
    "additional_document_notice",
    "consent_receipt",
    "education_certificate_form",
)
router = APIRouter(prefix="/v1/cases", tags=["papers"], dependencies=[Depends(ServiceAccount())])


class Paper(BaseModel):
    """One paper that the applicant may have. ``sha256`` is of its bytes, which never change."""

    id: str = Field(pattern=_ID)
    kind: str
    created_at: datetime
    sha256: str


class PaperList(BaseModel):
    """The papers of a case, oldest first."""

    papers: list[Paper]


class CabinetLine(BaseModel):
    """A status or a notice of the personal cabinet (COM-09). ``code``: the status's code or the message's id.

    ``text`` is None once the case's key was destroyed. ``state`` queued: the portal has not taken it yet.
    """

    id: str = Field(pattern=_ID)
    what: Literal["status", "notice"]
    code: str
    language: Literal["kk", "ru"]
    text: Annotated[str | None, PersonalData("svc.message_text")]
    paper: str | None
    at: datetime
    state: Literal["queued", "shown", "erased"]
    shown_at: datetime | None


class CabinetBody(BaseModel):
    """Everything that the cabinet shows, or is about to show, of a case; oldest first."""

    lines: list[CabinetLine]


@router.get("/{case_id}/papers", openapi_extra=BY_SERVICE_ACCOUNT, responses=found_problems())
async def list_papers(request: Request, case_id: CaseName) -> PaperList:
    """The papers made for the applicant of a case."""
    context = context_of(request)
    case = await case_named(context, case_id)
    query = select(Document).where(Document.case_id == case.id, Document.kind.in_(FOR_THE_APPLICANT))
    async with context.bench.records.database.reading() as session:
        rows = (await session.execute(query.order_by(Document.created_at, Document.key))).scalars().all()
    return PaperList(
        papers=[Paper(id=r.id, kind=r.kind, created_at=r.created_at, sha256=r.sha256) for r in rows]
    )


@router.get(
    "/{case_id}/papers/{paper_id}",
    response_class=Response,
    openapi_extra=BY_SERVICE_ACCOUNT,
    responses={
        200: {"content": {"application/pdf": {}}, "description": "The paper, PDF/A"},
        **found_problems(),
    },
)
async def get_paper(
    request: Request, case_id: CaseName, paper_id: Annotated[str, Path(pattern=_ID)]
) -> Response:
    """The stored bytes of one paper, to be given to the applicant."""
    context = context_of(request)
    case, pages = await case_named(context, case_id), CasePages(context.bench)
    document, content = await pages.document(paper_id)
    if document.case_id != case.id or document.kind not in FOR_THE_APPLICANT:
        raise NotFound("this case has no such paper for its applicant")
    await pages.seen(case.id, ACCOUNT, "document.view", context.clock())
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=document.media_type, headers=headers)


@router.get("/{case_id}/cabinet", openapi_extra=BY_SERVICE_ACCOUNT, responses=found_problems())
async def cabinet(request: Request, case_id: CaseName) -> CabinetBody:
    """What the applicant's personal cabinet shows of the case: empty for one that did not come by the portal."""
    context = context_of(request)
    case = await case_named(context, case_id)
    lines = await Cabinet(context.bench).of_case(case.id)
    await CasePages(context.bench).seen(case.id, ACCOUNT, "cabinet.view", context.clock())
    return CabinetBody(
        lines=[
            CabinetLine.model_validate(
                {
                    "id": line.id,
                    "what": line.what,
                    "code": line.code,
                    "language": line.language,
                    "text": line.words,
                    "paper": line.document_id,
                    "at": line.at,
                    "state": line.state,
                    "shown_at": line.shown_at,
                }
            )
            for line in lines
        ]
    )
