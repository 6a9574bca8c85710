"""The history of one case, event by event, with the reason why each is there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from bench.failure import BenchFailed

_PREFIX = "EVENT_TYPE_"
_WHY = {
    "WORKFLOW_EXECUTION_STARTED": "the case begins; its input is the id of the case, nothing personal",
    "WORKFLOW_EXECUTION_COMPLETED": "the case has its outcome",
    "WORKFLOW_EXECUTION_SIGNALED": "something the case is told without an answer",
    "WORKFLOW_TASK_SCHEDULED": "something happened: the engine asks the worker what follows",
    "WORKFLOW_TASK_STARTED": "a worker has taken the question",
    "WORKFLOW_TASK_COMPLETED": "the worker has said what follows",
    "WORKFLOW_TASK_FAILED": "the worker could not say what follows and is asked again",
    "WORKFLOW_TASK_TIMED_OUT": "the worker did not answer in time and is asked again",
    "ACTIVITY_TASK_SCHEDULED": "a step with state systems is wanted",
    "ACTIVITY_TASK_STARTED": "a worker has taken the step (written with its end)",
    "ACTIVITY_TASK_COMPLETED": "the step is done; its result is codes and ids",
    "ACTIVITY_TASK_FAILED": "a system was out: the case waits and asks again",
    "MARKER_RECORDED": "a step on our own records is done, in one event",
    "TIMER_STARTED": "the legal clock or a reminder is set",
    "TIMER_CANCELED": "what the timer waited for came first",
    "TIMER_FIRED": "the time has come",
    "WORKFLOW_EXECUTION_UPDATE_ACCEPTED": "a reply or an act passed the validator",
    "WORKFLOW_EXECUTION_UPDATE_COMPLETED": "whoever sent it has the case's answer",
}


@dataclass(frozen=True)
class EventSeen:
    """One event of a history: its kind, what it is about (a step's or an update's name), and why it is there."""

    number: int
    kind: str
    about: str
    why: str


async def history_of(client: Client, workflow_id: str) -> list[EventSeen]:
    """The events of a finished workflow, oldest first."""
    handle = client.get_workflow_handle(workflow_id)
    return explain([event async for event in handle.fetch_history_events()])


def explain(events: Iterable[HistoryEvent]) -> list[EventSeen]:
    """Each event with its reason. Raises BenchFailed for a kind of event nobody has given a reason yet."""
    seen: list[EventSeen] = []
    names: dict[int, str] = {}
    for event in events:
        kind = EventType.Name(event.event_type).removeprefix(_PREFIX)
        if kind not in _WHY:
            raise BenchFailed(f"a history holds an event of the kind {kind}; say in bench/history.py why")
        names[event.event_id] = _about(event, names)
        seen.append(EventSeen(event.event_id, kind, names[event.event_id], _WHY[kind]))
    return seen


def _about(event: HistoryEvent, names: dict[int, str]) -> str:
    """The name of the step, update or signal an event belongs to; later events point at the first one."""
    match EventType.Name(event.event_type).removeprefix(_PREFIX):
        case "ACTIVITY_TASK_SCHEDULED":
            return event.activity_task_scheduled_event_attributes.activity_type.name
        case "ACTIVITY_TASK_STARTED":
            return names[event.activity_task_started_event_attributes.scheduled_event_id]
        case "ACTIVITY_TASK_COMPLETED":
            return names[event.activity_task_completed_event_attributes.scheduled_event_id]
        case "ACTIVITY_TASK_FAILED":
            return names[event.activity_task_failed_event_attributes.scheduled_event_id]
        case "WORKFLOW_EXECUTION_UPDATE_ACCEPTED":
            return event.workflow_execution_update_accepted_event_attributes.accepted_request.input.name
        case "WORKFLOW_EXECUTION_UPDATE_COMPLETED":
            return names[event.workflow_execution_update_completed_event_attributes.accepted_event_id]
        case "WORKFLOW_EXECUTION_SIGNALED":
            return event.workflow_execution_signaled_event_attributes.signal_name
        case "TIMER_STARTED":
            span = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
            return f"{span.total_seconds() / 3600:.1f} h"
        case "TIMER_CANCELED":
            return names[event.timer_canceled_event_attributes.started_event_id]
        case "TIMER_FIRED":
            return names[event.timer_fired_event_attributes.started_event_id]
        case "MARKER_RECORDED":
            return _local_step(event)
        case _:
            return ""


def _local_step(event: HistoryEvent) -> str:
    """The step's name as the SDK's core writes it beside the (encrypted) result."""
    details = event.marker_recorded_event_attributes.details
    for payload in (each for name in details if name == "data" for each in details[name].payloads):
        told = json.loads(payload.data)
        return str(told.get("activity_type", ""))
    return event.marker_recorded_event_attributes.marker_name
