"""The SMS process: route, outbox, inbox and housekeeping put together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from belsendi.records.store import Records
from belsendi.settings import Settings
from sms.dispatcher import Dispatcher
from sms.health import HealthPage
from sms.intake import InboundHandler, Intake
from sms.ledger import Ledger
from sms.part_store import RecordsPartStore
from sms.rules import SmsRules
from sms.smpp import SmppSettings, SmppTransceiver
from sms.smpp.transceiver import utc_now
from sms.wake import listen

log = logging.getLogger(__name__)

HOUSEKEEPING_SECONDS = 2.0
UNHANDLED_AFTER = timedelta(seconds=5)


def route_settings(settings: Settings) -> SmppSettings:
    """The route as the settings describe it. Raises ConfigurationError or ValidationError."""
    return SmppSettings(
        route=settings.sms_route,
        host=settings.smpp_host,
        port=settings.smpp_port,
        system_id=settings.smpp_system_id,
        password=settings.secret("smpp"),
        source_address=settings.smpp_source_address,
        window=settings.smpp_window,
        parts_per_second=settings.smpp_parts_per_second,
    )


class SmsService:
    """One route with everything behind it. ``handle`` understands a stored inbound message, given by id."""

    def __init__(
        self,
        settings: Settings,
        records: Records,
        handle: InboundHandler | None,
        *,
        route: SmppSettings | None = None,
        rules: SmsRules | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        route = route or route_settings(settings)
        self._redis_url = settings.redis_url
        self._records = records
        rules = rules or SmsRules()
        self.ledger = Ledger(records, route.route, rules, clock)
        self.intake = Intake(records, handle, clock)
        self.transceiver = SmppTransceiver(
            route,
            on_inbound=self.intake.take,
            on_receipt=self.ledger.note_receipt,
            parts=RecordsPartStore(records),
            on_late_answer=self.ledger.note_late_answer,
            clock=clock,
        )
        self.dispatcher = Dispatcher(
            self.ledger, self.transceiver, room=2 * route.window, send_seconds=rules.send_seconds
        )
        self.health = HealthPage(self._report, settings.sms_health_port)
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begins to work. Raises OSError when the health port is taken."""
        await self.health.start()
        await self.transceiver.start()
        self._tasks = [
            asyncio.create_task(self.dispatcher.run(), name="dispatcher"),
            asyncio.create_task(self._keep_house(), name="housekeeping"),
        ]
        if self._redis_url:
            waking = listen(self._redis_url, self.dispatcher.wake, self._stopping)
            self._tasks.append(asyncio.create_task(waking, name="wake"))

    async def stop(self) -> None:
        """Takes nothing new, finishes what is in hand, says goodbye to the centre."""
        self._stopping.set()
        self.dispatcher.stop()
        await asyncio.gather(*self._tasks)
        await self.transceiver.stop()
        await self.intake.finish()
        await self.health.stop()

    async def _keep_house(self) -> None:
        chores: tuple[Callable[[], Awaitable[int]], ...] = (
            lambda: self.ledger.settle_abandoned(self.dispatcher.sending),
            lambda: self.intake.sweep(UNHANDLED_AFTER),
            self.transceiver.hand_on_incomplete,
            self.ledger.call_about_waiting,
        )
        while not self._stopping.is_set():
            for chore in chores:
                try:
                    await chore()
                except Exception as error:
                    log.error("a chore failed and is repeated", extra={"error": type(error).__name__})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), HOUSEKEEPING_SECONDS)

    def _report(self) -> tuple[bool, dict[str, Any]]:
        state = self.transceiver.state
        figures = asdict(state) | {
            "route": self.transceiver.settings.route,
            "since": state.since.isoformat() if state.since else None,
            "sending": len(self.dispatcher.sending),
        }
        return state.bound, figures
