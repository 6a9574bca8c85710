"""Applications on the way to a running case: taken over, or waited for while documents are missing (SIL-40)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from temporalio import activity

from belsendi.casework.acts import Act, act_on_case
from belsendi.casework.bench import Bench
from belsendi.casework.telling import spoken_language, tell
from belsendi.contracts.case import CaseOrigin, Disposition, DocumentsAwaited, StepInput, TakeOverInput
from belsendi.contracts.states import CaseState, Party, TaskKind
from belsendi.intake.filing import (
    Filing,
    completed_at_desk,
    follow_number,
    keep_account,
    keep_choice,
    keep_consent,
    term_rules,
)
from belsendi.intake.receipts import Receipts
from belsendi.law import add_working_days_at, legal_day, service
from belsendi.records.cases import close_tasks
from belsendi.records.models import CaseStep, Consent, Task
from workflows.activities.closing import close_questions


class Applying:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._receipts = Receipts(bench)

    @activity.defn(name="await_documents")
    async def await_documents(self, step: StepInput) -> DocumentsAwaited:
        """Until when the applicant may bring what is missing: a product default, no term of law runs (S-r24, D-r24)."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(DocumentsAwaited)
            if repeated is not None:
                return repeated
            calendar = await self._bench.calendar_book.calendar(act.session)
            defaults = self._bench.profile.defaults
            awaited = DocumentsAwaited(
                reminder_at=add_working_days_at(act.now, defaults.documents_reminder_wd, calendar),
                expires_at=add_working_days_at(act.now, defaults.documents_ttl_wd, calendar),
            )
            return await act.finish(
                "DOCUMENTS_AWAITED",
                awaited,
                rules=["SIL-51"],
                facts={"until": awaited.expires_at.isoformat()},
                state=CaseState.DOCUMENTS_AWAITED,
                waiting=Party.CITIZEN,
            )

    @activity.defn(name="remind_documents")
    async def remind_documents(self, step: StepInput) -> Disposition:
        """Names what is still missing, once, with the day on which the case ends without it."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            ends_on = legal_day(await self._expiry(act))
            missing = await self._missing(act)
            if missing:
                language = await spoken_language(self._bench, act.session, act.case)
                names = self._bench.speaker.catalogue.document_names(missing, language)
                await tell(self._bench, act, "documents_reminder", docs=names, exp=ends_on)
            else:
                await tell(self._bench, act, "documents_reminder_unnamed", exp=ends_on)
            return await act.finish(
                "DOCUMENTS_REMINDED",
                Disposition(state=CaseState.DOCUMENTS_AWAITED),
                rules=["SIL-51"],
                facts={"documents": list(missing)},
            )

    @activity.defn(name="take_over_application")
    async def take_over_application(self, step: TakeOverInput) -> Disposition:
        """Consent, account and channel of the application become the case's; our open question is closed (SIL-40).

        The term is that of the application's channel; the months of a benefit still count back from an earlier
        consent by mobile device, for the later claim attaches to the first (9.2, SIL-09).
        """
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            case, event_id = act.case, step.application.event_id
            application = await self._receipts.application(act.session, event_id)
            filing = Filing(service(case.service), application, event_id, "applicant", act.now)
            await close_questions(self._bench, act)
            joined = case.origin != CaseOrigin.APPLICATION
            case.origin, case.channel = CaseOrigin.APPLICATION, application.channel
            case.recipient_type = application.applicant.type
            if joined and application.account is None:
                case.account_id = None  # the one on file was offered, and nobody has confirmed it
            case.applied_at = await completed_at_desk(act.session, case, event_id) or application.received_at
            if case.number_id is None:
                await follow_number(self._bench, act.session, filing, case)
            if not await self._consented(act):
                await keep_consent(self._bench, act.session, filing, case)
            await keep_account(self._bench, act.session, case, application.account, act.now)
            await keep_choice(act.session, filing, case)
            await close_tasks(act.session, case.id, TaskKind.DOCUMENTS_MISSING, "system", act.now)
            return await act.finish(
                "APPLICATION_TAKEN_OVER" if joined else "DOCUMENTS_COMPLETE",
                Disposition(state=CaseState.CONSENTED),
                rules=[*term_rules(filing.entry, application), "SIL-40"],
                facts={"channel": application.channel},
                state=CaseState.CONSENTED,
                waiting=Party.US,
            )

    async def _consented(self, act: Act) -> bool:
        query = select(Consent.id).where(Consent.case_id == act.case.id, Consent.withdrawn_at.is_(None))
        return (await act.session.execute(query)).first() is not None

    async def _missing(self, act: Act) -> Sequence[str]:
        query = select(Task.facts).where(
            Task.case_id == act.case.id,
            Task.kind == TaskKind.DOCUMENTS_MISSING,
            Task.closed_at.is_(None),
        )
        facts = (await act.session.execute(query.limit(1))).scalar_one_or_none() or {}
        return list(facts.get("documents", ()))

    async def _expiry(self, act: Act) -> datetime:
        query = select(CaseStep.result).where(
            CaseStep.case_id == act.case.id, CaseStep.kind == "DOCUMENTS_AWAITED"
        )
        result = (await act.session.execute(query)).scalar_one()
        return DocumentsAwaited.model_validate(result).expires_at
