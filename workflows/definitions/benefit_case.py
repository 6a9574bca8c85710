"""One workflow per case: the state machine of sections 10 and 12 of the benefits specification.

A case begins with our offer or with an application, takes the automatic path (P1) or the casework path (P7), and
ends with one outcome. Every legal value comes from an activity, so that a changed law never breaks the replay of
a running case.
"""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.case import (
        WORKFLOW_NAME,
        CaseOrigin,
        CasePath,
        CaseStart,
        CaseworkInput,
        CheckInput,
        CheckOutcome,
        CheckResult,
        Disposition,
        DueChanged,
        OfficerAct,
        OfficerDecision,
        Registration,
        Route,
    )
    from belsendi.contracts.states import CaseState, Outcome, Party
    from workflows.definitions.case_clock import CaseEnded
    from workflows.definitions.case_decision import CaseDecision
    from workflows.definitions.case_offer import CaseOffer
    from workflows.definitions.steps import on_records


@workflow.defn(name=WORKFLOW_NAME)
class BenefitCase(CaseOffer, CaseDecision):
    """Progress and timers of one case. Facts, evidence and words are in the records."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: CaseStart) -> Outcome:
        try:
            if start.origin is CaseOrigin.APPLICATION and start.incomplete:
                await self._await_documents()
            elif start.origin is CaseOrigin.APPLICATION:
                self._consented()
            else:
                await self._offer()
                await self._answer()
            if self._registration is None:
                await self._find_path()
            await self._decided()
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

    async def _find_path(self) -> None:
        """Asks which path the law gives this case; an application outside working time is accepted on the next
        working day (transitions 11 to 13; D-t7, S-t7)."""
        route = await self._ask_registries("find_path", self._step_with, Route)
        self._take(route)
        await self._close_if_withdrawn()
        if route.deferred_until is not None:
            self._state = CaseState.ACCEPTANCE_DEFERRED
            self._deferred_until = route.deferred_until
            await self._until(lambda: self._withdrawal is not None, lambda: self._deferred_until)
            self._deferred_until = None
            await self._close_if_withdrawn()
            self._registered(await on_records("accept_deferred", self._step("accepted"), Registration))

    def _take(self, route: Route) -> None:
        self._path = route.path
        self._extendable = route.extendable
        self._unread = route.unread
        if route.registration is not None:
            self._registered(route.registration)
            self._watch_anew(route.registration)

    async def _decided(self) -> None:
        """The way to the decision: afterwards the state is DECIDED_*."""
        if self._unread and await self._without_consent():
            return
        if self._path is CasePath.P1:
            await self._automatic()
        else:
            await self._casework()

    async def _without_consent(self) -> bool:
        """No register may be read: a refusal is drafted at once and signed like any other (G3; 4.2).

        False when the applicant consented before it was signed: the case goes its ordinary way then.
        """
        while True:
            await self._draft_and_sign(unread=True)
            if self._state is not CaseState.EIM_DRAFTING:
                return True
            given = await on_records("consent_given", self._step("consent-given"), Disposition)
            if given.accepted:
                return False

    async def _automatic(self) -> None:
        """P1: parameter checks, then drafts until one is decided (rules 16 and 19-1, 20-1 and 21-1)."""
        await self._check()
        while True:
            route = await self._draft_and_sign()
            if route is not None:
                self._take(route)
                await self._casework()
                return
            if self._state is not CaseState.EIM_DRAFTING:
                return

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

    async def _casework(self) -> None:
        """P7: a caseworker gathers, asks, decides; transitions 27 and 28. The clock is never suspended."""
        while True:
            self._state = CaseState.REGISTERED
            self._waiting_for = Party.US
            await self._ask_registries("gather_case_file", self._step_with, Disposition)
            proposal = await self._caseworker()
            await self._draft_and_sign(proposal)
            if self._state is not CaseState.EIM_DRAFTING:
                return

    async def _caseworker(self) -> OfficerDecision:
        """The caseworker's proposal; extending the term and asking for documents lead back to the desk."""
        while True:
            self._state = CaseState.EXTENDED if self._extended else CaseState.CASEWORK
            self._waiting_for = Party.OFFICER
            await self._until(
                lambda: self._casework_act is not None or self._withdrawal is not None, lambda: None
            )
            await self._close_if_withdrawn()
            act = self._casework_act
            assert act is not None
            if act.act in (OfficerAct.ASSIGNMENT_PROPOSED, OfficerAct.REFUSAL_PROPOSED):
                self._state = CaseState.EIM_DRAFTING
                self._casework_act = None
                return act
            step = CaseworkInput(**self._step("casework").model_dump(), decision=act)
            if act.act is OfficerAct.TERM_EXTENDED:
                moved = await on_records("extend_term", step, DueChanged)
                self._registration = Registration(due_at=moved.due_at, escalate_at=moved.escalate_at)
                self._extended = True
                self._watch_anew(self._registration)
            else:
                await on_records("request_documents", step, Disposition)
            self._casework_act = None
