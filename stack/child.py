"""One child process: its own process group, its log, and an end that cannot be missed.

A child dies with the supervisor even when that is killed with SIGKILL: the kernel is asked for it
(PR_SET_PDEATHSIG), because no clean-up code runs then and an orphan would hold ports and files.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

# Our processes are run in place: modules, templates and profiles are found from here.
PROJECT = Path(__file__).resolve().parents[1]
_PR_SET_PDEATHSIG = 1
_LOG_KEPT_BYTES = 10_000_000


def _tie_to_parent() -> Callable[[], None] | None:
    """What runs in the child before exec: ask the kernel to end it when its parent ends (Linux only)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return tie


def _open_log(log: Path) -> BinaryIO:
    """The log, to append to; a long one is put aside once, so that a stack left running fills no disk."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_KEPT_BYTES:
        log.replace(log.with_suffix(".log.1"))
    return log.open("ab")


class Child:
    """A running child. ``log`` receives both of its streams."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path, log_start: int) -> None:
        self._process = process
        self._log = log
        self._log_start = log_start

    @classmethod
    async def start(cls, argv: Sequence[str], environment: Mapping[str, str], log: Path) -> Child:
        """Start ``argv`` in a process group of its own. Raises OSError when it cannot be executed."""
        with _open_log(log) as sink:
            start = sink.tell()
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=PROJECT,
                process_group=0,
                preexec_fn=_tie_to_parent(),
            )
        return cls(process, log, start)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; the negative number of a signal that ended it."""
        return self._process.returncode

    async def wait(self) -> int:
        """The exit code, once it has ended."""
        return await self._process.wait()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the whole group, so that nothing the child started stays behind."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    async def stop(self, within: float) -> None:
        """Ask it to end, wait ``within`` seconds, then end it; leaves nobody of its group alive."""
        if self.exit_code is None:
            self.send(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), max(within, 0.05))
        self.send(signal.SIGKILL)
        await self._process.wait()

    def last_words(self) -> str:
        """The last line the child wrote since it was started; empty when it wrote none."""
        with self._log.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(self._log_start, size - 4096))
            lines = log.read().decode("utf-8", "replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "")[:300]
