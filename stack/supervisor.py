"""Starts the services of one machine in order, keeps them running and stops them in reverse order.

A stage holds what may start side by side; the next stage starts when all of it is ready. A service that
dies is started again with a growing delay and is named; a step that fails at start ends the start with
one sentence and the place of its log.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from belsendi.errors import BelsendiError
from stack.child import Child
from stack.probes import Probe

_PROBE_INTERVAL = 0.05


class StackError(BelsendiError):
    """The stack could not be started; the message is one sentence for the person at the keyboard."""


@dataclass(frozen=True)
class Service:
    """A process that has to run all the time. Times are seconds.

    One that ends is noticed at once, so a busy or small machine is given time to get ready.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    ready: Probe
    start_within: float = 120
    stop_within: float = 6


@dataclass(frozen=True)
class Step:
    """A process that has to end with success before the next stage starts."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    end_within: float = 120


Stage = Sequence[Service | Step]


@dataclass(frozen=True)
class Backoff:
    """Delay before a dead service starts again: doubles up to ``most``, forgets after ``calm`` s of life."""

    first: float = 0.5
    most: float = 30
    calm: float = 60

    def delay(self, deaths: int) -> float:
        return float(min(self.most, self.first * 2 ** min(deaths, 16)))


class Supervisor:
    """Owns the children. Use ``start``, then ``stop``; ``kill`` is for the impatient."""

    def __init__(
        self,
        stages: Sequence[Stage],
        log_dir: Path,
        *,
        say: Callable[[str], None] = print,
        backoff: Backoff | None = None,
        stop_within: float = 9,
    ) -> None:
        self._stages = stages
        self._log_dir = log_dir
        self._say = say
        self._backoff = backoff or Backoff()
        self._stop_within = stop_within
        self._children: dict[str, Child] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    def log_of(self, name: str) -> Path:
        """Where a service's output goes."""
        return self._log_dir / f"{name.replace(' ', '-')}.log"

    def pid_of(self, name: str) -> int | None:
        """The process id of a running service; None when it is not running now."""
        child = self._children.get(name)
        return child.pid if child and child.exit_code is None else None

    async def start(self) -> None:
        """Start every stage. Raises StackError naming the step that failed; ``stop`` then stops the rest."""
        for stage in self._stages:
            tasks = [asyncio.create_task(self._begin(part)) for part in stage]
            try:
                await asyncio.gather(*tasks)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _begin(self, part: Service | Step) -> None:
        child = await self._spawn(part)
        if isinstance(part, Step):
            await self._finish(part, child)
            return
        await self._until_ready(part, child)
        self._keepers[part.name] = asyncio.create_task(self._keep(part, child))
        self._say(f"  {part.name}: ready")

    async def _spawn(self, part: Service | Step) -> Child:
        try:
            child = await Child.start(part.argv, part.environment, self.log_of(part.name))
        except OSError as error:
            raise StackError(f"{part.name} could not be started: {error.strerror}: {part.argv[0]}") from error
        self._children[part.name] = child
        return child

    async def _finish(self, step: Step, child: Child) -> None:
        try:
            code = await asyncio.wait_for(child.wait(), step.end_within)
        except TimeoutError as error:
            raise StackError(
                f"{step.name} did not end within {step.end_within:g} s; {self._look(step)}"
            ) from error
        if code != 0:
            raise StackError(
                f"{step.name} failed ({_ending(code)}): {child.last_words()}; {self._look(step)}"
            )
        self._say(f"  {step.name}: done")

    async def _until_ready(self, service: Service, child: Child) -> None:
        ended = asyncio.create_task(child.wait())
        try:
            async with asyncio.timeout(service.start_within):
                while not ended.done():
                    if await service.ready.ready() and not ended.done():
                        return
                    await asyncio.wait([ended], timeout=_PROBE_INTERVAL)
        except TimeoutError as error:
            raise StackError(
                f"{service.name} was not ready within {service.start_within:g} s; {self._look(service)}"
            ) from error
        finally:
            ended.cancel()
        code = child.exit_code if child.exit_code is not None else -1
        raise StackError(
            f"{service.name} did not start ({_ending(code)}): {child.last_words()}; {self._look(service)}"
        )

    def _look(self, part: Service | Step) -> str:
        return f"its log is {self.log_of(part.name)}"

    async def _keep(self, service: Service, child: Child) -> None:
        """Start the service again whenever it ends and nobody asked it to."""
        loop = asyncio.get_running_loop()
        deaths = 0
        while True:
            born = loop.time()
            code = await child.wait()
            if self._stopping:
                return
            child.send(signal.SIGKILL)  # whoever of its group survived it would hold its port
            deaths = 0 if loop.time() - born > self._backoff.calm else deaths
            delay = self._backoff.delay(deaths)
            deaths += 1
            self._say(
                f"{service.name} ended unexpectedly ({_ending(code)}); "
                f"starting it again in {delay:g} s, {self._look(service)}"
            )
            await asyncio.sleep(delay)
            try:
                child = await self._spawn(service)
                await self._until_ready(service, child)
            except StackError as error:
                self._say(str(error))
                await child.stop(service.stop_within)
                continue
            self._say(f"{service.name}: ready again")

    async def stop(self) -> None:
        """Stop everything in reverse order of starting, within ``stop_within`` seconds in all."""
        self._stopping = True
        for keeper in self._keepers.values():
            keeper.cancel()
        await asyncio.gather(*self._keepers.values(), return_exceptions=True)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._stop_within
        for stage in reversed(self._stages):
            left = deadline - loop.time()
            await asyncio.gather(
                *(
                    self._children[part.name].stop(min(left, getattr(part, "stop_within", 1.0)))
                    for part in stage
                    if part.name in self._children
                )
            )

    def kill(self) -> None:
        """End everything at once; what was in flight is picked up at the next start."""
        self._stopping = True
        for child in self._children.values():
            child.send(signal.SIGKILL)


def _ending(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"ended by {signal.Signals(-code).name}"
    return f"ended by signal {-code}"
