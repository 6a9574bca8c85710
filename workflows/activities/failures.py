"""How an outage is told to the case: by type, with the system's code, and not retried by the engine."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from temporalio.exceptions import ApplicationError

from belsendi.casework.inquiries import SystemOut
from belsendi.contracts.case import Contract
from workflows.activities.heartbeats import heartbeats

ResultT = TypeVar("ResultT", bound=Contract)


def report_outage(step: Callable[..., Awaitable[ResultT]]) -> Callable[..., Awaitable[ResultT]]:
    """Turns SystemOut into the failure that the workflow answers with its own timer (T-24).

    The step gives signs of life while it runs, because it may have to wait for the systems.
    """

    @functools.wraps(step)
    async def run(*args: Any) -> ResultT:
        try:
            async with heartbeats():
                return await step(*args)
        except SystemOut as error:
            raise ApplicationError(
                str(error), error.system, type="OutsideSystemUnavailable", non_retryable=True
            ) from error

    return run
