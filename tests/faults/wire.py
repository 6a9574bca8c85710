"""A wire between the SMS process and the message centre on which a test may hold back one direction.

It changes nothing that it carries; what it holds back is lost with its connection.
"""

from __future__ import annotations

import asyncio
import contextlib


class Wire:
    """Listens on a port of its own and connects every caller with ``port_of_centre`` on loopback."""

    def __init__(self, port_of_centre: int) -> None:
        self._centre = port_of_centre
        self._to_centre = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._to_centre.set()

    @property
    def port(self) -> int:
        assert self._server is not None, "the wire is not laid yet"
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)

    def hold_towards_centre(self) -> None:
        """What the SMS process says from now on does not arrive: no acknowledgement, no answer."""
        self._to_centre.clear()

    def lose(self) -> None:
        """Cuts every connection, with what was held back on it; new ones carry everything."""
        for task in self._open:
            task.cancel()
        self._to_centre.set()

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        try:
            centre_reader, centre_writer = await asyncio.open_connection("127.0.0.1", self._centre)
        except OSError:
            writer.close()
            return
        towards = asyncio.create_task(self._carry(reader, centre_writer, self._to_centre))
        back = asyncio.create_task(self._carry(centre_reader, writer, None))
        ends = {towards, back}
        try:
            with contextlib.suppress(asyncio.CancelledError):  # cut by the test: the end of a line, no error
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
            writer.close()
            centre_writer.close()

    @staticmethod
    async def _carry(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passing: asyncio.Event | None
    ) -> None:
        with contextlib.suppress(OSError):
            while octets := await reader.read(65536):
                if passing is not None:
                    await passing.wait()
                writer.write(octets)
                await writer.drain()
