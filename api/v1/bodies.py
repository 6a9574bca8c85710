"""Reading a JSON body: its type, its size while it arrives, its text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn

from fastapi import Request
from starlette.requests import ClientDisconnect

from api.problems import Kind, ProblemFound

CLOUDEVENTS = "application/cloudevents+json"
_TYPES = (CLOUDEVENTS, "application/json")
_CHARSETS = ("utf-8", "utf8")


def check_media_type(request: Request, what: str = "the event", *, types: Sequence[str] = _TYPES) -> None:
    """Raises ProblemFound (415) unless the body is JSON in UTF-8, not compressed. ``what`` is for its words."""
    content_type = request.headers.get("content-type", "")
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    if media_type not in types:
        raise ProblemFound(Kind.MEDIA, f"send {what} as {' or '.join(types)}")
    charsets = [p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset=")]
    if any(charset not in _CHARSETS for charset in charsets):
        raise ProblemFound(Kind.MEDIA, f"send {what} in UTF-8")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise ProblemFound(Kind.MEDIA, f"send {what} without compression")


async def read_body(request: Request, limit: int, what: str = "an event has") -> bytes:
    """The body as it was sent. Raises ProblemFound (413) as soon as it is longer than ``limit`` bytes."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise too_large(limit, what)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise too_large(limit, what)
    except ClientDisconnect as error:
        raise ProblemFound(Kind.BAD_REQUEST, "the body ended early; nothing was stored") from error
    return bytes(body)


def parse_json(body: bytes) -> Any:
    """The JSON value. Raises ProblemFound (400) for anything else, a key given twice and NaN included."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise ProblemFound(Kind.MALFORMED_JSON, "the body must be one JSON object in UTF-8") from error


def too_large(limit: int, what: str = "an event has") -> ProblemFound:
    return ProblemFound(Kind.TOO_LARGE, f"{what} at most {limit} bytes", headers={"Connection": "close"})


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("not a JSON number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) != len(pairs):
        raise ValueError("a key is given twice")
    return known
