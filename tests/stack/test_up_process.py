"""`belsendi up` as a person runs it: everything real, from start to Ctrl-C and back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from simulators.client import RegistryControl
from stack.ports import Ports, is_free
from stack.seed import seed
from stack.state import find_running

ROOT = Path(__file__).parents[2]
START_WITHIN = 240
STOP_WITHIN = 10


def free_base() -> int:
    """A base port whose whole row is free; spread by process id so that parallel tests rarely meet."""
    first = 20000 + os.getpid() % 1000 * 20
    candidates = range(first, first + 20000, 20)
    return next(base for base in candidates if all(map(is_free, Ports.from_base(base).listed().values())))


def processes_of(data_dir: Path, running: str = "") -> set[int]:
    """Everybody alive who was told of the data directory and whose command line names ``running``."""
    mark = str(data_dir).encode()
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command, told = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
            if mark in command + told and running.encode() in command and int(folder.name) != os.getpid():
                found.add(int(folder.name))
    return found


def children_of(parent: int) -> set[int]:
    """The living children of a process; a server that renames itself keeps its parent."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            if after_name[0] != "Z" and int(after_name[1]) == parent:
                found.add(int(folder.name))
    return found


@dataclass
class Up:
    """A running `belsendi up` and what it has said."""

    process: asyncio.subprocess.Process
    data_dir: Path
    said: list[str] = field(default_factory=list)

    async def hear(self, wanted: Callable[[str], bool], within: float) -> str:
        """The next line that is wanted."""
        assert self.process.stdout is not None
        async with asyncio.timeout(within):
            while line := (await self.process.stdout.readline()).decode():
                self.said.append(line)
                if wanted(line):
                    return line
        raise AssertionError("it ended instead:\n" + "".join(self.said))

    async def started(self) -> None:
        await self.hear(lambda line: line.startswith("Started in"), START_WITHIN)

    async def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        async with asyncio.timeout(STOP_WITHIN):
            await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode


@asynccontextmanager
async def up(data_dir: Path, base: int) -> AsyncIterator[Up]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BELSENDI_", "TEMPORAL_")) and name not in ("REDIS_URL", "DATABASE_URL")
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-m", "stack", "up", "--data-dir", str(data_dir), "--base-port", str(base)),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield Up(process, data_dir)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.timeout(400)
async def test_up_serves_stops_cleanly_and_goes_on_where_it_was(tmp_path: Path) -> None:
    data_dir, base = tmp_path / "var", free_base()
    async with up(data_dir, base) as first:
        await first.started()
        running = find_running(data_dir)
        async with httpx.AsyncClient(trust_env=False) as client:
            for url in (
                f"{running.api_url}/health",
                f"{running.phones_url}/",
                f"{running.api_url}/v1/openapi.json",
            ):
                assert (await client.get(url, follow_redirects=True)).status_code == 200, url
        await seed(running.registry_url, seed_number=7, size=4, today=_today())
        assert await first.stop() == 0
        assert processes_of(data_dir) == set()
    async with up(data_dir, base) as second:
        await second.started()
        async with RegistryControl(find_running(data_dir).registry_url) as registry:
            assert len((await registry.population()).deaths) == 1
        assert await second.stop(signal.SIGTERM) == 0
    assert processes_of(data_dir) == set()


@pytest.mark.timeout(300)
async def test_a_service_that_dies_comes_back_and_a_killed_stack_leaves_nobody(tmp_path: Path) -> None:
    data_dir = tmp_path / "var"
    async with up(data_dir, free_base()) as stack:
        await stack.started()
        (worker,) = processes_of(data_dir, running="workflows.worker")
        os.kill(worker, signal.SIGKILL)
        said = await stack.hear(lambda line: line.startswith("worker ended unexpectedly"), 30)
        assert "SIGKILL" in said
        await stack.hear(lambda line: line == "worker: ready again\n", START_WITHIN)
        children = children_of(stack.process.pid)
        assert len(children) == 6, "engine, queue, simulators, worker, sms and api"
        left = [os.pidfd_open(pid) for pid in children | (processes_of(data_dir) - {stack.process.pid})]
        stack.process.kill()
        await stack.process.wait()
        await asyncio.wait_for(asyncio.gather(*map(_ended, left)), 60)
    assert processes_of(data_dir) == set()


async def test_a_second_stack_on_the_same_data_says_who_has_it(tmp_path: Path) -> None:
    from stack.state import claim

    with claim(tmp_path):
        async with up(tmp_path, free_base()) as late:
            said = await late.hear(lambda line: "already runs on" in line, 30)
            assert f"process {os.getpid()}" in said
            assert await late.process.wait() == 1


def _today() -> date:
    from belsendi.law import ALMATY

    return datetime.now(UTC).astimezone(ALMATY).date()


async def _ended(watched: int) -> None:
    """Wait for a process that is not our child; a pidfd becomes readable when it ends."""
    loop = asyncio.get_running_loop()
    gone = loop.create_future()
    loop.add_reader(watched, lambda: gone.done() or gone.set_result(None))
    try:
        await gone
    finally:
        loop.remove_reader(watched)
        os.close(watched)
