"""Server-sent events: one ``change`` whenever a page would show something new. The records are asked each second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from api.console.guard import ConsoleRoute
from api.console.pages import Viewer
from api.console.rendering import HEADERS
from belsendi.casework.case_page import CasePages
from belsendi.casework.views import CaseViews

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)
_EVERY_SECONDS = 1.0
_LONGEST_SECONDS = 50.0  # then the browser asks anew, and whether it still may is asked anew too


@router.get("/live")
async def lists_live(visit: Viewer) -> Response:
    return _stream(CaseViews(visit.context.bench).version)


@router.get("/cases/{case_id}/live")
async def case_live(visit: Viewer, case_id: str) -> Response:
    """Raises NotFound before the stream begins."""
    pages = CasePages(visit.context.bench)
    await pages.version(case_id)
    return _stream(lambda: pages.version(case_id))


def _stream(version: Callable[[], Awaitable[str]]) -> Response:
    return StreamingResponse(
        _changes(version), media_type="text/event-stream", headers={**HEADERS, "X-Accel-Buffering": "no"}
    )


async def _changes(version: Callable[[], Awaitable[str]]) -> AsyncIterator[str]:
    """The first event names the present version: a page drawn before it refreshes itself once if it is older."""
    yield "retry: 1000\n\n"
    until = time.monotonic() + _LONGEST_SECONDS
    seen = ""
    while time.monotonic() < until:
        present = await version()
        if present != seen:
            seen = present
            yield f"event: change\ndata: {present}\n\n"
        else:
            yield ": still here\n\n"
        await asyncio.sleep(_EVERY_SECONDS)
