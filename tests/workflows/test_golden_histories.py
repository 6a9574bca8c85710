"""Cases that are running when the workflow changes: recorded histories must run the same way for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio import workflow

from tests.workflows.calls import Call
from tests.workflows.changed_cases import ForgetfulCase, HastyCase
from tests.workflows.histories import golden_calls, golden_history, golden_names, replay
from tests.workflows.record_histories import RUNS, run_once


def named(calls: list[Call]) -> list[str]:
    return [call["name"] for call in calls if "name" in call]


def test_every_run_is_recorded() -> None:
    assert golden_names() == sorted(RUNS)


@pytest.mark.parametrize("name", golden_names())
async def test_a_recorded_case_still_runs_the_same_way(name: str) -> None:
    """The order of steps by replay; their inputs, time-outs and the lengths of timers by the snapshot."""
    assert await replay(golden_history(name)) == golden_calls(name)


@pytest.mark.parametrize("name", sorted(RUNS))
async def test_a_new_case_takes_the_recorded_steps(name: str, tmp_path: Path) -> None:
    """The recorder itself, on the real engine: what is recorded is what happens today."""
    history = await run_once(name, tmp_path)

    assert named(await replay(history)) == named(golden_calls(name))


async def test_an_incompatible_workflow_turns_red() -> None:
    with pytest.raises(workflow.NondeterminismError):
        await replay(golden_history("assigned"), ForgetfulCase)


async def test_another_input_or_another_timer_turns_red_by_the_snapshot() -> None:
    recorded = golden_calls("outage-with-retries")

    changed = await replay(golden_history("outage-with-retries"), HastyCase)

    assert named(changed) == named(recorded)
    differing = {call["command"] for call, before in zip(changed, recorded, strict=True) if call != before}
    assert differing == {"schedule_activity", "schedule_local_activity", "start_timer"}
