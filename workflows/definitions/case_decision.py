"""The end of every path: draft, signature, approval, placement for payment."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.case import (
        ApprovalInput,
        ApprovalResult,
        Disposition,
        DraftInput,
        DraftResult,
        OfficerAct,
        OfficerDecision,
        PlacementInput,
        RetryPlan,
        ReturnInput,
        Route,
    )
    from belsendi.contracts.states import CaseState, Flag, Party
    from workflows.definitions.case_clock import CaseClock, CaseEnded
    from workflows.definitions.steps import SystemUnavailable, on_records, with_registries


class CaseDecision(CaseClock):
    """Transitions 17 to 28. A decision needs the authorised person's signature (invariant 3)."""

    async def _draft_and_sign(
        self, proposal: OfficerDecision | None = None, *, unread: bool | None = None
    ) -> Route | None:
        """One draft, signed or returned. Afterwards the state is DECIDED_*, or EIM_DRAFTING when it has to be
        formed anew. Returns the casework path when what was read anew belongs there (SIL-30)."""
        self._revision += 1
        self._state = CaseState.EIM_DRAFTING
        self._decision = None
        draft = await self._ask_registries(
            "draft_decision",
            lambda key: DraftInput(
                **self._step_with(key).model_dump(),
                revision=self._revision,
                by_hand=self._by_hand,
                proposal=proposal,
                unread=unread,
            ),
            DraftResult,
        )
        if draft.outcome is not None:
            raise CaseEnded(draft.outcome)
        if draft.to_casework is not None:
            return draft.to_casework
        self._draft = draft
        await self._close_if_withdrawn()
        await self._hear(draft)
        decision = await self._signature(draft)
        if decision.act is OfficerAct.RETURNED:
            returned = ReturnInput(**self._step("returned").model_dump(), decision=decision)
            await on_records("return_draft", returned, Disposition)
            self._state = CaseState.EIM_DRAFTING
            return None
        return await self._approve(decision)

    async def _approve(self, decision: OfficerDecision) -> Route | None:
        self._signing = True
        approval = await self._ask_registries(
            "approve",
            lambda key: ApprovalInput(**self._step_with(key).model_dump(), decision=decision),
            ApprovalResult,
        )
        self._signing = False
        self._by_hand = approval.by_hand
        if approval.outcome is not None:
            raise CaseEnded(approval.outcome)
        self._state = approval.state
        return approval.to_casework

    async def _hear(self, draft: DraftResult) -> None:
        """Where the office hears the citizen before an unfavourable decision: the time for it."""
        if draft.hearing_until is None:
            return
        self._state = CaseState.HEARING
        self._waiting_for = Party.CITIZEN
        await self._until(lambda: self._withdrawal is not None, lambda: draft.hearing_until)
        await self._close_if_withdrawn()
        await on_records("end_hearing", self._step("hearing-ended"), Disposition)

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
                await self._wait_on_registry(out, delay, tell=False)
                await self._pause(delay, lambda: self._placement_wanted)
            else:
                self._state = CaseState.PLACED
                return
