"""Our worker with a count of what it asks of its databases: ``python -m bench.counted_worker``.

At SIGUSR1 it writes the count into the file that BENCH_COUNTS names.
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from belsendi.process import serve
from belsendi.settings import Settings
from bench.counting import Counting
from workflows.worker import run


async def counted(settings: Settings) -> None:
    """Runs the worker as it is, listening to SQLAlchemy's own events."""
    counting = Counting(settings.keys_database_url)
    file = Path(os.environ["BENCH_COUNTS"])
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, counting.write_to, file)
    await run(settings)


if __name__ == "__main__":
    serve("worker", counted)
