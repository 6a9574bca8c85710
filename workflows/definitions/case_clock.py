"""Waiting: for people, for registries, for the legal clock. No timer ever refuses anybody (invariant 4)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.case import (
        AcceptanceMoved,
        CloseInput,
        Disposition,
        DueChanged,
        FlagInput,
        Registration,
        Reply,
        RetryPlan,
        StepInput,
        WaitInput,
    )
    from belsendi.contracts.states import CaseState, Flag, Outcome, Party
    from workflows.definitions.case_progress import UNSIGNED_STATES, CaseProgress
    from workflows.definitions.steps import ContractT, SystemUnavailable, on_records, with_registries

_A_SECOND = timedelta(seconds=1)
_AN_HOUR = timedelta(hours=1)
_STEADY_ATTEMPTS = 96  # a day of quarters of an hour


class CaseEnded(Exception):
    """Leaves the path at the point where the case got its outcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def nothing() -> bool:
    return False


class CaseClock(CaseProgress):
    """A case that waits and keeps the law's time."""

    async def _ask_registries(
        self, name: str, step: Callable[[str], StepInput], result: type[ContractT]
    ) -> ContractT:
        """A step with state systems, repeated over an outage: an outage never refuses anybody (SIL-15)."""
        key = self._key(name)
        attempt = 0
        plan: RetryPlan | None = None
        while True:
            attempt += 1
            try:
                return await with_registries(name, step(key), result)
            except SystemUnavailable as out:
                plan = plan or await on_records("retry_plan", self._step("retry"), RetryPlan)
                delay = self._delay(plan, attempt)
                party = self._waiting_for
                await self._wait_on_registry(out, delay, tell=self._registration is not None)
                await self._pause(delay, self._interrupted)
                self._waiting_for = party
                if not self._signing:
                    await self._close_if_withdrawn()

    def _interrupted(self) -> bool:
        """What must not wait for a system: a withdrawal, or an application in the place of an offer not yet made."""
        joined = self._application is not None and self._state is CaseState.IDENTIFIED
        return self._withdrawal is not None or joined

    @staticmethod
    def _delay(plan: RetryPlan, attempt: int) -> timedelta:
        """The wait after a failed attempt; after a day once an hour, so that no history grows without end."""
        if attempt <= len(plan.delays) + _STEADY_ATTEMPTS:
            return plan.delays[min(attempt, len(plan.delays)) - 1]
        return _AN_HOUR

    async def _wait_on_registry(self, out: SystemUnavailable, delay: timedelta, *, tell: bool) -> None:
        """Puts the wait on record. What is wrong on our own side is no outage: nobody is told of one (SIL-15)."""
        party = Party.REGISTRY if out.error is None else Party.US
        tell_now = tell and out.error is None and not self._delay_told
        self._delay_told = self._delay_told or tell_now
        wait = WaitInput(
            **self._step("outage").model_dump(),
            party=party,
            state=self._state,
            system=out.system,
            error=out.error,
            until=self._now() + delay,
            tell_citizen=tell_now,
        )
        self._waiting_for = party
        await on_records("wait_on_registry", wait, Disposition)

    async def _pause(self, delay: timedelta, ready: Callable[[], bool]) -> None:
        until = self._now() + delay
        await self._until(ready, lambda: until)

    async def _until(
        self,
        ready: Callable[[], bool],
        instant: Callable[[], datetime | None],
        stop: Callable[[], bool] = nothing,
    ) -> bool:
        """Waits until ``ready`` (True) or ``instant`` or ``stop`` (False); the legal clock runs meanwhile."""
        while True:
            if ready():
                self._next_instant = None
                return True
            if stop():
                return False
            wanted = instant()
            if wanted is not None and self._now() >= wanted:
                return False
            clock = self._next_clock_instant()
            nearest = min((at for at in (wanted, clock) if at is not None), default=None)
            self._next_instant = nearest
            with contextlib.suppress(asyncio.TimeoutError):
                await workflow.wait_condition(
                    lambda: ready() or stop() or self._calendar_changed,
                    timeout=None if nearest is None else nearest - self._now(),
                )
            await self._watch_clock()

    def _next_clock_instant(self) -> datetime | None:
        if self._registration is None or self._state not in UNSIGNED_STATES:
            return None
        if not self._escalated:
            return self._registration.escalate_at
        return None if self._overdue else self._registration.due_at + _A_SECOND

    async def _watch_clock(self) -> None:
        """Escalation before the due time, the overdue flag after it, and dates moved by a new calendar."""
        if self._calendar_changed:
            await self._count_anew()
        if self._registration is None or self._state not in UNSIGNED_STATES:
            return
        if not self._escalated and self._now() >= self._registration.escalate_at:
            self._escalated = True
            await self._flag(Flag.ESCALATED)
        if not self._overdue and self._now() >= self._registration.due_at + _A_SECOND:
            self._overdue = True
            await self._flag(Flag.OVERDUE)

    async def _count_anew(self) -> None:
        """The dates of a case by the new calendar. A further change that comes meanwhile is counted by as well; cases
        that heard of a change before this forgot it."""
        again = workflow.patched("calendar-changes-again")
        self._calendar_changed = not again
        if self._deferred_until is not None:
            await self._move_acceptance()
        if self._registration is not None:
            if not again:
                self._calendar_changed = False
            moved = await on_records("move_due", self._step("calendar"), DueChanged)
            self._registration = Registration(due_at=moved.due_at, escalate_at=moved.escalate_at)
            self._watch_anew(self._registration)
        if not again and (self._registration is None or self._state not in UNSIGNED_STATES):
            self._calendar_changed = False

    async def _move_acceptance(self) -> None:
        """The working day of acceptance by the new calendar; cases that heard of one before this did nothing."""
        if workflow.patched("acceptance-moves"):
            moved = await on_records("move_acceptance", self._step("acceptance"), AcceptanceMoved)
            self._deferred_until = moved.deferred_until

    def _watch_anew(self, term: Registration) -> None:
        """A moved term is escalated and overdue again only by its own instants."""
        self._escalated = self._escalated and self._now() >= term.escalate_at
        self._overdue = self._overdue and self._now() > term.due_at

    async def _flag(self, flag: Flag) -> None:
        await on_records(
            "raise_flag", FlagInput(**self._step("flag").model_dump(), flag=flag.value), Disposition
        )

    async def _close(self, outcome: Outcome, reply: Reply | None = None, officer: str | None = None) -> None:
        close = CloseInput(**self._step("close").model_dump(), outcome=outcome, reply=reply, officer=officer)
        await on_records("close_case", close, Disposition)
        raise CaseEnded(outcome)

    async def _close_if_withdrawn(self) -> None:
        withdrawal = self._withdrawal
        if isinstance(withdrawal, Reply):
            await self._close(Outcome.WITHDRAWN, withdrawal)
        elif withdrawal is not None:
            await self._close(Outcome.WITHDRAWN, officer=withdrawal.officer)
