"""How a process of ours begins and ends: its log, its signals, its exit code."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import NoReturn

import uvloop
from pydantic import ValidationError

from belsendi.errors import BelsendiError, ConfigurationError
from belsendi.settings import Settings
from belsendi.telemetry import set_up_logging

# sysexits.h: the operator has to change a setting, starting again does not help.
EX_CONFIG = 78


def serve(name: str, run: Callable[[Settings], Awaitable[None]]) -> NoReturn:
    """Runs a process with its settings until it is told to stop, and ends it here.

    What went wrong is one sentence on standard error. Nothing of the interpreter's own end is waited for: it may
    hang on calls in flight (temporalio/sdk-python issue 300).
    """
    set_up_logging()
    code = _exit_code(name, run)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def until_told_to_stop(told: Callable[[], object]) -> None:
    """Calls ``told`` at SIGTERM and at SIGINT, each time, in the running loop."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told)


def _exit_code(name: str, run: Callable[[Settings], Awaitable[None]]) -> int:
    async def whole() -> None:
        await run(Settings())

    try:
        uvloop.run(whole())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        sys.stderr.write(f"{name}: the setting '{place}' is wrong: {first['msg']}\n")
        return EX_CONFIG
    except ConfigurationError as error:
        sys.stderr.write(f"{name}: {error}\n")
        return EX_CONFIG
    except (BelsendiError, OSError) as error:
        sys.stderr.write(f"{name}: {error}\n")
        return 1
    return 0
