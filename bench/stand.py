"""The stand: real servers and our own worker, each in a process of its own, as `belsendi up` starts them."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from belsendi.registries.signature import create_local_authority
from belsendi.settings import Settings
from bench.bare_workflow import BARE_QUEUE
from bench.failure import BenchFailed
from stack.layout import Layout
from stack.local_secrets import OFFICER_PASSPHRASE, ensure_secrets, read_secret
from stack.plan import stages
from stack.ports import Ports, is_free
from stack.probes import TaskQueueProbe
from stack.supervisor import Service, Stage, Step, Supervisor

_COUNTS = "counts.json"
_WANTED = frozenset({"simulators", "valkey", "temporal", "database migration", "worker"})
_FIRST_BASE, _LAST_BASE, _STRIDE = 21_000, 29_000, 20


@dataclass(frozen=True)
class Stand:
    """A running stand. ``pids`` are the processes whose work is counted, by name."""

    layout: Layout
    settings: Settings
    pids: Mapping[str, int]

    @property
    def counts(self) -> Path:
        """Where a counted worker leaves what it has counted."""
        return self.layout.data_dir / _COUNTS

    @property
    def passphrase(self) -> str:
        return read_secret(self.layout.secrets, OFFICER_PASSPHRASE)


def free_base() -> int:
    """The first of ten free loopback ports in a row. Raises BenchFailed when there are none."""
    for base in range(_FIRST_BASE, _LAST_BASE, _STRIDE):
        if all(is_free(port) for port in Ports.from_base(base).listed().values()):
            return base
    raise BenchFailed("no ten free ports in a row on loopback; stop what uses them and measure again")


def own_environment() -> dict[str, str]:
    """The environment without addresses of servers of the person's own: the stand brings all of them."""
    foreign = ("BELSENDI_", "TEMPORAL_", "REDIS_URL", "DATABASE_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


@asynccontextmanager
async def standing(folder: Path, *, counted: bool = False) -> AsyncIterator[Stand]:
    """Starts the stand in ``folder`` and stops it; with ``counted`` the worker counts what it asks its databases.

    Raises StackError naming a part that did not start.
    """
    layout = Layout(folder, Ports.from_base(free_base()), own_environment())
    ensure_secrets(layout.secrets)
    create_local_authority(layout.pki, read_secret(layout.secrets, OFFICER_PASSPHRASE), datetime.now(UTC))
    supervisor = Supervisor(_stages(layout, counted), layout.logs, say=lambda line: None)
    try:
        await supervisor.start()
        names = ("temporal", "worker", "bare worker", "simulators", "valkey")
        pids = {name: pid for name in names if (pid := supervisor.pid_of(name)) is not None}
        yield Stand(layout, _settings(layout), pids)
    finally:
        await supervisor.stop()


def _stages(layout: Layout, counted: bool) -> list[Stage]:
    ours: list[Stage] = [
        [_counted(part, layout) if counted and part.name == "worker" else part for part in stage]
        for stage in ([part for part in stage if part.name in _WANTED] for stage in stages(layout))
    ]
    return [*ours, [_bare_worker(layout)]]


def _counted(worker: Service | Step, layout: Layout) -> Service | Step:
    told = {**worker.environment, "BENCH_COUNTS": str(layout.data_dir / _COUNTS)}
    return replace(worker, argv=(sys.executable, "-m", "bench.counted_worker"), environment=told)


def _bare_worker(layout: Layout) -> Service | Step:
    queue = TaskQueueProbe(layout.temporal_address, layout.temporal_namespace, BARE_QUEUE)
    return Service("bare worker", (sys.executable, "-m", "bench.bare_worker"), layout.environment(), queue)


def _settings(layout: Layout) -> Settings:
    """The settings our processes were started with, for the doors in the driver's own process."""
    told = layout.environment()
    prefix = "BELSENDI_"
    fields = {
        name.removeprefix(prefix).lower(): text for name, text in told.items() if name.startswith(prefix)
    }
    outer = ("DATABASE_URL", "REDIS_URL", "TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE")
    return Settings.model_validate(fields | {name: told[name] for name in outer})
