"""The whole stack as real processes on free ports in a folder of its own, each of which a test may kill -9.

What is started, with which arguments, environment and probe comes from ``stack.plan``; only the keeping alive is
the test's, because it must decide itself when a killed process comes back.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import random
import shutil
import signal
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from belsendi.records.database import Database
from belsendi.records.migrate import upgrade
from belsendi.settings import Profile, Settings
from stack.child import PROJECT
from stack.layout import Layout
from stack.plan import stages
from stack.ports import Ports, is_free
from stack.supervisor import Service
from stack.up import prepare
from tests.faults.wire import Wire
from tests.workflows.office import write_profile

Look = Callable[[], Awaitable[bool]]

_GIVEN = ("PATH", "HOME", "LANG", "TMPDIR", "TZ")
_LIBC = ctypes.CDLL(None)
# Below the ports that the system gives to those who ask for any: nobody takes one while a process is dead.
_PORTS = (11_000, 31_000)
_QUICK = {
    "BELSENDI_SWEEP_INTERVAL_SECONDS": "0.5",
    "BELSENDI_FEED_INTERVAL_SECONDS": "0.5",
    "BELSENDI_SMS_LEASE_SECONDS": "4",
    "BELSENDI_SMS_UNKNOWN_WAIT_SECONDS": "0.5",
}


class NotYet(AssertionError):
    """What was waited for did not happen in time."""


@dataclass
class Running:
    """A service and its present process. Only this class reaps it, so its process id is never anybody else's."""

    service: Service
    log: Path
    process: subprocess.Popen[bytes] | None = None
    wanted: bool = False
    starts: int = 0

    def start(self) -> None:
        self.wanted = True
        self.starts += 1
        with self.log.open("ab") as sink:
            self.process = subprocess.Popen(
                self.service.argv,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env=dict(self.service.environment),
                cwd=PROJECT,
                preexec_fn=_die_with_the_test,  # noqa: PLW1509  two system calls, nothing is loaded in the child
            )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL, and gone when this returns."""
        self.wanted = False
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def _die_with_the_test() -> None:
    """Has the kernel end this child when the test process ends, however it ends (PR_SET_PDEATHSIG)."""
    _LIBC.prctl(1, signal.SIGKILL)


class StackUnderTest:
    """Start with ``open_stack``. Names are those of the plan: temporal, simulators, valkey, worker, sms, api."""

    def __init__(self, layout: Layout, wire: Wire) -> None:
        self.layout = layout
        self.patience = 90.0
        """Seconds that anything may take before it counts as lost."""
        self.look_every = 0.1
        self.wire = wire
        layout.logs.mkdir(parents=True, exist_ok=True)
        self.services = {
            part.name: Running(self._told(part), layout.logs / f"{part.name}.log")
            for stage in stages(layout)
            for part in stage
            if isinstance(part, Service)
        }

    def _told(self, part: Service) -> Service:
        """The message centre is reached over the wire, so that a test may hold back what is said on it."""
        if part.name != "sms":
            return part
        return replace(part, environment=dict(part.environment) | {"BELSENDI_SMPP_PORT": str(self.wire.port)})

    @property
    def settings(self) -> Settings:
        """The settings of the stack's processes, for the test's own look at the records."""
        return Settings(
            profile=Profile.DEVELOPMENT,
            data_dir=self.layout.data_dir,
            secrets_dir=self.layout.secrets,
            pki_dir=self.layout.pki,
            registry_url=self.layout.registry_url,
            TEMPORAL_ADDRESS=self.layout.temporal_address,  # type: ignore[call-arg]
            legal_profile=Path(self.layout.given["BELSENDI_LEGAL_PROFILE"]),
        )

    async def start(self, *names: str) -> None:
        """Starts services and waits until each of them serves."""
        for name in names:
            if not self.services[name].alive:
                self.services[name].start()
        for name in names:
            await self.until(self.services[name].service.ready.ready, f"{name} is ready")

    def kill(self, name: str) -> None:
        """kill -9; it stays dead until it is started again."""
        self.services[name].kill()

    def kill_and_restart(self, name: str) -> None:
        """kill -9 and start again at once; nobody waits for it, as nobody does in an office."""
        self.kill(name)
        self.services[name].start()

    def revive(self) -> None:
        """Starts again what ended by itself, as a supervisor does: a worker gives up while the engine is dead."""
        for running in self.services.values():
            if running.wanted and not running.alive:
                running.start()

    async def until(self, look: Look, what: str, within: float | None = None) -> None:
        """Looks again and again until the answer is yes. Raises NotYet with what was waited for."""
        within = within or self.patience
        never = asyncio.Event()
        try:
            async with asyncio.timeout(within):
                while not await look():
                    self.revive()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(never.wait(), self.look_every)
        except TimeoutError as error:
            raise NotYet(f"not within {within:g} s: {what}; the logs are in {self.layout.logs}") from error

    def stop(self) -> None:
        for running in self.services.values():
            running.kill()


async def open_stack(folder: Path, migrated: Mapping[str, Path] | None = None) -> StackUnderTest:
    """A prepared stack in ``folder``, nothing of it running but the wire. ``migrated``: SQLite files to copy."""
    given = {name: os.environ[name] for name in _GIVEN if name in os.environ}
    profile = write_profile(
        folder / "profile.yaml",
        sms_window="00:00-23:59:59.999999",
        gateway_retry={"first": 0.3, "longest": 2},
    )
    ports = _free_ports()
    layout = Layout(folder, ports, given | _QUICK | {"BELSENDI_LEGAL_PROFILE": str(profile)})
    prepare(layout)
    for branch in ("records", "keys"):
        await _make_database(folder / f"{branch}.db", branch, (migrated or {}).get(branch))
    wire = Wire(ports.smpp)
    await wire.start()
    return StackUnderTest(layout, wire)


async def _make_database(file: Path, branch: str, template: Path | None) -> None:
    if template is not None:
        shutil.copy(template, file)
        return
    database = Database(f"sqlite+aiosqlite:///{file}")
    await upgrade(database, branch)
    await database.close()


def _free_ports() -> Ports:
    draw = random.SystemRandom()
    while True:
        ports = Ports.from_base(draw.randrange(*_PORTS))
        if all(is_free(getattr(ports, each.name)) for each in fields(ports)):
            return ports
