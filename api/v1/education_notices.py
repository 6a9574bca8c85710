"""``POST /v1/education-notices``: a learner was expelled or moved to extramural study (S-r7; M-17)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from api.callers import SignedBody, SignedSender
from api.context import context_of
from api.v1.described import BY_SIGNATURE, taken_once
from api.v1.side_bodies import EducationNoticeSent, body_schema, read_as
from belsendi.casework.education_notices import NewNotice

router = APIRouter(prefix="/v1/education-notices", tags=["education"])


class NoticeTaken(BaseModel):
    """The notice is stored; the task for the State Corporation division is opened next."""

    id: str = Field(pattern="^[0-9a-f]{32}$")
    state: Literal["stored"] = "stored"


@router.post(
    "",
    status_code=202,
    response_model=NoticeTaken,
    responses=taken_once("notice", NoticeTaken),
    openapi_extra=BY_SIGNATURE | body_schema(EducationNoticeSent),
)
async def tell(
    request: Request, response: Response, signed: Annotated[SignedBody, Depends(SignedSender())]
) -> NoticeTaken:
    """Takes the notice of the head of an education organisation.

    It becomes a task of the State Corporation division of the recipient's residence (AC-S15); no payment stops.
    """
    context = context_of(request)
    sent = read_as(EducationNoticeSent, signed.body)
    notice_id, new = await context.side.notices.store(
        NewNotice(
            source=sent.source,
            notice_id=sent.id,
            learner_iin=sent.learner_iin,
            change=sent.change,
            changed_on=sent.changed_on,
            organisation=sent.organisation,
            signature_reference=sent.signature_reference,
        ),
        context.clock(),
    )
    if new:
        context.background.run("taking up a notice", context.side.notices.process(notice_id, context.clock()))
    else:
        response.status_code = 200
    return NoticeTaken(id=notice_id)
