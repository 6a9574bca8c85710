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
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.case import Contract

UNAVAILABLE = "OutsideSystemUnavailable"
OURSELVES = "belsendi"

ContractT = TypeVar("ContractT", bound=Contract)

# Our own records: repeated until they answer. A wrong setting or a busy disk must never fail a case; the waits
# grow to minutes so that a long trouble does not fill the history.
_RECORDS_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=5),
)

# State systems: a few attempts by the engine, when a worker was lost or something is wrong with our own side.
# After them, and at once after an outage, the case itself waits, visibly (SIL-15).
_REGISTRY_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(seconds=10),
    maximum_attempts=4,
    non_retryable_error_types=[UNAVAILABLE],
)


# A step whose worker was killed is given to another one after so long, not only when its whole time is over.
_LOST_AFTER = timedelta(seconds=10)


class SystemUnavailable(Exception):
    """A step cannot be done now; ``system`` is the code of the system that is out, or our own name.

    ``error``: the type of what went wrong on our own side; None for an outage, the only thing that is one (SIL-15).
    """

    def __init__(self, system: str, error: str | None = None) -> None:
        super().__init__(system)
        self.system = system
        self.error = error


async def on_records(name: str, step: Contract, result: type[ContractT]) -> ContractT:
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


async def with_registries(name: str, step: Contract, result: type[ContractT]) -> ContractT:
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
        if isinstance(error.cause, CancelledError):
            raise
        cause = error.cause
        details: tuple[Any, ...] = tuple(cause.details) if isinstance(cause, ApplicationError) else ()
        out = isinstance(cause, ApplicationError) and cause.type == UNAVAILABLE and details
        if out:
            raise SystemUnavailable(str(details[0])) from error
        kind = cause.type if isinstance(cause, ApplicationError) else type(cause).__name__
        raise SystemUnavailable(OURSELVES, kind or "unknown") from error
    return taken
