"""Ends without a decision, flags, waits and retry plans."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from temporalio import activity

from belsendi.casework.acts import Act, act_on_case
from belsendi.casework.bench import Bench
from belsendi.casework.telling import tell
from belsendi.contracts.case import (
    CaseOrigin,
    CloseInput,
    Disposition,
    FlagInput,
    RetryPlan,
    StepInput,
    WaitInput,
)
from belsendi.contracts.states import CaseState, Flag, Outcome, TaskKind
from belsendi.law import legal_day, service
from belsendi.records.cases import close_tasks, end_case, open_task, raise_flag
from belsendi.records.models import Consent, JournalEntry, PhoneNumber, Question, Task

_PURPOSE = {
    Outcome.DECLINED: "declined",
    Outcome.LAPSED: "lapsed",
    Outcome.INCOMPLETE: "account_not_supplied",
    Outcome.WITHDRAWN: "withdrawn",
}
_RULES = {
    Outcome.LAPSED: ["SIL-06"],
    Outcome.INCOMPLETE: ["SIL-09"],
    Outcome.WITHDRAWN: ["SIL-07"],
}
_FLAG_RULES = {Flag.OVERDUE: "SIL-19", Flag.ESCALATED: "SIL-17", Flag.SIGNATURE_LATE: "SIL-17"}


class Closing:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    @activity.defn(name="close_case")
    async def close_case(self, step: CloseInput) -> Disposition:
        """Ends a case without a decision and says so once; none of these ends is a refusal."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            unbrought = step.outcome is Outcome.INCOMPLETE and act.case.origin == CaseOrigin.APPLICATION
            await close_questions(self._bench, act)
            await self._let_go(act, step.outcome)
            purpose = "documents_not_brought" if unbrought else _PURPOSE[step.outcome]
            await tell(self._bench, act, purpose, key=f"{act.case.id}:outcome")
            if step.outcome is Outcome.INCOMPLETE and not unbrought:
                await open_task(
                    act.session,
                    TaskKind.CALL_ACCOUNT,
                    key=f"{act.case.id}:CALL_ACCOUNT",
                    now=act.now,
                    case_id=act.case.id,
                )
            result = await act.finish(
                "DOCUMENTS_NOT_BROUGHT" if unbrought else step.outcome.value,
                Disposition(state=CaseState.CLOSED),
                rules=["SIL-51"]
                if unbrought
                else _RULES.get(step.outcome) or service(act.case.service).consent_rules,
                actor=step.officer or ("citizen" if step.reply else "system"),
            )
            await end_case(act.session, act.case, step.outcome, act.now)
            return result

    @activity.defn(name="raise_flag")
    async def raise_flag(self, step: FlagInput) -> Disposition:
        """ESCALATED, OVERDUE or SIGNATURE_LATE: the case goes on, a person is told (invariant 4)."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            flag = Flag(step.flag)
            raise_flag(act.case, flag)
            if flag is Flag.ESCALATED:
                await open_task(
                    act.session,
                    TaskKind.ESCALATION,
                    key=f"{act.case.id}:ESCALATION:{act.step.key}",
                    now=act.now,
                    case_id=act.case.id,
                    due_at=act.case.due_at,
                )
            await act.session.execute(
                update(Task).where(Task.case_id == act.case.id, Task.closed_at.is_(None)).values(urgent=True)
            )
            return await act.finish(
                flag.value, Disposition(state=CaseState(act.case.state)), rules=[_FLAG_RULES[flag]]
            )

    @activity.defn(name="wait_on_registry")
    async def wait_on_registry(self, step: WaitInput) -> Disposition:
        """Puts an outage on record; M-23 once, when a term already runs (SIL-15)."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            if step.error is not None:
                return await self._own_error(act, step)
            if step.tell_citizen and act.case.due_at is not None:
                await tell(self._bench, act, "delayed", due=legal_day(act.case.due_at))
            return await act.finish(
                "OUTAGE",
                Disposition(state=step.state),
                rules=["SIL-15"],
                facts={"system": step.system, "again_at": step.until.isoformat() if step.until else None},
                state=step.state,
                waiting=step.party,
                system=step.system,
            )

    async def _own_error(self, act: Act, step: WaitInput) -> Disposition:
        """Something is wrong on our own side: a person is called, the case is tried again meanwhile."""
        await open_task(
            act.session,
            TaskKind.OWN_ERROR,
            key=f"{act.case.id}:OWN_ERROR:{step.error}",
            now=act.now,
            case_id=act.case.id,
            due_at=act.case.due_at,
            facts={"error": step.error},
        )
        return await act.finish(
            "OWN_ERROR",
            Disposition(state=step.state),
            facts={"error": step.error, "again_at": step.until.isoformat() if step.until else None},
            state=step.state,
            waiting=step.party,
        )

    @activity.defn(name="retry_plan")
    async def retry_plan(self, step: StepInput) -> RetryPlan:
        """The waits between attempts, from the operator's settings (T-24)."""
        window = self._bench.profile.defaults.gateway_retry
        delays: list[timedelta] = [window.delay(attempt) for attempt in range(1, 12)]
        return RetryPlan(delays=delays)

    async def _let_go(self, act: Act, outcome: Outcome) -> None:
        """A withdrawn application holds the deceased no longer; its consent is marked withdrawn."""
        query = select(JournalEntry).where(JournalEntry.case_id == act.case.id)
        entry = (await act.session.execute(query)).scalar_one_or_none()
        if entry is not None:
            entry.outcome = outcome
            entry.holds_subject = False
        if outcome is Outcome.WITHDRAWN:
            await act.session.execute(
                update(Consent)
                .where(Consent.case_id == act.case.id, Consent.withdrawn_at.is_(None))
                .values(withdrawn_at=act.now)
            )
            await close_tasks(act.session, act.case.id, TaskKind.SIGN, "system", act.now)


async def close_questions(bench: Bench, act: Act) -> None:
    """Closes what the case asks or would ask; the next question of the number, another case's, goes out."""
    query = select(Question.id).where(
        Question.case_id == act.case.id, Question.state.in_(("open", "waiting"))
    )
    for question_id in (await act.session.execute(query)).scalars().all():
        following = await bench.questions.close(act.session, question_id, "closed", act.now)
        if following is not None and following.case_id != act.case.id:
            number = await act.session.get_one(PhoneNumber, following.number_id)
            await bench.speaker.put(act.session, number, following, act.now)
