"""The named steps of a case with their time-outs: what the workflow may ask of its activities.

Steps on our own records run as local activities (one history event each); steps that talk to state systems
are ordinary activities with one short attempt, because waiting between attempts is the workflow's own timer,
which the time budget sees.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.case import Contract, StepInput

UNAVAILABLE = "OutsideSystemUnavailable"

ContractT = TypeVar("ContractT", bound=Contract)

# Our own database: repeat until it answers; the case must not fail because a disk was busy.
_RECORDS_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(seconds=30),
    non_retryable_error_types=["InvalidInput", "NotFound", "Conflict", "ConfigurationError"],
)

# State systems: repeated by the engine only when the worker itself was lost; an outage is reported at once.
_REGISTRY_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(seconds=30),
    non_retryable_error_types=[UNAVAILABLE, "InvalidInput", "NotFound", "Conflict", "ConfigurationError"],
)


# A step whose worker was killed is given to another one after so long, not only when its whole time is over.
_LOST_AFTER = timedelta(seconds=10)


class SystemUnavailable(Exception):
    """A state system did not answer; ``system`` is its code."""

    def __init__(self, system: str) -> None:
        super().__init__(system)
        self.system = system


async def on_records(name: str, step: StepInput, result: type[ContractT]) -> ContractT:
    """A step on our own records."""
    taken: ContractT = await workflow.execute_local_activity(
        name,
        step,
        result_type=result,
        start_to_close_timeout=timedelta(seconds=60),
        local_retry_threshold=timedelta(seconds=20),
        retry_policy=_RECORDS_RETRY,
    )
    return taken


async def with_registries(name: str, step: StepInput, result: type[ContractT]) -> ContractT:
    """A step that asks state systems. Raises SystemUnavailable when one of them is out."""
    try:
        taken: ContractT = await workflow.execute_activity(
            name,
            step,
            result_type=result,
            start_to_close_timeout=timedelta(seconds=90),
            heartbeat_timeout=_LOST_AFTER,
            retry_policy=_REGISTRY_RETRY,
        )
    except ActivityError as error:
        cause = error.cause
        if isinstance(cause, ApplicationError) and cause.type == UNAVAILABLE:
            details: tuple[Any, ...] = tuple(cause.details)
            raise SystemUnavailable(str(details[0]) if details else "unknown") from error
        raise
    return taken
