"""``/v1/standings``: what the contact centre 1414 says of a person's cases; the same as the personal cabinet (AC-C09).

Whoever was told what is written to the audit trail.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from api.callers import ContactCentre
from api.context import context_of
from api.problems import Kind
from api.v1.described import BY_CONTACT_CENTRE, body_problems, found_problems
from api.v1.side_bodies import PersonAsked, body_schema, read_request
from belsendi.casework.standing import Standing, standing_of, standing_of_case
from belsendi.errors import NotFound
from belsendi.records.audit import audit

_ACCOUNT = "contact-centre"
router = APIRouter(prefix="/v1/standings", tags=["standings"], dependencies=[Depends(ContactCentre())])


@router.post(
    "",
    openapi_extra=BY_CONTACT_CENTRE | body_schema(PersonAsked),
    responses=body_problems(Kind.NO_TOKEN),
)
async def of_person(request: Request) -> Standing:
    """Where the caller's own cases stand. The number is in the body, so that it stands in no address and no log.

    Somebody nobody knows has no cases.
    """
    context = context_of(request)
    asked = await read_request(request, PersonAsked, context.settings.event_body_limit_bytes)
    bench, now = context.bench, context.clock()
    async with bench.records.database.writing() as session:
        person = await bench.people.find_person(session, asked.iin)
        if person is None:
            return Standing(told_at=now, cases=[])
        told = await standing_of(session, bench.speaker.catalogue, person.id, now, service=asked.service)
        await audit(session, actor=_ACCOUNT, action="standing.told", object_id=person.id, at=now)
    return told


@router.get(
    "/{reference}",
    openapi_extra=BY_CONTACT_CENTRE,
    responses=found_problems(),
)
async def of_case(
    request: Request,
    reference: Annotated[str, Path(pattern="^[A-Za-z]{3}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}$")],
) -> Standing:
    """Where the case with this reference stands: the caller reads it off a message or the cabinet."""
    context = context_of(request)
    bench, now = context.bench, context.clock()
    async with bench.records.database.writing() as session:
        told = await standing_of_case(session, bench.speaker.catalogue, reference.upper(), now)
        if told is None:
            raise NotFound("there is no case with this reference")
        await audit(session, actor=_ACCOUNT, action="standing.told", object_id=reference.upper(), at=now)
    return told
