"""A client that does on the wire exactly what a test says, also what no library would do."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass

BIND_TRANSCEIVER, SUBMIT, DELIVER, ENQUIRE = 0x09, 0x04, 0x05, 0x15
ANSWER = 0x80000000


@dataclass(frozen=True)
class Unit:
    command: int
    status: int
    sequence: int
    body: bytes


class RawEsme:
    """Bytes in, bytes out; nothing is answered by itself."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._sequence = 0

    @classmethod
    async def connect(cls, host: str, port: int) -> RawEsme:
        return cls(*await asyncio.open_connection(host, port))

    def send(self, command: int, body: bytes = b"", status: int = 0, sequence: int | None = None) -> int:
        """Sends one unit; its sequence number."""
        if sequence is None:
            self._sequence += 1
            sequence = self._sequence
        self._writer.write(struct.pack(">IIII", 16 + len(body), command, status, sequence) + body)
        return sequence

    def send_bytes(self, data: bytes) -> None:
        self._writer.write(data)

    async def read(self) -> Unit:
        """The next unit; asyncio.IncompleteReadError when the other side hung up."""
        async with asyncio.timeout(60):
            length, command, status, sequence = struct.unpack(">IIII", await self._reader.readexactly(16))
            return Unit(command, status, sequence, await self._reader.readexactly(length - 16))

    async def read_until(self, command: int) -> Unit:
        while True:
            unit = await self.read()
            if unit.command == command:
                return unit

    async def bind(self, password: str, system_id: str = "belsendi") -> Unit:
        self.send(BIND_TRANSCEIVER, f"{system_id}\0{password}\0\0".encode() + b"\x34\0\0\0")
        return await self.read_until(BIND_TRANSCEIVER | ANSWER)

    def submit(self, destination: str, text: str, receipt: bool = False) -> int:
        """Submits one UCS-2 part without waiting for the answer."""
        body = text.encode("utf-16-be")
        fields = b"\0\0\0" + b"1414\0" + b"\1\1" + destination.encode() + b"\0"
        fields += bytes((0, 0, 0, 0, 0, int(receipt), 0, 8, 0, len(body))) + body
        return self.send(SUBMIT, fields)

    async def close(self) -> None:
        self._writer.close()
