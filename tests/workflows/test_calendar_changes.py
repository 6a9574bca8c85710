"""A calendar that changes again while a case counts by the change before (AC-C06, SIL-12)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio import workflow

from belsendi.contracts.case import AcceptanceMoved, CaseStart, DueChanged, Registration
from belsendi.contracts.states import CaseState
from workflows.definitions import case_clock
from workflows.definitions.benefit_case import BenefitCase

NOW = datetime(2025, 6, 13, 15, 0, tzinfo=UTC)
ACCEPTANCE = AcceptanceMoved(deferred_until=NOW + timedelta(days=3))
DUE = DueChanged(due_at=NOW + timedelta(days=9), escalate_at=NOW + timedelta(days=8))
TERM = Registration(due_at=NOW + timedelta(days=8), escalate_at=NOW + timedelta(days=7))


class Counting:
    """A deferred case on records that change the calendar once more while they answer for the first time."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, *, registration: Registration | None, new: bool
    ) -> None:
        self.steps: list[str] = []
        self.case = BenefitCase(CaseStart(case_id="case", service="DIS"))
        self.case._state = CaseState.ACCEPTANCE_DEFERRED
        self.case._deferred_until = NOW + timedelta(days=2)
        self.case._registration = registration
        monkeypatch.setattr(self.case, "_now", lambda: NOW)
        monkeypatch.setattr(case_clock, "on_records", self._answer)
        monkeypatch.setattr(workflow, "patched", lambda change: new or change == "acceptance-moves")

    async def _answer(self, name: str, *_: Any) -> AcceptanceMoved | DueChanged:
        self.steps.append(name)
        if len(self.steps) == 1:
            self.case.calendar_changed()
        return ACCEPTANCE if name == "move_acceptance" else DUE

    async def until_nothing_is_left(self) -> list[str]:
        self.case.calendar_changed()
        for _ in range(5):
            if not self.case._calendar_changed:
                return self.steps
            await self.case._watch_clock()
        raise AssertionError("the case counts for ever")


@pytest.mark.parametrize(
    ("registration", "steps"),
    [(None, ["move_acceptance"] * 2), (TERM, ["move_acceptance", "move_due"] * 2)],
)
async def test_a_change_that_comes_while_the_acceptance_moves_counts_too(
    monkeypatch: pytest.MonkeyPatch, registration: Registration | None, steps: list[str]
) -> None:
    counting = Counting(monkeypatch, registration=registration, new=True)

    assert await counting.until_nothing_is_left() == steps


@pytest.mark.parametrize(
    ("registration", "steps"),
    [(None, ["move_acceptance"]), (TERM, ["move_acceptance", "move_due"])],
)
async def test_a_case_that_counted_before_this_replays_as_it_ran(
    monkeypatch: pytest.MonkeyPatch, registration: Registration | None, steps: list[str]
) -> None:
    counting = Counting(monkeypatch, registration=registration, new=False)

    assert await counting.until_nothing_is_left() == steps
