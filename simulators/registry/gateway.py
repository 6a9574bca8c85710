"""POST /gateway/{system}/{operation}: the door to all registers in JSON. The contract is CONTRACT.md."""

from __future__ import annotations

import asyncio
import hmac
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulators.dropping import drop_answer
from simulators.registry.desk import Outcome, Question, fields_of, put
from simulators.registry.people import OutageMode
from simulators.registry.store import RegistryStore
from simulators.registry.systems import OPERATIONS

BODY_LIMIT = 262_144
"""Largest request body, bytes."""


class Envelope(BaseModel):
    """Body of every request: why it is asked, on whose leave, and what."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    purpose: str = Field(min_length=1, max_length=200)
    access_token: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)


def _rejected(code: str, message: str, http_status: int) -> JSONResponse:
    return JSONResponse({"status": "rejected", "code": code, "message": message}, http_status)


class Gateway:
    """Checks the caller and the envelope, and answers in JSON."""

    def __init__(self, store: RegistryStore, secret: str) -> None:
        self._store = store
        self._authorization = f"Bearer {secret}".encode()

    async def call(self, system: str, operation_name: str, request: Request) -> Response:
        """One request from its headers to its answer."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, self._authorization):
            return _rejected("SECRET", "the system secret is missing or wrong; set it in the caller", 401)
        request_id = request.headers.get("x-request-id", "")
        if not request_id:
            return _rejected("REQUEST_ID", "the header X-Request-Id is missing", 400)
        if (system, operation_name) not in OPERATIONS:
            return _rejected("OPERATION", "there is no such system or operation; see the contract", 404)
        body = await request.body()
        if len(body) > BODY_LIMIT:
            return _rejected("TOO_LARGE", f"the body is larger than {BODY_LIMIT} bytes", 413)
        try:
            envelope = Envelope.model_validate_json(body)
        except ValidationError as error:
            return _rejected("BODY", fields_of(error), 400)
        outcome = put(
            self._store,
            Question(
                system, operation_name, request_id, envelope.purpose, envelope.access_token, envelope.data
            ),
        )
        await suffer(outcome, request)
        return _shown(outcome)


async def suffer(outcome: Outcome, request: Request) -> None:
    """The part of an outage that befalls an answer already made: it is late, or is cut off."""
    if outcome.outage is not None and outcome.outage.mode is OutageMode.SLOW:
        await asyncio.sleep(outcome.outage.delay_ms / 1000)
    if outcome.outage is not None and outcome.outage.mode is OutageMode.LOST_ANSWER:
        drop_answer(request)


def _shown(outcome: Outcome) -> Response:
    mode = None if outcome.outage is None else outcome.outage.mode
    if mode is OutageMode.DOWN:
        return JSONResponse({"status": "unavailable"}, 503, headers={"Retry-After": "1"})
    if mode is OutageMode.ERROR:
        return PlainTextResponse("Internal Server Error", 500)
    if outcome.refusal is not None:
        refusal = outcome.refusal
        return _rejected(refusal.code, refusal.message, refusal.http_status)
    if outcome.data is None:
        return JSONResponse({"status": "absent"})
    return JSONResponse({"status": "ok", "data": outcome.data})


def gateway_router(store: RegistryStore, secret: str) -> APIRouter:
    """The route over one world."""
    router = APIRouter(tags=["gateway"])
    gateway = Gateway(store, secret)

    @router.post("/gateway/{system}/{operation}")
    async def call(system: str, operation: str, request: Request) -> Response:
        return await gateway.call(system, operation, request)

    return router
