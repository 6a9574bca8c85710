"""What the figures are read from: processor time and memory in /proc, and the records seen from outside."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench.failure import BenchFailed
from bench.processor import DRIVER, CpuReading, seconds_of
from bench.start_up import memory_of_children
from bench.watch import watching


def test_processor_time_is_read_behind_a_name_with_blanks_and_brackets(tmp_path: Path) -> None:
    process = tmp_path / "42"
    process.mkdir()
    ticks = os.sysconf("SC_CLK_TCK")
    fields = ["S", *["0"] * 10, str(2 * ticks), str(ticks), "0"]
    (process / "stat").write_text(f"42 (a ) b) {' '.join(fields)}\n")
    assert seconds_of(42, tmp_path) == 3.0


def test_a_process_that_ended_ends_the_measurement(tmp_path: Path) -> None:
    with pytest.raises(BenchFailed, match="ended while it was measured"):
        seconds_of(42, tmp_path)


def test_both_workers_are_counted_under_one_name() -> None:
    before = CpuReading({"worker": 1.0, "bare worker": 2.0, DRIVER: 0.0})
    after = CpuReading({"worker": 1.5, "bare worker": 2.25, DRIVER: 0.0})
    assert after.since(before) == {"worker": 0.75, DRIVER: 0.0}


def test_the_memory_of_a_process_and_of_those_below_it_is_counted_by_name(tmp_path: Path) -> None:
    processes = {
        1: (0, "bash"),
        10: (1, "python\0-m\0stack\0up\0"),
        11: (10, "python\0-m\0workflows.worker\0"),
    }
    for pid, (parent, command) in processes.items():
        process = tmp_path / str(pid)
        process.mkdir()
        (process / "stat").write_text(f"{pid} (x) S {parent} 0 0\n")
        (process / "cmdline").write_text(command)
        (process / "smaps_rollup").write_text(f"Rss: 9 kB\nPss: {pid * 1024} kB\n")
    assert memory_of_children(10, tmp_path) == {"supervisor": 10.0, "worker": 11.0}


@pytest.fixture
def records(tmp_path: Path) -> Path:
    file = tmp_path / "records.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE cases (event_id TEXT, id TEXT, state TEXT, outcome TEXT)")
        connection.execute("INSERT INTO cases VALUES ('event-1', 'case-1', 'OFFERED', NULL)")
    return file


async def test_a_case_is_seen_when_it_has_come_so_far(records: Path) -> None:
    async with watching(records) as watch:
        seen = await watch.until("event-1", lambda case: case.state == "OFFERED")
        again = await watch.until("event-1", lambda case: case.state == "OFFERED")
    assert (seen.case_id, seen.outcome) == ("case-1", None)
    assert again == seen, "nothing was written in between, and who asks later must see it all the same"


async def test_a_case_that_ends_on_the_way_ends_the_measurement(records: Path) -> None:
    with closing(sqlite3.connect(records)) as connection, connection:
        connection.execute("UPDATE cases SET state = 'CLOSED', outcome = 'TRANSFERRED'")
    async with watching(records) as watch:
        with pytest.raises(BenchFailed, match="TRANSFERRED"):
            await watch.until("event-1", lambda case: case.state == "AWAITING_SIGNATURE")
