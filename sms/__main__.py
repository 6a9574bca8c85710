"""``python -m sms``: runs the SMS process until SIGTERM or SIGINT, then ends in order."""

from __future__ import annotations

import asyncio

from belsendi.casework.bench import Bench, open_bench
from belsendi.conversation.opening import open_reception
from belsendi.process import serve, until_told_to_stop
from belsendi.settings import Settings
from belsendi.temporal.cases import Cases
from belsendi.temporal.client import connect
from sms.intake import InboundHandler
from sms.service import SmsService
from sms.settings import DoorSettings
from sms.smpp.transceiver import utc_now


async def open_handler(settings: Settings, bench: Bench) -> InboundHandler:
    """Who understands stored messages. The engine may be out at the start: messages are stored all the same."""
    cases = Cases(await connect(settings, lazy=True))
    reception = open_reception(bench, cases)

    async def handle(inbound_id: str) -> None:
        await reception.handle(inbound_id, utc_now())

    return handle


async def run(settings: Settings) -> None:
    """Runs until told to stop. Raises ConfigurationError, or OSError when the health port is taken."""
    stop = asyncio.Event()
    until_told_to_stop(stop.set)
    bench = open_bench(settings)
    try:
        defaults = bench.profile.defaults
        service = SmsService(
            settings,
            bench.records,
            await open_handler(settings, bench),
            rules=DoorSettings().rules(defaults.sms_attempts, defaults.sms_attempts_within),
        )
        await service.start()
        await stop.wait()
        await service.stop()
    finally:
        await bench.close()


if __name__ == "__main__":
    serve("sms", run)
