"""Taking an application in: stored sealed with its facts, then a case of its own or part of the one that runs.

A second channel attaches to the open attempt, so that one case and one decision come of both (SIL-40, AC-D17): before
registration the case takes the application over, later it is a note. After an end the same person applies anew as a
further attempt (COM-14, AC-D36).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.casework.identity import said_of
from belsendi.contracts.case import CaseOrigin
from belsendi.contracts.states import CaseState, Outcome, Party, TaskKind
from belsendi.errors import InvalidInput, NotFound
from belsendi.intake.applications import (
    Application,
    ApplicationRefused,
    check_application,
)
from belsendi.intake.differences import differences
from belsendi.intake.events import LifeEvents, NewEvent
from belsendi.intake.filing import (
    Filing,
    call_for_documents,
    completed_at_desk,
    follow_number,
    inherit_consent_day,
    keep_account,
    keep_choice,
    keep_consent,
    term_rules,
)
from belsendi.intake.openings import APPLICATION_RECEIVED
from belsendi.intake.receipts import Receipts
from belsendi.law import legal_day, service
from belsendi.records.audit import audit
from belsendi.records.cases import add_step, locked_case, open_case, open_task, wait_for
from belsendi.records.models import Account, Case, CaseStep, Consent, LifeEvent
from belsendi.records.upsert import insert_unless_there

APPLICATION_SOURCE = "application"


class Became(StrEnum):
    """What became of an application."""

    OPENED = "opened"
    COMPLETED = "completed"
    WAITING_FOR_DOCUMENTS = "waiting_for_documents"
    ATTACHED = "attached"
    HANDED_TO_A_PERSON = "handed_to_a_person"


_LINES = {
    Became.OPENED: "APPLICATION_RECEIVED",
    Became.COMPLETED: "APPLICATION_RECEIVED",
    Became.WAITING_FOR_DOCUMENTS: "APPLICATION_INCOMPLETE",
    Became.ATTACHED: "APPLICATION_ATTACHED",
}
_BEFORE_CONSENT = (CaseState.IDENTIFIED, CaseState.OFFERED, CaseState.ACCOUNT_PENDING)


@dataclass(frozen=True)
class Taken:
    """``case`` is None where a person has to enter the applicant by hand; ``new`` is False for a repetition."""

    event_id: str
    case: Case | None
    became: Became
    new: bool


class Applications:
    """Takes applications of all channels in. ``key`` makes a repeated one the same."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._receipts = Receipts(bench)

    async def take(
        self,
        application: Application,
        key: str,
        now: datetime,
        *,
        officer: str | None = None,
        shift_seconds: int = 0,
    ) -> Taken:
        """Stores the application and opens, completes or joins its case; the sweep starts what is complete.

        ``officer`` is the account that entered it at a counter, which the audit trail tells then.

        Raises ApplicationRefused naming the field where the law has no such way (AC-B28, AC-D26).
        """
        entry, actor = check_application(application, legal_day(now)), officer or "applicant"
        if application.received_at > now:
            raise ApplicationRefused("in_the_future", "received_at", "the application lies in the future")
        oldest = legal_day(now) - timedelta(days=self._bench.profile.defaults.application_entry_days)
        if legal_day(application.received_at) < oldest:
            raise ApplicationRefused(
                "too_long_ago", "received_at", "an application is entered within days of being received"
            )
        values = await LifeEvents(self._bench).values(_as_event(application, key), now) | {
            "state": "processed"
        }
        async with self._bench.records.database.writing() as session:
            if not await insert_unless_there(session, LifeEvent, values):
                return await self._known(session, key)
            event_id = str(values["id"])
            number = application.applicant.number
            if number is None:
                await open_task(
                    session, TaskKind.PAPER_APPLICATION, key=f"event:{event_id}", now=now, event_id=event_id
                )
                await _audited(session, officer, event_id, application, now)
                return Taken(event_id, None, Became.HANDED_TO_A_PERSON, new=True)
            subject = await self._bench.people.person(session, application.subject_iin, now)
            recipient = await self._bench.people.person(session, number, now)
            filing = Filing(entry, application, event_id, actor, now)
            case, opened = await self._case(session, filing, subject.id, recipient.id, shift_seconds)
            taken = await self._file(session, filing, case, opened)
            await self._receipts.give(session, case, application, event_id, now, actor)
            await _audited(session, officer, case.id, application, now)
            return taken

    async def taken(self, event_id: str) -> Taken:
        """What became of an application that was taken in before. Raises NotFound."""
        async with self._bench.records.database.reading() as session:
            event = await session.get(LifeEvent, event_id)
            if event is None or event.source != APPLICATION_SOURCE:
                raise NotFound("there is no such application")
            return await self._known(session, event.event_id)

    async def _case(
        self, session: AsyncSession, filing: Filing, subject_id: str, recipient_id: str, shift_seconds: int
    ) -> tuple[Case, bool]:
        """The open case of this claim, locked, or a new attempt. True when it was opened now.

        A case may end between being found and being locked: then the claim is a further attempt (COM-14).
        """
        while True:
            found, opened = await open_case(
                session,
                service=filing.entry.code,
                subject_id=subject_id,
                recipient_id=recipient_id,
                event_id=filing.event_id,
                initiative="citizen",
                now=filing.now,
                clock_shift_seconds=shift_seconds,
                recipient_type=filing.application.applicant.type,
            )
            case = await locked_case(session, found.id)
            if case.outcome is None:
                return case, opened

    async def _file(self, session: AsyncSession, filing: Filing, case: Case, opened: bool) -> Taken:
        if opened:
            return await self._begin(session, filing, case)
        if case.state == CaseState.DOCUMENTS_AWAITED:
            return await self._complete(session, filing, case)
        if case.applied_at is not None or case.registered_at is not None:
            await self._consent_after_all(session, filing, case)
            if case.account_id is None:
                await keep_account(self._bench, session, case, filing.application.account, filing.now)
        elif case.state in _BEFORE_CONSENT and case.application_id is None:
            await self._join(session, filing, case)
            return await self._note(session, filing, case, Became.ATTACHED, ["SIL-40"])
        await self._show_what_differs(session, filing, case)
        return await self._note(session, filing, case, Became.ATTACHED, ["SIL-40"])

    async def _begin(self, session: AsyncSession, filing: Filing, case: Case) -> Taken:
        """A case of its own; without all necessary documents no term runs before they are complete."""
        application, rules = filing.application, term_rules(filing.entry, filing.application)
        case.origin, case.channel = CaseOrigin.APPLICATION, application.channel
        if await inherit_consent_day(session, case, filing.actor, filing.now):
            rules = [*rules, "SIL-09"]
        await follow_number(self._bench, session, filing, case)
        if not application.documents_complete:
            case.state = CaseState.DOCUMENTS_AWAITED
            await wait_for(session, case, Party.CITIZEN, filing.now)
            await call_for_documents(session, case, application, filing.event_id, filing.now)
            return await self._note(session, filing, case, Became.WAITING_FOR_DOCUMENTS, rules)
        case.applied_at = filing.completed_at or application.received_at
        await keep_consent(self._bench, session, filing, case)
        await keep_account(self._bench, session, case, application.account, filing.now)
        await keep_choice(session, filing, case)
        return await self._note(session, filing, case, Became.OPENED, rules)

    async def _complete(self, session: AsyncSession, filing: Filing, case: Case) -> Taken:
        """More of an application that lacked documents: with all of them the case takes it over."""
        application, rules = filing.application, term_rules(filing.entry, filing.application)
        if case.application_id is not None:
            await self._show_what_differs(session, filing, case)
            return await self._note(session, filing, case, Became.ATTACHED, ["SIL-40"])
        await follow_number(self._bench, session, filing, case)
        if not application.documents_complete:
            await call_for_documents(session, case, application, filing.event_id, filing.now)
            return await self._note(session, filing, case, Became.WAITING_FOR_DOCUMENTS, rules)
        case.application_id = filing.event_id
        return await self._note(session, filing, case, Became.COMPLETED, rules)

    async def _join(self, session: AsyncSession, filing: Filing, case: Case) -> None:
        """The case takes a whole application over (SIL-40). One that lacks documents must not end with our offer
        unseen: a person sees to it."""
        if filing.application.documents_complete:
            case.application_id = filing.event_id
        else:
            await self._call_a_person(session, filing, case)

    async def file_again(self, case_id: str, now: datetime) -> Taken | None:
        """Files an application anew that came while its case was ending: it is a further attempt then (COM-14).

        A case that was withdrawn at that moment leaves a person to ask what is meant. None when nothing waits.
        """
        async with self._bench.records.database.writing() as session:
            case = await locked_case(session, case_id)
            if case.application_id is None or case.applied_at is not None or case.outcome is None:
                return None
            event_id, case.application_id = case.application_id, None
            filing = await self._as_completed(session, case, event_id, now)
            if case.outcome == Outcome.WITHDRAWN:
                await self._call_a_person(session, filing, case)
                return None
            following, opened = await self._case(
                session, filing, case.subject_id, case.recipient_id, case.clock_shift_seconds
            )
            taken = await self._file(session, filing, following, opened)
            if filing.completed_at is not None and following.application_id == event_id:
                await keep_account(self._bench, session, following, filing.application.account, now)
            await self._receipts.give(session, following, filing.application, event_id, now, filing.actor)
            return taken

    async def _as_completed(self, session: AsyncSession, ended: Case, event_id: str, now: datetime) -> Filing:
        """The application as it stood in the case that ended: with what the desk took in for it (S-r24)."""
        application = await self._receipts.application(session, event_id)
        completed_at = await completed_at_desk(session, ended, event_id)
        if completed_at is not None:
            brought: dict[str, object] = {
                "documents_complete": True,
                "missing_kinds": [],
                "account": application.account,
            }
            account = await session.get(Account, ended.account_id or "")
            if account is not None:
                number = await self._bench.records.vault.open(account.number, f"accounts.number/{account.id}")
                brought["account"] = number
            application = application.model_copy(update=brought)
        return Filing(service(ended.service), application, event_id, "system", now, completed_at)

    async def _consent_after_all(self, session: AsyncSession, filing: Filing, case: Case) -> None:
        """A refusal for want of consent (G3) that is not signed yet falls away with the consent (COM-14)."""
        standing = select(Consent.id).where(Consent.case_id == case.id, Consent.withdrawn_at.is_(None))
        if (await session.execute(standing)).first() is None:
            await keep_consent(self._bench, session, filing, case)

    async def _show_what_differs(self, session: AsyncSession, filing: Filing, case: Case) -> None:
        """One decision comes of both (SIL-40): what the second application says otherwise, or more, is a person's to
        settle with the applicant - a dependant, an account, papers (D-t10, S-r7)."""
        held: dict[str, Any] = {}
        for event_id in (case.event_id, case.application_id):
            if event_id is not None and event_id != filing.event_id:
                held |= await said_of(self._bench, await session.get(LifeEvent, event_id))
        account = await session.get(Account, case.account_id) if case.account_id is not None else None
        iban = held.get("account")
        if account is not None and (case.application_id is None or case.applied_at is not None):
            iban = await self._bench.records.vault.open(account.number, f"accounts.number/{account.id}")
        differs = differences(filing.application, held, iban)
        if differs:
            await self._call_a_person(session, filing, case, differs)

    async def _call_a_person(
        self, session: AsyncSession, filing: Filing, case: Case, differs: list[str] | None = None
    ) -> None:
        """What an application means beside an offer is not clear: a person asks, also after the case has ended."""
        await open_task(
            session,
            TaskKind.SECOND_CHANNEL,
            key=f"{case.id}:SECOND_CHANNEL:{filing.event_id}",
            now=filing.now,
            case_id=case.id,
            facts={
                "channel": filing.application.channel,
                "application": filing.event_id,
                "differs": differs or [],
            },
        )

    async def _note(
        self, session: AsyncSession, filing: Filing, case: Case, became: Became, rules: list[str]
    ) -> Taken:
        """The line of the timeline; what became of the application is kept for whoever sends it once more."""
        application = filing.application
        await add_step(
            session,
            case,
            key=f"application:{filing.event_id}",
            kind=_LINES[became],
            at=filing.now,
            actor=filing.actor,
            rules=rules,
            facts={
                "channel": application.channel,
                "certified": application.certified.value,
                "became": became.value,
                "documents": application.missing_kinds,
            },
        )
        return Taken(filing.event_id, case, became, new=True)

    async def _known(self, session: AsyncSession, key: str) -> Taken:
        query = select(LifeEvent.id).where(LifeEvent.source == APPLICATION_SOURCE, LifeEvent.event_id == key)
        event_id = (await session.execute(query)).scalar_one()
        step = (
            select(CaseStep)
            .join(Case, Case.id == CaseStep.case_id)
            .where(CaseStep.key == f"application:{event_id}")
            .order_by(Case.attempt.desc())  # filed again, it belongs to the attempt that took it
            .limit(1)
        )
        line = (await session.execute(step)).scalar_one_or_none()
        if line is None:
            return Taken(event_id, None, Became.HANDED_TO_A_PERSON, new=False)
        case = await session.get_one(Case, line.case_id)
        return Taken(event_id, case, Became(line.facts["became"]), new=False)


async def _audited(
    session: AsyncSession, officer: str | None, object_id: str, application: Application, now: datetime
) -> None:
    if officer is not None:
        await audit(
            session,
            actor=officer,
            action="application.take",
            object_id=object_id,
            at=now,
            reason=application.channel,
        )


def _as_event(application: Application, key: str) -> NewEvent:
    if not key:
        raise InvalidInput("an application needs a key that makes it one")
    return NewEvent(
        source=APPLICATION_SOURCE,
        event_id=key,
        event_type=APPLICATION_RECEIVED,
        occurred_at=application.received_at,
        data=application.model_dump(mode="json", exclude_none=True),
    )
