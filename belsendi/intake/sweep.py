"""The sweep: what a crash left is taken up again. Every part may run in several processes at once."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import DBAPIError

from belsendi.casework.bench import Bench
from belsendi.casework.digital_documents import digital_documents, look_after
from belsendi.casework.officers import cases_on_another_calendar
from belsendi.contracts.case import CaseOrigin, CaseStart, JoiningApplication, OfferOpened
from belsendi.contracts.states import CaseState, TaskKind
from belsendi.conversation.reception import Reception
from belsendi.errors import BelsendiError, NotFound, OutsideSystemUnavailable
from belsendi.intake.events import LifeEvents
from belsendi.intake.feed import FEEDS, FeedReader
from belsendi.intake.receiving import Applications, Taken
from belsendi.intake.second_offers import SecondOffers
from belsendi.law import add_working_days_at, legal_day
from belsendi.records.cases import open_task
from belsendi.records.models import Case, Question
from belsendi.temporal.cases import Cases

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]

_ROUNDS = 5


def utc_now() -> datetime:
    return datetime.now(UTC)


class Sweep:
    """Starts stored cases, hands on stored messages, announces opened questions."""

    def __init__(self, bench: Bench, cases: Cases, reception: Reception, clock: Clock = utc_now) -> None:
        self._bench = bench
        self._cases = cases
        self._reception = reception
        self._clock = clock
        self.events = LifeEvents(bench)
        self.feeds = [FeedReader(bench, self.events, feed) for feed in FEEDS]
        self._documents = digital_documents(bench)
        self._second_offers = SecondOffers(bench)
        self.clock_shift = timedelta(0)
        self._told: set[tuple[str, str]] = set()
        self._joined: set[str] = set()
        self._applications = Applications(bench)
        self._failed_rounds: Counter[str] = Counter()

    async def once(self, *, grace: timedelta = timedelta(seconds=2)) -> int:
        """One round over everything. Returns how many things were taken up."""
        taken = 0
        for row_id in await self.events.unprocessed():
            taken += await self.attempt_event(row_id, self._process(row_id))
        taken += await self.start_cases()
        taken += await self.join_applications()
        taken += await self.announce_questions()
        taken += await self.recount_due_dates()
        taken += await look_after(self._documents, self._clock())
        async with self._bench.records.database.reading() as session:
            waiting = await self._bench.inbox.unhandled(session, self._clock() - grace)
        for inbound_id in waiting:
            taken += await self._try("message", inbound_id, self._reception.handle(inbound_id, self._clock()))
        return taken + await self.make_second_offers()

    async def take_up_event(self, row_id: str) -> int:
        """Opens the cases of one stored event and starts them at once. What fails now, a later round repeats."""
        if not await self.attempt_event(row_id, self._process(row_id)):
            return 0
        return await self.start_cases(event_id=row_id)

    async def take_up_application(self, taken: Taken) -> int:
        """Starts the case of an application just stored, or tells the running one. What fails now is repeated."""
        started = await self.start_cases(event_id=taken.event_id)
        if taken.case is None or taken.case.application_id != taken.event_id:
            return started
        return started + await self.join_applications(case_id=taken.case.id)

    async def attempt_event(self, row_id: str, work: Awaitable[object]) -> int:
        """Works on one event. One that fails round after round is a person's; an outage is waited out (SIL-15)."""
        try:
            await work
        except (OutsideSystemUnavailable, DBAPIError) as error:
            words = error if isinstance(error, BelsendiError) else type(error).__name__
            log.warning("event %s waits: %s", row_id, words)
            return 0
        except Exception as error:
            problem = type(error).__name__
            self._failed_rounds[row_id] += 1
            log.warning("event %s failed: %s", row_id, problem)
            if self._failed_rounds[row_id] >= _ROUNDS:
                await self._try("failed event", row_id, self.events.give_up(row_id, problem, self._clock()))
            return 0
        self._failed_rounds.pop(row_id, None)
        return 1

    async def start_cases(self, *, event_id: str | None = None) -> int:
        """Starts the workflow of every case that has none yet, unless order 509 is not in force (AC-C05).

        One whose application still lacks documents waits for them: no term runs yet (S-r24, D-r24).
        ``event_id`` limits it to the cases that one event opened.
        """
        query = (
            select(Case.id, Case.service, Case.origin, Case.clock_shift_seconds, Case.state)
            .where(Case.workflow_started_at.is_(None))
            .order_by(Case.created_at)
            .limit(100)
        )
        if event_id is not None:
            query = query.where(Case.event_id == event_id)
        async with self._bench.records.database.reading() as session:
            rows = (await session.execute(query)).all()
        taken = 0
        for row in rows:
            start = CaseStart(
                case_id=row.id,
                service=row.service,
                clock_shift=timedelta(seconds=row.clock_shift_seconds),
                origin=CaseOrigin(row.origin),
                incomplete=row.state == CaseState.DOCUMENTS_AWAITED,
            )
            taken += await self._try("case", row.id, self._start(start))
        return taken

    async def make_second_offers(self) -> int:
        """Offers once more where the law's own rule lets a lapsed offer be repeated (SIL-06)."""
        made = 0
        for case_id in await self._second_offers.waiting(self._clock()):
            made += await self._try("second offer of", case_id, self._second_offer(case_id))
        return made

    async def join_applications(self, *, case_id: str | None = None) -> int:
        """Tells each running case of the application that it has to take over; one that ended meanwhile leaves it
        to a further attempt (SIL-40, COM-14). ``case_id`` limits it to one case.
        """
        query = (
            select(Case.id, Case.application_id, Case.outcome)
            .where(
                Case.application_id.is_not(None),
                Case.applied_at.is_(None),
                or_(Case.workflow_started_at.is_not(None), Case.outcome.is_not(None)),
            )
            .order_by(Case.created_at)
        )
        if case_id is not None:
            query = query.where(Case.id == case_id)
        async with self._bench.records.database.reading() as session:
            found = (await session.execute(query)).all()
        self._joined &= {row.application_id for row in found}
        taken = 0
        for row in found:
            if row.outcome is not None:
                taken += await self._try("application", row.id, self._file_again(row.id))
            elif row.application_id not in self._joined and await self._try(
                "application", row.id, self._tell_application(row.id, row.application_id)
            ):
                self._joined.add(row.application_id)
                taken += 1
        return taken

    async def announce_questions(self) -> int:
        """Tells each case whose question came to the head of the line that its time runs now (T-20)."""
        async with self._bench.records.database.reading() as session:
            questions = await self._bench.questions.unannounced(session)
            calendar = await self._bench.calendar_book.calendar(session)
        defaults = self._bench.profile.defaults
        taken = 0
        for question in questions:
            if question.opened_at is None:
                continue
            opened = OfferOpened(
                reminder_at=add_working_days_at(question.opened_at, defaults.offer_reminder_wd, calendar),
                expires_at=add_working_days_at(question.opened_at, defaults.offer_ttl_wd, calendar),
            )
            taken += await self._try(
                "question", question.id, self._announce(question.case_id, question.id, opened)
            )
        return taken

    async def recount_due_dates(self, most: int = 50) -> int:
        """Tells cases that count by another calendar than the present one, each once (AC-C06).

        Whoever changes the calendar tells them too; the engine may be out just then. The engine keeps what a case
        was told, so that it need not hear it in every round until it has counted anew. A case whose workflow is gone
        is a person's, and takes no other case's turn.
        """
        async with self._bench.records.database.reading() as session:
            version = (await self._bench.calendar_book.calendar(session)).version
            found = await cases_on_another_calendar(session, version)
        self._told &= {(case_id, version) for case_id in found}
        taken = 0
        for case_id in [each for each in found if (each, version) not in self._told][:most]:
            if await self._try("case", case_id, self._tell_calendar(case_id)):
                self._told.add((case_id, version))
                taken += 1
        return taken

    async def run(self, interval: float, feed_interval: float, stop: asyncio.Event) -> None:
        """Sweeps every ``interval`` seconds and reads the feed every ``feed_interval`` until stopped."""
        await asyncio.gather(
            self._every(interval, stop, self.once), self._every(feed_interval, stop, self.read_feeds)
        )

    async def read_feeds(self) -> int:
        """Reads every feed to its end. Returns how many entries there were."""
        read = 0
        for feed in self.feeds:
            while entries := await feed.read_page(self._clock()):
                read += entries
        return read

    async def _every(self, seconds: float, stop: asyncio.Event, work: Callable[[], Awaitable[int]]) -> None:
        while not stop.is_set():
            try:
                await work()
            except BelsendiError as error:
                log.warning("sweep round ended early: %s", error)
            except Exception as error:
                log.error("sweep round failed", extra={"error": type(error).__name__})
            try:
                await asyncio.wait_for(stop.wait(), seconds)
            except TimeoutError:
                continue

    async def _process(self, row_id: str) -> None:
        shift = int(self.clock_shift.total_seconds())
        await self.events.process(row_id, self._clock(), clock_shift_seconds=shift)

    async def _start(self, start: CaseStart) -> None:
        self._bench.profile.defaults.require_effective(legal_day(self._clock()))
        await self._cases.start(start)
        async with self._bench.records.database.writing() as session:
            case = await session.get_one(Case, start.case_id)
            case.workflow_started_at = self._clock()

    async def _second_offer(self, case_id: str) -> None:
        shift = int(self.clock_shift.total_seconds())
        await self._second_offers.weigh(case_id, self._clock(), clock_shift_seconds=shift)

    async def _announce(self, case_id: str, question_id: str, opened: OfferOpened) -> None:
        try:
            await self._cases.question_opened(case_id, question_id, opened)
        except NotFound:
            log.info("question of a finished case", extra={"case": case_id})
        async with self._bench.records.database.writing() as session:
            question = await session.get_one(Question, question_id)
            question.announced = True

    async def _file_again(self, case_id: str) -> None:
        await self._applications.file_again(case_id, self._clock())

    async def _tell_application(self, case_id: str, event_id: str) -> None:
        try:
            await self._cases.application_received(case_id, JoiningApplication(event_id=event_id))
        except NotFound:
            log.info("application of a finished case", extra={"case": case_id})

    async def _tell_calendar(self, case_id: str) -> None:
        try:
            await self._cases.calendar_changed(case_id)
        except NotFound:
            async with self._bench.records.database.writing() as session:
                case = await session.get_one(Case, case_id)
                if case.outcome is None:  # otherwise it has ended since it was found
                    log.error("an open case has no running workflow", extra={"case": case_id})
                    key = f"{case_id}:{TaskKind.WORKFLOW_LOST}"
                    await open_task(
                        session, TaskKind.WORKFLOW_LOST, key=key, now=self._clock(), case_id=case_id
                    )

    async def _try(self, what: str, object_id: str, work: Awaitable[object]) -> int:
        try:
            await work
        except BelsendiError as error:
            log.warning("%s %s waits: %s", what, object_id, error)
            return 0
        except Exception as error:
            # Its words may hold anybody's data; one thing that fails must not hold up the others.
            log.error("%s %s failed: %s", what, object_id, type(error).__name__)
            return 0
        return 1
