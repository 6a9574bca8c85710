"""The message centre itself: takes submits, delivers what handsets write, sends receipts, obeys the faults."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulators.database import now_ms
from simulators.smsc.coding import UnknownCoding, decode_text, place_of, split_text
from simulators.smsc.faults import Faults, ReceiptMode, SubmitMode
from simulators.smsc.handsets import HandsetMessage
from simulators.smsc.pdu import ShortMessage, Status, Tag
from simulators.smsc.session import ConnectionCut, Session
from simulators.smsc.store import Delivery, SmscStore

log = logging.getLogger("simulators.smsc")

SHORT_CODE = "1414"
_HANDSET = re.compile(r"\+?([1-9]\d{7,14})", re.ASCII)
_RECEIPTS = {
    ReceiptMode.DELIVERED: ("DELIVRD", 2, "001", "000"),
    ReceiptMode.EXPIRED: ("EXPIRED", 3, "000", "027"),
    ReceiptMode.FAILED: ("UNDELIV", 5, "000", "011"),
}
"""Word of the receipt, message_state (SMPP 3.4 section 5.2.28), dlvrd and err of the text form."""


@dataclass(frozen=True)
class CentreSettings:
    """How the centre listens and waits; seconds where nothing else is said."""

    host: str
    port: int
    system_id: str
    password: str
    idle_seconds: float = 60.0
    answer_seconds: float = 10.0
    """How long a deliver_sm waits for its response before it is sent again."""
    retry_ms: int = 500
    """Pause before a refused deliver_sm is sent again, milliseconds."""
    window: int = 10
    """Most deliver_sm under way to one client."""


class MessageCentre:
    """An SMPP 3.4 server over a store. All methods belong to the event loop that started it."""

    def __init__(self, settings: CentreSettings, store: SmscStore) -> None:
        self.settings = settings
        self.store = store
        self.version = now_ms()
        """Grows whenever a handset shows something new; never starts again at an old value."""
        self._changed = asyncio.Condition()
        self._faults = store.faults()
        self._healed = asyncio.Event()
        self._sessions: list[Session] = []
        self._open: dict[Session, asyncio.Task[None] | None] = {}
        self._in_flight: dict[int, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port it listens on, also when 0 was asked for."""
        assert self._server is not None, "the centre is not started"
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def bound_sessions(self) -> int:
        return len(self._sessions)

    async def start(self) -> None:
        """Listens; OSError when the port is taken."""
        self._server = await asyncio.start_server(self._serve, self.settings.host, self.settings.port)
        self._spawn(self._deliver_for_ever())

    async def stop(self) -> None:
        """Stops listening, cuts every connection and waits for the work under way to end."""
        if self._server is not None:
            self._server.close()
        serving = [task for task in self._open.values() if task is not None]
        self.cut_connections()
        pending = [*self._tasks, *self._in_flight.values()]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, *serving, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- faults --------------------------------------------------------------------------------------

    @property
    def faults(self) -> Faults:
        return self._faults

    def set_faults(self, faults: Faults) -> None:
        """Replaces the behaviour; answers held so far are given when the mode is no longer ``hold``."""
        self.store.keep_faults(faults)
        self._faults = faults
        if faults.submit is not SubmitMode.HOLD:
            self._healed.set()
            self._healed = asyncio.Event()
        self._wake.set()

    def cut_connections(self) -> int:
        """Cuts every connection at once; how many there were."""
        sessions = list(self._open)
        for session in sessions:
            session.cut()
        return len(sessions)

    def reset(self) -> None:
        """Empty handsets, no faults, counters at zero; connections stay."""
        self.store.reset()
        self.set_faults(Faults())

    def _mode_for(self, number: str) -> SubmitMode:
        """The mode this submit meets; uses up one of ``submit_remaining``."""
        faults = self._faults
        if faults.submit is SubmitMode.ACCEPT:
            return SubmitMode.ACCEPT
        if faults.submit_numbers is not None and number not in faults.submit_numbers:
            return SubmitMode.ACCEPT
        if faults.submit_remaining is not None:
            left = faults.submit_remaining - 1
            update: dict[str, object] = (
                {"submit_remaining": left}
                if left
                else {"submit": SubmitMode.ACCEPT, "submit_remaining": None, "submit_numbers": None}
            )
            # Not set_faults: an answer held by this very fault stays held until somebody heals it.
            self._faults = faults.model_copy(update=update)
            self.store.keep_faults(self._faults)
        return faults.submit

    # -- desk of the sessions ------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._faults.refuse_connections:
            self.store.count("connections_refused")
            writer.transport.abort()
            return
        settings = self.settings
        session = Session(
            reader, writer, self, settings.system_id, settings.password, idle_seconds=settings.idle_seconds
        )
        self._open[session] = asyncio.current_task()
        await session.run()

    def refusal_of_bind(self) -> int:
        return self._faults.bind_status

    def bound(self, session: Session) -> None:
        self._sessions.append(session)
        self.store.count("binds")
        self._wake.set()

    def closed(self, session: Session) -> None:
        self._open.pop(session, None)
        if session in self._sessions:
            self._sessions.remove(session)
            self.store.count("sessions_ended")

    async def submit(self, message: ShortMessage) -> tuple[int, str]:
        """Takes one part: see SubmitMode for what can happen to it."""
        self.store.count("submits")
        match = _HANDSET.fullmatch(message.destination)
        if match is None:
            self.store.count("submits_rejected")
            return Status.INVALID_DESTINATION, ""
        number = "+" + match[1]
        mode = self._mode_for(number)
        if mode is SubmitMode.THROTTLE:
            self.store.count("submits_throttled")
            return Status.THROTTLED, ""
        if mode is SubmitMode.REJECT:
            self.store.count("submits_rejected")
            return self._faults.reject_status, ""
        if mode is SubmitMode.DROP_BEFORE_STORE:
            self.store.count("submits_cut")
            raise ConnectionCut
        try:
            place, octets = place_of(message)
            text = decode_text(octets, message.data_coding)
        except UnknownCoding as error:
            log.warning("submit refused: %s", error)
            self.store.count("submits_rejected")
            return Status.SUBMIT_FAILED, ""
        healed = self._healed
        message_id, _ = self.store.take_part(number, message.source, place, text, message.data_coding)
        if message.wants_receipt:
            self._plan_receipt(message_id, number, message.source)
        await self._notify()
        if mode is SubmitMode.DROP_AFTER_STORE:
            self.store.count("submits_cut")
            raise ConnectionCut
        if mode is SubmitMode.HOLD:
            self.store.count("submits_held")
            await healed.wait()
        elif self._faults.receipt_before_response and message.wants_receipt:
            await self._receipt_taken(message_id)
        self.store.count("submits_accepted")
        return Status.OK, message_id

    def _plan_receipt(self, message_id: str, number: str, sender: str) -> None:
        faults = self._faults
        if faults.receipt is ReceiptMode.NONE:
            return
        stat, state, delivered, error = _RECEIPTS[faults.receipt]
        now = datetime.now(UTC)
        done = f"{now:%y%m%d%H%M}"
        text = (
            f"id:{message_id} sub:001 dlvrd:{delivered} submit date:{done} done date:{done}"
            f" stat:{stat} err:{error} text:"
        )
        self.store.add_receipt(
            message_id,
            number[1:],
            sender,
            text.encode("ascii"),
            state,
            stat,
            faults.receipt_delay_ms,
            faults.receipt_copies,
        )
        self._wake.set()

    async def _receipt_taken(self, message_id: str) -> None:
        """Waits until the client acknowledged the receipt of this part, or a second at most."""
        try:
            async with asyncio.timeout(1):
                while not self.store.is_acknowledged(message_id):
                    await self.wait_for_change(self.version, 1)
        except TimeoutError:
            log.info("the receipt was not acknowledged before the response")

    # -- handsets ------------------------------------------------------------------------------------

    async def write(self, number: str, text: str) -> HandsetMessage:
        """A person writes to the short code: stored now, delivered until it is acknowledged."""
        parts = split_text(text, self.store.next_reference())
        texts = [
            decode_text(part.body[6:] if part.has_udh else part.body, part.data_coding) for part in parts
        ]
        message = self.store.write(number, SHORT_CODE, texts, parts, copies=1 + self._faults.resend_delivered)
        self._wake.set()
        await self._notify()
        return self.store.message(message)

    async def wait_for_change(self, since: int, seconds: float) -> bool:
        """True as soon as ``version`` is above ``since``, False when the time is over first."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self.version > since)
        except TimeoutError:
            return False
        return True

    async def _notify(self) -> None:
        async with self._changed:
            self.version += 1
            self._changed.notify_all()

    # -- deliver_sm ----------------------------------------------------------------------------------

    async def _deliver_for_ever(self) -> None:
        """Sends what is due whenever something new waits, its time comes or a client binds."""
        while True:
            self._wake.clear()
            self._send_due()
            pause = self._pause()
            try:
                await asyncio.wait_for(self._wake.wait(), pause)
            except TimeoutError:
                continue

    def _receivers(self) -> list[Session]:
        return [session for session in self._sessions if session.can_receive]

    def _pause(self) -> float | None:
        """Seconds until the next delivery falls due; None when only an event can bring one."""
        if not self._receivers() or len(self._in_flight) >= self.settings.window * len(self._receivers()):
            return None
        at = self.store.next_delivery_at(set(self._in_flight))
        return None if at is None else max(0.0, at / 1000 - datetime.now(UTC).timestamp()) + 0.001

    def _send_due(self) -> None:
        receivers = self._receivers()
        if not receivers:
            return
        room = self.settings.window * len(receivers) - len(self._in_flight)
        if room <= 0:
            return
        for delivery in self.store.due_deliveries(room, set(self._in_flight)):
            session = receivers[delivery.id % len(receivers)]
            task = asyncio.create_task(self._deliver(delivery, session))
            self._in_flight[delivery.id] = task

    async def _deliver(self, delivery: Delivery, session: Session) -> None:
        tlvs: dict[int, bytes] = {Tag.RECEIPTED_MESSAGE_ID: delivery.part.encode("ascii") + b"\0"}
        if delivery.state is None:
            tlvs[Tag.USER_MESSAGE_REFERENCE] = (delivery.id & 0xFFFF).to_bytes(2, "big")
        else:
            tlvs[Tag.MESSAGE_STATE] = bytes((delivery.state,))
        message = ShortMessage(
            source=delivery.source.removeprefix("+"),
            destination=delivery.destination,
            body=delivery.body,
            esm_class=delivery.esm_class,
            data_coding=delivery.data_coding,
            destination_ton=0,
            tlvs=tlvs,
        )
        try:
            self.store.count(f"{delivery.kind}_sent")
            status = await session.deliver(message, self.settings.answer_seconds)
            if status == Status.OK:
                self.store.delivery_answered(delivery)
            else:
                self.store.delivery_failed(delivery, 0 if status is None else self.settings.retry_ms)
        finally:
            self._in_flight.pop(delivery.id, None)
            self._wake.set()
        await self._notify()
