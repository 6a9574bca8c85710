"""The officers' pages: server-rendered, without JavaScript if need be, in Kazakh, Russian and English."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from fastapi.responses import RedirectResponse
from starlette.staticfiles import StaticFiles

from api.console import (
    acts,
    attachments,
    calendar_pages,
    codec,
    intake,
    live,
    login,
    pages,
    service_pages,
    yearly,
)
from api.console.guard import Open
from api.console.rendering import HEADERS, Pages
from belsendi.settings import Settings


def mount_console(app: FastAPI) -> None:
    """Adds the pages to the application, whose ``state.context`` is there by the first request.

    Templates and words are read and checked now. Raises ConfigurationError naming what is missing.
    """
    shown = Pages(_settings(app).templates_dir)
    app.state.console_pages = shown
    for part in (login, pages, acts, intake, yearly, attachments, calendar_pages, service_pages, live, codec):
        app.include_router(part.router)
    app.add_api_route("/", _home, include_in_schema=False, dependencies=[Depends(Open())])
    app.mount("/console/static", StaticFiles(directory=shown.static), name="console-static")


def _settings(app: FastAPI) -> Settings:
    context = getattr(app.state, "context", None)
    return context.settings if context is not None else Settings()


async def _home() -> RedirectResponse:
    return RedirectResponse("/console/cases", 303, headers=HEADERS)
