"""One SMPP connection as the message centre sees it: framing, binding, requests both ways."""

from __future__ import annotations

import asyncio
import hmac
import logging
from typing import Protocol

from simulators.smsc.pdu import (
    RESPONSE,
    Command,
    Pdu,
    ProtocolViolation,
    ShortMessage,
    Status,
    Tag,
    cstring,
    decode_bind,
    decode_short_message,
    encode_tlvs,
    read_header,
)

log = logging.getLogger("simulators.smsc")

_BINDS = {Command.BIND_RECEIVER, Command.BIND_TRANSMITTER, Command.BIND_TRANSCEIVER}
_SYSTEM_ID = "belsendi-smsc"


class ConnectionCut(Exception):
    """The fault in force demands that the connection end here, without an answer."""


class Desk(Protocol):
    """What a session asks of the centre it belongs to."""

    def refusal_of_bind(self) -> int:
        """The status every bind is answered with; 0 when binds are let in."""

    async def submit(self, message: ShortMessage) -> tuple[int, str]:
        """Status and message id for a submit_sm; may wait, or raise ConnectionCut."""

    def bound(self, session: Session) -> None:
        """The session can carry traffic."""

    def closed(self, session: Session) -> None:
        """The connection is gone."""


class Session:
    """Reads requests of one client and sends it deliver_sm. Every submit is answered by a task of its own."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        desk: Desk,
        system_id: str,
        password: str,
        idle_seconds: float,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._desk = desk
        self._system_id = system_id
        self._password = password
        self._idle_seconds = idle_seconds
        self._sequence = 0
        self._waiting: dict[int, asyncio.Future[int]] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self.bound_as: Command | None = None

    @property
    def can_receive(self) -> bool:
        """True when deliver_sm may be sent here."""
        bound = self.bound_as in (Command.BIND_TRANSCEIVER, Command.BIND_RECEIVER)
        return bound and not self._writer.is_closing()

    async def run(self) -> None:
        """Serves the connection until it ends, whatever ends it."""
        try:
            while True:
                pdu = await self._read()
                if pdu is None or not await self._handle(pdu):
                    break
        except ProtocolViolation as error:
            log.warning("connection closed: %s", error)
            self._send(Pdu(Command.GENERIC_NACK, Status.INVALID_COMMAND_LENGTH, 0))
        except (ConnectionError, asyncio.IncompleteReadError):
            log.debug("the client left")
        finally:
            self._end()

    def cut(self) -> None:
        """Ends the connection at once, unsent bytes included."""
        self._writer.transport.abort()

    async def deliver(self, message: ShortMessage, timeout_seconds: float) -> int | None:
        """Sends a deliver_sm; the status of its response, or None when none came (or the link broke)."""
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        sequence = self._sequence
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = answer
        try:
            self._send(Pdu(Command.DELIVER_SM, 0, sequence, message.encode()))
            return await asyncio.wait_for(answer, timeout_seconds)
        except (TimeoutError, ConnectionError):
            return None
        finally:
            self._waiting.pop(sequence, None)

    # -- reading -------------------------------------------------------------------------------------

    async def _read(self) -> Pdu | None:
        """The next PDU; None when the client stays silent through an enquire_link."""
        try:
            head = await asyncio.wait_for(self._reader.readexactly(16), self._idle_seconds)
        except TimeoutError:
            self._sequence = self._sequence % 0x7FFFFFFF + 1
            self._send(Pdu(Command.ENQUIRE_LINK, 0, self._sequence))
            try:
                head = await asyncio.wait_for(self._reader.readexactly(16), self._idle_seconds)
            except TimeoutError:
                return None
        length, command, status, sequence = read_header(head)
        return Pdu(command, status, sequence, await self._reader.readexactly(length - 16))

    async def _handle(self, pdu: Pdu) -> bool:
        """Acts on one PDU; False when the connection is to end."""
        if pdu.command & RESPONSE:
            waiting = self._waiting.get(pdu.sequence)
            if pdu.command == Command.DELIVER_SM | RESPONSE and waiting is not None and not waiting.done():
                waiting.set_result(pdu.status)
            return True
        if pdu.command in _BINDS:
            return self._bind(pdu)
        if pdu.command == Command.ENQUIRE_LINK:
            self._send(pdu.answer())
            return True
        if pdu.command == Command.UNBIND:
            self._send(pdu.answer())
            await self._writer.drain()
            return False
        if pdu.command == Command.SUBMIT_SM:
            self._take_submit(pdu)
            return True
        self._send(Pdu(Command.GENERIC_NACK, Status.INVALID_COMMAND, pdu.sequence))
        return True

    def _bind(self, pdu: Pdu) -> bool:
        credentials = decode_bind(pdu.body)
        status = self._desk.refusal_of_bind()
        if self.bound_as is not None:
            status = Status.ALREADY_BOUND
        elif not status and credentials.system_id != self._system_id:
            status = Status.INVALID_SYSTEM_ID
        elif not status and not hmac.compare_digest(credentials.password.encode(), self._password.encode()):
            status = Status.INVALID_PASSWORD
        if status:
            self._send(pdu.answer(status))
            return status == Status.ALREADY_BOUND
        self.bound_as = Command(pdu.command)
        self._send(pdu.answer(body=cstring(_SYSTEM_ID) + encode_tlvs({Tag.SC_INTERFACE_VERSION: b"\x34"})))
        self._desk.bound(self)
        return True

    def _take_submit(self, pdu: Pdu) -> None:
        if self.bound_as not in (Command.BIND_TRANSCEIVER, Command.BIND_TRANSMITTER):
            self._send(pdu.answer(Status.NOT_BOUND))
            return
        message = decode_short_message(pdu.body)
        task = asyncio.create_task(self._answer_submit(pdu, message))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer_submit(self, pdu: Pdu, message: ShortMessage) -> None:
        try:
            status, message_id = await self._desk.submit(message)
        except ConnectionCut:
            self.cut()
            return
        self._send(pdu.answer(status, b"" if status else cstring(message_id)))

    # -- writing -------------------------------------------------------------------------------------

    def _send(self, pdu: Pdu) -> None:
        if not self._writer.is_closing():
            self._writer.write(pdu.encode())

    def _end(self) -> None:
        for task in self._answering:
            task.cancel()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError("the client left before it answered"))
        self._writer.close()
        self._desk.closed(self)
