"""How often a whole case asks databases and systems: counts say the same however busy the machine is."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, event

from bench.failure import BenchFailed
from bench.families import Family
from bench.stand import Stand
from bench.throughput import closed_loop
from bench.watch import CaseWatch
from bench.whole_case import Doors, whole_case
from simulators.client import RegistryControl

STATEMENTS, READING, WRITING = "SQL statements", "units that read", "units that write"
KEY_STATEMENTS, KEY_UNITS = "statements to the key store", "units in the key store"
CALLS = "calls to state systems"
_AT_ONCE = 4
_ANSWER_WITHIN = 10.0
KINDS = (STATEMENTS, READING, WRITING, KEY_STATEMENTS, KEY_UNITS, CALLS)


@dataclass(frozen=True)
class CaseCounts:
    """Counts for each case, by kind, of the worker and of the doors."""

    cases: int
    worker: Mapping[str, float]
    doors: Mapping[str, float]


class Counting:
    """Counts what every engine of this process does from now on."""

    def __init__(self, keys_database: str) -> None:
        self._keys_database = keys_database
        self.counts: Counter[str] = Counter()
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "begin", self._unit)

    def stop(self) -> None:
        event.remove(Engine, "before_cursor_execute", self._statement)
        event.remove(Engine, "begin", self._unit)

    def write_to(self, file: Path) -> None:
        """Leaves the counts to the process that asked for them."""
        whole = file.with_suffix(".part")
        whole.write_text(json.dumps(self.counts), encoding="utf-8")
        whole.rename(file)

    def _statement(self, connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            self.counts[KEY_STATEMENTS if self._is_of_keys(connection) else STATEMENTS] += 1

    def _unit(self, connection: Connection) -> None:
        if self._is_of_keys(connection):
            self.counts[KEY_UNITS] += 1
        else:
            writes = connection.get_execution_options().get("belsendi_writes", False)
            self.counts[WRITING if writes else READING] += 1

    def _is_of_keys(self, connection: Connection) -> bool:
        return connection.engine.url.render_as_string(hide_password=False) == self._keys_database


def counts_of(file: Path) -> Counter[str]:
    return Counter(json.loads(file.read_text(encoding="utf-8")))


def per_case(counts: Mapping[str, int], before: Mapping[str, int], cases: int) -> dict[str, float]:
    """What came for each case since ``before``."""
    return {kind: (counts.get(kind, 0) - before.get(kind, 0)) / cases for kind in KINDS}


async def count(stand: Stand, doors: Doors, watch: CaseWatch, people: Sequence[Family]) -> CaseCounts:
    """Runs a case for each family, a few at once, and counts from the first to the last.

    The worker of the stand is the counted one. Its sweep and its mirror run meanwhile and are counted too.
    """
    numbered = iter(enumerate(people))

    async def one_case() -> None:
        number, family = next(numbered)
        await whole_case(doors, watch, family, f"counted-{number}")

    async with RegistryControl(stand.layout.registry_url) as registry:
        here = Counting(stand.settings.keys_database_url)
        before, called = await _of_worker(stand), len(await registry.calls())
        await closed_loop(iter([one_case] * len(people)), _AT_ONCE)
        await asyncio.sleep(2 * stand.settings.sweep_interval_seconds)  # the mirror follows in its own time
        after, calls = await _of_worker(stand), len(await registry.calls()) - called
    here.stop()
    after[CALLS] += calls
    cases = len(people)
    return CaseCounts(cases, per_case(after, before, cases), per_case(here.counts, {}, cases))


async def _of_worker(stand: Stand) -> Counter[str]:
    """Asks the counted worker. Raises BenchFailed when it does not answer."""
    stand.counts.unlink(missing_ok=True)
    os.kill(stand.pids["worker"], signal.SIGUSR1)
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            while not stand.counts.exists():  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise BenchFailed("the worker did not say what it counted; look at its log") from error
    return counts_of(stand.counts)
