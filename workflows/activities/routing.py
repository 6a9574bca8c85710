"""Which path the law gives a case, and from which day its application counts (transitions 11 to 13)."""

from __future__ import annotations

from datetime import date, time

from temporalio import activity

from belsendi.casework.acts import Act, ResultT, act_on_case, step_result
from belsendi.casework.bench import Bench
from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes import cause_of, path_sources, relation_sources, shown_to_act_for
from belsendi.casework.readings import Readings
from belsendi.casework.telling import tell
from belsendi.contracts.case import AcceptanceMoved, CasePath, Registration, Route, StepInput
from belsendi.contracts.states import CaseState, Party, TaskKind
from belsendi.law import Path, WorkingCalendar, accept_date, due, legal_day, path_for, service, utc_of
from belsendi.law.clocks import ClockStart
from belsendi.records.cases import open_task
from workflows.activities.failures import report_outage
from workflows.activities.registering import MOBILE, JournalLine, Registering, term_of

_OPENING = time(9, 0)  # before 9:00 is the same day (9.2); the deferred are taken when the provider opens


class Routing:
    def __init__(self, bench: Bench, registering: Registering) -> None:
        self._bench = bench
        self._registering = registering
        self._readings = Readings(bench)

    @activity.defn(name="find_path")
    @report_outage
    async def find_path(self, step: StepInput) -> Route:
        """P1 only where the order has it; the cause of a disability comes from its register (D-r20-1, D-r24).

        Without consent to the data no register is asked: the cause stays unknown, which is never P1 (4.2, G3).
        """
        done = await step_result(self._bench.records.database, step, Route)
        if done is not None:
            return done
        identity = await self._readings.identity(step.case_id)
        entry = service(identity.case.service)
        sources = path_sources(entry) if identity.data_consent else []
        reading = await self._readings.read(identity, step.key, sources, step.now)
        cause = cause_of(entry, reading)
        path = path_for(entry, identity.case.channel, cause)
        shown = True
        if path is Path.P1 and identity.subject_iin != identity.recipient_iin:
            shown = await self._relation_shown(identity, step)
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Route)
            if repeated is not None:
                return repeated
            act.case.path = path if shown else Path.P7
            await self._begin_term(act)
            if shown:
                await self._call_for_earlier_consent(act, cause)
            return await self._begin(act, data_consent=identity.data_consent, shown=shown)

    async def _relation_shown(self, identity: CaseIdentity, step: StepInput) -> bool:
        """Whether a record makes who applies for another person the parent or guardian: otherwise the case is a
        caseworker's, whom papers can show it (D-t8, D-r7; SIL-32)."""
        wanted = relation_sources(service(identity.case.service))
        reading = await self._readings.read(identity, f"{step.key[:30]}/kin", wanted, step.now)
        return not wanted or shown_to_act_for(identity, reading, legal_day(step.now))

    @activity.defn(name="accept_deferred")
    async def accept_deferred(self, step: StepInput) -> Registration:
        """The next working day has begun: the application is accepted and registered (D-t7, S-t7)."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Registration)
            if repeated is not None:
                return repeated
            line = await self._register(act)
            return await self._finish(act, line, line.registration)

    async def _begin_term(self, act: Act) -> None:
        calendar = await self._bench.calendar_book.calendar(act.session)
        act.case.accepted_on, act.case.calendar_version = self._acceptance(act, calendar), calendar.version

    async def _call_for_earlier_consent(self, act: Act, cause: str | None) -> None:
        """Tells a caseworker of a consent that had the one-day path, before an application of a longer one joined.

        The case takes the way of the application, which alone holds the account; that the recipient had the shorter
        term must not go unseen (D-r24 para 2, B-t3; SIL-40).
        """
        case, entry = act.case, service(act.case.service)
        if case.path != Path.P7 or case.channel == MOBILE or case.accepted_on is None:
            return
        if path_for(entry, MOBILE, cause) is not Path.P1 or not await self._registering.proactive_consent(
            act
        ):
            return
        shorter = entry.term(MOBILE, Path.P1)
        calendar = await self._bench.calendar_book.calendar(act.session)
        await open_task(
            act.session,
            TaskKind.EARLIER_CONSENT,
            key=f"{case.id}:EARLIER_CONSENT",
            now=act.now,
            case_id=case.id,
            due_at=due(shorter, case.accepted_on, calendar).due_at,
        )
        await act.note("EARLIER_CONSENT", rules=[shorter.citation, "SIL-40"], facts={"channel": case.channel})

    async def _begin(self, act: Act, *, data_consent: bool, shown: bool) -> Route:
        case, entry = act.case, service(act.case.service)
        path = Path(case.path or "")
        rules = self._rules(act) if shown else [*self._rules(act), "D-r7", "SIL-32"]
        route = Route(
            path=CasePath(path),
            extendable=path is Path.P7 and entry.clock.extension is not None,
            unread=not data_consent,
        )
        assert case.accepted_on is not None, "the day of acceptance was found with the path"
        if case.accepted_on <= legal_day(act.now):
            await act.note("PATH_FOUND", rules=rules, facts={"path": path.value})
            line = await self._register(act)
            return await self._finish(act, line, route.model_copy(update={"registration": line.registration}))
        until = utc_of(case.accepted_on, _OPENING)
        running = None
        joined = await self._registering.joined_term(act)
        if joined is not None or term_of(entry, case).start is ClockStart.CONSENT:
            running = (await self._registering.deadline(act))[1]
        await tell(self._bench, act, "deferred", d=case.accepted_on)
        return await act.finish(
            "ACCEPTANCE_DEFERRED",
            route.model_copy(update={"registration": running, "deferred_until": until}),
            rules=[entry.clock.after_hours.citation, *rules],
            facts={"path": path.value, "accepted_on": case.accepted_on.isoformat()},
            state=CaseState.ACCEPTANCE_DEFERRED,
            waiting=Party.US,
        )

    @activity.defn(name="move_acceptance")
    async def move_acceptance(self, step: StepInput) -> AcceptanceMoved:
        """Finds the working day of a deferred acceptance anew after the calendar changed (AC-C06, SIL-12)."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(AcceptanceMoved)
            if repeated is not None:
                return repeated
            case, calendar = act.case, await self._bench.calendar_book.calendar(act.session)
            before, day = case.accepted_on, self._acceptance(act, calendar)
            case.accepted_on, case.calendar_version = day, calendar.version
            if day != before:
                await tell(self._bench, act, "deferred", key=f"{case.id}:deferred:{day.isoformat()}", d=day)
            return await act.finish(
                "ACCEPTANCE_MOVED",
                AcceptanceMoved(deferred_until=utc_of(day, _OPENING)),
                rules=[service(case.service).clock.after_hours.citation, "SIL-12"],
                facts={
                    "from": before.isoformat() if before else None,
                    "accepted_on": day.isoformat(),
                    "calendar": calendar.version[:12],
                },
            )

    def _acceptance(self, act: Act, calendar: WorkingCalendar) -> date:
        """The Almaty day on which the claim is accepted; an earlier consent without account moves none (SIL-09)."""
        claimed = act.case.applied_at or act.case.anchor
        assert claimed is not None, "nothing is accepted before consent or application"
        return accept_date(act.case.service, claimed, calendar)

    async def _register(self, act: Act) -> JournalLine:
        line = await self._registering.register(act)
        if act.case.path == Path.P7:
            await tell(
                self._bench,
                act,
                "registered",
                reg=line.facts["registration_no"],
                d=act.case.accepted_on,
                due=legal_day(line.registration.due_at),
            )
        return line

    async def _finish(self, act: Act, line: JournalLine, result: ResultT) -> ResultT:
        return await act.finish(
            "REGISTERED",
            result,
            rules=line.rules,
            facts=line.facts,
            state=CaseState.REGISTERED,
            waiting=Party.US,
        )

    def _rules(self, act: Act) -> list[str]:
        return [term_of(service(act.case.service), act.case).citation]
