"""Who may call a route: every route of the console names one permission, or says that it is open."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError

from api.console.context import ConsoleContext, context_of
from api.console.rendering import pages_of
from api.console.sessions import COOKIE, Session, Sessions, same
from api.uploads import UploadTooLarge
from belsendi.casework.access import AccessDenied, Permission
from belsendi.contracts.personal_data import PersonalData
from belsendi.errors import BelsendiError, Conflict, InvalidInput, NotFound, OutsideSystemError

log = logging.getLogger(__name__)
REFRESH_HEADER = "x-belsendi-refresh"
_LONGEST_FORM = 65_536


class LoginNeeded(BelsendiError):
    """Nobody is logged in; the page is shown after the login."""


class FormForged(BelsendiError):
    """The form does not come from a page of this session; nothing was done."""


@dataclass(frozen=True)
class Visit:
    """One request of a logged-in officer. ``form`` is empty for a page that is only looked at."""

    request: Request
    context: ConsoleContext
    session: Session
    sessions: Sessions
    form: Annotated[dict[str, list[str]], PersonalData("tech.passphrase")] = field(
        default_factory=dict, repr=False
    )
    file: Annotated[bytes | None, PersonalData("svc.case_document")] = field(default=None, repr=False)

    @property
    def account_id(self) -> str:
        return self.session.officer.account_id

    def field(self, name: str) -> str:
        """A form field, empty when it was not sent."""
        return next(iter(self.form.get(name, [])), "")


@dataclass(frozen=True)
class SentForm:
    """The fields of a form, and its file where the route takes one."""

    fields: Annotated[dict[str, list[str]], PersonalData("tech.passphrase")] = field(repr=False)
    file: Annotated[bytes | None, PersonalData("svc.case_document")] = field(default=None, repr=False)


class Guard:
    """Lets an officer with the permission through; of a form it wants the token of the session too."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> Visit:
        context = context_of(request)
        sessions = Sessions(context.redis)
        session = await sessions.find(request.cookies.get(COOKIE), active=not by_itself(request))
        if session is None:
            raise LoginNeeded("log in first")
        session.officer.require(self.permission)
        if request.method in ("GET", "HEAD"):
            return Visit(request, context, session, sessions)
        _check_origin(request)
        form = await self.read(request)
        if not same(next(iter(form.fields.get("csrf", [])), ""), session.csrf):
            raise FormForged("the form is out of date; open the page anew and send it again")
        return Visit(request, context, session, sessions, form.fields, form.file)

    async def read(self, request: Request) -> SentForm:
        """The form of the request; a route that takes a file reads another kind."""
        return await read_form(request)


class Open:
    """Marks a route that anybody may call; it says so, so that no route is open by oversight."""

    async def __call__(self) -> None:
        return None


def by_itself(request: Request) -> bool:
    """Whether the page asks on its own account (live refresh), with nobody pressing anything."""
    return request.headers.get(REFRESH_HEADER) == "1" or request.url.path.endswith("/live")


async def read_form(request: Request) -> SentForm:
    """The fields of a form of at most 64 KiB; files are not taken."""
    declared = request.headers.get("content-length", "")
    if not declared.isdigit() or int(declared) > _LONGEST_FORM:
        raise HTTPException(413, "a form has at most 64 KiB")
    form = await request.form()
    fields: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
    return SentForm(fields)


def _check_origin(request: Request) -> None:
    """A browser says where a form comes from; what comes from elsewhere is refused before the token is asked."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise FormForged("the form comes from another site; nothing was done")


class ConsoleRoute(APIRoute):
    """Answers errors with a page in the reader's language instead of problem details."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except LoginNeeded:
                return _to_login(request)
            except Exception as error:
                code, status = _kind(error)
                if code == "broken":
                    log.error("page failed", extra={"error": type(error).__name__, "page": self.path})
                return pages_of(request).show(
                    request,
                    "message.html",
                    session=None,
                    status=status,
                    page_path="/console/cases",
                    code=code,
                )

        return answer


def _to_login(request: Request) -> Response:
    if request.method not in ("GET", "HEAD") or by_itself(request):
        return RedirectResponse("/console/login", 303)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/console/login?next={quote(target, safe='')}", 303)


def _kind(error: Exception) -> tuple[str, int]:
    if isinstance(error, AccessDenied):
        return "denied", 403
    if isinstance(error, FormForged):
        return "forged", 403
    if isinstance(error, NotFound):
        return "not_found", 404
    if isinstance(error, UploadTooLarge):
        return "too_large", 413
    if isinstance(error, RequestValidationError | InvalidInput):
        return "invalid", 422
    if isinstance(error, Conflict):
        return "conflict", 409
    if isinstance(error, OutsideSystemError | RedisError | OperationalError):
        return "unavailable", 503
    if isinstance(error, HTTPException):
        return ("not_found", 404) if error.status_code == 404 else ("invalid", error.status_code)
    return "broken", 500
