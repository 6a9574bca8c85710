"""Taking an application in: stored sealed with its facts, then a case of its own or part of the one that runs.

A second channel attaches to the open attempt, so that one case and one decision come of both (SIL-40, AC-D17); after
an end the same person applies anew as a further attempt (COM-14, AC-D36).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.contracts.case import CaseOrigin
from belsendi.contracts.states import Flag, Party, TaskKind
from belsendi.errors import InvalidInput
from belsendi.intake.applications import (
    Application,
    ApplicationRefused,
    check_application,
)
from belsendi.intake.events import LifeEvents, NewEvent
from belsendi.intake.openings import APPLICATION_RECEIVED
from belsendi.intake.receipts import Receipts
from belsendi.law import law_version, legal_day, parse_iban
from belsendi.law.catalogue import Service
from belsendi.records.cases import add_step, locked_case, open_case, open_task, raise_flag, wait_for
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import Account, Case, CaseStep, Consent, LifeEvent
from belsendi.records.upsert import insert_unless_there

APPLICATION_SOURCE = "application"
_COMPLETE, _INCOMPLETE, _ATTACHED = "APPLICATION_RECEIVED", "APPLICATION_INCOMPLETE", "APPLICATION_ATTACHED"


class Became(StrEnum):
    """What became of an application."""

    OPENED = "opened"
    COMPLETED = "completed"
    WAITING_FOR_DOCUMENTS = "waiting_for_documents"
    ATTACHED = "attached"
    HANDED_TO_A_PERSON = "handed_to_a_person"


_BECAME = {
    _COMPLETE: Became.OPENED,
    _INCOMPLETE: Became.WAITING_FOR_DOCUMENTS,
    _ATTACHED: Became.ATTACHED,
}


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
        actor: str = "applicant",
        shift_seconds: int = 0,
    ) -> Taken:
        """Stores the application and opens, completes or joins its case; the sweep starts what is complete.

        Raises ApplicationRefused naming the field where the law has no such way (AC-B28, AC-D26).
        """
        entry = check_application(application, legal_day(now))
        if application.received_at > now:
            raise ApplicationRefused("in_the_future", "received_at", "the application lies in the future")
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
                return Taken(event_id, None, Became.HANDED_TO_A_PERSON, new=True)
            subject = await self._bench.people.person(session, application.subject_iin, now)
            recipient = await self._bench.people.person(session, number, now)
            case, opened = await open_case(
                session,
                service=entry.code,
                subject_id=subject.id,
                recipient_id=recipient.id,
                event_id=event_id,
                initiative="citizen",
                now=now,
                clock_shift_seconds=shift_seconds,
            )
            case = await locked_case(session, case.id)
            taken = await self._file(session, _Filing(entry, application, event_id, actor, now), case, opened)
            await self._receipts.give(session, case, application, event_id, now, actor)
            return taken

    async def _file(self, session: AsyncSession, filing: _Filing, case: Case, opened: bool) -> Taken:
        application = filing.application
        waits = case.origin == CaseOrigin.APPLICATION and case.applied_at is None and case.outcome is None
        if not opened and not waits:
            await self._note(session, filing, case, _ATTACHED, ["SIL-40"])
            if case.registered_at is None:
                await self._call_a_person(session, filing, case)
            return Taken(filing.event_id, case, Became.ATTACHED, new=True)
        case.origin, case.channel, case.event_id = (
            CaseOrigin.APPLICATION,
            application.channel,
            filing.event_id,
        )
        if application.mobile_number is not None:
            number = await self._bench.people.number(session, application.mobile_number, filing.now)
            case.number_id = number.id
        if not application.documents_complete:
            await wait_for(session, case, Party.CITIZEN, filing.now)
            await self._note(session, filing, case, _INCOMPLETE, _term_rules(filing.entry, application))
            return Taken(filing.event_id, case, Became.WAITING_FOR_DOCUMENTS, new=True)
        case.applied_at = application.received_at
        await wait_for(session, case, Party.US, filing.now)
        await self._keep_consent(session, filing, case)
        await self._keep_account(session, filing, case)
        await self._note(session, filing, case, _COMPLETE, _term_rules(filing.entry, application))
        return Taken(filing.event_id, case, Became.OPENED if opened else Became.COMPLETED, new=True)

    async def _call_a_person(self, session: AsyncSession, filing: _Filing, case: Case) -> None:
        """Our own questions are still open: the application must not end with them, so a person settles both."""
        await open_task(
            session,
            TaskKind.SECOND_CHANNEL,
            key=f"{case.id}:SECOND_CHANNEL",
            now=filing.now,
            case_id=case.id,
            facts={"channel": filing.application.channel},
        )

    async def _keep_consent(self, session: AsyncSession, filing: _Filing, case: Case) -> None:
        """CNS-D as the application gives it; CNS-P belongs to offers only (4.2)."""
        application, catalogue = filing.application, self._bench.speaker.catalogue
        session.add(
            Consent(
                id=new_id(),
                case_id=case.id,
                person_id=case.recipient_id,
                kinds=["CNS-D"],
                channel=application.channel,
                language=application.language,
                template=filing.entry.application_forms.get(application.channel, "application"),
                template_version=law_version(),
                full_text_version=catalogue.consent_version(filing.entry.code, application.language),
                given_at=application.received_at,
            )
        )

    async def _keep_account(self, session: AsyncSession, filing: _Filing, case: Case) -> None:
        iban, account_id = parse_iban(filing.application.account or ""), new_id()
        session.add(
            Account(
                id=account_id,
                person_id=case.recipient_id,
                number=await self._bench.records.vault.seal(
                    Owner.CASE, case.id, iban.value, f"accounts.number/{account_id}", filing.now
                ),
                last4=iban.last4,
                bank_code=iban.bank_code,
                bank_known=iban.bank is not None,
                source="provided",
                created_at=filing.now,
            )
        )
        case.account_id = account_id
        if iban.bank is None:
            raise_flag(case, Flag.BANK_UNKNOWN)
            await open_task(
                session,
                TaskKind.CHECK_BANK,
                key=f"{case.id}:CHECK_BANK:{account_id}",
                now=filing.now,
                case_id=case.id,
                facts={"bank_code": iban.bank_code},
            )

    async def _note(
        self, session: AsyncSession, filing: _Filing, case: Case, kind: str, rules: list[str]
    ) -> None:
        application = filing.application
        await add_step(
            session,
            case,
            key=f"application:{filing.event_id}",
            kind=kind,
            at=filing.now,
            actor=filing.actor,
            rules=rules,
            facts={"channel": application.channel, "certified": application.certified.value},
        )

    async def _known(self, session: AsyncSession, key: str) -> Taken:
        query = select(LifeEvent.id).where(LifeEvent.source == APPLICATION_SOURCE, LifeEvent.event_id == key)
        event_id = (await session.execute(query)).scalar_one()
        step = select(CaseStep).where(CaseStep.key == f"application:{event_id}")
        line = (await session.execute(step)).scalar_one_or_none()
        if line is None:
            return Taken(event_id, None, Became.HANDED_TO_A_PERSON, new=False)
        case = await session.get_one(Case, line.case_id)
        return Taken(event_id, case, _BECAME[line.kind], new=False)


@dataclass(frozen=True)
class _Filing:
    entry: Service
    application: Application
    event_id: str
    actor: str
    now: datetime


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


def _term_rules(entry: Service, application: Application) -> list[str]:
    """Where the law says from when the term of an application runs."""
    terms = [term for term in entry.terms.values() if application.channel in term.channels]
    return list(dict.fromkeys([*(term.citation for term in terms), "COM-07"]))
