"""The steps of a request for information on assignment."""

from __future__ import annotations

from temporalio import activity

from belsendi.casework.bench import Bench
from belsendi.casework.information import InformationDesk
from belsendi.contracts.side_work import RequestAnswered, RequestStep
from workflows.activities.failures import report_outage


class Answering:
    def __init__(self, bench: Bench) -> None:
        self._desk = InformationDesk(bench)

    @activity.defn(name="answer_information_request")
    @report_outage
    async def answer(self, step: RequestStep) -> RequestAnswered:
        """Tells the person's own cases to the personal cabinet (M-13), once."""
        return RequestAnswered(late=await self._desk.answer(step.request_id, step.now))

    @activity.defn(name="alert_late_answer")
    async def alert(self, step: RequestStep) -> RequestAnswered:
        """The half hour is over: a person is told, the answer is still made (T-11)."""
        await self._desk.alert(step.request_id, step.now)
        return RequestAnswered(late=True)
