"""Placing the decision for payment: exactly once, asked before repeated (B-r19-1, SIL-16)."""

from __future__ import annotations

from temporalio import activity

from belsendi.casework.acts import act_on_case, step_result
from belsendi.casework.bench import Bench
from belsendi.casework.identity import CaseIdentity
from belsendi.casework.inquiries import SystemOut
from belsendi.casework.readings import Readings, purpose_of
from belsendi.contracts.case import Disposition, PlacementInput
from belsendi.contracts.states import CaseState, Flag, Outcome, TaskKind
from belsendi.errors import NotFound, OutsideSystemError, OutsideSystemRejected
from belsendi.law import service
from belsendi.records.cases import close_tasks, end_case, lower_flag, open_task, raise_flag
from belsendi.records.models import Account, Decision, PaymentOrder
from belsendi.records.rulings import payment_order
from belsendi.registries import Inquiry, System
from workflows.activities.failures import report_outage


class Placing:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._readings = Readings(bench)

    @activity.defn(name="place_payment")
    @report_outage
    async def place_payment(self, step: PlacementInput) -> Disposition:
        """Asks whether the order stands already, places it when it does not, and closes the case."""
        bench = self._bench
        done = await step_result(bench.records.database, step, Disposition)
        if done is not None:
            return done
        identity = await self._readings.identity(step.case_id)
        order, decision, iban = await self._order(step.case_id)
        try:
            order_ref = await self._place(identity, order, decision, iban, step)
        except OutsideSystemError as error:
            await self._note_failure(step, rejected=isinstance(error, OutsideSystemRejected))
            raise SystemOut(System.ODQ.value) from error
        return await self._placed(step, order_ref)

    async def _order(self, case_id: str) -> tuple[PaymentOrder, Decision, str]:
        bench = self._bench
        async with bench.records.database.reading() as session:
            order = await payment_order(session, case_id)
            if order is None:
                raise NotFound("a payment is placed only after a decision to assign (invariant 9)")
            decision = await session.get_one(Decision, order.decision_id)
            account = await session.get_one(Account, order.account_id)
        iban = await bench.records.vault.open(account.number, f"accounts.number/{account.id}")
        return order, decision, iban

    async def _place(
        self,
        identity: CaseIdentity,
        order: PaymentOrder,
        decision: Decision,
        iban: str,
        step: PlacementInput,
    ) -> str:
        assert decision.number is not None, "a signed decision has its number (invariant 9)"
        odq = self._bench.registries.payment_system
        inquiry = Inquiry(purpose=purpose_of(identity.case.service), asked_at=step.now)
        standing = await odq.placement(order.idempotency_key, inquiry)
        if standing.data is not None:
            return standing.data.order_ref
        placed = await odq.place(
            idempotency_key=order.idempotency_key,
            decision_no=decision.number,
            iban=iban,
            recipient_iin=identity.recipient_iin,
            amount=decision.amount,
            inquiry=inquiry,
        )
        if placed.data is None:
            raise OutsideSystemRejected("the payment system gave no reference for the order; ask it again")
        return placed.data.order_ref

    async def _placed(self, step: PlacementInput, order_ref: str) -> Disposition:
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            order = await payment_order(act.session, act.case.id)
            assert order is not None
            order.state = "placed"
            order.order_ref = order_ref
            order.placed_at = act.now
            order.attempts += 1
            lower_flag(act.case, Flag.PLACEMENT_FAILING)
            await close_tasks(act.session, act.case.id, TaskKind.PLACEMENT, "system", act.now)
            result = await act.finish(
                "PLACED",
                Disposition(state=CaseState.PLACED),
                rules=service(act.case.service).decision_rules(act.case.path),
                facts={"order_ref": order_ref, "attempts": order.attempts},
                state=CaseState.PLACED,
            )
            await end_case(act.session, act.case, Outcome.ASSIGNED, act.now)
            return result

    async def _note_failure(self, step: PlacementInput, *, rejected: bool) -> None:
        problem = "rejected" if rejected else "no clear answer"
        async with self._bench.records.database.writing() as session:
            order = await payment_order(session, step.case_id)
            assert order is not None
            order.attempts += 1
            order.last_problem = problem
        failed = step.model_copy(update={"key": f"{step.key}/failed"})
        async with act_on_case(self._bench.records.database, failed) as act:
            if act.repeated(Disposition) is not None:
                return
            raise_flag(act.case, Flag.PLACEMENT_FAILING)
            await open_task(
                act.session,
                TaskKind.PLACEMENT,
                key=f"{act.case.id}:PLACEMENT",
                now=act.now,
                case_id=act.case.id,
                facts={"problem": problem},
            )
            await act.finish(
                "PLACEMENT_FAILED",
                Disposition(state=CaseState.DECIDED_ASSIGN),
                rules=["SIL-16"],
                facts={"attempt": step.attempt, "problem": problem},
            )
