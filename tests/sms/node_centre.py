"""Drives the npm message centre (peers/smsc.js) over its standard streams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

PASSWORD = "secret08"
SCRIPT = Path(__file__).parent / "peers" / "smsc.js"

Event = dict[str, Any]


class NodeCentre:
    """A running peer. ``events`` holds all it said, in order; ``wait`` looks at those to come, too."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._changed = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())
        self.events: list[Event] = []
        self.port = 0

    @classmethod
    async def start(cls) -> NodeCentre:
        process = await asyncio.create_subprocess_exec(
            "node",
            str(SCRIPT),
            PASSWORD,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        centre = cls(process)
        centre.port = (await centre.wait("ready"))["port"]
        return centre

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            async with self._changed:
                self.events.append(json.loads(line))
                self._changed.notify_all()

    def said(self, event: str) -> list[Event]:
        return [one for one in self.events if one["event"] == event]

    async def wait(
        self,
        event: str,
        count: int = 1,
        where: Callable[[Event], bool] = lambda _event: True,
        timeout: float = 60,
    ) -> Event:
        """The ``count``-th event of a kind that fulfils the condition, when it has come."""

        def found() -> list[Event]:
            return [one for one in self.said(event) if where(one)]

        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(lambda: len(found()) >= count)
        return found()[count - 1]

    async def tell(self, do: str, **fields: Any) -> None:
        """Gives a command and returns when the peer has carried it out."""
        before = len(self.said("done"))
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **fields}).encode() + b"\n")
        await self._process.stdin.drain()
        await self.wait("done", before + 1)

    async def rules(self, **changes: Any) -> None:
        await self.tell("rules", set=changes)

    async def deliver(self, *parts: Event, tag: str = "", sender: str = "77010000001") -> None:
        """A citizen's message: one deliver_sm for each part ``{text, coding, header?, networkId?}``."""
        await self.tell("deliver", tag=tag, parts=list(parts), **{"from": sender})

    async def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reader
