"""``POST /v1/applications``: an application of the State Corporation, a provider's desk or the portal."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, ValidationError

from api.callers import SignedBody, SignedSender
from api.context import context_of
from api.problems import FieldProblem, Kind, ProblemFound, field_problems
from api.v1.bodies import parse_json
from api.v1.described import BY_SIGNATURE, taken_once
from api.v1.preconditions import RequestKeys, RequiredKey
from api.v1.side_bodies import body_schema
from belsendi.intake.applications import Application, ApplicationRefused
from belsendi.intake.receiving import Applications, Became

router = APIRouter(prefix="/v1", tags=["applications"])


class ApplicationTaken(BaseModel):
    """``id`` is Belsendi's own name of the application, ``case_id`` that of the case it belongs to.

    A case is opened, or completed, or the application joins the case that runs already; without all necessary
    documents no term runs; without an identification number a person enters the applicant.
    """

    id: str = Field(pattern="^[0-9a-f]{32}$")
    became: Became
    case_id: str | None = Field(pattern="^[0-9a-f]{32}$")
    reference: str | None


@router.post(
    "/applications",
    status_code=202,
    response_model=ApplicationTaken,
    responses=taken_once("application", ApplicationTaken, Kind.KEY_REUSED),
    openapi_extra=BY_SIGNATURE | body_schema(Application),
)
async def post_application(
    request: Request,
    response: Response,
    signed: Annotated[SignedBody, Depends(SignedSender())],
    idempotency_key: RequiredKey,
) -> ApplicationTaken:
    """Takes an application, signed over timestamp and body like an event.

    The same `Idempotency-Key` is the same application. An application for the same right that comes while a case
    runs joins it; after an end it opens a new attempt. One that was sent with `documents_complete: false` is
    completed by sending it again, under a key of its own, with all necessary documents.
    """
    context = context_of(request)
    application = read_application(parse_json(signed.body))
    keys = RequestKeys(context.bench.records)
    claim = await keys.claim("applications", idempotency_key, signed.body, context.clock())
    try:
        taken = await Applications(context.bench).take(application, claim.key_digest, context.clock())
    except ApplicationRefused as error:
        raise refused(error) from error
    if taken.new:
        context.background.run("an application", context.sweep.take_up_application(taken))
    else:
        response.status_code = 200
    return ApplicationTaken(
        id=taken.event_id,
        became=taken.became,
        case_id=taken.case.id if taken.case else None,
        reference=taken.case.reference if taken.case else None,
    )


def read_application(content: object) -> Application:
    """The application in a parsed body. Raises ProblemFound (422) naming the fields."""
    try:
        return Application.model_validate(content)
    except ValidationError as error:
        problems = field_problems(error.errors(include_input=False))
        raise ProblemFound(Kind.INVALID, "correct the fields that are named", errors=problems) from error


def refused(error: ApplicationRefused) -> ProblemFound:
    """What the law, or a rule of ours that the field names, does not let in like this."""
    problem = FieldProblem(pointer=f"/{error.field}", code=error.code, detail=str(error))
    return ProblemFound(
        Kind.INVALID, "the application is not taken like this; see the field", errors=[problem]
    )
