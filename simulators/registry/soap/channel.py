"""POST /soap: the synchronous channel. GET /soap?wsdl publishes what it speaks."""

from __future__ import annotations

import hmac
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from simulators.registry.desk import Outcome, Question, Refusal, put
from simulators.registry.gateway import BODY_LIMIT, suffer
from simulators.registry.people import OutageMode
from simulators.registry.soap.envelope import (
    NotAMessage,
    Sent,
    answer_message,
    found_data,
    question_of,
    read_message,
    refused_data,
)
from simulators.registry.store import RegistryStore
from simulators.registry.systems import OPERATIONS

_PUBLISHED = Path(__file__).parent
_ADDRESS = b"http://gateway.example/soap"
_XML = "text/xml; charset=utf-8"
_SUCCESS, _REFUSED, _UNHANDLED, _INVALID = "SCSS001", "SCSE001", "SCSE003", "VAL-R-004"
_MOST_PURPOSE = 200


def type_stem(system: str, operation: str) -> str:
    """The stem of an operation's types in the published schema."""
    return "".join(word.capitalize() for word in f"{system}-{operation}".replace("_", "-").split("-"))


class Channel:
    """Checks the sender and the envelope, and answers in the envelope."""

    def __init__(self, store: RegistryStore, secret: str) -> None:
        self._store = store
        self._secret = secret.encode()

    async def send_message(self, request: Request) -> Response:
        """One message from its body to its answer."""
        body = await request.body()
        if len(body) > BODY_LIMIT:
            return _answer(None, _INVALID, f"the body is larger than {BODY_LIMIT} bytes")
        try:
            sent = read_message(body)
        except NotAMessage as error:
            return _answer(None, _INVALID, str(error))
        if not hmac.compare_digest(sent.password.encode(), self._secret):
            refusal = Refusal("SECRET", "the sender's password is wrong; set it in the caller", 401)
            return _refused(sent, refusal)
        system, _, name = sent.service.partition("/")
        operation = OPERATIONS.get((system, name))
        if operation is None:
            return _answer(sent, _INVALID, "there is no such service; see the schema")
        purpose = sent.data.findtext("purpose") or ""
        if not 0 < len(purpose) <= _MOST_PURPOSE:
            return _answer(sent, _INVALID, f"the purpose has no letter or more than {_MOST_PURPOSE}")
        question = Question(
            system,
            name,
            sent.correlation_id or sent.message_id,
            purpose,
            sent.data.findtext("accessToken"),
            question_of(sent.data.find("question"), operation.input),
        )
        outcome = put(self._store, question)
        await suffer(outcome, request)
        return _shown(sent, question, outcome)


def _shown(sent: Sent, question: Question, outcome: Outcome) -> Response:
    mode = None if outcome.outage is None else outcome.outage.mode
    if mode is OutageMode.DOWN:
        return Response("Service Unavailable", 503, headers={"Retry-After": "1"}, media_type="text/plain")
    if mode is OutageMode.ERROR:
        return _answer(sent, _UNHANDLED, "unhandled exception")
    if outcome.refusal is not None:
        return _refused(sent, outcome.refusal)
    data = found_data(type_stem(question.system, question.operation), outcome.data)
    return Response(answer_message(sent, _SUCCESS, "processed", data), media_type=_XML)


def _refused(sent: Sent, refusal: Refusal) -> Response:
    data = refused_data(refusal.code, refusal.message)
    return Response(answer_message(sent, _REFUSED, "business error", data), media_type=_XML)


def _answer(sent: Sent | None, code: str, message: str) -> Response:
    return Response(answer_message(sent, code, message, None), media_type=_XML)


def channel_router(store: RegistryStore, secret: str) -> APIRouter:
    """The routes over one world."""
    router = APIRouter(tags=["gateway"])
    channel = Channel(store, secret)

    @router.post("/soap")
    async def send_message(request: Request) -> Response:
        return await channel.send_message(request)

    @router.get("/soap")
    async def description(request: Request) -> Response:
        """The description of the service with the address at which it was asked for."""
        here = str(request.url.replace(query="")).encode()
        content = (_PUBLISHED / "sync_channel.wsdl").read_bytes().replace(_ADDRESS, here)
        return Response(content, media_type=_XML)

    @router.get("/{name}.xsd")
    async def schema(name: str) -> Response:
        """A schema the description refers to."""
        if name not in {"sync_channel", "systems"}:
            return Response("there is no such schema", 404, media_type="text/plain")
        return Response((_PUBLISHED / f"{name}.xsd").read_bytes(), media_type=_XML)

    return router
