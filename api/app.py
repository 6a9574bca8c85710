"""The application: its routes and its lifespan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api import health
from api.console import mount_console
from api.context import ApiContext, open_context
from api.frame import Frame
from api.problems import answer_with_problems
from api.v1 import cases, description, events
from belsendi.settings import Settings


def create_app(given: ApiContext | Settings) -> FastAPI:
    """The application over an open context, which stays its owner's, or over settings, opened at its start.

    Raises ConfigurationError naming what is missing.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if isinstance(given, ApiContext):
            yield
            await given.background.drain()
            return
        context = await open_context(given)
        app.state.context = context
        try:
            yield
        finally:
            await context.close()

    app = FastAPI(
        title="Belsendi",
        version="1",
        summary="Proactive public benefits: life events in, cases out.",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    if isinstance(given, ApiContext):
        app.state.context = given
    app.add_middleware(Frame)
    answer_with_problems(app)
    for part in (health, events, cases, description):
        app.include_router(part.router)
    mount_console(app, given.settings if isinstance(given, ApiContext) else given)
    return app
