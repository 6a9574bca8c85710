"""The scanner for harmful software: clamd's INSTREAM command over TCP or a local socket (clamd(8)).

The file goes to the daemon in memory; neither side writes it to a disk of ours.
"""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from belsendi.errors import ConfigurationError, OutsideSystemRejected, OutsideSystemUnavailable

_CHUNK = 64 * 1024
_LONGEST_REPLY = 4096
_FOUND = re.compile(r"^stream: (?P<name>.+) FOUND$")
_PLAIN = re.compile(r"[^A-Za-z0-9._/()-]")


@dataclass(frozen=True)
class ScanResult:
    """``finding`` is the signature's name, None for a clean file."""

    finding: str | None

    @property
    def clean(self) -> bool:
        return self.finding is None


class Scanner(Protocol):
    """Says whether a file holds harmful software."""

    async def scan(self, content: bytes) -> ScanResult:
        """Raises OutsideSystemUnavailable, OutsideSystemRejected: neither says that the file is clean."""
        ...


class Clamd:
    """A clamd at ``host:port`` or ``unix:/path``."""

    def __init__(self, address: str, *, seconds: float = 30.0) -> None:
        self._seconds = seconds
        self._path = address.removeprefix("unix:") if address.startswith("unix:") else ""
        self._host, _, port = address.rpartition(":") if not self._path else ("", "", "0")
        if not self._path and not (self._host and port.isdigit() and int(port) < 65536):
            raise ConfigurationError(
                "BELSENDI_SCANNER_ADDRESS must read host:port or unix:/path/of/clamd.ctl"
            )
        self._port = int(port)

    async def scan(self, content: bytes) -> ScanResult:
        try:
            async with asyncio.timeout(self._seconds), self._connection() as (reader, writer):
                reply = await _instream(reader, writer, content)
        except (OSError, TimeoutError, EOFError) as error:
            raise OutsideSystemUnavailable(
                "the scanner does not answer; the file is not scanned yet"
            ) from error
        if reply == "stream: OK":
            return ScanResult(None)
        found = _FOUND.match(reply)
        if found is None:
            raise OutsideSystemRejected("the scanner could not judge the file; look into clamd's own log")
        return ScanResult(_PLAIN.sub("_", found["name"])[:80])

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        if self._path:
            reader, writer = await asyncio.open_unix_connection(self._path)
        else:
            reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            yield reader, writer
        finally:
            writer.close()


async def _instream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, content: bytes) -> str:
    """Sends the command and the file in chunks, each behind its length; the daemon's one line comes back.

    A daemon that has heard enough (its own limit) answers and closes before the end: its answer is read all the
    same.
    """
    try:
        writer.write(b"zINSTREAM\x00")
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            writer.write(struct.pack("!I", len(chunk)) + chunk)
            await writer.drain()
        writer.write(struct.pack("!I", 0))
        await writer.drain()
    except ConnectionError:
        if not reader.at_eof():
            return await _reply(reader)
        raise
    return await _reply(reader)


async def _reply(reader: asyncio.StreamReader) -> str:
    said = await reader.readuntil(b"\x00")
    return said[:-1][:_LONGEST_REPLY].decode("utf-8", "replace").strip()
