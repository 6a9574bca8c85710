"""``python -m sms``: runs the SMS process until SIGTERM or SIGINT, then ends in order."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

import uvloop

from belsendi.casework.bench import Bench, open_bench
from belsendi.conversation.opening import open_reception
from belsendi.errors import BelsendiError, ConfigurationError
from belsendi.settings import Settings
from belsendi.telemetry import set_up_logging
from belsendi.temporal.cases import Cases
from belsendi.temporal.client import connect
from sms.intake import InboundHandler
from sms.service import SmsService
from sms.settings import DoorSettings
from sms.smpp.transceiver import utc_now

# sysexits.h: the operator has to change a setting, starting again does not help.
EX_CONFIG = 78


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
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
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


def main() -> int:
    """The exit code."""
    set_up_logging()
    try:
        uvloop.run(run(Settings()))
    except ConfigurationError as error:
        logging.getLogger("sms").error("%s", error)
        return EX_CONFIG
    except (BelsendiError, OSError) as error:
        logging.getLogger("sms").error("the SMS process ended: %s", error)
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # an exiting interpreter may hang on calls in flight (sdk-python issue 300)
