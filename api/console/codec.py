"""``POST /console/codec/decode``: the workflow engine's own pages show what a payload holds, to whom it may be shown.

The remote codec protocol of Temporal: ``Payloads`` as proto JSON in, decoded ones out; whatever cannot be read
is 400. The browser asks from the engine's pages, so their origin is the only one that gets an answer, and the
officer's session comes along as a cookie ("include cross-origin credentials" in those pages). Payloads hold
codes and references, never personal data.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from google.protobuf import json_format
from redis.exceptions import RedisError
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from temporalio.api.common.v1 import Payloads

from api.console.context import context_of
from api.console.guard import Visit
from api.console.sessions import COOKIE, Sessions
from api.problems import Kind, ProblemFound
from api.v1.bodies import check_media_type, read_body
from belsendi.casework.access import AccessDenied, Permission
from belsendi.records.audit import audit
from belsendi.temporal.client import payload_codec
from belsendi.temporal.codec import PayloadUnreadable

PATH = "/console/codec"
LARGEST_BODY = 8 * 1024 * 1024  # a page of a history: the engine takes payloads of 2 MiB
router = APIRouter(prefix=PATH, include_in_schema=False)


class EngineUser:
    """Lets a logged-in officer with the permission through, from the engine's pages or from no page at all.

    The answers are problems, as the engine's pages show no page of ours. A live refresh there is nobody's act,
    so it does not keep the session alive.
    """

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> Visit:
        context = context_of(request)
        origin = request.headers.get("origin")
        if origin is not None and origin != origin_of(context.settings.temporal_ui_url):
            raise ProblemFound(
                Kind.FORBIDDEN, "only the engine's own pages may ask; see BELSENDI_TEMPORAL_UI_URL"
            )
        sessions = Sessions(context.redis)
        try:
            session = await sessions.find(request.cookies.get(COOKIE), active=False)
        except RedisError as error:
            raise ProblemFound(Kind.UNAVAILABLE, "the sessions are out; ask again later") from error
        if session is None:
            raise ProblemFound(
                Kind.NO_LOGIN,
                "log in to the console, and let the engine's pages include cross-origin credentials",
                headers={"WWW-Authenticate": 'Session realm="belsendi"'},
            )
        try:
            session.officer.require(self.permission)
        except AccessDenied as error:
            raise ProblemFound(Kind.FORBIDDEN, str(error)) from error
        return Visit(request, context, session, sessions)


class EnginePages:
    """Answers a browser's question whether the engine's pages may ask (CORS): their origin, and no other."""

    def __init__(self, app: ASGIApp, ui_url: str) -> None:
        self._app = app
        self._shared = CORSMiddleware(
            app,
            allow_origins=[origin_of(ui_url)] if ui_url else [],
            allow_methods=["POST"],
            allow_headers=["Content-Type", "X-Namespace"],
            allow_credentials=True,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["path"].startswith(f"{PATH}/")
        await (self._shared if asked else self._app)(scope, receive, send)


@router.post("/decode")
async def decode(
    request: Request, visit: Annotated[Visit, Depends(EngineUser(Permission.DECODE))]
) -> Response:
    """The payloads in clear. Once in a quarter of an hour a session's look is an entry of the audit trail."""
    context = visit.context
    codec = payload_codec(context.settings)
    namespace = request.headers.get("x-namespace", codec.namespace)
    if namespace != codec.namespace:
        raise ProblemFound(Kind.UNREADABLE, "these payloads are of another namespace than Belsendi's")
    check_media_type(request, "the payloads", types=("application/json",))
    sent = _payloads(await read_body(request, LARGEST_BODY, "the payloads have"))
    try:
        clear = Payloads(payloads=codec.decode_now(sent.payloads))
    except PayloadUnreadable as error:
        raise ProblemFound(
            Kind.UNREADABLE, "a payload was changed, or its key is not in the secret payload-keys"
        ) from error
    await _note(visit, codec.namespace)
    return Response(json_format.MessageToJson(clear, indent=None), media_type="application/json")


async def _note(visit: Visit, namespace: str) -> None:
    """The entry comes before the answer, and before it is known that there is one."""
    seen = f"codec/{namespace}"
    if await visit.sessions.has_viewed(visit.session, seen):
        return
    async with visit.context.bench.records.database.writing() as session:
        await audit(
            session,
            actor=visit.account_id,
            action="codec.decode",
            object_id=namespace,
            at=visit.context.clock(),
        )
    await visit.sessions.viewed(visit.session, seen)


def _payloads(body: bytes) -> Payloads:
    try:
        return json_format.Parse(body, Payloads(), ignore_unknown_fields=True, max_recursion_depth=10)
    except (json_format.ParseError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ProblemFound(Kind.MALFORMED_JSON, "send Payloads as proto JSON") from error


def origin_of(url: str) -> str:
    """Scheme, host and port, as a browser names them in ``Origin``. Empty for an empty address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower() if url else ""
