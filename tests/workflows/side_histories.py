"""Records the golden histories of the workflows beside the cases: real runs on the real engine.

    python -m tests.workflows.side_histories NAME…      (without names: all that are not there yet)

A recorded history is never edited and never recorded again: it stands for what was running when a version of
the workflow was in use. ``--calls`` writes the snapshots of calls anew, when inputs or time-outs were changed
on purpose.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

from belsendi.casework.obligations import CaregiverFacts, DependantFacts, SurvivorFacts
from belsendi.law import utc_of
from simulators.registry.dossier import Trade
from simulators.registry.people import OutageMode
from tests.workflows.calls import Call
from tests.workflows.histories import HISTORIES, replay
from tests.workflows.office import open_office, skipping_engine
from tests.workflows.side_office import SideOffice
from workflows.definitions.information_request import InformationRequest
from workflows.definitions.yearly_obligation import YearlyObligation

PERSON = "850101400121"
DEPENDANT = "031010500172"
START = datetime(2025, 8, 15, 5, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Run:
    """A way through a workflow. ``play`` returns the workflow's id when its first run has ended."""

    definition: type[Any]
    play: Callable[[SideOffice], Awaitable[str]]

    def file(self, name: str) -> Path:
        return HISTORIES / self.definition.__name__ / "v1" / f"{name}.json"

    def calls_file(self, name: str) -> Path:
        return self.file(name).parent / "calls" / f"{name}.json"


def _morning(year: int, month: int, day: int) -> datetime:
    return utc_of(date(year, month, day), time(9, 0))


async def answered(side: SideOffice) -> str:
    await side.know(PERSON, date(1985, 1, 1))
    row = await side.ask(PERSON)
    await side.until_answered(row.id)
    return row.id


async def answered_late(side: SideOffice) -> str:
    """The personal cabinet is out until the half hour is over."""
    await side.know(PERSON, date(1985, 1, 1))
    await side.office.registry.set_outages(portal=OutageMode.DOWN)
    row = await side.ask(PERSON)
    await side.until_timers(row.id)
    await side.move_to(row.id, row.due_at + timedelta(seconds=1))
    await side.until_task("INFORMATION_LATE")
    await side.office.registry.set_outages()
    await side.move_to(row.id, row.due_at + timedelta(minutes=20))
    await side.until_answered(row.id)
    return row.id


async def study_to_the_end(side: SideOffice) -> str:
    """Two reminders, then the 23rd birthday."""
    born = date(2002, 10, 10)
    await side.know(DEPENDANT, born)
    case_id = await side.survivor_case(PERSON)
    facts = SurvivorFacts(date(2025, 8, 15), dependants=(DependantFacts(DEPENDANT, born),))
    (obligation_id,) = await side.begin(case_id, facts)
    await side.move_to(obligation_id, _morning(2025, 9, 1))
    await side.until_line(case_id, "STUDY_ASKED")
    await side.move_to(obligation_id, _morning(2025, 10, 1))
    await side.until_line(case_id, "STUDY_ASKED", 2)
    await side.move_to(obligation_id, _morning(2025, 10, 10))
    await side.office.ended(obligation_id)
    return obligation_id


async def care_of_a_year(side: SideOffice) -> str:
    """A business on record, an outage before it was seen, and the year goes on into the next run."""
    await side.know(PERSON, date(1985, 1, 1), trade=Trade(since=date(2025, 2, 1)))
    case_id = await side.survivor_case(PERSON)
    facts = SurvivorFacts(date(2024, 9, 20), caregiver=CaregiverFacts(PERSON, (date(2021, 1, 5),)))
    (obligation_id,) = await side.begin(case_id, facts)
    await side.office.registry.set_outages(entrepreneurs=OutageMode.DOWN)
    await side.move_to(obligation_id, _morning(2025, 9, 20))
    await side.until_timers(obligation_id, 2)
    await side.office.registry.set_outages()
    await side.move_to(obligation_id, _morning(2025, 9, 20) + timedelta(minutes=5))
    await side.until_line(case_id, "CARE_ASKED")
    await side.move_to(obligation_id, _morning(2026, 8, 15))
    await side.until_next_run(obligation_id)
    return obligation_id


RUNS: dict[str, Run] = {
    "answered": Run(InformationRequest, answered),
    "answered-late": Run(InformationRequest, answered_late),
    "study-to-the-end": Run(YearlyObligation, study_to_the_end),
    "care-of-a-year": Run(YearlyObligation, care_of_a_year),
}


def recorded() -> list[str]:
    """Every recorded run, by the name of its file."""
    return sorted(name for name, run in RUNS.items() if run.file(name).exists())


def golden_history(name: str) -> WorkflowHistory:
    return WorkflowHistory.from_json(name, RUNS[name].file(name).read_text(encoding="utf-8"))


def golden_calls(name: str) -> list[Call]:
    calls: list[Call] = json.loads(RUNS[name].calls_file(name).read_text(encoding="utf-8"))
    return calls


async def run_once(name: str, folder: Path) -> WorkflowHistory:
    """One of ``RUNS`` in a fresh office on a fresh engine. Returns what the engine kept of its first run."""
    async with skipping_engine() as engine, open_office(folder, engine) as office:
        side = SideOffice(office, START)
        return await side.first_run(await RUNS[name].play(side))


async def record(names: list[str]) -> None:
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            history = await run_once(name, Path(folder))
        path = RUNS[name].file(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(history.to_json() + "\n", encoding="utf-8")
        await write_calls(name)
        sys.stdout.write(f"{name}: {len(history.events)} events\n")


async def write_calls(name: str) -> None:
    calls = await replay(golden_history(name), RUNS[name].definition)
    path = RUNS[name].calls_file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(calls, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Record golden histories of the workflows beside the cases.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(RUNS))
    parser.add_argument("--calls", action="store_true", help="only write the snapshots of calls anew")
    given = parser.parse_args()
    if given.calls:
        for name in given.names or recorded():
            asyncio.run(write_calls(name))
    else:
        asyncio.run(record(given.names or sorted(set(RUNS) - set(recorded()))))


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # an exiting interpreter may hang on calls in flight (sdk-python issue 300)
