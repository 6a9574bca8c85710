"""The description of the API: OpenAPI, a page that shows it without anything from elsewhere, problem types."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel

from api.callers import Anybody
from api.problems import TYPES_PATH, Kind, Problem, ProblemFound, responses
from api.v1.documents import DocumentForm
from api.v1.envelopes import EVENTS
from api.v1.side_bodies import BODIES
from api.v1.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER
from belsendi.intake.applications import Application

router = APIRouter(dependencies=[Depends(Anybody())], tags=["description"])
_REFERENCE = "#/components/schemas/{model}"
_SCHEMES = {
    "timestamp": {
        "type": "apiKey",
        "in": "header",
        "name": TIMESTAMP_HEADER,
        "description": "Unix seconds, close to now; part of what is signed.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": SIGNATURE_HEADER,
        "description": "`v1=` and the hex HMAC-SHA256 of `<timestamp>.<body>` with the shared secret.",
    },
    "contact_centre": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of the contact centre 1414.",
    },
    "service_account": {"type": "http", "scheme": "bearer", "description": "A service account's token."},
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem}"
    "code{font:.9em ui-monospace,monospace}h2{border-top:1px solid #888;padding-top:1rem}"
    "td,th{text-align:left;vertical-align:top;padding:.1rem 1rem .1rem 0}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


class ProblemType(BaseModel):
    """A type of problem, as its address tells it."""

    type: str
    title: str
    status: int


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once: the routes' own, the event's schema, and who may call."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes, tags=None
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        models: tuple[type[BaseModel], ...] = (Problem, *EVENTS.values(), Application, DocumentForm, *BODIES)
        for model in models:
            schema = model.model_json_schema(ref_template=_REFERENCE)
            schemas.update(schema.pop("$defs", {}))
            schemas[model.__name__] = schema
        document["components"]["securitySchemes"] = _SCHEMES
        _drop_framework_errors(document)
        app.openapi_schema = document
    return app.openapi_schema


def _drop_framework_errors(document: dict[str, Any]) -> None:
    """The framework adds its own form of 422 to routes that can never answer it; ours is declared by each route."""
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for operations in document["paths"].values():
        for operation in operations.values():
            invalid = operation["responses"].get("422", {}).get("content", {})
            if "application/json" in invalid:
                del operation["responses"]["422"]


@router.get("/v1/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> JSONResponse:
    return JSONResponse(describe(request.app))


@router.get("/docs", include_in_schema=False)
async def docs() -> RedirectResponse:
    return RedirectResponse("/v1/docs", 307)


@router.get("/v1/docs", include_in_schema=False)
async def page(request: Request) -> HTMLResponse:
    policy = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'"
    return HTMLResponse("".join(_page(describe(request.app))), headers={"Content-Security-Policy": policy})


@router.get(TYPES_PATH + "/{name}", responses=responses(Kind.NOT_FOUND))
async def problem_type(name: str) -> ProblemType:
    """What a problem's `type` means."""
    for kind in Kind:
        if kind.slug == name:
            return ProblemType(type=kind.uri, title=kind.title, status=kind.status)
    raise ProblemFound(Kind.NOT_FOUND, "no problem has this type")


def _page(document: dict[str, Any]) -> Iterator[str]:
    yield f"<!doctype html><html lang=en><meta charset=utf-8><title>Belsendi API</title><style>{_STYLE}</style>"
    yield "<h1>Belsendi API</h1><p>The whole description, with every schema: "
    yield "<a href=/v1/openapi.json>/v1/openapi.json</a> (OpenAPI 3.1)."
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
            yield f"<p>{escape(operation.get('description', operation['summary']))}"
            callers = {name for need in operation.get("security", []) for name in need}
            yield f"<p>Who may call: {escape(', '.join(sorted(callers)) or 'anybody')}."
            yield from _parameters(operation.get("parameters", []))
            yield "<table><tr><th>Status<th>Meaning"
            for status, answer in operation["responses"].items():
                yield f"<tr><td>{escape(status)}<td>{escape(answer['description'])}"
            yield "</table>"
    yield "<h2>Callers</h2><table>"
    for name, scheme in _SCHEMES.items():
        shown = scheme.get("name", "Authorization: Bearer")
        yield f"<tr><td>{name}<td><code>{escape(shown)}</code><td>{escape(scheme['description'])}"
    yield "</table></html>"


def _parameters(parameters: list[dict[str, Any]]) -> Iterator[str]:
    if parameters:
        yield "<table><tr><th>Parameter<th>In<th>Meaning"
        for each in parameters:
            yield f"<tr><td><code>{escape(each['name'])}</code><td>{escape(each['in'])}"
            yield f"<td>{escape(each.get('description', ''))}"
        yield "</table>"
