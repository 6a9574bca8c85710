"""What a workflow asked for, command by command: noted while its history is replayed, and written to compare.

Replay itself notices another order or another name of a command. It does not notice another input, another
time-out or another length of a timer; these stand in the snapshot.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from google.protobuf.duration_pb2 import Duration
from temporalio import workflow
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

Call = dict[str, Any]

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_ID = re.compile(r"[0-9a-f]{32}")
_QUIET = frozenset({"cancel_timer", "respond_to_query"})


class NotingRunner(WorkflowRunner):
    """Runs workflows as ``runner`` does and keeps every command they issue in ``calls``."""

    def __init__(self, runner: WorkflowRunner) -> None:
        self._runner = runner
        self.calls: list[Call] = []

    def prepare_workflow(self, defn: workflow._Definition) -> None:
        self._runner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = self._runner.create_instance(det)
        activate = instance.activate

        def noting(activation: WorkflowActivation) -> WorkflowActivationCompletion:
            completion = activate(activation)
            self.calls += [call for each in completion.successful.commands if (call := described(each))]
            return completion

        instance.activate = noting  # type: ignore[method-assign]
        return instance

    def set_worker_level_failure_exception_types(self, types: Any) -> None:
        self._runner.set_worker_level_failure_exception_types(types)


def described(command: WorkflowCommand) -> Call | None:
    """A command as plain data; None for those that ask nothing of the outside."""
    kind = str(command.WhichOneof("variant"))
    if kind in _QUIET:
        return None
    describe = _DESCRIBED.get(kind)
    return {"command": kind} | (describe(getattr(command, kind)) if describe else {})


def without_chance(calls: list[Call]) -> list[Call]:
    """The same calls without instants, with ids numbered in the order of their appearance."""
    names: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        return names.setdefault(found[0], f"id-{len(names) + 1}")

    text = _INSTANT.sub("instant", json.dumps(calls, ensure_ascii=False))
    cleaned: list[Call] = json.loads(_ID.sub(number, text))
    return cleaned


def _seconds(duration: Duration) -> float:
    return float(duration.ToTimedelta().total_seconds())


def without_absent(value: Any) -> Any:
    """The same data without absent fields: a later version may add an optional one, it says nothing new."""
    if isinstance(value, dict):
        return {name: without_absent(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_absent(inner) for inner in value]
    return value


def _inputs(payloads: Any) -> list[Any]:
    return [without_absent(json.loads(payload.data)) for payload in payloads]


def _activity(command: Any) -> Call:
    return {
        "name": command.activity_type,
        "input": _inputs(command.arguments),
        "start_to_close": _seconds(command.start_to_close_timeout),
        "attempts": command.retry_policy.maximum_attempts,
        "final_errors": sorted(command.retry_policy.non_retryable_error_types),
    }


def _remote_activity(command: Any) -> Call:
    return _activity(command) | {"heartbeat": _seconds(command.heartbeat_timeout)}


def _timer(command: Any) -> Call:
    return {"seconds": _seconds(command.start_to_fire_timeout)}


def _update(command: Any) -> Call:
    answer = str(command.WhichOneof("response"))
    call: Call = {"answer": answer}
    if answer == "completed":
        call["result"] = _inputs([command.completed])
    elif answer == "rejected":
        call["reason"] = command.rejected.application_failure_info.type
    return call


def _completion(command: Any) -> Call:
    return {"result": _inputs([command.result])}


def _failure(command: Any) -> Call:
    return {"failure": command.failure.application_failure_info.type}


_DESCRIBED: dict[str, Callable[[Any], Call]] = {
    "schedule_activity": _remote_activity,
    "schedule_local_activity": _activity,
    "start_timer": _timer,
    "update_response": _update,
    "complete_workflow_execution": _completion,
    "fail_workflow_execution": _failure,
}
