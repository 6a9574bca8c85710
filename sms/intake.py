"""Citizens' messages into the inbox, and on to whoever understands them."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from belsendi.records.inbox import Arrival, Inbox
from belsendi.records.people import People
from belsendi.records.store import Records
from sms.smpp import InboundMessage

log = logging.getLogger(__name__)

InboundHandler = Callable[[str], Awaitable[None]]
"""Understands and answers the stored message with this id; may be called again for the same one."""

_NUMBER = re.compile(r"\+[1-9]\d{7,14}")


class Intake:
    """Stores, then hands on. What the handler fails at stays in the inbox and is handed on again.

    Without a handler the inbox is left to a process that sweeps it.
    """

    def __init__(
        self, records: Records, handle: InboundHandler | None, clock: Callable[[], datetime]
    ) -> None:
        self._database = records.database
        self._inbox = Inbox(records.vault, People(records.vault))
        self._handle = handle
        self._clock = clock
        self._handling: dict[str, asyncio.Task[None]] = {}

    async def take(self, message: InboundMessage) -> None:
        """Returns when the message is stored; handling goes on by itself."""
        if not _NUMBER.fullmatch(message.sender):
            # An advertiser's name or a service code: nobody who could be answered.
            log.info("message without a sender's number ignored", extra={"route": message.route})
            return
        arrival = Arrival(
            route=message.route,
            provider_id=message.provider_id,
            number=message.sender,
            text=message.text,
            received_at=message.received_at,
        )
        async with self._database.writing() as session:
            inbound_id, new = await self._inbox.store(session, arrival)
        if new and self._handle is not None:
            self._begin(inbound_id, self._handle)

    async def sweep(self, older_than: timedelta) -> int:
        """Hands on what was stored but not handled, after a crash or a failure. Returns how many."""
        if self._handle is None:
            return 0
        async with self._database.reading() as session:
            waiting = await self._inbox.unhandled(session, self._clock() - older_than)
        waiting = [inbound_id for inbound_id in waiting if inbound_id not in self._handling]
        for inbound_id in waiting:
            self._begin(inbound_id, self._handle)
        return len(waiting)

    async def finish(self) -> None:
        """Waits for the handling in progress."""
        if self._handling:
            await asyncio.wait(list(self._handling.values()))

    def _begin(self, inbound_id: str, handle: InboundHandler) -> None:
        task = asyncio.create_task(self._hand_on(inbound_id, handle))
        self._handling[inbound_id] = task
        task.add_done_callback(lambda _task: self._handling.pop(inbound_id, None))

    async def _hand_on(self, inbound_id: str, handle: InboundHandler) -> None:
        try:
            await handle(inbound_id)
        except Exception as error:
            log.error("message not handled yet", extra={"inbound": inbound_id, "error": type(error).__name__})
