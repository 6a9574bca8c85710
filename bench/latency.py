"""From a citizen's reply to the next message of the case, with replies arriving at their own pace."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from belsendi.contracts.states import CaseState
from bench.failure import BenchFailed
from bench.families import Family
from bench.sizes import Sizes
from bench.watch import CaseWatch
from bench.whole_case import Doors

_INTERVAL = 0.002


@dataclass(frozen=True)
class ReplyKind:
    """What a relative answers to the offer, and which message comes of it."""

    name: str
    text: str


KINDS = (
    ReplyKind("`2` (another account) → the question for it", "2"),
    ReplyKind("`1` (consent) → notice that the case is accepted", "1"),
)


@dataclass(frozen=True)
class ReplyRun:
    """One run: what the reply brings, at what rate, and how long each took in seconds."""

    name: str
    per_second: float
    seconds: list[float]


@dataclass(frozen=True)
class Offered:
    """A case whose offer waits for the relative's reply."""

    family: Family
    case_id: str
    key: str


async def offer_all(
    doors: Doors, watch: CaseWatch, people: Sequence[Family], name: str, in_flight: int
) -> list[Offered]:
    """Opens a case for each family and waits until all of them are offered."""
    waiting: Iterator[tuple[int, Family]] = iter(enumerate(people))
    offered: list[Offered] = []

    async def open_some() -> None:
        for number, family in waiting:
            key = f"{name}-{number}"
            row = await doors.store_event(family, key)
            seen = await watch.until(row, lambda case: case.state == CaseState.OFFERED)
            await doors.put_on_telephone(seen.case_id)
            offered.append(Offered(family, seen.case_id, key))

    async with asyncio.TaskGroup() as group:
        for _ in range(in_flight):
            group.create_task(open_some())
    return offered


async def replies(
    doors: Doors, records: Path, offered: Sequence[Offered], kind: ReplyKind, per_second: float, sizes: Sizes
) -> ReplyRun:
    """Sends the reply of each case at exponential gaps and times the next row of its outbox.

    Raises BenchFailed when a case brings no message in ``sizes.latency_settle`` seconds.
    """
    began: dict[str, float] = {}
    taken: dict[str, float] = {}
    looking = asyncio.create_task(asyncio.to_thread(_look, records, began, taken, len(offered), sizes))
    draw = random.Random(20)  # repeatable gaps
    async with asyncio.TaskGroup() as group:
        due = asyncio.get_running_loop().time()
        for case in offered:
            due += draw.expovariate(per_second)
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            began[case.case_id] = time.perf_counter()
            group.create_task(doors.answer(case.family, case.key, kind.text))
    await looking
    return ReplyRun(kind.name, per_second, list(taken.values()))


def _look(records: Path, began: dict[str, float], taken: dict[str, float], wanted: int, sizes: Sizes) -> None:
    """Follows the outbox in a thread of its own and notes when a case that replied has its next message."""
    until = time.perf_counter() + sizes.latency_seconds + sizes.latency_settle
    with closing(sqlite3.connect(f"file:{records}?mode=ro", uri=True)) as connection:
        place = connection.execute("SELECT coalesce(max(rowid), 0) FROM outbox").fetchone()[0]
        while len(taken) < wanted:
            now = time.perf_counter()
            if now > until:
                raise BenchFailed(
                    f"{wanted - len(taken)} replies brought no message; look at the worker's log"
                )
            query = "SELECT rowid, case_id FROM outbox WHERE rowid > ? ORDER BY rowid"
            for last, case_id in connection.execute(query, (place,)).fetchall():
                place = last
                if case_id in began and case_id not in taken:
                    taken[case_id] = now - began[case_id]
            time.sleep(_INTERVAL)
