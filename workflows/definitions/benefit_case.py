"""One workflow per case: the state machine of a proactive case in the automatic path (P1).

States, transitions and timers follow section 10 and 12 of the benefits specification; every legal value
comes from an activity, so that a changed law never breaks the replay of a running case.
"""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.case import (
        WORKFLOW_NAME,
        ApprovalInput,
        ApprovalResult,
        CaseReply,
        CaseStart,
        CheckInput,
        CheckOutcome,
        CheckResult,
        ConsentResult,
        Disposition,
        DraftInput,
        DraftResult,
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
    )
    from belsendi.contracts.states import CaseState, Flag, Outcome, Party
    from workflows.definitions.case_clock import CaseClock, CaseEnded
    from workflows.definitions.steps import SystemUnavailable, on_records, with_registries


@workflow.defn(name=WORKFLOW_NAME)
class BenefitCase(CaseClock):
    """Progress and timers of one case. Facts, evidence and words are in the records."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: CaseStart) -> Outcome:
        try:
            await self._offer()
            await self._answer()
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
        if offer.question_open and offer.reminder_at and offer.expires_at:
            self._offer_times = OfferOpened(reminder_at=offer.reminder_at, expires_at=offer.expires_at)
        else:
            self._offer_times = self._opened.get(offer.question_id or "")
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
        consent = await on_records("take_consent", step, ConsentResult)
        if consent.registration is not None:
            self._registered(consent.registration)
            return
        self._state = CaseState.ACCOUNT_PENDING
        self._question_id = consent.question_id
        self._reply = None
        left = consent.attempts
        if reply.meaning is CaseReply.CONSENT_ACCOUNT_INVALID:
            left -= 1
        while True:
            answered = await self._until(self._replied, lambda: consent.expires_at)
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
        self._registered(await on_records("take_account", taken, Registration))

    def _registered(self, registration: Registration) -> None:
        self._registration = registration
        self._state = CaseState.REGISTERED
        self._question_id = None
        self._reply = None
        self._waiting_for = Party.US

    async def _check(self) -> None:
        self._state = CaseState.CHECKING
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
                lambda key, n=self._revision: DraftInput(
                    **self._step_with(key).model_dump(), revision=n, by_hand=self._by_hand
                ),  # type: ignore[misc]
                DraftResult,
            )
            if draft.outcome is not None:
                raise CaseEnded(draft.outcome)
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
            self._by_hand = approval.by_hand
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
        alert_at = draft.alert_at
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
                delay = self._delay(plan, attempt)
                self._placement_wanted = False
                await self._wait_on_registry(out.system, delay, tell=False)
                await self._pause(delay, lambda: self._placement_wanted)
            else:
                self._state = CaseState.PLACED
                return
