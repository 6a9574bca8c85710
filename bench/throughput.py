"""Whole cases a second against bare workflows a second, in turns within one run, closed loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from temporalio.client import Client

from bench.bare_workflow import BARE_QUEUE, BareCase
from bench.families import Family
from bench.processor import CpuReading
from bench.sizes import Sizes
from bench.stand import Stand
from bench.watch import CaseWatch
from bench.whole_case import CaseDone, Doors, whole_case


@dataclass(frozen=True)
class Round:
    """One round of one kind: how many were done, in how many seconds, with what processor time by process."""

    done: int
    seconds: float
    cpu: dict[str, float]

    @property
    def per_second(self) -> float:
        return self.done / self.seconds

    def cpu_ms(self) -> dict[str, float]:
        """Milliseconds of processor time for each one done."""
        return {name: 1000 * seconds / self.done for name, seconds in self.cpu.items()}


@dataclass(frozen=True)
class Throughput:
    """All rounds of a run, in the order they ran."""

    bare: list[Round]
    cases: list[Round]
    case_seconds: list[float]
    """How long each case took from event to end, at full load."""
    last_case: str
    last_bare: str

    @property
    def ratio(self) -> float:
        """Whole cases against bare workflows: the median over neighbouring rounds, which share the noise."""
        return median(c.per_second / b.per_second for c, b in zip(self.cases, self.bare, strict=True))


async def closed_loop(jobs: Iterator[Callable[[], Awaitable[object]]], in_flight: int) -> None:
    """Runs jobs with ``in_flight`` of them under way; the first failure ends all."""

    async def worker() -> None:
        for job in jobs:
            await job()

    async with asyncio.TaskGroup() as group:
        for _ in range(in_flight):
            group.create_task(worker())


async def bare_workflow(client: Client, workflow_id: str) -> None:
    """One bare workflow from start to end."""
    handle = await client.start_workflow(BareCase.run, workflow_id, id=workflow_id, task_queue=BARE_QUEUE)
    await handle.execute_update(BareCase.reply, "1")
    await handle.execute_update(BareCase.decide, "signature")
    await handle.result()


async def measure(
    stand: Stand,
    doors: Doors,
    watch: CaseWatch,
    people: Sequence[Family],
    sizes: Sizes,
    say: Callable[[str], None],
) -> Throughput:
    """Warms up, then runs the rounds in turns. ``people`` are enough families for all of them.

    ``say`` hears how far it is.
    """
    settings = stand.settings
    bare_client = await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)
    families = iter(enumerate(people))
    numbers = iter(range(1_000_000))
    done: list[CaseDone] = []

    async def one_case() -> None:
        number, family = next(families)
        done.append(await whole_case(doors, watch, family, f"case-{number}"))

    async def one_bare() -> None:
        await bare_workflow(bare_client, f"bare-{next(numbers)}")

    await closed_loop(iter([one_bare] * sizes.warm_up), sizes.in_flight)
    await closed_loop(iter([one_case] * sizes.warm_up), sizes.in_flight)
    done.clear()
    bare: list[Round] = []
    cases: list[Round] = []
    for number in range(1, sizes.rounds + 1):
        bare.append(await _round(stand, one_bare, sizes.bare, sizes.in_flight))
        cases.append(await _round(stand, one_case, sizes.cases, sizes.in_flight))
        say(
            f"  round {number} of {sizes.rounds}: {bare[-1].per_second:.1f} bare workflows a second, "
            f"{cases[-1].per_second:.1f} whole cases"
        )
    return Throughput(
        bare, cases, [case.seconds for case in done], done[-1].case_id, f"bare-{next(numbers) - 1}"
    )


async def _round(stand: Stand, job: Callable[[], Awaitable[None]], count: int, in_flight: int) -> Round:
    before, began = CpuReading.take(stand.pids), time.perf_counter()
    await closed_loop(iter([job] * count), in_flight)
    seconds = time.perf_counter() - began
    return Round(count, seconds, CpuReading.take(stand.pids).since(before))
