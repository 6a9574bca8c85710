"""One bound SMPP link: requests and their answers, the window, enquire_link, and deliveries in order.

A link is opened, served until it ends, and never reused: reconnecting is the transceiver's work.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import ssl
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress

from belsendi.errors import OutcomeUnknown, OutsideSystemRejected, OutsideSystemUnavailable
from sms.smpp.pdu import (
    RESPONSE,
    Command,
    MalformedPdu,
    Pdu,
    ShortMessage,
    c_string,
    decode_short_message,
    encode_bind,
    read_pdu,
)
from sms.smpp.settings import SmppSettings
from sms.smpp.status import Status, status_name

log = logging.getLogger(__name__)

Answer = Callable[[Pdu], None]
Delivery = Callable[[ShortMessage, str, int], Awaitable[Status]]

# Deliveries of one sender keep their order; different senders do not wait for each other.
LANES = 8
LANE_LENGTH = 200
LAST_SEQUENCE = 0x7FFFFFFF
LATE_ANSWERS_KEPT = 1000


class NotSent(OutsideSystemUnavailable):
    """The link was down before the unit left: surely not with the centre."""


class NoAnswer(OutcomeUnknown):
    """The unit left and the link broke or the time ran out: it may be with the centre."""


class BindRefused(OutsideSystemRejected):
    """The centre answered the bind with an error; ``code`` is the status name."""

    def __init__(self, status: int) -> None:
        self.code = status_name(status)
        super().__init__(
            f"the message centre refused the bind with {self.code}; check system_id and password"
        )


class Session:
    """A bound link. ``link_id`` is random and names the link in part ids."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        settings: SmppSettings,
        on_delivery: Delivery,
    ) -> None:
        self.link_id = secrets.token_hex(8)
        self._reader = reader
        self._writer = writer
        self._settings = settings
        self._on_delivery = on_delivery
        self._sequence = 0
        self._pending: dict[int, tuple[int, asyncio.Future[Pdu]]] = {}
        self._late: dict[int, Answer] = {}
        self._window = asyncio.Semaphore(settings.window)
        self._lanes: list[asyncio.Queue[tuple[ShortMessage, int] | None]] = [
            asyncio.Queue(LANE_LENGTH) for _ in range(LANES)
        ]
        self._ended = False
        self._draining = False

    @classmethod
    async def open(cls, settings: SmppSettings, on_delivery: Delivery) -> Session:
        """Connects and binds as transceiver.

        Raises OSError or TimeoutError when the centre cannot be reached, BindRefused when it says no,
        NotSent when it hangs up or answers nonsense instead.
        """
        tls = ssl.create_default_context() if settings.tls else None
        async with asyncio.timeout(settings.connect_seconds):
            reader, writer = await asyncio.open_connection(settings.host, settings.port, ssl=tls)
            session = cls(reader, writer, settings, on_delivery)
            try:
                await session._bind()
            except BaseException:
                session._end()
                raise
            return session

    async def _bind(self) -> None:
        settings = self._settings
        body = encode_bind(settings.system_id, settings.password.get_secret_value(), settings.system_type)
        sequence = self._next_sequence()
        self._write(Pdu(Command.BIND_TRANSCEIVER, 0, sequence, body))
        try:
            answer = await read_pdu(self._reader)
        except (asyncio.IncompleteReadError, MalformedPdu) as error:
            raise NotSent(
                "the message centre ended the link instead of answering the bind; try again"
            ) from error
        if answer.status:
            raise BindRefused(answer.status)
        if answer.command != Command.BIND_TRANSCEIVER_RESP or answer.sequence != sequence:
            raise NotSent("the message centre answered the bind with something else; is the port right?")

    async def serve(self) -> None:
        """Runs the bound link until it ends, whoever ends it. Deliveries being stored are let finish."""
        lanes = [asyncio.create_task(self._work_lane(lane)) for lane in self._lanes]
        tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._keep_alive())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._end()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._close_lanes(lanes)
            with suppress(OSError):
                await self._writer.wait_closed()

    async def submit(self, body: bytes, on_late: Answer) -> Pdu:
        """Sends one submit_sm inside the window and returns its answer, whatever its status.

        Raises NotSent or NoAnswer. ``on_late`` is called when the answer comes after NoAnswer for time.
        """
        async with self._window:
            return await self._request(Command.SUBMIT_SM, body, on_late)

    async def unbind(self) -> None:
        """Graceful end: finishes what is in hand, says goodbye; ``serve`` returns after it."""
        if self._ended:
            return
        self._draining = True
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.response_seconds):
                for lane in self._lanes:
                    await lane.join()
        with suppress(OutsideSystemUnavailable, OutcomeUnknown):
            await self._request(Command.UNBIND, b"", None)
        self._end()

    async def _request(self, command: Command, body: bytes, on_late: Answer | None) -> Pdu:
        if self._ended:
            raise NotSent("the link to the message centre is down; try again when it is back")
        sequence = self._next_sequence()
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._pending[sequence] = (command | RESPONSE, answer)
        try:
            self._write(Pdu(command, 0, sequence, body))
            async with asyncio.timeout(self._settings.response_seconds):
                await self._drain()
                return await answer
        except TimeoutError:
            if on_late and len(self._late) < LATE_ANSWERS_KEPT:
                self._late[sequence] = on_late
            raise NoAnswer("the message centre did not answer in time; its state is unknown") from None
        finally:
            self._pending.pop(sequence, None)

    async def _read(self) -> None:
        try:
            while not self._ended:
                await self._take(await read_pdu(self._reader))
        except (asyncio.IncompleteReadError, OSError):
            log.info("message centre ended the link", extra={"route": self._settings.route})
        except MalformedPdu:
            log.warning("link closed: bytes are not SMPP", extra={"route": self._settings.route})

    async def _take(self, pdu: Pdu) -> None:
        if pdu.command & RESPONSE:
            self._settle(pdu)
        elif pdu.command == Command.DELIVER_SM:
            self._queue_delivery(pdu)
        elif pdu.command == Command.ENQUIRE_LINK:
            self._reply(Command.ENQUIRE_LINK_RESP, Status.ESME_ROK, pdu.sequence)
        elif pdu.command == Command.UNBIND:
            self._reply(Command.UNBIND_RESP, Status.ESME_ROK, pdu.sequence)
            await self._drain()
            self._end()
        else:
            self._reply(Command.GENERIC_NACK, Status.ESME_RINVCMDID, pdu.sequence)

    def _settle(self, pdu: Pdu) -> None:
        if (held := self._pending.get(pdu.sequence)) is not None:
            expected, waiting = held
            # An answer of another kind to our number is noise: the real one may still come.
            if pdu.command in (expected, Command.GENERIC_NACK) and not waiting.done():
                waiting.set_result(pdu)
        elif (late := self._late.pop(pdu.sequence, None)) is not None:
            late(pdu)

    def _queue_delivery(self, pdu: Pdu) -> None:
        try:
            message = decode_short_message(pdu.body)
        except MalformedPdu:
            # It will be as broken the next time: refuse it for good instead of asking for it again.
            log.warning("malformed deliver_sm refused", extra={"route": self._settings.route})
            self._reply_delivery(pdu.sequence, Status.ESME_RX_R_APPN)
            return
        lane = self._lanes[zlib.crc32(message.source.value.encode()) % LANES]
        try:
            if self._draining:
                raise asyncio.QueueFull
            lane.put_nowait((message, pdu.sequence))
        except asyncio.QueueFull:
            self._reply_delivery(pdu.sequence, Status.ESME_RMSGQFUL)

    async def _work_lane(self, lane: asyncio.Queue[tuple[ShortMessage, int] | None]) -> None:
        while (item := await lane.get()) is not None:
            message, sequence = item
            # After the end no acknowledgement can leave; the centre will bring the delivery again.
            if not self._ended:
                self._reply_delivery(sequence, await self._on_delivery(message, self.link_id, sequence))
            lane.task_done()

    async def _close_lanes(self, lanes: list[asyncio.Task[None]]) -> None:
        for queue in self._lanes:
            while queue.qsize():
                queue.get_nowait()
                queue.task_done()
            queue.put_nowait(None)
        _done, stuck = await asyncio.wait(lanes, timeout=self._settings.response_seconds)
        for task in stuck:
            task.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)

    async def _keep_alive(self) -> None:
        with suppress(OutsideSystemUnavailable, OutcomeUnknown):
            while not self._ended:
                await asyncio.sleep(self._settings.enquire_link_seconds)
                await self._request(Command.ENQUIRE_LINK, b"", None)

    def _reply_delivery(self, sequence: int, status: Status) -> None:
        self._reply(Command.DELIVER_SM_RESP, status, sequence, c_string(""))

    def _reply(self, command: Command, status: Status, sequence: int, body: bytes = b"") -> None:
        if not self._ended:
            self._write(Pdu(command, status, sequence, body))

    def _write(self, pdu: Pdu) -> None:
        self._writer.write(pdu.encode())

    async def _drain(self) -> None:
        try:
            await self._writer.drain()
        except OSError:
            self._end()

    def _next_sequence(self) -> int:
        self._sequence = self._sequence % LAST_SEQUENCE + 1
        return self._sequence

    def _end(self) -> None:
        if self._ended:
            return
        self._ended = True
        self._writer.close()
        for _expected, waiting in self._pending.values():
            if not waiting.done():
                waiting.set_exception(NoAnswer("the link broke before the message centre answered"))
                # A waiter that was cancelled at this very moment never looks at it; that is no error.
                waiting.exception()
        self._pending.clear()
