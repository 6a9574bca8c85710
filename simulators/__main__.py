"""``python -m simulators``: runs until SIGTERM or SIGINT, prints one line of JSON when everything answers."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

from simulators.process import running
from simulators.settings import SettingsProblem, SimulatorSettings, parse_settings


async def serve(settings: SimulatorSettings) -> None:
    """Runs the simulators until the process is asked to stop."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with running(settings) as addresses:
        sys.stdout.write(addresses.ready_line() + "\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> int:
    """Exit code 0 after a stop, 2 with one sentence on standard error when it cannot start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        asyncio.run(serve(parse_settings(sys.argv[1:])))
    except SettingsProblem as problem:
        sys.stderr.write(f"simulators: {problem}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
