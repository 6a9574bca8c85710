"""``/v1/cases/{case}/digital-documents``: asking the owner, by the portal, to open a digital document (COM-10).

The same act as the caseworker's button in the console, for the State Corporation's own system; the same rules hold.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from api.callers import ServiceAccount
from api.context import context_of
from api.problems import FieldProblem, Kind, ProblemFound
from api.v1.cases import ACCOUNT, CaseName
from api.v1.described import BY_SERVICE_ACCOUNT, body_problems, found_problems
from api.v1.documents import case_named
from api.v1.side_bodies import DigitalDocumentWanted, body_schema, read_request
from belsendi.casework.digital_documents import digital_documents
from belsendi.errors import InvalidInput
from belsendi.records.models import OwnersConsent

router = APIRouter(prefix="/v1/cases", tags=["documents"], dependencies=[Depends(ServiceAccount())])
_PATH = "/{case_id}/digital-documents"


class OwnerAsked(BaseModel):
    """One time that the owner was asked. ``state`` STORED: the portal has not heard of it yet."""

    id: str = Field(pattern="^[0-9a-f]{32}$")
    case: str = Field(pattern="^[0-9a-f]{32}$")
    kind: str
    attempt: int
    state: Literal["STORED", "WAITING", "REFUSED", "EXPIRED", "FETCHED", "NOTHING"]
    asked_at: datetime


class OwnersAsked(BaseModel):
    """Every time that the owner was asked in a case, oldest first."""

    requests: list[OwnerAsked]


@router.post(
    _PATH,
    status_code=202,
    openapi_extra=BY_SERVICE_ACCOUNT | body_schema(DigitalDocumentWanted),
    responses=body_problems(Kind.NO_TOKEN, Kind.NOT_FOUND, Kind.CONFLICT),
)
async def ask(request: Request, case_id: CaseName) -> OwnerAsked:
    """Stores that the owner's consent to a document is wanted; the portal is told next.

    Only a case at a caseworker's desk asks. 409 while the owner is being asked for the same document already, so
    that a request sent again asks once, and when the document is here.
    """
    context = context_of(request)
    wanted = await read_request(request, DigitalDocumentWanted, context.settings.event_body_limit_bytes)
    case = await case_named(context, case_id)
    documents = digital_documents(context.bench)
    try:
        request_id = await documents.ask(case.id, wanted.kind, actor=ACCOUNT, now=context.clock())
    except InvalidInput as error:
        problem = FieldProblem(pointer="/kind", code="unknown_kind", detail=str(error))
        raise ProblemFound(Kind.INVALID, str(error), errors=[problem]) from error
    return next(_asked(row) for row in await documents.listed(case.id) if row.id == request_id)


@router.get(_PATH, openapi_extra=BY_SERVICE_ACCOUNT, responses=found_problems())
async def list_asked(request: Request, case_id: CaseName) -> OwnersAsked:
    """What became of the questions to the owner, in codes; the documents themselves are for officers."""
    context = context_of(request)
    case = await case_named(context, case_id)
    rows = await digital_documents(context.bench).listed(case.id)
    return OwnersAsked(requests=[_asked(row) for row in rows])


def _asked(row: OwnersConsent) -> OwnerAsked:
    fields = {name: getattr(row, name) for name in OwnerAsked.model_fields if name != "case"}
    return OwnerAsked.model_validate(fields | {"case": row.case_id})
