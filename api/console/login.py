"""The development login: a role is chosen, nobody is asked who they are. It refuses to run anywhere else."""

from __future__ import annotations

import ipaddress
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.console.context import context_of
from api.console.guard import ConsoleRoute, FormForged, Guard, Open, Visit, read_form
from api.console.rendering import HEADERS, pages_of
from api.console.sessions import COOKIE, LOGIN_COOKIE, Sessions, login_token, same
from belsendi.casework.access import Officer, Permission, Role
from belsendi.settings import Settings

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)
_HOME = "/console/cases"


def development_login_allowed(settings: Settings, request: Request) -> bool:
    """Only in development, only from this machine, only under its own name (no rebound DNS), never proxied."""
    if not settings.is_development or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    return _is_loopback(request.client.host if request.client else "") and _is_loopback(
        request.url.hostname or ""
    )


@router.get("/login", dependencies=[Depends(Open())])
async def login_page(request: Request, next: str = "") -> Response:  # noqa: A002  the name in the address
    context = context_of(request)
    if not development_login_allowed(context.settings, request):
        return _refused(request)
    nonce = secrets.token_urlsafe(24)
    token = login_token(context.settings.secret("session").get_secret_value(), nonce)
    page = pages_of(request).show(
        request, "login.html", session=None, roles=list(Role), login_token=token, target=_inside(next)
    )
    page.set_cookie(LOGIN_COOKIE, nonce, max_age=1800, httponly=True, samesite="strict", path="/console")
    return page


@router.post("/login", dependencies=[Depends(Open())])
async def log_in(request: Request) -> Response:
    """Opens a session for the chosen role; a token of an earlier session is never taken over."""
    context = context_of(request)
    if not development_login_allowed(context.settings, request):
        return _refused(request)
    form = {name: values[0] for name, values in (await read_form(request)).fields.items()}
    nonce = request.cookies.get(LOGIN_COOKIE, "")
    wanted = login_token(context.settings.secret("session").get_secret_value(), nonce)
    if not nonce or not same(form.get("csrf", ""), wanted):
        raise FormForged("the login form is out of date; open it anew")
    role = form.get("role", "")
    if role not in set(Role):
        return RedirectResponse("/console/login", 303, headers=HEADERS)
    sessions = Sessions(context.redis)
    await sessions.end(request.cookies.get(COOKIE))
    token = await sessions.open(Officer(f"dev:{role}", Role(role)))
    answer = RedirectResponse(_inside(form.get("next", "")), 303, headers=HEADERS)
    answer.set_cookie(
        COOKIE, token, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/console"
    )
    answer.delete_cookie(LOGIN_COOKIE, path="/console")
    return answer


@router.post("/logout")
async def log_out(visit: Annotated[Visit, Depends(Guard(Permission.VIEW))]) -> Response:
    await visit.sessions.end(visit.request.cookies.get(COOKIE))
    answer = RedirectResponse("/console/login", 303, headers=HEADERS)
    answer.delete_cookie(COOKIE, path="/console")
    return answer


def _refused(request: Request) -> Response:
    return pages_of(request).show(
        request, "message.html", session=None, status=403, page_path="/console/login", code="login_refused"
    )


def _inside(target: str) -> str:
    """A page of the console to go to after the login; anything else leads to the list of cases."""
    safe = target.startswith("/console/") and "\\" not in target and not target.startswith("/console/log")
    return target if safe and target.isprintable() else _HOME


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
