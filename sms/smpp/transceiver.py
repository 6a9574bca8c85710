"""The SMPP route: keeps a link bound, sends messages in parts, hands deliveries on before acknowledging."""

from __future__ import annotations

import asyncio
import logging
import random
import zlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from belsendi.dialogue.sms_text import Segment, split
from sms.smpp.inbound import InboundMessage, PartStore, Receipt
from sms.smpp.outcomes import Accepted, LateAnswer, OutcomeUnknown, RefusedForGood, SendOutcome, TryLater
from sms.smpp.pdu import (
    Address,
    EsmClass,
    MalformedPdu,
    Pdu,
    ShortMessage,
    decode_message_id,
    encode_short_message,
)
from sms.smpp.reception import Reception
from sms.smpp.session import BindRefused, NoAnswer, NotSent, Session
from sms.smpp.settings import SmppSettings
from sms.smpp.status import CONGESTION, FOR_GOOD, status_name
from sms.throttle import TokenBucket

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
HOLD_GROWS_TO = 30.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class RouteState:
    """What an operator wants to know of a route. Instants are UTC; counters since the start of the process."""

    bound: bool = False
    since: datetime | None = None
    last_error: str = ""
    binds: int = 0
    parts_accepted: int = 0
    parts_refused: int = 0
    parts_unknown: int = 0


