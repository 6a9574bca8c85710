"""The journal entry on consent, the clock that starts with it, and the lock per deceased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from temporalio import activity

from belsendi.casework.acts import Act, act_on_case
from belsendi.casework.bench import Bench
from belsendi.contracts.case import CaseOrigin, DueChanged, Registration, StepInput
from belsendi.contracts.states import Flag, Outcome, TaskKind
from belsendi.errors import ConfigurationError
from belsendi.law import (
    CheckKind,
    Deadline,
    Path,
    Service,
    Term,
    due,
    escalation_instant,
    legal_day,
    load_services,
    path_for,
    service,
)
from belsendi.law.clocks import ClockStart
from belsendi.records.cases import lower_flag, open_task
from belsendi.records.columns import new_id
from belsendi.records.counters import next_number
from belsendi.records.models import Case, Consent, JournalEntry
from belsendi.records.rulings import holds_subject

MOBILE = "mobile"


@dataclass(frozen=True)
class JournalLine:
    """A journal entry just made, with its line for the timeline."""

    registration: Registration
    rules: list[str]
    facts: dict[str, str]


class Registering:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def register(self, act: Act, completed_at: datetime | None = None) -> JournalLine:
        """The journal entry in the unit of work that holds consent and account, or the application (B-r16 ¶1).

        Where the automatic path is open it is made by itself; the term runs as the law's term says (SIL-13). Where
        a check looks for other applications, the first of two holds the subject; the other is registered too and
        fails that check (SIL-25). Transitions 12, 13.
        ``completed_at`` is the instant of the reply that completed consent and account.
        """
        case, entry_of = act.case, service(act.case.service)
        consent = await self._consent(act)
        if case.path is None:
            case.path = path_for(entry_of, case.channel)
            case.accepted_on = legal_day(completed_at or act.now)
        day = case.accepted_on or legal_day(act.now)
        number = await next_number(act.session, f"journal:{case.service}:{day.year}")
        entry = JournalEntry(
            id=new_id(),
            registration_no=f"{case.service}-{day.year}-{number:06d}",
            case_id=case.id,
            service=case.service,
            subject_id=case.subject_id,
            applicant_id=case.recipient_id,
            channel=case.channel,
            consent_id=consent.id if consent is not None else None,
            automatic=case.path == Path.P1,
            registered_at=act.now,
            holds_subject=holds_its_subject(entry_of)
            and not await holds_subject(act.session, case.service, case.subject_id),
        )
        act.session.add(entry)
        case.registered_at = act.now
        if case.applied_at is None:
            case.application_id = (
                None  # consent by mobile device came first: a later application is a note (SIL-40)
            )
        await _tell_of_two_benefits(act)
        deadline, registration = await self.deadline(act)
        automatic = [*entry_of.automatic_rules[:1], "SIL-13"] if case.path == Path.P1 else []
        joined = ["SIL-40"] if await self.joined_term(act) is not None else []
        return JournalLine(
            registration=registration,
            rules=list(dict.fromkeys([*automatic[:1], deadline.citation, *automatic[1:], *joined])),
            facts={
                "registration_no": entry.registration_no,
                "due_on": deadline.due_on.isoformat(),
                "strict_due_on": deadline.strict_due_on.isoformat(),
            },
        )

    @activity.defn(name="move_due")
    async def move_due(self, step: StepInput) -> DueChanged:
        """Counts the due date anew after the calendar changed, and logs it (AC-C06)."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(DueChanged)
            if repeated is not None:
                return repeated
            before = act.case.due_at
            deadline, registration = await self.deadline(act)
            result = DueChanged(due_at=registration.due_at, escalate_at=registration.escalate_at)
            return await act.finish(
                "DUE_MOVED",
                result,
                rules=[deadline.citation, "SIL-12"],
                facts={
                    "from": legal_day(before).isoformat() if before else None,
                    "due_on": deadline.due_on.isoformat(),
                    "calendar": deadline.calendar_version[:12],
                },
            )

    async def _consent(self, act: Act) -> Consent | None:
        query = select(Consent).where(Consent.case_id == act.case.id, Consent.withdrawn_at.is_(None)).limit(1)
        consent = (await act.session.execute(query)).scalar_one_or_none()
        if consent is None:
            if act.case.origin == CaseOrigin.APPLICATION:
                return None
            raise ConfigurationError("no journal entry without a stored consent (B-r16; invariant 1)")
        return consent

    async def deadline(self, act: Act) -> tuple[Deadline, Registration]:
        """The end of the case's term by the present calendar, extended where it was; kept with the case.

        A term that runs from registration counts from the day of acceptance (9.2): a delay of ours moves no date.
        An application that joins an earlier consent never makes the term end later than that consent does: the
        later claim attaches to the first (D-r24 para 1, S-r24 para 1; SIL-40).
        """
        case, entry_of = act.case, service(act.case.service)
        term = term_of(entry_of, case)
        began = case.accepted_on
        if term.start is ClockStart.CONSENT and case.consented_at is not None:
            began = legal_day(case.consented_at)
        assert began is not None, "a term runs from consent or from the day of acceptance"
        calendar = await self._bench.calendar_book.calendar(act.session)
        extension = entry_of.clock.extension if case.extended_wd else None
        deadline = due(term, began, calendar, extension)
        joined = await self.joined_term(act)
        if joined is not None and case.consented_at is not None:
            from_consent = due(joined, legal_day(case.consented_at), calendar, extension)
            deadline = min(from_consent, deadline, key=lambda each: each.due_at)
        hours = self._bench.profile.defaults.escalate_before_due.total_seconds() / 3600
        escalate_at = escalation_instant(deadline.due_on, hours, case.service)
        case.due_at = deadline.due_at
        case.strict_due_at = deadline.due_at - (deadline.due_on - deadline.strict_due_on)
        case.escalate_at = escalate_at
        case.calendar_version = deadline.calendar_version
        if act.now <= deadline.due_at:
            lower_flag(case, Flag.OVERDUE)
        if act.now < escalate_at:
            lower_flag(case, Flag.ESCALATED)
        return deadline, Registration(due_at=deadline.due_at, escalate_at=escalate_at)

    async def joined_term(self, act: Act) -> Term | None:
        """The term that ran from consent by mobile device before an application of another channel came (SIL-40).

        None without such a consent in this attempt, and where the mobile term runs from registration.
        """
        case = act.case
        if case.channel == MOBILE or case.path is None or not await self.proactive_consent(act):
            return None
        term = service(case.service).term(MOBILE, Path(case.path))
        return term if term.start is ClockStart.CONSENT else None

    async def proactive_consent(self, act: Act) -> bool:
        """Whether consent to the proactive service (CNS-P) stands in this very attempt."""
        query = select(Consent.kinds).where(Consent.case_id == act.case.id, Consent.withdrawn_at.is_(None))
        return any("CNS-P" in kinds for kinds in (await act.session.execute(query)).scalars())

    async def show_term_from_consent(self, act: Act) -> None:
        """The casework term is shown while the account is still missing: it runs from consent (SIL-09, D-r24).

        Nothing is registered yet, and where the automatic path opens its own term takes the place of this one.
        """
        case = act.case
        term = service(case.service).term(MOBILE, Path.P7)
        if term.start is ClockStart.CONSENT and case.consented_at is not None:
            calendar = await self._bench.calendar_book.calendar(act.session)
            shown = due(term, legal_day(case.consented_at), calendar)
            case.due_at = shown.due_at
            case.strict_due_at = shown.due_at - (shown.due_on - shown.strict_due_on)


