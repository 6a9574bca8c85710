"""The application: its routes and its lifespan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI

from api import health
from api.console import mount_console
from api.console.codec import EnginePages
from api.context import ApiContext
from api.frame import Frame
from api.problems import answer_with_problems
from api.v1 import (
    applications,
    cases,
    counters,
    description,
    digital_documents,
    documents,
    education_notices,
    events,
    home_visits,
    information,
    obligations,
    papers,
    parameter_checks,
    standings,
)


class Lifespan(TypedDict):
    """What the lifespan gives to every request, beside ``app.state.context``."""

    context: ApiContext


def create_app(context: ApiContext) -> FastAPI:
    """The application over an open context, which stays its owner's to close.

    Raises ConfigurationError naming the template or text that is missing.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[Lifespan]:
        yield {"context": context}
        await context.background.drain()

    app = FastAPI(
        title="Belsendi",
        version="1",
        summary="Proactive public benefits: life events in, cases out.",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.context = context
    app.add_middleware(EnginePages, ui_url=context.settings.temporal_ui_url)
    app.add_middleware(Frame)
    answer_with_problems(app)
    for part in (
        health,
        events,
        applications,
        parameter_checks,
        cases,
        documents,
        digital_documents,
        papers,
        information,
        standings,
        education_notices,
        home_visits,
        counters,
        obligations,
        description,
    ):
        app.include_router(part.router)
    mount_console(app)
    return app
