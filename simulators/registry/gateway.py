"""POST /gateway/{system}/{operation}: the one door to all registers. The contract is CONTRACT.md."""

from __future__ import annotations

import asyncio
import hmac
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulators.dropping import drop_answer
from simulators.registry.operation import Operation, Rejection
from simulators.registry.people import Outage, OutageMode
from simulators.registry.store import RegistryStore
from simulators.registry.systems import OPERATIONS
from simulators.registry.systems.access_control import check_token

BODY_LIMIT = 262_144
"""Largest request body, bytes."""
_NOTHING_DONE = (OutageMode.DOWN, OutageMode.ERROR, OutageMode.REFUSING)


class Envelope(BaseModel):
    """Body of every request: why it is asked, on whose leave, and what."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    purpose: str = Field(min_length=1, max_length=200)
    access_token: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)


def _rejected(code: str, message: str, http_status: int) -> JSONResponse:
    return JSONResponse({"status": "rejected", "code": code, "message": message}, http_status)


def _fields(error: ValidationError) -> str:
    """Which fields are wrong and how, without their values."""
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in error.errors())


class Gateway:
    """Checks the caller, meets the outage in force, asks the register, writes the call down."""

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
        operation = OPERATIONS.get((system, operation_name))
        if operation is None:
            return _rejected("OPERATION", "there is no such system or operation; see the contract", 404)
        body = await request.body()
        if len(body) > BODY_LIMIT:
            return _rejected("TOO_LARGE", f"the body is larger than {BODY_LIMIT} bytes", 413)
        try:
            envelope = Envelope.model_validate_json(body)
        except ValidationError as error:
            return _rejected("BODY", _fields(error), 400)
        outage = self._store.outage_of_call(system, operation_name)
        if outage is not None and outage.mode in _NOTHING_DONE:
            self._write_down(operation, request_id, envelope, outage.mode)
            return _failure(outage)
        response = self._answer(operation, request_id, envelope)
        if outage is not None and outage.mode is OutageMode.SLOW:
            await asyncio.sleep(outage.delay_ms / 1000)
        if outage is not None and outage.mode is OutageMode.LOST_ANSWER:
            drop_answer(request)
        return response

    def _answer(self, operation: Operation[Any], request_id: str, envelope: Envelope) -> Response:
        try:
            check_token(self._store, operation.token, envelope.access_token, envelope.data.get("iin"))
            data = operation.run(self._store, envelope.data)
        except Rejection as error:
            self._write_down(operation, request_id, envelope, error.code)
            return _rejected(error.code, str(error), error.http_status)
        except ValidationError as error:
            self._write_down(operation, request_id, envelope, "DATA")
            return _rejected("DATA", _fields(error), 422)
        if data is None:
            self._write_down(operation, request_id, envelope, "absent")
            return JSONResponse({"status": "absent"})
        self._write_down(operation, request_id, envelope, "ok")
        return JSONResponse({"status": "ok", "data": data})

    def _write_down(
        self, operation: Operation[Any], request_id: str, envelope: Envelope, outcome: str
    ) -> None:
        self._store.add_call(
            operation.system,
            operation.name,
            request_id,
            envelope.purpose,
            envelope.access_token is not None,
            envelope.data,
            outcome,
        )


def _failure(outage: Outage) -> Response:
    if outage.mode is OutageMode.DOWN:
        return JSONResponse({"status": "unavailable"}, 503, headers={"Retry-After": "1"})
    if outage.mode is OutageMode.REFUSING:
        return _rejected("REFUSED", "the register refuses this operation at present; ask its operator", 422)
    return PlainTextResponse("Internal Server Error", 500)


def gateway_router(store: RegistryStore, secret: str) -> APIRouter:
    """The route over one world."""
    router = APIRouter(tags=["gateway"])
    gateway = Gateway(store, secret)

    @router.post("/gateway/{system}/{operation}")
    async def call(system: str, operation: str, request: Request) -> Response:
        return await gateway.call(system, operation, request)

    return router
