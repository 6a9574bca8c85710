"""Careless changes of the workflow, each of which a test of the histories has to notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.case import CaseStart, Disposition, OfferResult, StepInput
    from belsendi.contracts.states import Outcome
    from workflows.definitions import steps
    from workflows.definitions.benefit_case import BenefitCase


@workflow.defn(name="BenefitCase")
class ForgetfulCase(BenefitCase):
    """An incompatible change: the offer is made without looking for a reply."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: CaseStart) -> Outcome:
        await self._ask_registries("make_offer", self._step_with, OfferResult)
        await steps.on_records("remind", self._step("remind"), Disposition)
        return Outcome.LAPSED


@workflow.defn(name="BenefitCase")
class HastyCase(BenefitCase):
    """A change that replay alone does not see: other lengths of timers and another key for a step."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: CaseStart) -> Outcome:
        return await super().run(start)

    def _step_with(self, key: str) -> StepInput:
        step = super()._step_with(key)
        return step.model_copy(update={"key": f"{step.key}/again"})

    async def _pause(self, delay: timedelta, ready: Callable[[], bool]) -> None:
        await super()._pause(delay / 2, ready)
