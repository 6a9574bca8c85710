"""``GET /v1/cases``: what became of the events, for service accounts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request

from api.callers import ServiceAccount
from api.context import context_of
from api.problems import Kind, responses
from api.v1.case_models import CaseBody, CasePageBody, body_of, summary_of
from api.v1.case_records import CaseRecords
from belsendi.contracts.states import CaseState

_SECURITY: dict[str, Any] = {"security": [{"service_account": []}]}
router = APIRouter(prefix="/v1/cases", tags=["cases"], dependencies=[Depends(ServiceAccount())])


@router.get(
    "",
    openapi_extra=_SECURITY,
    responses=responses(Kind.NO_TOKEN, Kind.INVALID, Kind.SECRET_MISSING, Kind.UNAVAILABLE),
)
async def list_cases(
    request: Request,
    state: Annotated[CaseState | None, Query(description="Only cases in this state")] = None,
    cursor: Annotated[
        str | None,
        Query(pattern="^[A-Za-z0-9_-]{1,200}$", description="`next` of the page before"),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CasePageBody:
    """Cases by the instant they were opened, newest first. Cases opened meanwhile move nothing between pages."""
    records = CaseRecords(context_of(request).bench)
    part = await records.part(state=state, cursor=cursor, limit=limit)
    return CasePageBody(cases=[summary_of(case) for case in part.cases], next=part.following)


@router.get(
    "/{case_id}",
    openapi_extra=_SECURITY,
    responses=responses(Kind.NO_TOKEN, Kind.NOT_FOUND, Kind.INVALID, Kind.SECRET_MISSING, Kind.UNAVAILABLE),
)
async def show_case(
    request: Request,
    case_id: Annotated[
        str, Path(pattern="^[A-Za-z0-9-]{1,40}$", description="the id or the reference of a case")
    ],
) -> CaseBody:
    """One case: state, terms, timeline, time budget, checks and the newest decision, without personal data."""
    context = context_of(request)
    return body_of(await CaseRecords(context.bench).story(case_id, context.clock()))
