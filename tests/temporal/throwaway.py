"""Workflows made for these tests: one that carries what it is given to every corner, one stand-in for a case."""

from __future__ import annotations

from datetime import timedelta

from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.case import (
        WORKFLOW_NAME,
        CaseStart,
        CaseView,
        Disposition,
        OfferOpened,
        OfficerDecision,
        Reply,
    )
    from belsendi.contracts.states import CaseState, Outcome, Party


@activity.defn(name="break_down")
async def break_down(words: str) -> str:
    """Fails with what it was given in its message, its details and its cause."""
    try:
        raise ValueError(words)
    except ValueError as error:
        raise ApplicationError(words, words, type="Broken", non_retryable=True) from error


@workflow.defn(name="Carrier")
class Carrier:
    """Takes words through input, memo, signal, activity and failure, or returns them."""

    @workflow.init
    def __init__(self, words: str, fail: bool) -> None:
        self._heard = False

    @workflow.run
    async def run(self, words: str, fail: bool) -> str:
        workflow.upsert_memo({"words": words})
        await workflow.wait_condition(lambda: self._heard)
        if fail:
            await workflow.execute_activity(
                "break_down",
                words,
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
        return words

    @workflow.signal
    def hear(self, words: str) -> None:
        self._heard = True


@workflow.defn(name=WORKFLOW_NAME)
class StandIn:
    """Answers as a case does; a reply without a question is refused, one with the meaning WITHDRAW ends it."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        self._replies = 0
        self._opened: list[str] = []
        self._ended = False

    @workflow.run
    async def run(self, start: CaseStart) -> Outcome:
        await workflow.wait_condition(lambda: self._ended)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return Outcome.WITHDRAWN

    @workflow.update
    def reply(self, reply: Reply) -> Disposition:
        self._replies += 1
        return Disposition(state=CaseState.OFFERED if self._replies == 1 else CaseState.CONSENTED)

    @reply.validator
    def _validate(self, reply: Reply) -> None:
        if reply.question_id is None:
            raise ApplicationError("this question is closed", type="QUESTION_CLOSED")

    @workflow.update
    def decide(self, decision: OfficerDecision) -> Disposition:
        self._ended = True
        return Disposition(state=CaseState.CLOSED)

    @workflow.signal
    def question_opened(self, question_id: str, opened: OfferOpened) -> None:
        self._opened.append(question_id)

    @workflow.query
    def view(self) -> CaseView:
        return CaseView(
            state=CaseState.OFFERED,
            outcome=None,
            waiting_for=Party.CITIZEN if self._opened else Party.US,
            next_instant=None,
            due_at=None,
        )
