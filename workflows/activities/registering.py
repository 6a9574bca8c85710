"""The journal entry on consent, the clock that starts with it, and the lock per deceased."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from temporalio import activity

from belsendi.casework.acts import Act, act_on_case
from belsendi.casework.bench import Bench
from belsendi.contracts.case import DueChanged, Registration, StepInput
from belsendi.contracts.states import Flag
from belsendi.errors import ConfigurationError
from belsendi.law import Deadline, due, escalation_instant, legal_day, service
from belsendi.records.cases import lower_flag
from belsendi.records.columns import new_id
from belsendi.records.counters import next_number
from belsendi.records.models import Consent, JournalEntry
from belsendi.records.rulings import holds_subject


@dataclass(frozen=True)
class JournalLine:
    """A journal entry just made, with its line for the timeline."""

    registration: Registration
    rules: list[str]
    facts: dict[str, str]


class Registering:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def register(self, act: Act) -> JournalLine:
        """The automatic journal entry in the unit of work that holds consent and account (B-r16 ¶1).

        The term runs from this day (SIL-13). The first of two relatives holds the deceased; the other is
        registered too and fails CK3 (SIL-25). Transition 12.
        """
        consent = await self._consent(act)
        case = act.case
        day = legal_day(act.now)
        number = await next_number(act.session, f"journal:{case.service}:{day.year}")
        entry = JournalEntry(
            id=new_id(),
            registration_no=f"{case.service}-{day.year}-{number:06d}",
            case_id=case.id,
            service=case.service,
            subject_id=case.subject_id,
            applicant_id=case.recipient_id,
            channel=case.channel,
            consent_id=consent.id,
            automatic=True,
            registered_at=act.now,
            holds_subject=not await holds_subject(act.session, case.service, case.subject_id),
        )
        act.session.add(entry)
        case.registered_at = act.now
        deadline, registration = await self._deadline(act)
        return JournalLine(
            registration=registration,
            rules=["B-r16", deadline.citation, "SIL-13"],
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
            deadline, registration = await self._deadline(act)
            if act.now <= registration.due_at:
                lower_flag(act.case, Flag.OVERDUE)
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

    async def _consent(self, act: Act) -> Consent:
        query = select(Consent).where(Consent.case_id == act.case.id, Consent.withdrawn_at.is_(None)).limit(1)
        consent = (await act.session.execute(query)).scalar_one_or_none()
        if consent is None:
            raise ConfigurationError("no journal entry without a stored consent (B-r16; invariant 1)")
        return consent

    async def _deadline(self, act: Act) -> tuple[Deadline, Registration]:
        case = act.case
        assert case.registered_at is not None
        calendar = await self._bench.calendar_book.calendar(act.session)
        term = service(case.service).terms[case.channel]
        deadline = due(term, legal_day(case.registered_at), calendar)
        hours = self._bench.profile.defaults.escalate_before_due.total_seconds() / 3600
        escalate_at = escalation_instant(deadline.due_on, hours, case.service)
        case.due_at = deadline.due_at
        case.strict_due_at = deadline.due_at - (deadline.due_on - deadline.strict_due_on)
        case.escalate_at = escalate_at
        case.calendar_version = deadline.calendar_version
        return deadline, Registration(due_at=deadline.due_at, escalate_at=escalate_at)
