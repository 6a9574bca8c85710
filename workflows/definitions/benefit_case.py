"""One workflow per case: the state machine of a proactive case in the automatic path (P1).

States, transitions and timers follow section 10 and 12 of the benefits specification; every legal value
comes from an activity, so that a changed law never breaks the replay of a running case.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.case import (
        WORKFLOW_NAME,
        AccountQuestion,
        ApprovalInput,
        ApprovalResult,
        CaseReply,
        CaseStart,
        CaseView,
        CheckInput,
        CheckOutcome,
        CheckResult,
        CloseInput,
        Disposition,
        DraftInput,
        DraftResult,
        DueChanged,
        FlagInput,
        OfferOpened,
        OfferResult,
        OfficerAct,
        OfficerDecision,
        PlacementInput,
        Registration,
        Reply,
        ReplyStep,
        RetryPlan,
        ReturnInput,
        StepInput,
        WaitInput,
    )
    from belsendi.contracts.states import CaseState, Flag, Outcome, Party
    from workflows.definitions.steps import ContractT, SystemUnavailable, on_records, with_registries

_OFFER_REPLIES = frozenset(
    {
        CaseReply.CONSENT,
        CaseReply.CONSENT_OTHER_ACCOUNT,
        CaseReply.CONSENT_WITH_ACCOUNT,
        CaseReply.CONSENT_ACCOUNT_INVALID,
        CaseReply.DECLINE,
    }
)
_ACCOUNT_REPLIES = frozenset({CaseReply.ACCOUNT, CaseReply.ACCOUNT_INVALID, CaseReply.DECLINE})
_SEEN_MOST = 200
_A_SECOND = timedelta(seconds=1)
_UNSIGNED_STATES = frozenset(
    {
        CaseState.IDENTIFIED,
        CaseState.OFFERED,
        CaseState.ACCOUNT_PENDING,
        CaseState.CONSENTED,
        CaseState.REGISTERED,
        CaseState.CHECKING,
        CaseState.MANUAL_REVIEW,
        CaseState.ACCEPTED,
        CaseState.EIM_DRAFTING,
        CaseState.HEARING,
        CaseState.AWAITING_SIGNATURE,
    }
)


class CaseEnded(Exception):
    """Leaves the path at the point where the case got its outcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def _nothing() -> bool:
    return False


