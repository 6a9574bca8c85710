"""``python -m bench``: measures, prints what it does, and writes docs/benchmarks.md when all was measured."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

from belsendi.errors import BelsendiError
from belsendi.law import ALMATY
from bench import counting, latency, start_up, throughput
from bench.families import families, register
from bench.history import history_of
from bench.machine import Machine
from bench.report import Figures, render
from bench.sizes import FULL, QUICK, Sizes
from bench.stand import Stand, standing
from bench.watch import watching
from bench.whole_case import open_doors
from simulators.client import RegistryControl
from stack.child import PROJECT

PARTS = ("counts", "cases", "replies", "start")
_PAGE = PROJECT / "docs" / "benchmarks.md"
_RATES = (1.0, 20.0)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line; ``make bench ARGS="--quick"`` hands it over."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="small sizes: for a look, not for the page")
    add("--only", choices=PARTS, action="append", help="one part; the page is printed and not written")
    add("--rounds", type=int, help="pairs of rounds")
    add("--cases", type=int, help="whole cases of a round")
    add("--output", type=Path, help="where to write the page [docs/benchmarks.md; with --quick: nowhere]")
    return parser.parse_args(arguments)


def sizes_of(given: argparse.Namespace) -> Sizes:
    sizes = QUICK if given.quick else FULL
    return replace(sizes, rounds=given.rounds or sizes.rounds, cases=given.cases or sizes.cases)


async def measure(parts: Sequence[str], sizes: Sizes, folder: Path) -> Figures:
    """Runs the parts, each on a fresh stand."""
    today = datetime.now(UTC).astimezone(ALMATY).date()
    figures = Figures(Machine.here(today), sizes)
    if "counts" in parts:
        _say("counts of a whole case …")
        async with standing(folder / "counts", counted=True) as stand:
            figures = figures.with_(counts=await _counts(stand, sizes, today))
    if "cases" in parts:
        _say("whole cases against bare workflows …")
        async with standing(folder / "cases") as stand:
            figures = await _cases(figures, stand, today)
    if "replies" in parts:
        runs = []
        for place, (kind, rate) in enumerate(product(latency.KINDS, _RATES)):
            _say(f"replies {kind.text} at {rate:g} a second …")
            async with standing(folder / f"replies-{place}") as stand:
                runs.append(await _replies(stand, kind, rate, sizes, today))
        figures = figures.with_(latency=runs)
    if "start" in parts:
        _say("start and idle memory …")
        figures = figures.with_(standing=await start_up.measure(folder, sizes))
    return figures


async def _counts(stand: Stand, sizes: Sizes, today: date) -> counting.CaseCounts:
    people = families(sizes.counted, today, seed=1)
    async with RegistryControl(stand.layout.registry_url) as registry:
        await register(registry, people)
    async with open_doors(stand) as doors, watching(stand.layout.data_dir / "records.db") as watch:
        return await counting.count(stand, doors, watch, people)


async def _cases(figures: Figures, stand: Stand, today: date) -> Figures:
    sizes = figures.sizes
    people = families(sizes.warm_up + sizes.rounds * sizes.cases, today, seed=1)
    async with RegistryControl(stand.layout.registry_url) as registry:
        await register(registry, people)
    async with open_doors(stand) as doors, watching(stand.layout.data_dir / "records.db") as watch:
        run = await throughput.measure(stand, doors, watch, people, sizes, _say)
        history = await history_of(doors.client, run.last_case)
        bare = await history_of(doors.client, run.last_bare)
    return figures.with_(throughput=run, history=history, bare_events=len(bare))


async def _replies(
    stand: Stand, kind: latency.ReplyKind, rate: float, sizes: Sizes, today: date
) -> latency.ReplyRun:
    people = families(max(5, round(rate * sizes.latency_seconds)), today, seed=1)
    async with RegistryControl(stand.layout.registry_url) as registry:
        await register(registry, people)
    records = stand.layout.data_dir / "records.db"
    async with open_doors(stand) as doors, watching(records) as watch:
        offered = await latency.offer_all(doors, watch, people, "replies", sizes.in_flight)
        return await latency.replies(doors, records, offered, kind, rate, sizes)


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 with one sentence when something could not be measured."""
    given = parse(arguments)
    figures: Figures | None = None
    try:
        with tempfile.TemporaryDirectory(prefix="belsendi-bench-") as folder:
            figures = asyncio.run(measure(given.only or PARTS, sizes_of(given), Path(folder)))
    except* BelsendiError as problems:
        sys.stderr.write("".join(f"bench: {problem}\n" for problem in problems.exceptions))
    if figures is None:
        return 1
    page = render(figures)
    output: Path | None = given.output or (None if given.quick or given.only else _PAGE)
    if output is None:
        print(page)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(page, encoding="utf-8")
        _say(f"written to {output}")
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # an exiting interpreter may hang on calls in flight (sdk-python issue 300)
