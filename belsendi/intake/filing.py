"""What an application puts into its case: the consent to read data, and the account the payment goes to.

The same for an application that opens a case and for one that a running case takes over (SIL-40).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.contracts.case import CaseOrigin
from belsendi.contracts.states import Flag, Outcome, TaskKind
from belsendi.intake.applications import Application
from belsendi.law import RecipientType, chosen_benefits, law_version, others_chosen, parse_iban, service
from belsendi.law.catalogue import Service
from belsendi.law.catalogue_entry import OneApplicationBenefit
from belsendi.records.cases import add_step, close_tasks, open_task, raise_flag
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import Account, Case, CaseStep, Consent


@dataclass(frozen=True)
class Filing:
    """One application on its way into a case. ``event_id`` names its sealed row; ``now`` is an aware instant.

    ``completed_at``: when the desk said that all necessary documents were there, for one that came without them.
    """

    entry: Service
    application: Application
    event_id: str
    actor: str
    now: datetime
    completed_at: datetime | None = None


async def keep_consent(bench: Bench, session: AsyncSession, filing: Filing, case: Case) -> None:
    """CNS-D where the application gives it; CNS-P belongs to offers only (4.2). Without it nothing is kept: G3.

    A legal entity has no personal data that anybody could consent to show.
    """
    application, catalogue = filing.application, bench.speaker.catalogue
    if not application.data_consent or application.applicant.type is RecipientType.LEGAL_ENTITY:
        return
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


async def keep_choice(session: AsyncSession, filing: Filing, case: Case) -> None:
    """The benefits that an application chooses with "one application" (D-t10, D-t4)."""
    if not filing.application.one_application:
        return
    await record_choice(
        session,
        case,
        chosen_benefits(filing.entry, filing.application.one_application),
        key=f"one-application:{filing.event_id}",
        actor=filing.actor,
        now=filing.now,
    )


async def record_choice(
    session: AsyncSession,
    case: Case,
    chosen: Sequence[OneApplicationBenefit],
    *,
    key: str,
    actor: str,
    now: datetime,
) -> None:
    """One consent, and for each chosen benefit that has no rules here a sub-case of a caseworker, which outlives
    the decision of this case (D-t10, D-t4; SIL-31). ``key`` names the line of the timeline."""
    case.one_application = [benefit.code for benefit in chosen]
    for benefit in others_chosen(service(case.service), case.one_application):
        await open_task(
            session,
            TaskKind.ONE_APPLICATION,
            key=f"{case.id}:ONE_APPLICATION:{benefit.code}",
            now=now,
            case_id=case.id,
            facts={"benefit": benefit.code},
        )
    await add_step(
        session,
        case,
        key=key,
        kind="ONE_APPLICATION",
        at=now,
        actor=actor,
        rules=["D-t10", "D-t4", "SIL-31"],
        facts={"benefits": case.one_application},
    )


async def keep_account(
    bench: Bench, session: AsyncSession, case: Case, account: str | None, now: datetime
) -> None:
    """The account named by the application or at the desk; one of an unknown bank is checked by hand (SIL-08).

    A case that has none goes on, and a caseworker asks for it: no list of the law's documents holds it (S-t8).
    """
    if account is None:
        if case.account_id is None:
            key = f"{case.id}:CALL_ACCOUNT"
            await open_task(session, TaskKind.CALL_ACCOUNT, key=key, now=now, case_id=case.id)
        return
    await close_tasks(session, case.id, TaskKind.CALL_ACCOUNT, "system", now)
    iban, account_id = parse_iban(account), new_id()
    session.add(
        Account(
            id=account_id,
            person_id=case.recipient_id,
            number=await bench.records.vault.seal(
                Owner.CASE, case.id, iban.value, f"accounts.number/{account_id}", now
            ),
            last4=iban.last4,
            bank_code=iban.bank_code,
            bank_known=iban.bank is not None,
            source="provided",
            created_at=now,
        )
    )
    await session.flush()
    case.account_id = account_id
    if iban.bank is None:
        raise_flag(case, Flag.BANK_UNKNOWN)
        await open_task(
            session,
            TaskKind.CHECK_BANK,
            key=f"{case.id}:CHECK_BANK:{account_id}",
            now=now,
            case_id=case.id,
            facts={"bank_code": iban.bank_code},
        )


async def follow_number(bench: Bench, session: AsyncSession, filing: Filing, case: Case) -> None:
    """The number the applicant leaves; one that is known to be registered to the person stays (invariant 11)."""
    if filing.application.mobile_number is not None and case.origin == CaseOrigin.APPLICATION:
        number = await bench.people.number(session, filing.application.mobile_number, filing.now)
        if "language" in filing.application.model_fields_set:
            number.language = filing.application.language
        case.number_id = number.id


async def call_for_documents(
    session: AsyncSession, case: Case, application: Application, event_id: str, now: datetime
) -> None:
    """Asks a caseworker to see to what is missing; the task names it by code (S-r24, D-r24)."""
    await close_tasks(session, case.id, TaskKind.DOCUMENTS_MISSING, "system", now)
    await open_task(
        session,
        TaskKind.DOCUMENTS_MISSING,
        key=f"{case.id}:DOCUMENTS_MISSING:{event_id}",
        now=now,
        case_id=case.id,
        facts={
            "service": case.service,
            "documents": application.missing_kinds,
            "account": application.account is None,
        },
    )


async def inherit_consent_day(session: AsyncSession, case: Case, actor: str, now: datetime) -> bool:
    """The months of a benefit count back from a consent by mobile device whose account never came, also in the
    attempt that follows (SIL-09; D-r4, S-r24). The call for that account is settled with it. True when so.

    The term of an application is its own: it begins with its registration (D-r24, S-r24).
    """
    ended = select(Case).where(
        Case.service == case.service,
        Case.subject_id == case.subject_id,
        Case.recipient_id == case.recipient_id,
        Case.attempt == case.attempt - 1,
        Case.outcome == Outcome.INCOMPLETE,
        Case.consented_at.is_not(None),
    )
    before = (await session.execute(ended)).scalar_one_or_none()
    if before is None:
        return False
    case.consented_at = before.consented_at
    await close_tasks(session, before.id, TaskKind.CALL_ACCOUNT, actor, now)
    return True


def desk_completion_key(event_id: str) -> str:
    """The step with which the desk says that an application has all necessary documents now."""
    return f"complete:{event_id}"


async def completed_at_desk(session: AsyncSession, case: Case, event_id: str) -> datetime | None:
    """Since when an application has all necessary documents by the word of the desk: in its case, or in an earlier
    attempt that ended before it heard of it."""
    attempts = select(Case.id).where(
        Case.service == case.service,
        Case.subject_id == case.subject_id,
        Case.recipient_id == case.recipient_id,
    )
    query = select(CaseStep.at).where(
        CaseStep.case_id.in_(attempts), CaseStep.key == desk_completion_key(event_id)
    )
    return (await session.execute(query.order_by(CaseStep.at).limit(1))).scalar_one_or_none()


def term_rules(entry: Service, application: Application) -> list[str]:
    """Where the law says from when the term of an application runs."""
    terms = [term for term in entry.terms.values() if application.channel in term.channels]
    return list(dict.fromkeys([*(term.citation for term in terms), "COM-07"]))
