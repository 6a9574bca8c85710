"""How long the one-command stack takes to start, and what it holds in memory when it has nothing to do."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.failure import BenchFailed
from bench.sizes import Sizes
from bench.stand import free_base, own_environment
from stack.child import PROJECT

_READY = "Belsendi is running."
_AT_MOST = 120.0
_MODULE = re.compile(r"-m\x00([\w.]+)\x00(\w*)")


@dataclass(frozen=True)
class Standing:
    """Seconds of each start, and idle memory in MiB by process. ``command`` is what was run."""

    command: str
    first_starts: list[float]
    later_starts: list[float]
    memory_mib: dict[str, float]


async def measure(folder: Path, sizes: Sizes) -> Standing:
    """Starts and stops the stack in empty directories, and each of them once more. Raises BenchFailed."""
    first: list[float] = []
    later: list[float] = []
    memory: dict[str, float] = {}
    command = _command(folder, 0)
    for number in range(sizes.starts):
        data = folder / f"up-{number}"
        async with _up(data) as seconds:
            first.append(seconds.taken)
            if number == 0:
                await asyncio.sleep(sizes.idle_seconds)
                memory = memory_of_children(seconds.pid)
        async with _up(data) as seconds:
            later.append(seconds.taken)
    return Standing("make up" if command[0] == "make" else "belsendi up", first, later, memory)


@dataclass(frozen=True)
class _Started:
    pid: int
    taken: float


def _command(data: Path, base: int) -> list[str]:
    """``make up`` where its environment is installed; the command behind it otherwise."""
    venv = Path(sys.prefix)
    if list(venv.glob(".run-*")):
        return ["make", "up", f"VENV={venv}", f"DATA_DIR={data}", f"BASE_PORT={base}"]
    return [sys.executable, "-m", "stack", "up", "--data-dir", str(data), "--base-port", str(base)]


@asynccontextmanager
async def _up(data: Path) -> AsyncIterator[_Started]:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *_command(data, free_base()),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=PROJECT,
        env=own_environment(),
        process_group=0,
    )
    assert process.stdout is not None
    last = ""
    try:
        async with asyncio.timeout(_AT_MOST):
            async for line in process.stdout:
                last = line.decode("utf-8", "replace").strip() or last
                if last == _READY:
                    break
        if last != _READY:
            raise BenchFailed(f"the stack did not start: {last}")
        yield _Started(process.pid, time.perf_counter() - began)
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGINT)
        async with asyncio.timeout(_AT_MOST):
            await process.stdout.read()
            await process.wait()


def memory_of_children(pid: int, proc: Path = Path("/proc")) -> dict[str, float]:
    """Proportional set size in MiB of a process and all below it, by name."""
    stats = {int(each.name): _stat_fields(each) for each in proc.iterdir() if each.name.isdigit()}
    parents = {child: int(fields[1]) for child, fields in stats.items() if fields}
    wanted = {pid}
    while more := {child for child, parent in parents.items() if parent in wanted} - wanted:
        wanted |= more
    sizes: dict[str, float] = {}
    for each in sorted(wanted):
        name = _name(proc / str(each))
        sizes[name] = sizes.get(name, 0.0) + _pss_mib(proc / str(each))
    return sizes


def _stat_fields(process: Path) -> list[str]:
    """The fields of proc(5)'s stat after the command name; empty for a process that is gone."""
    try:
        return (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _name(process: Path) -> str:
    command = (process / "cmdline").read_text(encoding="utf-8", errors="replace")
    module = _MODULE.search(command)
    if module is None:
        words = command.partition("\0")[0].split()
        return Path(words[0]).name if words else "ended"
    return "supervisor" if module[1] == "stack" else module[1].removeprefix("workflows.")


def _pss_mib(process: Path) -> float:
    for line in (process / "smaps_rollup").read_text(encoding="utf-8").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
