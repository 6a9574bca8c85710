"""``/v1/home-visits``: documents are taken at home when somebody cannot come (COM-16; AC-B35)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, Field

from api.callers import ContactCentre, ServiceAccount
from api.context import context_of
from api.problems import Kind
from api.v1.described import BY_CONTACT_CENTRE, BY_SERVICE_ACCOUNT, body_problems
from api.v1.side_bodies import HomeVisitAsked, HomeVisitSettled, body_schema, read_request
from belsendi.casework.home_visits import HomeVisits, VisitWanted
from belsendi.records.models import HomeVisit

router = APIRouter(prefix="/v1/home-visits", tags=["home visits"])
_ACCOUNT = "state-corporation"
_ID = "^[0-9a-f]{32}$"


class VisitTaken(BaseModel):
    """A home visit. ``due_at`` is the end of the service's own term (SIL-41); ``number_shown`` is the number that
    people are told for home visits (INC-06)."""

    id: str = Field(pattern=_ID)
    service: str
    state: Literal["requested", "visited", "cancelled"]
    received_at: datetime
    due_at: datetime
    rules: str
    number_shown: str


@router.post(
    "",
    status_code=201,
    response_model=VisitTaken,
    dependencies=[Depends(ContactCentre())],
    responses={
        200: {"model": VisitTaken, "description": "The same request again: nothing new"},
        201: {"description": "A new request; the State Corporation has its task"},
        **body_problems(Kind.NO_TOKEN, Kind.NOT_FOUND),
    },
    openapi_extra=BY_CONTACT_CENTRE | body_schema(HomeVisitAsked),
)
async def ask(request: Request, response: Response) -> VisitTaken:
    """Takes what the contact centre heard, and gives the State Corporation a task within the service's term."""
    context = context_of(request)
    asked = await read_request(request, HomeVisitAsked, context.settings.event_body_limit_bytes)
    visits = HomeVisits(context.bench)
    row, new = await visits.ask(
        VisitWanted(
            source=asked.source,
            request_id=asked.id,
            iin=asked.iin,
            service=asked.service,
            address=asked.address,
            caller_number=asked.caller_number,
            dialled=asked.dialled,
        ),
        context.clock(),
    )
    if not new:
        response.status_code = 200
    return _taken(row, visits.number_shown)


@router.post(
    "/{visit_id}/settlement",
    dependencies=[Depends(ServiceAccount())],
    responses=body_problems(Kind.NO_TOKEN, Kind.NOT_FOUND, Kind.CONFLICT),
    openapi_extra=BY_SERVICE_ACCOUNT | body_schema(HomeVisitSettled),
)
async def settle(request: Request, visit_id: Annotated[str, Path(pattern=_ID)]) -> VisitTaken:
    """The State Corporation's system tells that the visit took place, or is not wanted any more."""
    context = context_of(request)
    settled = await read_request(request, HomeVisitSettled, context.settings.event_body_limit_bytes)
    visits = HomeVisits(context.bench)
    row = await visits.settle(visit_id, settled.state, _ACCOUNT, context.clock())
    return _taken(row, visits.number_shown)


def _taken(row: HomeVisit, number_shown: str) -> VisitTaken:
    fields = {name: getattr(row, name) for name in VisitTaken.model_fields if name != "number_shown"}
    return VisitTaken(**fields, number_shown=number_shown)
