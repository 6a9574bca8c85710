"""``POST /v1/information-requests``: information on assignment, answered into the personal cabinet in half an hour."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, Field

from api.callers import ServiceAccount, SignedBody, SignedSender
from api.context import context_of
from api.v1.described import BY_SERVICE_ACCOUNT, BY_SIGNATURE, found_problems, taken_once
from api.v1.side_bodies import InformationAsked, body_schema, read_as
from belsendi.casework.information import NewRequest
from belsendi.contracts.side_work import RequestState
from belsendi.records.models import InformationRequest

router = APIRouter(prefix="/v1/information-requests", tags=["information"])
_ID = "^[0-9a-f]{32}$"


class InformationTaken(BaseModel):
    """``due_at`` is half an hour after the receipt (D-t3, S-t3; SIL-38). The answer goes to the personal cabinet;
    it is not here."""

    id: str = Field(pattern=_ID)
    reference: str
    state: RequestState
    received_at: datetime
    due_at: datetime
    rules: str
    answered_at: datetime | None
    late: bool


@router.post(
    "",
    status_code=202,
    response_model=InformationTaken,
    responses=taken_once("request", InformationTaken),
    openapi_extra=BY_SIGNATURE | body_schema(InformationAsked),
)
async def ask(
    request: Request, response: Response, signed: Annotated[SignedBody, Depends(SignedSender())]
) -> InformationTaken:
    """Takes an e-request of the portal and has it answered from the person's own cases (M-13).

    The half hour runs from this moment; when it is over without an answer, a person is told.
    """
    context = context_of(request)
    asked = read_as(InformationAsked, signed.body)
    row, new = await context.side.desk.store(
        NewRequest(
            source=asked.source,
            request_id=asked.id,
            iin=asked.iin,
            service=asked.service,
            language=asked.language,
            signature_reference=asked.signature_reference,
        ),
        context.clock(),
    )
    if new:
        context.background.run("answering a request", context.side.start_requests())
    else:
        response.status_code = 200
    return _taken(row)


@router.get(
    "/{request_id}",
    dependencies=[Depends(ServiceAccount())],
    openapi_extra=BY_SERVICE_ACCOUNT,
    responses=found_problems(),
)
async def show(request: Request, request_id: Annotated[str, Path(pattern=_ID)]) -> InformationTaken:
    """Where a request stands: whether and when it was answered, and whether late."""
    return _taken(await context_of(request).side.desk.find(request_id))


@router.get(
    "/{request_id}/document",
    dependencies=[Depends(ServiceAccount())],
    response_class=Response,
    openapi_extra=BY_SERVICE_ACCOUNT,
    responses={
        200: {"content": {"application/pdf": {}}, "description": "The answer as a paper, PDF/A"},
        **found_problems(),
    },
)
async def document(request: Request, request_id: Annotated[str, Path(pattern=_ID)]) -> Response:
    """The answer as a paper: the bytes whose SHA-256 the personal cabinet was given. 404 while there is no answer."""
    content = await context_of(request).side.desk.document(request_id)
    return Response(content, media_type="application/pdf", headers={"Cache-Control": "no-store"})


def _taken(row: InformationRequest) -> InformationTaken:
    return InformationTaken(**{name: getattr(row, name) for name in InformationTaken.model_fields})
