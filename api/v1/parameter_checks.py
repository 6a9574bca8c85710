"""``POST /v1/parameter-checks``: which checks an application would fail, asked by the portal before it is sent."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from api.callers import SignedBody, SignedSender
from api.context import context_of
from api.problems import Kind
from api.v1.applications import read_application, refused
from api.v1.bodies import parse_json
from api.v1.described import BY_SIGNATURE, body_problems
from api.v1.side_bodies import body_schema
from belsendi.casework.standing import Said
from belsendi.intake.applications import Application, ApplicationRefused
from belsendi.intake.prechecks import Prechecks
from belsendi.law import Verdict, service
from belsendi.records.columns import new_id

router = APIRouter(prefix="/v1", tags=["applications"])


class CheckSaid(BaseModel):
    """One parameter check: what it asks (in the words of the order) and how it would turn out."""

    code: str = Field(examples=["CK4"])
    result: Verdict
    name: Said
    citation: str


class ChecksAnswered(BaseModel):
    """``passes``: the application would be accepted as things stand; a service without checks passes.

    A result REVIEW is for a person to judge. Nothing was stored, and nothing is promised by the answer.
    """

    service: str
    passes: bool
    checks: list[CheckSaid]


@router.post(
    "/parameter-checks",
    responses=body_problems(Kind.NOT_SIGNED),
    openapi_extra=BY_SIGNATURE | body_schema(Application),
)
async def check(request: Request, signed: Annotated[SignedBody, Depends(SignedSender())]) -> ChecksAnswered:
    """Runs the checks of B-r13 and D-r20-1 over an application that is not sent yet. No case is opened.

    503 when a system is out: an outage fails no check.
    """
    context = context_of(request)
    application = read_application(parse_json(signed.body))
    try:
        checks = await Prechecks(context.bench).run(application, new_id(), context.clock())
    except ApplicationRefused as error:
        raise refused(error) from error
    entry = service(application.service)
    named = [(entry.check(code), verdict) for code, verdict in checks.results.items()]
    return ChecksAnswered(
        service=entry.code,
        passes=checks.passed,
        checks=[
            CheckSaid(
                code=each.code, result=verdict, name=Said(kk=each.kk, ru=each.ru), citation=each.citation
            )
            for each, verdict in named
        ],
    )
