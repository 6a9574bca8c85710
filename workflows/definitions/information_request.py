"""A request for information on assignment: answered within half an hour of its receipt (D-t3, S-t3; T-11)."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from belsendi.contracts.side_work import (
        INFORMATION_REQUEST,
        InformationRequestStart,
        RequestAnswered,
        RequestState,
        RequestStep,
    )
    from workflows.definitions.side_work import SideWork
    from workflows.definitions.steps import SystemUnavailable, on_records, with_registries

_A_SECOND = timedelta(seconds=1)


@workflow.defn(name=INFORMATION_REQUEST)
class InformationRequest(SideWork):
    """Answers at once; while the personal cabinet is out it repeats, and tells a person when it gets late."""

    @workflow.init
    def __init__(self, start: InformationRequestStart) -> None:
        super().__init__(start.request_id, start.clock_shift, RequestState.STORED)
        self._too_late = start.due_at + _A_SECOND
        self._alerted = False

    @workflow.run
    async def run(self, start: InformationRequestStart) -> RequestAnswered:
        attempt = 0
        while True:
            attempt += 1
            if self._now() >= self._too_late:
                await self._alert()
            try:
                answered = await with_registries("answer_information_request", self._step(), RequestAnswered)
            except SystemUnavailable:
                again = self._now() + await self._delay_after(attempt)
                if not self._alerted and self._too_late <= again:
                    await self._until(self._too_late)
                    await self._alert()
                await self._until(again)
            else:
                self._state = RequestState.ANSWERED
                return answered

    async def _alert(self) -> None:
        if not self._alerted:
            self._alerted = True
            await on_records("alert_late_answer", self._step(), RequestAnswered)

    def _step(self) -> RequestStep:
        return RequestStep(request_id=self._subject_id, now=self._now())
