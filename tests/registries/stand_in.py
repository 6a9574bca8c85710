"""A small HTTP server that answers, refuses, hangs or hangs up as a test tells it. Real TCP on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from belsendi.registries import Conduct, Registries, RegistrySettings, System, connect_registries

PATIENT = Conduct(connect_seconds=30, total_seconds=30)
"""Outlasts a stall of a busy machine: who waits for an answer that will come waits this long."""
IMPATIENT = Conduct(connect_seconds=30, total_seconds=0.5)
"""For the answer that never comes."""

NOW = datetime(2025, 3, 11, 5, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What the server does: answers with ``status`` and ``body``, hangs for ever, or closes without a word."""

    status: int = 200
    body: object = None
    hang: bool = False
    hang_up: bool = False


@dataclass
class StandIn:
    """The server's address, what it saw, and what it does next."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    answer: Callable[[Seen], Reply] = lambda seen: Reply(body={"status": "absent"})
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def ok(self, data: object) -> None:
        self.answer = lambda seen: Reply(body={"status": "ok", "data": data})

    def does(self, reply: Reply) -> None:
        self.answer = lambda seen: reply

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                reply = self.answer(await self._read(line, reader))
                if reply.hang:
                    await self.released.wait()
                if reply.hang or reply.hang_up:
                    return
                content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                head = f"HTTP/1.1 {reply.status} X\r\nContent-Length: {len(content)}\r\n\r\n"
                writer.write(head.encode() + content)
                await writer.drain()
        finally:
            writer.close()

    async def _read(self, line: bytes, reader: asyncio.StreamReader) -> Seen:
        headers: dict[str, str] = {}
        while (header := (await reader.readline()).decode().strip()) != "":
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        seen = Seen(path=line.decode().split()[1], headers=headers, body=body)
        self.seen.append(seen)
        return seen


@asynccontextmanager
async def standing_in() -> AsyncIterator[StandIn]:
    """A stand-in on a free port of loopback."""
    stand_in = StandIn()
    server = await asyncio.start_server(stand_in.serve, "127.0.0.1", 0)
    stand_in.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield stand_in
    finally:
        stand_in.released.set()
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def reaching(stand_in: StandIn, *impatient: System) -> AsyncIterator[Registries]:
    """Ports that talk to the stand-in, patient with all systems but ``impatient``."""
    settings = RegistrySettings(
        base_url=stand_in.url,
        secret=SecretStr("shared secret"),
        secrets={System.ODQ: SecretStr("secret of odq")},
        conduct=PATIENT,
        conducts=dict.fromkeys(impatient, IMPATIENT),
    )
    async with connect_registries(settings) as connected:
        yield connected
