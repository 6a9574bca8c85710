"""Problem details (RFC 9457): the one form of every error of the API.

A problem names fields by JSON pointer and never repeats what was sent: it may be personal data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from belsendi.errors import (
    BelsendiError,
    ConfigurationError,
    Conflict,
    InvalidInput,
    NotFound,
    OutsideSystemError,
)

MEDIA_TYPE = "application/problem+json"
TYPES_PATH = "/v1/problems"
_ATTRIBUTE = re.compile(r"^[a-z][a-z_]{0,39}$")


class Kind(Enum):
    """Every problem the API can answer with: its name in the type's address, its status, its title."""

    BAD_REQUEST = ("bad-request", 400, "The request cannot be read")
    MALFORMED_JSON = ("malformed-json", 400, "The body is not JSON")
    UNREADABLE = ("unreadable-payload", 400, "A payload cannot be read")
    NOT_SIGNED = ("not-signed", 401, "The signature is missing, wrong or too old")
    NO_TOKEN = ("no-token", 401, "The service account is not known")
    NO_LOGIN = ("no-login", 401, "Nobody is logged in")
    FORBIDDEN = ("forbidden", 403, "The caller may not do this")
    NOT_FOUND = ("not-found", 404, "There is no such thing")
    METHOD = ("method-not-allowed", 405, "The address does not take this method")
    CONFLICT = ("conflict", 409, "The present state does not allow this")
    CHANGED = ("changed-meanwhile", 412, "The state is not the one that was seen")
    TOO_LARGE = ("body-too-large", 413, "The body is too large")
    MEDIA = ("unsupported-media-type", 415, "The body has a form that is not read here")
    INVALID = ("invalid-data", 422, "Fields of the request are wrong")
    KEY_REUSED = ("idempotency-key-reused", 422, "The key belongs to another request")
    UNKNOWN_TYPE = ("unknown-event-type", 422, "The type of the event is not known")
    MATCH_MISSING = ("if-match-missing", 428, "The state that was seen must be named")
    BROKEN = ("internal-error", 500, "Something failed that should not")
    SECRET_MISSING = ("secret-missing", 503, "A secret of this installation is not set")
    UNAVAILABLE = ("unavailable", 503, "Something this needs does not answer")

    def __init__(self, slug: str, status: int, title: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title

    @property
    def uri(self) -> str:
        return f"{TYPES_PATH}/{self.slug}"


class FieldProblem(BaseModel):
    """One wrong field: ``pointer`` into the body (RFC 6901), or ``parameter`` of the address."""

    pointer: str | None = Field(None, examples=["/data/deceased_iin"])
    parameter: str | None = Field(None, examples=["limit"])
    code: str
    detail: str


class Problem(BaseModel):
    """Problem details (RFC 9457). ``request_id`` finds the request in the logs."""

    type: str = Field(examples=[Kind.INVALID.uri])
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[FieldProblem] | None = None


class ProblemFound(BelsendiError):
    """Ends a request with a problem."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})


def problem_response(request_id: str, found: ProblemFound, status: int | None = None) -> JSONResponse:
    """The answer for a problem; ``status`` replaces that of its kind (a rarer HTTP error)."""
    body = Problem(
        type=found.kind.uri,
        title=found.kind.title,
        status=status or found.kind.status,
        detail=found.detail,
        request_id=request_id,
        errors=found.errors or None,
    )
    return JSONResponse(
        jsonable_encoder(body, exclude_none=True),
        body.status,
        headers=found.headers,
        media_type=MEDIA_TYPE,
    )


def responses(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """The description of these problems for a route's OpenAPI, beside those every route can give."""
    described: dict[int | str, dict[str, Any]] = {}
    for kind in (*kinds, Kind.BROKEN):
        known = described.get(kind.status)
        text = f"{known['description']}; {kind.title.lower()}" if known else kind.title
        schema = {"$ref": "#/components/schemas/Problem"}
        described[kind.status] = {"description": text, "content": {MEDIA_TYPE: {"schema": schema}}}
    return described


def field_problems(errors: Sequence[Any], *, under: tuple[str | int, ...] = ()) -> list[FieldProblem]:
    """Pydantic's errors as field problems, without the values that were sent."""
    return [
        FieldProblem(
            pointer=_pointer((*under, *error["loc"]), known=error["type"] != "extra_forbidden"),
            parameter=None,
            code=error["type"],
            detail=error["msg"].removeprefix("Value error, "),
        )
        for error in errors
    ]


def _pointer(place: tuple[str | int, ...], *, known: bool) -> str:
    """A field nobody knows is named only if its name looks like one; else the object it stands in is named."""
    if not known and not _ATTRIBUTE.match(str(place[-1])):
        place = place[:-1]
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)


def _parameters(error: RequestValidationError) -> ProblemFound:
    found = [
        FieldProblem(
            pointer=None, parameter=str(each["loc"][-1]), code=str(each["type"]), detail=str(each["msg"])
        )
        for each in error.errors()
    ]
    return ProblemFound(Kind.INVALID, "correct the parameters that are named", errors=found)


def _of_http(error: HTTPException) -> ProblemFound:
    kind = next((each for each in Kind if each.status == error.status_code), Kind.BAD_REQUEST)
    details = {Kind.NOT_FOUND: "look at the addresses in /v1/openapi.json"}
    return ProblemFound(kind, details.get(kind, f"{kind.title.lower()}"), headers=error.headers)


def of_error(error: Exception) -> ProblemFound:
    """What a caller is told of an error. Texts of unforeseen errors are never shown: they may quote data."""
    if isinstance(error, ProblemFound):
        return error
    if isinstance(error, RequestValidationError):
        return _parameters(error)
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, InvalidInput):
        return ProblemFound(Kind.INVALID, str(error))
    if isinstance(error, NotFound):
        return ProblemFound(Kind.NOT_FOUND, str(error))
    if isinstance(error, Conflict):
        return ProblemFound(Kind.CONFLICT, str(error))
    if isinstance(error, OutsideSystemError):
        return ProblemFound(Kind.UNAVAILABLE, str(error))
    if isinstance(error, ConfigurationError):
        return ProblemFound(Kind.SECRET_MISSING, str(error))
    return ProblemFound(Kind.BROKEN, "the request was not carried out; give the request id to the operator")


def answer_with_problems(app: FastAPI) -> None:
    """Every error that is foreseen becomes a problem; the frame around the application takes the others."""

    async def answer(request: Request, error: Exception) -> JSONResponse:
        status = error.status_code if isinstance(error, HTTPException) else None
        return problem_response(request.state.request_id, of_error(error), status)

    for foreseen in (BelsendiError, HTTPException, RequestValidationError):
        app.add_exception_handler(foreseen, answer)
