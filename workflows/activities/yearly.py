"""The steps of a yearly obligation: its plan, what falls due, its end."""

from __future__ import annotations

from typing import Any

from temporalio import activity

from belsendi.casework.acts import Act, act_on_case, step_result
from belsendi.casework.bench import Bench
from belsendi.casework.obligations import Obligations, is_met, meet_by_registry, task_key
from belsendi.casework.yearly_checks import NoConsentToAsk, YearlyChecks
from belsendi.casework.yearly_plan import YearlyAct
from belsendi.contracts.case import StepInput
from belsendi.contracts.side_work import (
    ObligationOutcome,
    ObligationStep,
    PlanStep,
    YearPlan,
)
from belsendi.contracts.states import TaskKind
from belsendi.records.cases import open_task
from belsendi.records.models import Obligation, PhoneNumber
from workflows.activities.failures import report_outage

_DONE = ObligationOutcome()
_ROUND_LENGTH = 40


class Yearly:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._obligations = Obligations(bench)
        self._checks = YearlyChecks(bench)

    @activity.defn(name="plan_obligation")
    async def plan(self, step: PlanStep) -> YearPlan:
        """What falls due in the coming year (T-18, T-19)."""
        return await self._obligations.plan(step.obligation_id, step.since)

    @activity.defn(name="end_obligation")
    async def end(self, step: PlanStep) -> ObligationOutcome:
        """The age is over: nothing more is owed. The payment itself is not touched."""
        async with self._bench.records.database.writing() as session:
            row = await session.get_one(Obligation, step.obligation_id, with_for_update=True)
            if row.ended_at is None:
                row.ended_at, row.end_reason = step.since, "AGE_OVER"
        return ObligationOutcome(ended=True)

    @activity.defn(name="perform_obligation")
    @report_outage
    async def perform(self, step: ObligationStep) -> ObligationOutcome:
        """Does what falls due, once: asks the systems and the person, or calls a caseworker."""
        row = await self._obligations.find(step.obligation_id)
        if row.ended_at is not None:
            return ObligationOutcome(ended=True)
        line = StepInput(case_id=row.case_id, key=f"ob:{row.id}:{step.moment.key}", now=step.now)
        known = await step_result(self._bench.records.database, line, ObligationOutcome)
        if known is not None:
            return known
        match YearlyAct(step.moment.act):
            case YearlyAct.CHECK_STUDY:
                return await self._check_study(row, step, line)
            case YearlyAct.CHECK_CARE:
                return await self._check_care(row, step, line)
            case YearlyAct.COMES_OF_AGE:
                return await self._comes_of_age(row, line)
            case YearlyAct.STUDY_AGE_OVER:
                return await self._study_age_over(row, line)
            case YearlyAct.CHILD_NEARLY_EIGHT:
                return await self._child_nearly_eight(row, step, line)

    async def _check_study(self, row: Obligation, step: ObligationStep, line: StepInput) -> ObligationOutcome:
        """The certificate of the year is held, or IS-3 or IS-6 shows the study; otherwise M-15 (SIL-34).

        After the last reminder a caseworker has a task; the payment goes on (AC-S16).
        """
        period = step.moment.period
        async with self._bench.records.database.reading() as session:
            if await is_met(session, row.id, period):
                return _DONE
        try:
            shown = await self._checks.studies(row, _round_name(row, step), step.now)
        except NoConsentToAsk:
            shown = False
        async with act_on_case(self._bench.records.database, line) as act:
            repeated = act.repeated(ObligationOutcome)
            if repeated is not None:
                return repeated
            facts: dict[str, Any] = {"year": period}
            if shown:
                await meet_by_registry(act.session, row.id, period, act.now)
                return await act.finish("YEAR_CONFIRMED", _DONE, rules=["S-r7", "COM-05"], facts=facts)
            said = await self._say(act, "M-15", row, step, {"yr": period})
            if step.moment.last_of_period or said is not None:
                await self._task(act, TaskKind.STUDY_CERTIFICATE, row, period, facts | _why(said))
            return await act.finish("STUDY_ASKED", _DONE, rules=["S-r7", "SIL-34"], facts=facts | _why(said))

    async def _check_care(self, row: Obligation, step: ObligationStep, line: StepInput) -> ObligationOutcome:
        """A labour book of the year is held, or IS-10 and IS-11 are both empty; otherwise M-16 and a task.

        Whatever they show, the payment goes on (AC-S19, AC-S20).
        """
        period = step.moment.period
        async with self._bench.records.database.reading() as session:
            if await is_met(session, row.id, period):
                return _DONE
        try:
            against = await self._checks.employment(row, _round_name(row, step), step.now)
        except NoConsentToAsk:
            against = "NO_CONSENT"
        async with act_on_case(self._bench.records.database, line) as act:
            repeated = act.repeated(ObligationOutcome)
            if repeated is not None:
                return repeated
            if against is None:
                await meet_by_registry(act.session, row.id, period, act.now)
                return await act.finish("CARE_CONFIRMED", _DONE, rules=["S-t8"], facts={"year": period})
            said = await self._say(act, "M-16", row, step, {})
            facts = {"year": period, "why": against}
            await self._task(act, TaskKind.CARE_CONFIRMATION, row, period, facts)
            return await act.finish(
                "CARE_ASKED",
                _DONE,
                rules=["S-t8", "SIL-35"],
                facts=facts | ({"problem": said} if said else {}),
            )

    async def _comes_of_age(self, row: Obligation, line: StepInput) -> ObligationOutcome:
        """From the 18th birthday only a learner counts (S-r7, SIL-48): a caseworker looks at the study."""
        async with act_on_case(self._bench.records.database, line) as act:
            repeated = act.repeated(ObligationOutcome)
            if repeated is not None:
                return repeated
            await self._task(act, TaskKind.COMES_OF_AGE, row, "adult", {})
            return await act.finish("COMES_OF_AGE", _DONE, rules=["S-r7", "SIL-48"])

    async def _study_age_over(self, row: Obligation, line: StepInput) -> ObligationOutcome:
        """The 23rd birthday: study does not count from this day, a caseworker decides what follows (AC-S18)."""
        async with act_on_case(self._bench.records.database, line) as act:
            repeated = act.repeated(ObligationOutcome)
            if repeated is not None:
                return repeated
            await self._task(act, TaskKind.STUDY_AGE_OVER, row, "over", {})
            return await act.finish("STUDY_AGE_OVER", _DONE, rules=["S-r7", "SIL-48"])

    async def _child_nearly_eight(
        self, row: Obligation, step: ObligationStep, line: StepInput
    ) -> ObligationOutcome:
        """Thirty days before a child turns eight a caseworker is told (AC-S21)."""
        async with act_on_case(self._bench.records.database, line) as act:
            repeated = act.repeated(ObligationOutcome)
            if repeated is not None:
                return repeated
            await self._task(act, TaskKind.CHILD_NEARLY_EIGHT, row, step.moment.period, {})
            return await act.finish("CHILD_NEARLY_EIGHT", _DONE, rules=["S-t8", "SIL-35"])

    async def _say(
        self, act: Act, template: str, row: Obligation, step: ObligationStep, fields: dict[str, Any]
    ) -> str | None:
        """Queues the message. Returns None, or the code of why it cannot reach anybody."""
        if act.case.number_id is None:
            return "NO_NUMBER"
        number = await act.session.get_one(PhoneNumber, act.case.number_id)
        key = f"{row.id}:{step.moment.key}"
        queued = await self._bench.speaker.say(
            act.session, number, template, key=key, now=act.now, case_id=act.case.id, fields=fields
        )
        return None if queued is not None else "OPTED_OUT"

    async def _task(
        self, act: Act, kind: TaskKind, row: Obligation, period: str, facts: dict[str, Any]
    ) -> None:
        await open_task(
            act.session,
            kind,
            key=task_key(row.id, period),
            now=act.now,
            case_id=act.case.id,
            facts=facts,
        )


def _why(problem: str | None) -> dict[str, str]:
    return {"why": problem} if problem else {}


def _round_name(row: Obligation, step: ObligationStep) -> str:
    """Names the reading in the query log, so that a repeated step asks only what is still missing."""
    return f"{row.id[:12]}:{step.moment.key}"[:_ROUND_LENGTH]
