"""The frame of every answer, the routes' callers, and a description that is complete and needs nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from api.callers import Anybody, ServiceAccount, SignedSender
from api.console.codec import EngineUser
from api.console.guard import Guard, Open
from api.context import ApiContext
from api.problems import Kind
from tests.api.conftest import NOBODY, TOKEN
from tests.api.sender import DECEASED, Sender, death

CALLERS = (Anybody, ServiceAccount, SignedSender, Guard, EngineUser, Open)


def routes_of(routes: list[BaseRoute]) -> Iterator[BaseRoute]:
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is None:
            yield route
        else:
            yield from routes_of(router.routes)


def callers_of(dependant: Dependant) -> list[object]:
    found = [dependant.call] if isinstance(dependant.call, CALLERS) else []
    return found + [caller for each in dependant.dependencies for caller in callers_of(each)]


def test_every_route_declares_exactly_one_caller(app: FastAPI) -> None:
    routes = list(routes_of(app.routes))
    assert len(routes) > 20
    for route in routes:
        if isinstance(route, Mount):
            assert isinstance(route.app, StaticFiles), route.path
            continue
        assert isinstance(route, APIRoute), route
        assert len(callers_of(route.dependant)) == 1, f"{route.path} does not say who may call it, once"


def test_only_what_tells_nothing_of_anybody_is_open(app: FastAPI) -> None:
    routes = [route for route in routes_of(app.routes) if isinstance(route, APIRoute)]
    is_open = {r.path for r in routes if isinstance(callers_of(r.dependant)[0], Anybody | Open)}
    assert is_open == {
        *("/", "/docs", "/v1/docs", "/v1/openapi.json", "/v1/problems/{name}"),
        *("/health", "/health/live", "/health/ready"),
        *("/console", "/console/login"),
    }


async def test_the_description_has_every_route_of_the_api(http: httpx.AsyncClient, app: FastAPI) -> None:
    described = (await http.get("/v1/openapi.json")).json()["paths"]
    api = {
        route.path
        for route in routes_of(app.routes)
        if isinstance(route, APIRoute) and route.path.startswith("/v1/") and route.include_in_schema
    }
    assert api | {"/health/live", "/health/ready"} == set(described)


async def test_the_description_says_who_may_call(http: httpx.AsyncClient) -> None:
    document = (await http.get("/v1/openapi.json")).json()
    assert document["paths"]["/v1/events"]["post"]["security"] == [{"timestamp": [], "signature": []}]
    assert document["paths"]["/v1/cases"]["get"]["security"] == [{"service_account": []}]
    assert set(document["components"]["securitySchemes"]) == {
        *("timestamp", "signature"),
        *("service_account", "contact_centre"),
    }


async def test_every_reference_of_the_description_leads_somewhere(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/openapi.json")
    schemas = answer.json()["components"]["schemas"]
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', answer.text))
    assert named
    assert named <= set(schemas)
    assert "HTTPValidationError" not in schemas


async def test_the_page_needs_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    page = await http.get("/v1/docs")
    assert "POST /v1/events" in page.text
    assert "<script" not in page.text
    assert re.findall(r"(?:src|href)=[\"']?(?!/)", page.text) == []
    assert "http://" not in page.text + page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert (await http.get("/docs")).headers["location"] == "/v1/docs"


@pytest.mark.parametrize("kind", list(Kind))
async def test_the_address_of_a_problem_type_explains_it(http: httpx.AsyncClient, kind: Kind) -> None:
    assert (await http.get(kind.uri)).json() == {"type": kind.uri, "title": kind.title, "status": kind.status}


def is_framed(answer: httpx.Response) -> bool:
    wanted: dict[str, Any] = {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
    }
    return (
        all(answer.headers.get(name) == value for name, value in wanted.items())
        and "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        and re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"]) is not None
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/health/live", 200),
        ("/health/ready", 503),
        ("/v1/openapi.json", 200),
        ("/v1/cases", 401),
        ("/v1/events", 405),
        ("/nowhere", 404),
        ("/v1/problems/no-such-type", 404),
    ],
)
async def test_every_answer_has_the_frame_and_every_error_is_a_problem(
    http: httpx.AsyncClient, path: str, status: int
) -> None:
    answer = await http.get(path)
    assert answer.status_code == status
    assert is_framed(answer)
    assert answer.headers["cache-control"] == "no-store"
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert (problem["status"], problem["request_id"]) == (status, answer.headers["x-request-id"])


async def test_a_refused_method_names_the_allowed_one(http: httpx.AsyncClient) -> None:
    assert (await http.get("/v1/events")).headers["allow"] == "POST"


async def test_a_defect_is_a_problem_that_tells_nothing(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError(f"defect with {DECEASED}")

    monkeypatch.setattr(sender.context.sweep.events, "store", broken)
    answer = await sender.send()
    assert (answer.status_code, answer.json()["type"]) == (500, "/v1/problems/internal-error")
    assert is_framed(answer)
    shown = answer.text + "".join(str(record.__dict__) for record in caplog.records)
    assert DECEASED not in shown
    assert any(record.__dict__.get("error") == "RuntimeError" for record in caplog.records)


async def test_the_log_names_the_route_and_never_the_address(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await sender.http.get(f"/v1/cases/{DECEASED}", headers={"X-Request-Id": DECEASED})
    await sender.http.get(f"/nowhere/{DECEASED}")
    await sender.send(death(data={"deceased_iin": "1"}, subject=DECEASED))
    await sender.send()
    await sender.context.background.drain()
    lines = [record.getMessage() for record in caplog.records if record.name == "api"]
    assert lines == [
        "GET /v1/cases/{case_id} 401",
        "GET (no route) 404",
        "POST /v1/events 422",
        "POST /v1/events 202",
    ]
    assert not any(DECEASED in str(record.__dict__) for record in caplog.records if record.name != "httpx")


async def test_ready_names_what_does_not_answer(http: httpx.AsyncClient, context: ApiContext) -> None:
    answer = await http.get("/health/ready")
    assert (answer.status_code, answer.json()["detail"]) == (503, "no answer from: engine")
    assert NOBODY not in answer.text


async def test_ready_when_database_and_engine_answer(engaged: ApiContext) -> None:
    from api.app import create_app
    from tests.api.conftest import client_of

    async with client_of(create_app(engaged)) as http:
        for path in ("/health", "/health/ready"):
            answer = await http.get(path)
            assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


async def test_the_token_is_not_repeated_anywhere(
    http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    answer = await http.get("/v1/cases", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert TOKEN not in answer.text + str(answer.headers) + caplog.text
