"""``/v1/cases``: what became of the events, and one act that needs no officer, for service accounts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field

from api.callers import ServiceAccount
from api.context import context_of
from api.problems import Kind, responses
from api.v1.case_models import CaseBody, CasePageBody, body_of, summary_of
from api.v1.case_records import CaseRecords
from api.v1.described import BY_SERVICE_ACCOUNT, found_problems
from api.v1.preconditions import (
    IfMatch,
    IfNoneMatch,
    RequestKeys,
    RequiredKey,
    etag_of,
    not_modified,
    require_match,
)
from belsendi.casework.officers import ActRefused, Officers
from belsendi.contracts.states import CaseState

ACCOUNT = "service:api"
CaseName = Annotated[
    str, Path(pattern="^[A-Za-z0-9-]{1,40}$", description="the id or the reference of a case")
]
router = APIRouter(prefix="/v1/cases", tags=["cases"], dependencies=[Depends(ServiceAccount())])


class PlacementAttempt(BaseModel):
    """An attempt that was asked for; what comes of it is in the case's `payment` and timeline."""

    id: str = Field(pattern="^[0-9a-f]{32}$")
    case: str = Field(pattern="^[0-9a-f]{32}$")


@router.get(
    "",
    openapi_extra=BY_SERVICE_ACCOUNT,
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
    openapi_extra=BY_SERVICE_ACCOUNT,
    response_model=CaseBody,
    responses={
        200: {
            "headers": {
                "ETag": {"schema": {"type": "string"}, "description": "Names this state of the case."}
            }
        },
        304: {"description": "Nothing has changed since the state that `If-None-Match` names"},
        **found_problems(Kind.CHANGED),
    },
)
async def show_case(
    request: Request,
    response: Response,
    case_id: CaseName,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> CaseBody | Response:
    """One case: state, terms, timeline, time budget, checks and the newest decision, without personal data."""
    context = context_of(request)
    body = body_of(await CaseRecords(context.bench).story(case_id, context.clock()))
    etag = etag_of(body)
    require_match(if_match, etag)
    if not_modified(if_none_match, etag):
        return Response(status_code=304, headers={"ETag": etag})
    response.headers["ETag"] = etag
    return body


@router.post(
    "/{case_id}/placement-attempts",
    status_code=202,
    openapi_extra=BY_SERVICE_ACCOUNT,
    responses=found_problems(Kind.CONFLICT, Kind.CHANGED, Kind.KEY_REUSED, Kind.MATCH_MISSING),
)
async def attempt_placement(
    request: Request, case_id: CaseName, idempotency_key: RequiredKey, if_match: IfMatch = None
) -> PlacementAttempt:
    """Has a payment order that could not be placed tried again now instead of at the next attempt (SIL-16).

    For whoever knows that the payment system is back. `If-Match` names the state of the case that was read; a request
    repeated with its key is answered as before, and the case acts once.
    """
    context = context_of(request)
    body = body_of(await CaseRecords(context.bench).story(case_id, context.clock()))
    keys, asked = RequestKeys(context.bench.records), f"{body.id}\x00{if_match}".encode()
    claim = await keys.find("placement-attempts", idempotency_key, asked)
    if claim.answer is not None:
        return PlacementAttempt.model_validate(claim.answer)
    if not claim.known:
        require_match(if_match, etag_of(body), demanded=True)
        claim = await keys.claim("placement-attempts", idempotency_key, asked, context.clock())
    officers = Officers(context.bench, context.cases)
    try:
        await officers.retry_placement(body.id, ACCOUNT, context.clock(), claim.act_id)
    except ActRefused as refused:
        if refused.code != "REPEATED":  # taken already by a process that ended before it could say so
            raise
    attempt = PlacementAttempt(id=claim.act_id, case=body.id)
    await keys.answered(claim, attempt.model_dump(mode="json"))
    return attempt
