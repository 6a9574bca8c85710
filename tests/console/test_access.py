"""Who may do what: no page without a login, no form without the session's token, no login outside development."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
import redis.asyncio as redis
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.app import create_app
from api.console import acts, attachments, calendar_pages, live, login, pages, service_pages
from api.console.guard import Guard, Open
from api.console.sessions import COOKIE
from belsendi.casework.access import PERMISSIONS, Permission, Role
from belsendi.settings import Profile
from tests.console.office import ConsoleOffice, hidden

pytestmark = pytest.mark.asyncio(loop_scope="session")
OPEN = {("GET", "/console"), ("GET", "/console/login"), ("POST", "/console/login")}


def _routes() -> Iterator[tuple[str, APIRoute]]:
    """Every route of the console with each of its methods."""
    for part in (login, pages, acts, attachments, calendar_pages, service_pages, live):
        for route in part.router.routes:
            assert isinstance(route, APIRoute)
            for method in sorted(route.methods - {"HEAD"}):
                yield method, route


def _callers(dependant: Dependant) -> list[Guard | Open]:
    own = [dependant.call] if isinstance(dependant.call, Guard | Open) else []
    return own + [caller for each in dependant.dependencies for caller in _callers(each)]


def _address(route: APIRoute) -> str:
    return re.sub(r"{\w+}", "0" * 32, route.path)


async def test_every_route_names_one_permission_or_says_that_it_is_open() -> None:
    walked = list(_routes())
    assert len(walked) > 15
    for method, route in walked:
        (caller,) = _callers(route.dependant)
        assert isinstance(caller, Open) == ((method, route.path) in OPEN), f"{method} {route.path}"


async def test_nobody_gets_in_without_a_login(office: ConsoleOffice) -> None:
    async with office.browser() as desk:
        for method, route in _routes():
            if (method, route.path) in OPEN:
                continue
            answer = await desk.client.request(
                method, _address(route), data={"csrf": "x"} if method == "POST" else None
            )
            assert answer.status_code == 303, f"{method} {route.path}"
            assert answer.headers["location"].startswith("/console/login"), f"{method} {route.path}"


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_does_only_what_it_may(office: ConsoleOffice, role: Role) -> None:
    async with office.browser(role.value) as desk:
        for method, route in _routes():
            (caller,) = _callers(route.dependant)
            if isinstance(caller, Open) or caller.permission in PERMISSIONS[role]:
                continue
            answer = await desk.post(_address(route)) if method == "POST" else await desk.get(_address(route))
            assert answer.status_code == 403, f"{method} {route.path}"
            assert "Not for this role" in answer.text


async def test_only_the_signatory_signs_and_only_the_supervisor_moves_the_calendar() -> None:
    """INC-13: the authorised person's role is nobody else's."""
    assert [role for role in Role if Permission.SIGN in PERMISSIONS[role]] == [Role.SIGNATORY]
    assert [role for role in Role if Permission.SET_CALENDAR in PERMISSIONS[role]] == [Role.SUPERVISOR]


async def test_no_form_is_taken_without_the_token_of_the_session(office: ConsoleOffice) -> None:
    case_id, _ = await office.death()
    async with office.browser("caseworker") as desk, office.browser("caseworker") as other:
        for method, route in _routes():
            if method != "POST" or (method, route.path) in OPEN or route.path.endswith("/logout"):
                continue
            (caller,) = _callers(route.dependant)
            assert isinstance(caller, Guard)
            if caller.permission not in PERMISSIONS[Role.CASEWORKER]:
                continue
            path = route.path.replace("{case_id}", case_id).replace("{task_id}", "0" * 32)
            for token in ("", "guess", other.csrf):
                answer = await desk.client.post(path, data={"csrf": token, "reason": "a good reason"})
                assert answer.status_code == 403, path
                assert "The form is out of date" in answer.text
        foreign = await desk.client.post(
            f"/console/cases/{case_id}/withdraw",
            data={"csrf": desk.csrf, "reason": "a good reason"},
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        assert foreign.status_code == 403
    assert (await office.case(case_id)).outcome is None


async def test_the_login_form_has_a_token_of_its_own(office: ConsoleOffice) -> None:
    async with office.browser() as desk:
        page = await desk.get("/console/login")
        token = hidden(page.text, "csrf")
        assert (
            await desk.client.post("/console/login", data={"csrf": "x", "role": "signatory"})
        ).status_code == 403
        desk.client.cookies.delete("belsendi_login")
        without = await desk.client.post("/console/login", data={"csrf": token, "role": "signatory"})
        assert without.status_code == 403
        assert COOKIE not in desk.client.cookies


async def test_a_session_begins_anew_with_each_login_and_ends_with_the_logout(office: ConsoleOffice) -> None:
    async with office.browser("caseworker") as desk:
        first = desk.client.cookies[COOKIE]
        await desk.log_in("supervisor")
        assert desk.client.cookies[COOKIE] != first
        page = await desk.get("/console/cases")
        cookie = desk.client.cookies[COOKIE]
        await desk.client.post("/console/logout", data={"csrf": hidden(page.text, "csrf")})
        desk.client.cookies.set(COOKIE, cookie, path="/console")
        assert (await desk.get("/console/cases")).status_code == 303
        desk.client.cookies.set(COOKIE, first, path="/console")
        assert (await desk.get("/console/cases")).status_code == 303


async def test_the_session_cookie_cannot_be_read_by_scripts_nor_sent_from_elsewhere(
    office: ConsoleOffice,
) -> None:
    async with office.browser() as desk:
        answer = await desk.log_in("caseworker")
        cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith(COOKIE))
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        keys = [key async for key in office.context.redis.scan_iter("belsendi:session:*")]
        assert keys
        assert not any(desk.client.cookies[COOKIE] in str(key) for key in keys)


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}, {"Host": "console.example"}],
)
async def test_the_development_login_refuses_what_does_not_come_from_this_machine(
    office: ConsoleOffice, headers: dict[str, str]
) -> None:
    async with office.browser() as desk:
        page = await desk.client.get("/console/login", headers=headers)
        posted = await desk.client.post(
            "/console/login", data={"csrf": "x", "role": "signatory"}, headers=headers
        )
    assert page.status_code == posted.status_code == 403
    assert "This login is closed" in page.text


async def test_the_development_login_refuses_in_production(office: ConsoleOffice) -> None:
    settings = office.context.settings.model_copy(update={"profile": Profile.PRODUCTION})
    settings.__dict__.pop("is_development", None)
    context = type(office.context)(**{**vars(office.context), "settings": settings})
    transport = httpx.ASGITransport(create_app(context), client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        client.cookies.set("belsendi_language", "en")
        page = await client.get("/console/login")
        posted = await client.post("/console/login", data={"csrf": "x", "role": "signatory"})
    assert page.status_code == posted.status_code == 403
    assert "This login is closed" in page.text
    assert 'name="role"' not in page.text


async def test_without_the_session_store_a_plain_page_says_so(office: ConsoleOffice) -> None:
    """Redis can be lost without loss: the pages are out for the moment, nothing else is."""
    context = type(office.context)(
        **{**vars(office.context), "redis": redis.from_url("redis://127.0.0.1:1/0", decode_responses=True)}
    )
    transport = httpx.ASGITransport(create_app(context), client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        client.cookies.set("belsendi_language", "en")
        client.cookies.set(COOKIE, "a-token", path="/console")
        answer = await client.get("/console/cases")
    assert answer.status_code == 503
    assert "A system that is needed does not answer" in answer.text


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/console/tasks?kind=SIGN", "/console/tasks?kind=SIGN"),
        ("https://evil.example/", "/console/cases"),
        ("//evil.example/", "/console/cases"),
        ("/console/\\evil.example", "/console/cases"),
        ("/console/logout", "/console/cases"),
    ],
)
async def test_a_login_leads_to_a_page_of_the_console_only(
    office: ConsoleOffice, target: str, lands: str
) -> None:
    async with office.browser() as desk:
        page = await desk.client.get("/console/login", params={"next": target})
        fields = {"csrf": hidden(page.text, "csrf"), "role": "caseworker", "next": target}
        answer = await desk.client.post("/console/login", data=fields)
    assert answer.headers["location"] == lands


async def test_every_answer_carries_a_strict_policy(office: ConsoleOffice) -> None:
    async with office.browser("caseworker") as desk:
        for path in ("/console/login", "/console/cases", "/console/cases/unknown", "/console/nothing"):
            answer = await desk.get(path)
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'")
            assert "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store"
        page = (await desk.get("/console/cases")).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", page)
