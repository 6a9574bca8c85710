"""The frame around every request: its id, the headers of its answer, its line in the log, its last resort."""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Kind, ProblemFound, of_error, problem_response

log = logging.getLogger("api")
REQUEST_ID_HEADER = "X-Request-Id"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass
class _Answer:
    status: int = 0


class Frame:
    """The id is always our own: one that a caller chose could carry personal data into the logs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer()

        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                _complete(MutableHeaders(scope=message), request_id)
            await send(message)

        began = time.perf_counter()
        try:
            await self._app(scope, receive, framed)
        except Exception as error:
            log.error("request failed", extra={"request": request_id, "error": type(error).__name__})
            if answer.status:
                raise
            await problem_response(request_id, _last_resort(error))(scope, receive, framed)
        finally:
            _note(scope, answer.status, request_id, time.perf_counter() - began)


def _last_resort(error: Exception) -> ProblemFound:
    if isinstance(error, OperationalError):
        return ProblemFound(Kind.UNAVAILABLE, "the records do not answer; send the same request again later")
    return of_error(error)


def _complete(headers: MutableHeaders, request_id: str) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-cache" if "etag" in headers else "no-store")
    headers[REQUEST_ID_HEADER] = request_id


def _note(scope: Scope, status: int, request_id: str, seconds: float) -> None:
    """One line per request: the route's pattern, never its address, which may hold what a person typed."""
    route = getattr(scope.get("route"), "path", "")
    log.info(
        "%s %s %s",
        scope["method"],
        route or "(no route)",
        status,
        extra={"request": request_id, "status": status, "milliseconds": round(seconds * 1000, 1)},
    )
