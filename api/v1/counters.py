"""``/v1/counter-visits``: the minutes of waiting and of service at the counters (T-12, T-13). Nobody is named."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api.callers import ServiceAccount
from api.context import context_of
from api.problems import Kind, responses
from api.v1.described import BY_SERVICE_ACCOUNT, body_problems
from api.v1.side_bodies import CounterVisitSent, body_schema, read_request
from belsendi.casework.counter_visits import CounterVisits, TicketTimes, limits_of
from belsendi.errors import InvalidInput
from belsendi.law import utc_of

_LONGEST = timedelta(days=366)
router = APIRouter(prefix="/v1/counter-visits", tags=["counters"], dependencies=[Depends(ServiceAccount())])


class TicketTaken(BaseModel):
    """The most minutes of waiting and of service that hold for the ticket; ``service_limit`` null: none is set."""

    wait_limit: int
    service_limit: int | None
    citation: str


class Figures(BaseModel):
    """Tickets of one service at one place against the limits; times are minutes, rounded to tenths."""

    service: str
    place: Literal["state_corporation", "provider"]
    tickets: int
    served: int
    wait_limit: int
    waited_too_long: int
    longest_wait: float
    mean_wait: float
    service_limit: int | None
    served_too_long: int
    longest_service: float
    mean_service: float
    citation: str


class FiguresPage(BaseModel):
    """Figures of the tickets drawn on the Almaty days from ``since`` to ``until``, both included."""

    since: date
    until: date
    figures: list[Figures] = Field(default_factory=list)


@router.post(
    "",
    status_code=201,
    response_model=TicketTaken,
    responses={
        200: {"model": TicketTaken, "description": "A ticket known already; what was not known was added"},
        201: {"description": "A new ticket"},
        **body_problems(Kind.NO_TOKEN),
    },
    openapi_extra=BY_SERVICE_ACCOUNT | body_schema(CounterVisitSent),
)
async def record(request: Request, response: Response) -> TicketTaken:
    """Takes what the electronic queue knows of a ticket: drawn, called, closed; as often as it learns more."""
    context = context_of(request)
    sent = await read_request(request, CounterVisitSent, context.settings.event_body_limit_bytes)
    times = TicketTimes(
        source=sent.source,
        ticket=sent.id,
        service=sent.service,
        place=sent.place,
        office=sent.office,
        joined_at=sent.joined_at,
        served_at=sent.served_at,
        ended_at=sent.ended_at,
    )
    if not await CounterVisits(context.bench).record(times):
        response.status_code = 200
    limits = limits_of(sent.service, sent.place)
    return TicketTaken(wait_limit=limits.wait, service_limit=limits.service, citation=limits.citation)


@router.get(
    "/figures",
    openapi_extra=BY_SERVICE_ACCOUNT,
    responses=responses(Kind.NO_TOKEN, Kind.INVALID, Kind.SECRET_MISSING, Kind.UNAVAILABLE),
)
async def figures(
    request: Request,
    since: Annotated[date, Query(ge=date(2020, 1, 1), le=date(2999, 12, 30), description="First Almaty day")],
    until: Annotated[date, Query(ge=date(2020, 1, 1), le=date(2999, 12, 30), description="Last Almaty day")],
) -> FiguresPage:
    """How long people waited and were served, per service and place, against what the order sets (B-t3, D-t3, S-t3)."""
    if not timedelta(0) <= until - since <= _LONGEST:
        raise InvalidInput("until must not lie before since, nor more than a year after it")
    begins, ends = utc_of(since, time(0)), utc_of(until + timedelta(days=1), time(0))
    found = await CounterVisits(context_of(request).bench).figures(begins, ends)
    return FiguresPage(
        since=since,
        until=until,
        figures=[Figures(**{name: getattr(each, name) for name in Figures.model_fields}) for each in found],
    )
