"""A page for watchers on the loopback address: 200 while bound, 503 while not, always with the figures."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Report = Callable[[], tuple[bool, dict[str, Any]]]

_READ_SECONDS = 5.0


class HealthPage:
    """Answers every request with the report; ``port`` 0 takes a free one."""

    def __init__(self, report: Report, port: int) -> None:
        self._report = report
        self._asked_port = port
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        assert self._server is not None, "the page is not served yet"
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listens. Raises OSError when the port is taken."""
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", self._asked_port)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(_READ_SECONDS):
                await reader.readuntil(b"\r\n\r\n")
                writer.write(self._page())
                await writer.drain()
        writer.close()

    def _page(self) -> bytes:
        good, figures = self._report()
        body = json.dumps(figures).encode()
        status = "200 OK" if good else "503 Service Unavailable"
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + body