class SmppTransceiver:
    """One route to one message centre.

    ``on_inbound`` and ``on_receipt`` store what they get; the centre's delivery is acknowledged only after they
    return, and asked for again when they raise. ``on_late_answer`` tells of an answer that came after its part
    had been reported as OutcomeUnknown.
    """

    def __init__(
        self,
        settings: SmppSettings,
        *,
        on_inbound: Callable[[InboundMessage], Awaitable[None]],
        on_receipt: Callable[[Receipt], Awaitable[None]],
        parts: PartStore,
        on_late_answer: Callable[[LateAnswer], Awaitable[None]] | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self.settings = settings
        self.state = RouteState()
        self._reception = Reception(settings, on_inbound, on_receipt, parts, clock)
        self._on_late_answer = on_late_answer
        self._clock = clock
        self._bucket = TokenBucket(settings.parts_per_second, settings.burst_parts)
        self._hold_seconds = settings.throttled_seconds
        self._session: Session | None = None
        self._bound = asyncio.Event()
        self._stopping = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._background: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begins to connect in the background; see ``wait_bound``."""
        self._stopping.clear()
        self._bucket.engage()
        self._keeper = asyncio.create_task(self._keep_bound(), name=f"smpp {self.settings.route}")

    async def wait_bound(self, timeout: float) -> None:
        """Returns when the link is bound. Raises TimeoutError after ``timeout`` seconds."""
        async with asyncio.timeout(timeout):
            await self._bound.wait()

    async def stop(self) -> None:
        """Finishes deliveries in hand, unbinds and ends. Sends in flight get their answer or OutcomeUnknown."""
        self._stopping.set()
        self._bucket.release()
        if self._session is not None:
            await self._session.unbind()
        if self._keeper is not None:
            await self._keeper
            self._keeper = None
        if self._background:
            await asyncio.gather(*self._background, return_exceptions=True)

    async def hand_on_incomplete(self) -> int:
        """Hands on long messages whose missing parts did not come in time. Returns how many."""
        return await self._reception.hand_on_waiting()

    async def send(self, number: str, text: str, ref: str, accepted: Sequence[str] = ()) -> SendOutcome:
        """Sends a text to an E.164 number; ``ref`` is our opaque id of the message, for late answers.

        Parts go one after another, so that ``accepted`` (the provider ids an earlier attempt got) is always a
        prefix and an attempt after TryLater goes on where the last one ended. Never raises for what the centre
        or the network does; raises InvalidInput for a text that no SMS can carry.
        """
        segments = split(text, reference_of(ref))
        ids = list(accepted[: len(segments)])
        for part in range(len(ids) + 1, len(segments) + 1):
            outcome = await self._send_part(number, segments[part - 1], ref, part, len(segments), tuple(ids))
            if not isinstance(outcome, str):
                return outcome
            ids.append(outcome)
        return Accepted(tuple(ids))

    async def _send_part(
        self, number: str, segment: Segment, ref: str, part: int, parts: int, ids: tuple[str, ...]
    ) -> str | SendOutcome:
        """The centre's id of the part, or the outcome that ends the attempt."""
        if self._session is None:
            return self._not_bound(ids)
        await self._bucket.pass_one()
        session = self._session
        if session is None or self._stopping.is_set():
            return self._not_bound(ids)
        body = encode_short_message(self._message(number, segment))
        try:
            answer = await session.submit(body, lambda pdu: self._take_late_answer(ref, part, pdu))
        except NotSent:
            return self._not_bound(ids)
        except NoAnswer:
            self.state.parts_unknown += 1
            return OutcomeUnknown(ids, parts)
        return self._judge(answer, ids)

    def _judge(self, answer: Pdu, ids: tuple[str, ...]) -> str | SendOutcome:
        if not answer.status:
            self.state.parts_accepted += 1
            self._hold_seconds = self.settings.throttled_seconds
            return _message_id(answer)
        self.state.parts_refused += 1
        code = status_name(answer.status)
        if answer.status in FOR_GOOD:
            return RefusedForGood(code, ids)
        if answer.status in CONGESTION:
            self._bucket.hold(self._hold_seconds)
            wait = timedelta(seconds=self._hold_seconds)
            self._hold_seconds = min(self._hold_seconds * 2, HOLD_GROWS_TO)
            return TryLater(code, wait, ids)
        return TryLater(code, timedelta(seconds=self.settings.retry_seconds), ids)

    def _not_bound(self, ids: tuple[str, ...]) -> TryLater:
        return TryLater("NOT_BOUND", timedelta(seconds=self.settings.reconnect_min_seconds), ids)

    def _message(self, number: str, segment: Segment) -> ShortMessage:
        settings = self.settings
        return ShortMessage(
            source=Address(settings.source_ton, settings.source_npi, settings.source_address),
            destination=Address(1, 1, number.removeprefix("+")),
            body=segment.udh + segment.body,
            esm_class=EsmClass.UDH if segment.udh else 0,
            data_coding=segment.data_coding,
            registered_delivery=settings.registered_delivery,
        )

    def _take_late_answer(self, ref: str, part: int, pdu: Pdu) -> None:
        if self._on_late_answer is None:
            return
        accepted = not pdu.status
        late = LateAnswer(
            route=self.settings.route,
            ref=ref,
            part=part,
            accepted=accepted,
            provider_id=_message_id(pdu) if accepted else "",
            code=status_name(pdu.status),
        )
        task = asyncio.create_task(self._tell_late(late))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _tell_late(self, late: LateAnswer) -> None:
        assert self._on_late_answer is not None
        try:
            await self._on_late_answer(late)
        except Exception as error:
            # The outcome stays unknown, which is true and safe; the type is enough to find the cause.
            log.error("late answer not stored", extra={"route": late.route, "error": type(error).__name__})

    async def _keep_bound(self) -> None:
        settings = self.settings
        delay = settings.reconnect_min_seconds
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            began = loop.time()
            await self._bind_and_serve()
            # A centre that binds and hangs up at once must not be hammered either.
            lived = loop.time() - began
            delay = settings.reconnect_min_seconds if lived > settings.reconnect_max_seconds else delay
            with suppress(TimeoutError):
                # Jitter, so that all ESMEs of a restarted centre do not come back in the same moment.
                await asyncio.wait_for(self._stopping.wait(), random.uniform(delay / 2, delay))  # noqa: S311
            delay = min(delay * 2, settings.reconnect_max_seconds)

    async def _bind_and_serve(self) -> None:
        try:
            session = await Session.open(self.settings, self._reception.take)
        except BindRefused as error:
            self._note_down(error.code)
        except (OSError, TimeoutError, NotSent) as error:
            self._note_down(type(error).__name__)
        else:
            self._note_up(session)
            try:
                await session.serve()
            finally:
                self._note_down("LINK_ENDED")

    def _note_up(self, session: Session) -> None:
        self._session = session
        self.state.bound, self.state.since = True, self._clock()
        self.state.binds += 1
        self.state.last_error = ""
        self._bound.set()
        log.info("bound to message centre", extra={"route": self.settings.route})

    def _note_down(self, why: str) -> None:
        self._session = None
        self._bound.clear()
        if self.state.bound or self.state.last_error != why:
            log.warning("not bound to message centre", extra={"route": self.settings.route, "reason": why})
        self.state.bound, self.state.since = False, self._clock()
        self.state.last_error = why


def reference_of(ref: str) -> int:
    """The 8-bit reference number of a long message's parts: the same at every attempt at the same message."""
    return zlib.crc32(ref.encode()) & 0xFF


def _message_id(answer: Pdu) -> str:
    try:
        return decode_message_id(answer.body)
    except MalformedPdu:
        # Accepted is accepted; without an id its receipts cannot be told apart, that is all.
        return ""
