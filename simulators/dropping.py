"""Losing an answer on purpose: the work is done, then the connection is cut without a byte."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MARK = "simulators.drop_answer"


def drop_answer(request: Request) -> None:
    """Marks this request: DroppedAnswers cuts its connection in place of the answer."""
    request.scope["state"][_MARK] = True


class DroppedAnswers:
    """Outermost ASGI layer. Reaches the transport through uvicorn's ``send``, as ASGI has no way to hang up."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        cycle: Any = getattr(send, "__self__", None)

        async def send_or_cut(message: Message) -> None:
            if not state.get(_MARK):
                await send(message)
            elif not cycle.disconnected:
                cycle.transport.abort()
                cycle.disconnected = True

        await self._app(scope, receive, send_or_cut)
