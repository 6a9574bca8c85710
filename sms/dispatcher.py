"""Takes due messages from the outbox, most urgent first, and sends them over the route."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial
from typing import Protocol

from belsendi.errors import InvalidInput
from belsendi.records.outbox import ClaimedMessage
from sms.ledger import Ledger
from sms.smpp import OutcomeUnknown, RefusedForGood, RouteState, SendOutcome

log = logging.getLogger(__name__)


class Route(Protocol):
    """What the dispatcher needs of a route."""

    state: RouteState

    async def send(self, number: str, text: str, ref: str, accepted: tuple[str, ...] = ()) -> SendOutcome: ...


class Dispatcher:
    """Sends up to ``room`` messages at once. Seconds: ``busy_poll`` while there is work, ``idle_poll`` else."""

    def __init__(
        self,
        ledger: Ledger,
        route: Route,
        *,
        room: int = 40,
        send_seconds: float = 40.0,
        busy_poll: float = 0.05,
        idle_poll: float = 0.25,
    ) -> None:
        self._ledger = ledger
        self._route = route
        self._room = room
        self._send_seconds = send_seconds
        self._busy_poll = busy_poll
        self._idle_poll = idle_poll
        self._sending: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._stopping = False

    @property
    def sending(self) -> frozenset[str]:
        """Ids of the messages in hand."""
        return frozenset(self._sending)

    def wake(self) -> None:
        """Something may be due: look now."""
        self._wake.set()

    async def run(self) -> None:
        """Works until ``stop``; messages in hand are finished before it returns."""
        while not self._stopping:
            self._wake.clear()
            try:
                claimed = await self._take()
            except Exception as error:
                # The records may be away for a moment; the outbox keeps everything meanwhile.
                log.error("outbox cannot be read", extra={"error": type(error).__name__})
                claimed = 0
            if not claimed and not self._stopping:
                pause = self._busy_poll if self._sending else self._idle_poll
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), pause)
        if self._sending:
            await asyncio.wait(self._sending.values())

    def stop(self) -> None:
        """Takes nothing new."""
        self._stopping = True
        self._wake.set()

    async def _take(self) -> int:
        room = self._room - len(self._sending)
        if room <= 0 or not self._route.state.bound or not await self._ledger.anything_due():
            return 0
        claimed = await self._ledger.claim(room)
        for message in claimed:
            task = asyncio.create_task(self._send(message))
            self._sending[message.id] = task
            task.add_done_callback(partial(self._done, message.id))
        return len(claimed)

    def _done(self, message_id: str, _task: asyncio.Task[None]) -> None:
        self._sending.pop(message_id, None)
        self._wake.set()

    async def _send(self, message: ClaimedMessage) -> None:
        accepted = self._ledger.already_taken(message.id)
        try:
            async with asyncio.timeout(self._send_seconds):
                outcome = await self._route.send(message.number, message.text, message.id, accepted)
        except TimeoutError:
            outcome = OutcomeUnknown(accepted, message.parts)
        except InvalidInput:
            outcome = RefusedForGood("TEXT_NOT_SENDABLE")
        try:
            await self._ledger.settle(message, outcome)
        except Exception as error:
            # The row stays "sending"; when its lease has run out it is taken back as unknown.
            log.error("outcome not written", extra={"error": type(error).__name__, "outbound": message.id})