@workflow.defn(name=WORKFLOW_NAME)
class BenefitCase:
    """Progress and timers of one case. Facts, evidence and words are in the records."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        self._start = start
        self._state = CaseState.IDENTIFIED
        self._outcome: Outcome | None = None
        self._waiting_for = Party.US
        self._next_instant: datetime | None = None
        self._question_id: str | None = None
        self._question_open = False
        self._reply: Reply | None = None
        self._withdrawal: Reply | OfficerDecision | None = None
        self._decision: OfficerDecision | None = None
        self._review: OfficerDecision | None = None
        self._draft: DraftResult | None = None
        self._offer_times: OfferOpened | None = None
        self._registration: Registration | None = None
        self._calendar_changed = False
        self._placement_wanted = False
        self._signing = False
        self._escalated = False
        self._overdue = False
        self._delay_told = False
        self._seen: list[str] = []
        self._keys = 0
        self._revision = 0

    # What is asked of the case

    @workflow.update
    def reply(self, reply: Reply) -> Disposition:
        """A citizen's answer; the validator has let it through, so it counts."""
        self._remember(reply.inbound_id)
        if reply.meaning is CaseReply.WITHDRAW:
            self._withdrawal = reply
        else:
            self._reply = reply
        return Disposition(state=self._state)

    @reply.validator
    def _validate_reply(self, reply: Reply) -> None:
        self._refuse_seen(reply.inbound_id)
        if reply.meaning is CaseReply.WITHDRAW:
            if self._state not in _UNSIGNED_STATES or self._signing or self._outcome:
                raise ApplicationError("too late to withdraw", type="AFTER_SIGNATURE")
            return
        other = reply.question_id != self._question_id
        if (
            self._outcome is None
            and other
            and (self._state is CaseState.IDENTIFIED or self._reply is not None)
        ):
            raise ApplicationError("the step that asked this question is not done yet", type="NOT_READY")
        if self._question_id is None or other or self._reply is not None:
            raise ApplicationError("this question is closed", type="QUESTION_CLOSED")
        allowed = _OFFER_REPLIES if self._state is CaseState.OFFERED else _ACCOUNT_REPLIES
        if reply.meaning not in allowed:
            raise ApplicationError("not an answer to this question", type="NOT_AN_ANSWER")

    @workflow.update
    def decide(self, decision: OfficerDecision) -> Disposition:
        """An officer's act; the validator has let it through."""
        self._remember(decision.act_id)
        if decision.act in (OfficerAct.SIGNED, OfficerAct.RETURNED):
            self._decision = decision
        elif decision.act is OfficerAct.WITHDRAWN:
            self._withdrawal = decision
        elif decision.act is OfficerAct.RETRY_PLACEMENT:
            self._placement_wanted = True
        else:
            self._review = decision
        return Disposition(state=self._state)

    @decide.validator
    def _validate_decision(self, decision: OfficerDecision) -> None:
        self._refuse_seen(decision.act_id)
        if decision.act in (OfficerAct.SIGNED, OfficerAct.RETURNED):
            draft = self._draft
            if self._state is CaseState.EIM_DRAFTING and decision.revision == self._revision:
                raise ApplicationError("the draft is being written", type="NOT_READY")
            if self._state is not CaseState.AWAITING_SIGNATURE or draft is None or self._decision is not None:
                raise ApplicationError("no draft waits for a signature", type="NO_DRAFT_WAITS")
            if (decision.decision_id, decision.revision) != (draft.decision_id, draft.revision):
                raise ApplicationError("this draft was replaced by a newer one", type="DRAFT_REPLACED")
            if decision.act is OfficerAct.SIGNED and decision.signature_id is None:
                raise ApplicationError("a decision needs a signature", type="SIGNATURE_MISSING")
        elif decision.act is OfficerAct.WITHDRAWN:
            if self._state not in _UNSIGNED_STATES or self._signing:
                raise ApplicationError("the decision is signed", type="AFTER_SIGNATURE")
        elif decision.act is OfficerAct.RETRY_PLACEMENT:
            if self._state is not CaseState.DECIDED_ASSIGN:
                raise ApplicationError("nothing waits for placement", type="NOTHING_TO_PLACE")
        elif self._state is CaseState.REGISTERED:
            raise ApplicationError("the checks are being written", type="NOT_READY")
        elif self._state is not CaseState.MANUAL_REVIEW or self._review is not None:
            raise ApplicationError("nothing waits for review", type="NO_REVIEW_WAITS")

    @workflow.signal
    def question_opened(self, question_id: str, opened: OfferOpened) -> None:
        """The offer's question has come to the head of its number's line: its time runs from now."""
        if question_id == self._question_id and not self._question_open:
            self._question_open = True
            self._offer_times = opened

    @workflow.signal
    def calendar_changed(self) -> None:
        self._calendar_changed = True

    @workflow.query
    def view(self) -> CaseView:
        return CaseView(
            state=self._state,
            outcome=self._outcome,
            waiting_for=self._waiting_for,
            next_instant=self._next_instant,
            due_at=self._registration.due_at if self._registration else None,
        )

    # The path

    @workflow.run
    async def run(self, start: CaseStart) -> Outcome:
        try:
            await self._offer()
            await self._answer()
            self._registration = await on_records("register", self._step("register"), Registration)
            await self._check()
            await self._decide_and_sign()
            outcome = Outcome.ASSIGNED if self._state is CaseState.DECIDED_ASSIGN else Outcome.REFUSED
            if outcome is Outcome.ASSIGNED:
                await self._place()
        except CaseEnded as ended:
            outcome = ended.outcome
        self._outcome = outcome
        self._state = CaseState.CLOSED
        self._waiting_for = Party.NOBODY
        self._next_instant = None
        await workflow.wait_condition(workflow.all_handlers_finished)
        return outcome

    async def _offer(self) -> None:
        offer = await self._ask_registries("make_offer", self._step_with, OfferResult)
        if offer.outcome is not None:
            raise CaseEnded(offer.outcome)
        self._state = CaseState.OFFERED
        self._question_id = offer.question_id
        self._question_open = offer.question_open
        if offer.question_open and offer.reminder_at and offer.expires_at:
            self._offer_times = OfferOpened(reminder_at=offer.reminder_at, expires_at=offer.expires_at)
        self._waiting_for = Party.CITIZEN

    async def _answer(self) -> None:
        await self._until(self._replied, lambda: None, stop=lambda: self._offer_times is not None)
        reminded = False
        while self._reply is None and self._withdrawal is None:
            times = self._offer_times
            if times is None:
                continue
            instant = times.expires_at if reminded else times.reminder_at
            if await self._until(self._replied, lambda at=instant: at):  # type: ignore[misc]
                break
            if reminded:
                await self._close(Outcome.LAPSED)
            reminded = True
            await on_records("remind", self._step("remind"), Disposition)
        await self._close_if_withdrawn()
        reply = self._reply
        assert reply is not None
        if reply.meaning is CaseReply.DECLINE:
            await self._close(Outcome.DECLINED, reply)
        await self._take_consent(reply)

    async def _take_consent(self, reply: Reply) -> None:
        step = ReplyStep(**self._step("consent").model_dump(), reply=reply, question_id=self._question_id)
        question = await on_records("take_consent", step, AccountQuestion)
        if not question.question_id:
            self._state = CaseState.CONSENTED
            self._question_id = None
            return
        self._state = CaseState.ACCOUNT_PENDING
        self._question_id = question.question_id
        self._reply = None
        left = question.attempts
        if reply.meaning is CaseReply.CONSENT_ACCOUNT_INVALID:
            left -= 1
        while True:
            answered = await self._until(self._replied, lambda: question.expires_at)
            await self._close_if_withdrawn()
            if not answered:
                await self._close(Outcome.INCOMPLETE)
            account = self._reply
            assert account is not None
            if account.meaning is CaseReply.DECLINE:
                await self._close(Outcome.DECLINED, account)
            if account.meaning is CaseReply.ACCOUNT:
                break
            left -= 1
            if left <= 0:
                await self._close(Outcome.INCOMPLETE, account)
            again = ReplyStep(
                **self._step("account-invalid").model_dump(),
                reply=account,
                question_id=self._question_id,
                attempts_left=left,
            )
            await on_records("reject_account", again, Disposition)
            self._reply = None
        taken = ReplyStep(**self._step("account").model_dump(), reply=account, question_id=self._question_id)
        await on_records("take_account", taken, Disposition)
        self._state = CaseState.CONSENTED
        self._question_id = None

    async def _check(self) -> None:
        self._state = CaseState.REGISTERED
        result = await self._ask_registries(
            "check_parameters", lambda key: CheckInput(**self._step_with(key).model_dump()), CheckResult
        )
        if result.outcome is CheckOutcome.REVIEW:
            self._state = CaseState.MANUAL_REVIEW
            self._waiting_for = Party.OFFICER
            await self._until(lambda: self._review is not None or self._withdrawal is not None, lambda: None)
            await self._close_if_withdrawn()
            review = self._review
            assert review is not None
            settled = CheckInput(
                **self._step("review").model_dump(), review_act=review.act, officer=review.officer
            )
            result = await on_records("settle_review", settled, CheckResult)
        if result.outcome is CheckOutcome.FAILED:
            raise CaseEnded(Outcome.NOT_ACCEPTED)
        self._state = CaseState.ACCEPTED
        self._waiting_for = Party.US
        await self._close_if_withdrawn()

    async def _decide_and_sign(self) -> None:
        while True:
            self._revision += 1
            self._state = CaseState.EIM_DRAFTING
            self._decision = None
            draft = await self._ask_registries(
                "draft_decision",
                lambda key, n=self._revision: DraftInput(**self._step_with(key).model_dump(), revision=n),  # type: ignore[misc]
                DraftResult,
            )
            self._draft = draft
            await self._close_if_withdrawn()
            if draft.hearing_until is not None:
                self._state = CaseState.HEARING
                self._waiting_for = Party.CITIZEN
                await self._until(lambda: self._withdrawal is not None, lambda at=draft.hearing_until: at)  # type: ignore[misc]
                await self._close_if_withdrawn()
                await on_records("end_hearing", self._step("hearing-ended"), Disposition)
            decision = await self._signature(draft)
            if decision.act is OfficerAct.RETURNED:
                returned = ReturnInput(**self._step("returned").model_dump(), decision=decision)
                await on_records("return_draft", returned, Disposition)
                continue
            self._signing = True
            approval = await self._ask_registries(
                "approve",
                lambda key, d=decision: ApprovalInput(**self._step_with(key).model_dump(), decision=d),  # type: ignore[misc]
                ApprovalResult,
            )
            self._signing = False
            if approval.outcome is not None:
                raise CaseEnded(approval.outcome)
            self._state = approval.state
            if approval.state is not CaseState.EIM_DRAFTING:
                return

    async def _signature(self, draft: DraftResult) -> OfficerDecision:
        self._state = CaseState.AWAITING_SIGNATURE
        if draft.signature_id is not None:
            return OfficerDecision(
                act_id=f"automatic:{draft.decision_id}",
                act=OfficerAct.SIGNED,
                officer="automatic",
                decision_id=draft.decision_id,
                revision=draft.revision,
                signature_id=draft.signature_id,
            )
        self._waiting_for = Party.OFFICER
        alert_at: datetime | None = draft.alert_at
        while True:
            decided = await self._until(
                lambda: self._decision is not None or self._withdrawal is not None,
                lambda: alert_at,  # noqa: B023
            )
            await self._close_if_withdrawn()
            if decided and self._decision is not None:
                self._waiting_for = Party.US
                return self._decision
            alert_at = None
            await self._flag(Flag.SIGNATURE_LATE)

    async def _place(self) -> None:
        """Places the decision for payment exactly once; the case lives until it is placed (SIL-16)."""
        attempt = 0
        plan: RetryPlan | None = None
        while True:
            attempt += 1
            try:
                placed = PlacementInput(**self._step_with(f"place:{attempt}").model_dump(), attempt=attempt)
                await with_registries("place_payment", placed, Disposition)
            except SystemUnavailable as out:
                plan = plan or await on_records("retry_plan", self._step("placement-retry"), RetryPlan)
                delay = plan.delays[min(attempt, len(plan.delays)) - 1]
                self._placement_wanted = False
                await self._wait_on_registry(out.system, delay, tell=False)
                await self._pause(delay, lambda: self._placement_wanted)
            else:
                self._state = CaseState.PLACED
                return

    # Waiting

    def _replied(self) -> bool:
        return self._reply is not None or self._withdrawal is not None

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
                delay = plan.delays[min(attempt, len(plan.delays)) - 1]
                party = self._waiting_for
                await self._wait_on_registry(out.system, delay, tell=self._registration is not None)
                await self._pause(delay, lambda: self._withdrawal is not None)
                self._waiting_for = party
                if not self._signing:
                    await self._close_if_withdrawn()

    async def _wait_on_registry(self, system: str, delay: timedelta, *, tell: bool) -> None:
        tell_now = tell and not self._delay_told
        self._delay_told = self._delay_told or tell_now
        wait = WaitInput(
            **self._step("outage").model_dump(),
            party=Party.REGISTRY,
            system=system,
            until=self._now() + delay,
            tell_citizen=tell_now,
        )
        self._waiting_for = Party.REGISTRY
        await on_records("wait_on_registry", wait, Disposition)

    async def _pause(self, delay: timedelta, ready: Callable[[], bool]) -> None:
        until = self._now() + delay
        await self._until(ready, lambda: until)

    async def _until(
        self,
        ready: Callable[[], bool],
        instant: Callable[[], datetime | None],
        stop: Callable[[], bool] = _nothing,
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
        if self._registration is None or self._state not in _UNSIGNED_STATES:
            return None
        if not self._escalated:
            return self._registration.escalate_at
        return None if self._overdue else self._registration.due_at + _A_SECOND

    async def _watch_clock(self) -> None:
        """Escalation before the due time, the overdue flag after it, and dates moved by a new calendar."""
        if self._calendar_changed and self._registration is not None:
            self._calendar_changed = False
            moved = await on_records("move_due", self._step("calendar"), DueChanged)
            self._registration = Registration(due_at=moved.due_at, escalate_at=moved.escalate_at)
        if self._registration is None or self._state not in _UNSIGNED_STATES:
            self._calendar_changed = False
            return
        if not self._escalated and self._now() >= self._registration.escalate_at:
            self._escalated = True
            await self._flag(Flag.ESCALATED)
        if not self._overdue and self._now() >= self._registration.due_at + _A_SECOND:
            self._overdue = True
            await self._flag(Flag.OVERDUE)

    # Small things

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

    def _now(self) -> datetime:
        return workflow.now() + self._start.clock_shift

    def _key(self, name: str) -> str:
        self._keys += 1
        return f"{self._keys}:{name}"

    def _step(self, name: str) -> StepInput:
        return self._step_with(self._key(name))

    def _step_with(self, key: str) -> StepInput:
        return StepInput(case_id=self._start.case_id, key=key, now=self._now())

    def _remember(self, message_id: str) -> None:
        self._seen = [*self._seen[-_SEEN_MOST:], message_id]

    def _refuse_seen(self, message_id: str) -> None:
        if message_id in self._seen:
            raise ApplicationError("this message was taken before", type="REPEATED")
