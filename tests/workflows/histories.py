"""Golden histories: recorded once from real runs, replayed ever after, never edited.

``record_histories.py`` writes them. The keyring beside them encrypts nothing but these files.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, WorkflowRunner

from belsendi.temporal.client import encrypting_converter
from belsendi.temporal.codec import PayloadKeyring
from tests.workflows.calls import Call, NotingRunner, without_absent, without_chance
from workflows.definitions.benefit_case import BenefitCase
from workflows.worker import case_runner

HISTORIES = Path(__file__).resolve().parents[1] / "histories"
GOLDEN = HISTORIES / "BenefitCase" / "v1"
KEYRING = PayloadKeyring.parse((HISTORIES / "payload-keys.txt").read_text(encoding="utf-8"))
NAMESPACE = "default"
CONVERTER = encrypting_converter(KEYRING, NAMESPACE)


def golden_names() -> list[str]:
    """Every recorded run, by the name of its file."""
    return sorted(path.name.removesuffix(".json") for path in GOLDEN.glob("*.json"))


def golden_history(name: str) -> WorkflowHistory:
    return WorkflowHistory.from_json(name, (GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def calls_file(name: str) -> Path:
    """The snapshot of the calls that a run made."""
    return GOLDEN / "calls" / f"{name}.json"


def golden_calls(name: str) -> list[Call]:
    calls: list[Call] = without_absent(json.loads(calls_file(name).read_text(encoding="utf-8")))
    return calls


async def replay(
    history: WorkflowHistory, definition: type[Any] = BenefitCase, runner: WorkflowRunner | None = None
) -> list[Call]:
    """Replays a history in the worker's own sandbox. Returns the calls made.

    Raises temporalio.workflow.NondeterminismError when the definition would not have run that way.
    """
    noting = NotingRunner(runner or case_runner())
    replayer = Replayer(
        workflows=[definition], workflow_runner=noting, namespace=NAMESPACE, data_converter=CONVERTER
    )
    await replayer.replay_workflow(history)
    return without_chance(noting.calls)
