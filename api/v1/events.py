"""``POST /v1/events``: a life event, stored before it is acknowledged, taken up at once after that."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from api.callers import SignedBody, SignedSender
from api.context import context_of
from api.problems import Kind
from api.v1.bodies import CLOUDEVENTS, parse_json
from api.v1.described import BY_SIGNATURE, taken_once
from api.v1.envelopes import EVENTS, read_event
from api.v1.preconditions import OptionalKey, RequestKeys

router = APIRouter(prefix="/v1", tags=["events"])
_SCHEMAS = {name: f"#/components/schemas/{event.__name__}" for name, event in EVENTS.items()}
_BODY_SCHEMA = {
    "schema": {
        "oneOf": [{"$ref": reference} for reference in _SCHEMAS.values()],
        "discriminator": {"propertyName": "type", "mapping": _SCHEMAS},
    }
}


class EventTaken(BaseModel):
    """``id`` is Belsendi's own name of the event. It is stored; its cases are started next."""

    id: str = Field(pattern="^[0-9a-f]{32}$")
    state: Literal["stored"] = "stored"


@router.post(
    "/events",
    status_code=202,
    response_model=EventTaken,
    responses=taken_once("event", EventTaken, Kind.UNKNOWN_TYPE, Kind.KEY_REUSED),
    openapi_extra=BY_SIGNATURE
    | {
        "requestBody": {
            "required": True,
            "content": {CLOUDEVENTS: _BODY_SCHEMA, "application/json": _BODY_SCHEMA},
        },
    },
)
async def post_event(
    request: Request,
    response: Response,
    signed: Annotated[SignedBody, Depends(SignedSender())],
    idempotency_key: OptionalKey = None,
) -> EventTaken:
    """Takes a CloudEvents 1.0 event in structured JSON, signed over timestamp and body: a registered death, a
    disability established, or a breadwinner lost.

    An event with the same `source` and `id` is the same event, whatever else it holds; an `Idempotency-Key` besides
    finds out a body that has changed under the same key. Nobody, one or several
    recipients may be named; without any, caseworkers find it on their list.
    """
    context = context_of(request)
    event = read_event(parse_json(signed.body))
    if idempotency_key is not None:
        keys = RequestKeys(context.bench.records)
        await keys.claim(f"events/{event.source}", idempotency_key, signed.body, context.clock())
    row_id, new = await context.sweep.events.store(event, context.clock())
    if new:
        context.background.run("taking up an event", context.sweep.take_up_event(row_id))
    else:
        response.status_code = 200
    return EventTaken(id=row_id)