def holds_its_subject(entry: Service) -> bool:
    """Whether one application at a time may be live for a subject: where a check looks for others (CK3, DK4)."""
    return any(check.kind is CheckKind.NO_OTHER_APPLICATION for check in entry.checks)


def term_of(entry: Service, case: Case) -> Term:
    """The legal term of a case whose path is known: one for each channel and path, the catalogue sees to it."""
    return entry.term(case.channel, Path(case.path or ""))


async def _tell_of_two_benefits(act: Act) -> None:
    """A caseworker hears that the recipient may have a right to another monthly benefit too, or has it: two cases,
    and no rule of the order says which is paid (SIL-46)."""
    monthly = {code for code, entry in load_services().items() if entry.amount and entry.amount.monthly}
    case = act.case
    if case.service not in monthly:
        return
    query = (
        select(Case.reference)
        .where(
            Case.recipient_id == case.recipient_id,
            Case.service.in_(sorted(monthly - {case.service})),
            Case.outcome.is_(None) | (Case.outcome == Outcome.ASSIGNED),
        )
        .order_by(Case.created_at.desc())
        .limit(1)
    )
    other = (await act.session.execute(query)).scalar_one_or_none()
    if other is not None:
        await open_task(
            act.session,
            TaskKind.TWO_BENEFITS,
            key=f"{case.id}:TWO_BENEFITS",
            now=act.now,
            case_id=case.id,
            facts={"reference": other},
        )
