"""Requests and obligations that are running when their workflow changes: recorded histories run the same for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio import workflow

from tests.workflows.calls import Call
from tests.workflows.histories import replay
from tests.workflows.side_histories import RUNS, golden_calls, golden_history, recorded, run_once
from workflows.definitions.information_request import InformationRequest


def named(calls: list[Call]) -> list[str]:
    return [call["name"] for call in calls if "name" in call]


def test_every_run_is_recorded() -> None:
    assert recorded() == sorted(RUNS)


@pytest.mark.parametrize("name", sorted(RUNS))
async def test_a_recorded_run_still_runs_the_same_way(name: str) -> None:
    """The order of steps by replay; their inputs, time-outs and the lengths of timers by the snapshot."""
    assert await replay(golden_history(name), RUNS[name].definition) == golden_calls(name)


@pytest.mark.parametrize("name", ["answered", "care-of-a-year"])
async def test_a_new_run_takes_the_recorded_steps(name: str, tmp_path: Path) -> None:
    """The recorder itself, on the real engine: what is recorded is what happens today."""
    history = await run_once(name, tmp_path)

    assert named(await replay(history, RUNS[name].definition)) == named(golden_calls(name))


async def test_another_workflow_does_not_replay_a_recorded_run() -> None:
    """The replay can turn red: the steps of an obligation are not those of a request."""
    recorded_run = golden_history("study-to-the-end")
    for event in recorded_run.events:
        if event.HasField("workflow_execution_started_event_attributes"):
            event.workflow_execution_started_event_attributes.workflow_type.name = "InformationRequest"
    with pytest.raises((workflow.NondeterminismError, RuntimeError)):
        await replay(recorded_run, InformationRequest)
