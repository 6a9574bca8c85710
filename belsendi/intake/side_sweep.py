"""The sweep of what runs beside the cases: stored requests and obligations are started, notices are handed on.

Every part may run in several processes at once; what a crash left, the next round takes up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from belsendi.casework.bench import Bench
from belsendi.casework.cabinet import Cabinet
from belsendi.casework.education_notices import EducationNotices
from belsendi.casework.information import InformationDesk
from belsendi.casework.obligations import Obligations
from belsendi.contracts.side_work import InformationRequestStart, ObligationStart
from belsendi.errors import BelsendiError
from belsendi.temporal.side_workflows import SideWorkflows

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class SideSweep:
    """``clock`` gives aware UTC instants."""

    def __init__(
        self, bench: Bench, workflows: SideWorkflows, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._workflows = workflows
        self._clock = clock
        self.desk = InformationDesk(bench)
        self.obligations = Obligations(bench)
        self.notices = EducationNotices(bench)
        self.cabinet = Cabinet(bench)

    async def once(self) -> int:
        """One round over everything. Returns how many things were taken up."""
        taken = await self.start_requests()
        for obligation in await self.obligations.unstarted():
            taken += await self._try("obligation", obligation.obligation_id, self._begin(obligation))
        for notice_id in await self.notices.unprocessed():
            taken += await self._try(
                "education notice", notice_id, self.notices.process(notice_id, self._clock())
            )
        taken += await self._try("cabinet", "statuses", self.cabinet.follow(self._clock()))
        taken += await self._try("cabinet", "posts", self.cabinet.send_due(self._clock()))
        return taken

    async def start_requests(self) -> int:
        """Starts the answers to stored requests: the half hour is running."""
        taken = 0
        for request in await self.desk.unstarted():
            taken += await self._try("request", request.request_id, self._answer(request))
        return taken

    async def run(self, interval: float, stop: asyncio.Event) -> None:
        """Sweeps every ``interval`` seconds until stopped."""
        while not stop.is_set():
            await self._try("round", "side work", self.once())
            try:
                await asyncio.wait_for(stop.wait(), interval)
            except TimeoutError:
                continue

    async def _answer(self, start: InformationRequestStart) -> None:
        await self._workflows.start_request(start)
        await self.desk.started(start.request_id, self._clock())

    async def _begin(self, start: ObligationStart) -> None:
        await self._workflows.start_obligation(start)
        await self.obligations.started(start.obligation_id, self._clock())

    async def _try(self, what: str, object_id: str, work: Awaitable[object]) -> int:
        try:
            done = await work
        except BelsendiError as error:
            log.warning("%s %s waits: %s", what, object_id, error)
            return 0
        except Exception as error:
            # Its words may hold anybody's data; one thing that fails must not hold up the others.
            log.error("%s %s failed: %s", what, object_id, type(error).__name__)
            return 0
        return done if isinstance(done, int) else 1
