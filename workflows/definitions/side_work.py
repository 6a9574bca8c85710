"""What the workflows beside the cases have in common: a clock, a wait, and patience with state systems."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.case import RetryPlan, StepInput
    from belsendi.contracts.side_work import SideView
    from workflows.definitions.steps import on_records

_AN_HOUR = timedelta(hours=1)
_STEADY_ATTEMPTS = 96  # a day of quarters of an hour


class SideWork:
    """A workflow over one row of the records; ``subject_id`` is the row's id."""

    def __init__(self, subject_id: str, clock_shift: timedelta, state: str) -> None:
        self._subject_id = subject_id
        self._clock_shift = clock_shift
        self._state = state
        self._next_instant: datetime | None = None
        self._retry_plan: RetryPlan | None = None

    @workflow.query
    def view(self) -> SideView:
        return SideView(state=self._state, next_instant=self._next_instant)

    def _now(self) -> datetime:
        return workflow.now() + self._clock_shift

    async def _until(self, instant: datetime) -> None:
        """Waits until an instant; one that is past is no wait."""
        while self._now() < instant:
            self._next_instant = instant
            with contextlib.suppress(asyncio.TimeoutError):
                await workflow.wait_condition(lambda: False, timeout=instant - self._now())
        self._next_instant = None

    async def _delay_after(self, attempt: int) -> timedelta:
        """The wait after a failed attempt (T-24); after a day once an hour, so that no history grows fast."""
        if self._retry_plan is None:
            asked = StepInput(case_id=self._subject_id, key="retry", now=self._now())
            self._retry_plan = await on_records("retry_plan", asked, RetryPlan)
        delays = self._retry_plan.delays
        if attempt <= len(delays) + _STEADY_ATTEMPTS:
            return delays[min(attempt, len(delays)) - 1]
        return _AN_HOUR
