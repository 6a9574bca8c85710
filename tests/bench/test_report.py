"""The page of figures: every part stands in it, and the numbers are those that were measured."""

from __future__ import annotations

from datetime import date

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from bench.counting import CALLS, STATEMENTS, CaseCounts
from bench.failure import BenchFailed
from bench.history import EventSeen, explain
from bench.latency import ReplyRun
from bench.machine import Machine
from bench.report import Figures, render
from bench.sizes import QUICK
from bench.start_up import Standing
from bench.tables import number, percentile
from bench.throughput import Round, Throughput

MACHINE = Machine(
    measured_on=date(2026, 11, 20),
    cores=2,
    processor="a processor",
    memory_gib=8.0,
    system="Linux 6.1",
    python="3.11.9",
    temporal="1.9.1",
    sdk="1.35.0",
    load=0.1,
)


def throughput(bare: tuple[float, ...], cases: tuple[float, ...]) -> Throughput:
    """Rounds of 100 with these rates, the worker using as much processor time as there was."""
    rounds = [[Round(100, 100 / rate, {"worker": 100 / rate}) for rate in rates] for rates in (bare, cases)]
    return Throughput(rounds[0], rounds[1], [1.0, 2.0, 3.0], "last-case", "last-bare")


def figures(**parts: object) -> Figures:
    return Figures(MACHINE, QUICK).with_(**parts)


def test_the_ratio_is_the_median_over_neighbouring_rounds() -> None:
    """A slow stretch of the machine hits neighbours alike and must not move the ratio."""
    assert throughput((20.0, 10.0, 20.0), (10.0, 5.0, 14.0)).ratio == pytest.approx(0.5)


def test_a_round_tells_processor_time_for_each_one() -> None:
    assert Round(50, 10.0, {"worker": 2.5}).cpu_ms() == {"worker": 50.0}


def test_a_missed_aim_is_said_and_a_met_one_too() -> None:
    assert "| 0.50 | ≥ 0.7 | **missed** |" in render(figures(throughput=throughput((20.0,), (10.0,))))
    assert "| 0.80 | ≥ 0.7 | met |" in render(figures(throughput=throughput((20.0,), (16.0,))))


def test_the_page_names_machine_date_and_every_part_that_was_measured() -> None:
    page = render(
        figures(
            throughput=throughput((20.0,), (10.0,)),
            history=[EventSeen(1, "WORKFLOW_EXECUTION_STARTED", "", "the case begins")],
            bare_events=45,
            latency=[ReplyRun("consent → acceptance notice", 20.0, [0.1, 0.2, 0.3])],
            standing=Standing("make up", [9.0, 7.0, 8.0], [5.0], {"worker": 100.0, "temporal": 140.0}),
        )
    )
    assert "Measured on 2026-11-20: 2 cores (a processor), 8 GiB" in page
    assert "| 1 | `WORKFLOW_EXECUTION_STARTED` |  | the case begins |" in page
    assert "| consent → acceptance notice | 20 | 3 | 200 | 300 | 300 |" in page
    assert "| Start of `make up` after install | 8.0 s | < 15 s | met |" in page
    assert "| all | 240 |" in page


def test_counts_stand_beside_each_other_for_worker_and_doors() -> None:
    counts = CaseCounts(20, {STATEMENTS: 206.0, CALLS: 27.5}, {STATEMENTS: 33.8})
    page = render(figures(counts=counts))
    assert "Counted over 20 whole cases" in page
    assert "| SQL statements | 206 | 33.8 |" in page
    assert "| calls to state systems | 27.5 | – |" in page


def test_a_part_that_was_not_measured_is_left_out() -> None:
    page = render(figures(latency=[ReplyRun("consent", 1.0, [0.1])]))
    assert "## From a reply" in page
    assert "## Whole cases" not in page
    assert "## Start" not in page


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2.0), (0.99, 4.0), (0.25, 1.0)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == expected


@pytest.mark.parametrize(("value", "shown"), [(0.1234, "0.12"), (12.34, "12.3"), (1234.5, "1234")])
def test_numbers_are_shown_without_false_precision(value: float, shown: str) -> None:
    assert number(value) == shown


def test_an_event_of_a_kind_nobody_explained_ends_the_measurement() -> None:
    event = HistoryEvent(event_id=1, event_type=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED)
    with pytest.raises(BenchFailed, match="WORKFLOW_EXECUTION_TERMINATED"):
        explain([event])


def test_the_end_of_a_step_carries_the_name_of_its_beginning() -> None:
    scheduled = HistoryEvent(event_id=5, event_type=EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    scheduled.activity_task_scheduled_event_attributes.activity_type.name = "make_offer"
    done = HistoryEvent(event_id=7, event_type=EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED)
    done.activity_task_completed_event_attributes.scheduled_event_id = 5
    assert [event.about for event in explain([scheduled, done])] == ["make_offer", "make_offer"]
