"""``python -m sms``: runs the SMS process until SIGTERM or SIGINT, then ends in order."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

import uvloop

from belsendi.casework.profile import load_profile
from belsendi.errors import BelsendiError, ConfigurationError
from belsendi.records.store import open_records
from belsendi.settings import Settings
from sms.service import SmsService
from sms.settings import DoorSettings


async def run() -> None:
    """Raises ConfigurationError, or OSError when the health port is taken."""
    settings = Settings()
    defaults = load_profile(settings).defaults
    rules = DoorSettings().rules(defaults.sms_attempts, defaults.sms_attempts_within)
    records = open_records(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        service = SmsService(settings, records, None, rules=rules)
        await service.start()
        await stop.wait()
        await service.stop()
    finally:
        await records.close()


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run())
    except ConfigurationError as error:
        logging.getLogger("sms").error("%s", error)
        return 78
    except (BelsendiError, OSError) as error:
        logging.getLogger("sms").error("the SMS process ended: %s", error)
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    # The workflow client's runtime may still hold threads; flush and leave instead of waiting for them.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
