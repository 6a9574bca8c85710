"""One yearly obligation of a survivor benefit, for as long as it lasts: a year is one run, then it begins anew.

The instants are those of our own acts, computed by the law over dated records in a step. No act stops a
payment (SIL-34, SIL-35): what is not met becomes a caseworker's task.
"""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.side_work import (
        YEARLY_OBLIGATION,
        ObligationMoment,
        ObligationOutcome,
        ObligationStart,
        ObligationStep,
        PlanStep,
        YearPlan,
    )
    from workflows.definitions.side_work import SideWork
    from workflows.definitions.steps import SystemUnavailable, on_records, with_registries

_RUNNING = "RUNNING"
_ENDED = "ENDED"


@workflow.defn(name=YEARLY_OBLIGATION)
class YearlyObligation(SideWork):
    """The education certificate of a dependant (S-r7) or the confirmation of a caregiver (S-t8)."""

    @workflow.init
    def __init__(self, start: ObligationStart) -> None:
        super().__init__(start.obligation_id, start.clock_shift, _RUNNING)

    @workflow.run
    async def run(self, start: ObligationStart) -> ObligationOutcome:
        asked = PlanStep(obligation_id=start.obligation_id, since=start.since)
        plan = await on_records("plan_obligation", asked, YearPlan)
        for moment in plan.moments:
            await self._until(moment.at)
            done = await self._perform(moment)
            if done.ended:
                self._state = _ENDED
                return done
        await self._until(plan.until)
        if not plan.over:
            workflow.continue_as_new(start.model_copy(update={"since": plan.until}))
        over = PlanStep(obligation_id=start.obligation_id, since=self._now())
        ended = await on_records("end_obligation", over, ObligationOutcome)
        self._state = _ENDED
        return ended

    async def _perform(self, moment: ObligationMoment) -> ObligationOutcome:
        """Does what falls due. A system that is out is waited for: an outage is nobody's failing (SIL-15)."""
        attempt = 0
        while True:
            attempt += 1
            step = ObligationStep(obligation_id=self._subject_id, moment=moment, now=self._now())
            try:
                return await with_registries("perform_obligation", step, ObligationOutcome)
            except SystemUnavailable:
                await self._until(self._now() + await self._delay_after(attempt))
