"""The electronic case file and the e-draft of the decision (B-r19-1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select, update
from temporalio import activity

from belsendi.attachments.custody import accepted_kinds
from belsendi.casework.acts import Act, act_on_case, step_result
from belsendi.casework.assessment import Assessment, assess
from belsendi.casework.bench import Bench
from belsendi.casework.digital_documents import digital_documents
from belsendi.casework.identity import CaseIdentity
from belsendi.casework.papers import Papers
from belsendi.casework.programmes import FAMILY_FLAGS, Reading, full_name, recipient_died
from belsendi.casework.programmes.sources import ENTITY_ACCOUNT_OWNER
from belsendi.casework.readings import Readings
from belsendi.casework.signing import Signing
from belsendi.casework.telling import reachable, spoken_language, tell
from belsendi.contracts.case import (
    CasePath,
    Disposition,
    DraftInput,
    DraftResult,
    ReturnInput,
    Route,
    StepInput,
)
from belsendi.contracts.states import CaseState, Flag, Outcome, Party, TaskKind
from belsendi.documents import render_document
from belsendi.law import (
    DatumSource,
    DecisionKind,
    WorkingCalendar,
    add_working_days_at,
    defaults_used_by,
    law_version,
    legal_day,
    service,
)
from belsendi.records.cases import close_tasks, lower_flag, open_task, raise_flag, set_flags
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import (
    Account,
    CaseFileItem,
    Decision,
    Document,
    ParameterCheck,
)
from belsendi.records.rulings import decision_of, journal_entry
from belsendi.registries.answers import AccountOwner
from belsendi.registries.signature import SignerRole
from workflows.activities.failures import report_outage
from workflows.activities.moving import leaves_automatic_path, move_to_casework
from workflows.activities.registering import Registering
from workflows.activities.transferring import transfer_after_death


class Drafting:
    def __init__(self, bench: Bench, registering: Registering) -> None:
        self._bench = bench
        self._registering = registering
        self._readings = Readings(bench)

    @activity.defn(name="draft_decision")
    @report_outage
    async def draft_decision(self, step: DraftInput) -> DraftResult:
        """Gathers the case file and drafts; transitions 17–21. An outage waits and never refuses."""
        bench = self._bench
        done = await step_result(bench.records.database, step, DraftResult)
        if done is not None:
            return done
        identity = await self._readings.identity(step.case_id)
        if step.unread:  # consent that came since is looked for before the signature, never used by halves
            identity = replace(identity, consent=None)
        reading = await self._readings.for_decision(identity, step.key, step.now)
        assessment = assess(
            bench,
            identity,
            reading,
            await self._calendar(),
            step.now,
            attached=await self._attached(step.case_id, legal_day(step.now)),
            proposal=step.proposal,
        )
        async with act_on_case(bench.records.database, step) as act:
            repeated = act.repeated(DraftResult)
            if repeated is not None:
                result = repeated
            elif recipient_died(identity, reading):
                result = await transfer_after_death(act, DraftResult(outcome=Outcome.TRANSFERRED))
            elif leaves_automatic_path(act, identity, reading):
                route = await move_to_casework(bench, self._registering, act)
                result = await act.finish("DRAFT_STOPPED", DraftResult(to_casework=route), rules=["SIL-30"])
            elif assessment.draft.kind is DecisionKind.ASSIGN and assessment.draft.legal_date is None:
                result = await self._ask_for_the_day(act)
            else:
                result = await self._keep(act, identity, reading, assessment, step)
        return result

    async def _ask_for_the_day(self, act: Act) -> DraftResult:
        """Nothing is assigned without the day the right hangs on: a caseworker enters it (SIL-27)."""
        entry = service(act.case.service)
        route = Route(path=CasePath.P7, extendable=entry.clock.extension is not None)
        if act.case.path != CasePath.P7:
            route = await move_to_casework(self._bench, self._registering, act)
        return await act.finish(
            "DRAFT_STOPPED",
            DraftResult(to_casework=route),
            rules=["SIL-27"],
            state=CaseState.REGISTERED,
            waiting=Party.US,
        )

    async def _attached(self, case_id: str, on: date) -> frozenset[str]:
        """What documents prove: those accepted on paper (COM-06), and those the owner opened (COM-10)."""
        async with self._bench.records.database.reading() as session:
            brought = await accepted_kinds(session, case_id)
        return brought | await digital_documents(self._bench).proved(case_id, on)

    async def _calendar(self) -> WorkingCalendar:
        async with self._bench.records.database.reading() as session:
            return await self._bench.calendar_book.calendar(session)

    @activity.defn(name="end_hearing")
    async def end_hearing(self, step: StepInput) -> Disposition:
        """The time for being heard has passed; the draft goes to signature."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            await self._open_signing(act)
            return await act.finish(
                "HEARING_ENDED",
                Disposition(state=CaseState.AWAITING_SIGNATURE),
                rules=["SIL-18"],
                state=CaseState.AWAITING_SIGNATURE,
                waiting=Party.OFFICER,
            )

    @activity.defn(name="return_draft")
    async def return_draft(self, step: ReturnInput) -> Disposition:
        """The authorised person returned the draft; it is formed anew, the clock keeps running. Transition 23."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            officer = step.decision.officer
            await close_tasks(act.session, act.case.id, TaskKind.SIGN, officer, act.now)
            draft = await decision_of(act.session, act.case.id, step.decision.revision)
            if draft is not None:
                draft.status = "returned"
            return await act.finish(
                "RETURNED",
                Disposition(state=CaseState.EIM_DRAFTING),
                rules=["SIL-17"],
                facts={"revision": step.decision.revision},
                state=CaseState.EIM_DRAFTING,
                waiting=Party.US,
                actor=officer,
            )

    async def _keep(
        self,
        act: Act,
        identity: CaseIdentity,
        reading: Reading,
        assessment: Assessment,
        step: DraftInput,
    ) -> DraftResult:
        revision, by_hand = step.revision, step.by_hand
        draft, items = assessment.draft, assessment.items
        await self._note_owner(act, reading)
        set_flags(act.case, FAMILY_FLAGS, assessment.doubts)
        for item in items:
            act.session.add(
                CaseFileItem(
                    id=new_id(),
                    case_id=act.case.id,
                    revision=revision,
                    datum=item.datum,
                    system=item.system or "",
                    status=item.status.value,
                    asked_at=act.now,
                )
            )
        decision = await self._write(act, identity, reading, assessment, revision)
        defaults = self._bench.profile.defaults
        hearing_until = None
        if draft.kind is DecisionKind.REFUSE and defaults.hearing_before_refusal:
            hearing_until = await self._open_hearing(act, decision)
        signature_id = None
        if defaults.approves_automatically(act.case.service) and hearing_until is None and not by_hand:
            signature_id = await self._approve_automatically(act, decision)
        if hearing_until is None and signature_id is None:
            await self._open_signing(act)
        return await act.finish(
            "DRAFTED",
            DraftResult(
                decision_id=decision.id,
                revision=revision,
                alert_at=act.now + defaults.sign_alert_after,
                hearing_until=hearing_until,
                signature_id=signature_id,
            ),
            rules=[
                *service(act.case.service).decision_rules(act.case.path),
                *(["SIL-27"] if any(step.rule == "day of the right" for step in draft.trace) else []),
                *(f"{ground.code}: {ground.citation}" for ground in draft.grounds),
            ],
            facts={
                "kind": draft.kind.value,
                "revision": revision,
                "file": {item.datum: item.status.value for item in items},
                "grounds": [ground.code for ground in draft.grounds],
            },
            state=CaseState.HEARING if hearing_until else CaseState.AWAITING_SIGNATURE,
            waiting=Party.CITIZEN if hearing_until else (Party.US if signature_id else Party.OFFICER),
        )

    async def _write(
        self,
        act: Act,
        identity: CaseIdentity,
        reading: Reading,
        assessment: Assessment,
        revision: int,
    ) -> Decision:
        bench, case = self._bench, act.case
        draft, items = assessment.draft, assessment.items
        entry_of = service(case.service)
        entry = await journal_entry(act.session, case.id)
        await act.session.execute(
            update(Decision)
            .where(Decision.case_id == case.id, Decision.status == "draft")
            .values(status="superseded")
        )
        name = full_name(identity, reading) or identity.recipient_iin
        checks = await self._checks(act)
        papers = Papers(entry_of, bench.profile)
        if items:  # without consent to the data nothing was asked, so there is no file (G3)
            file_fields = papers.electronic_case_file(identity, name, entry, items, revision, act.now)
            await self._store(
                act,
                f"case_file:{revision}",
                file_fields.kind.value,
                render_document(file_fields.kind, file_fields),
            )
        compose = (
            papers.decision_to_assign if draft.kind is DecisionKind.ASSIGN else papers.decision_to_refuse
        )
        fields = compose(identity, reading, name, entry, draft, checks, revision=revision, now=act.now)
        content = render_document(fields.kind, fields)
        document = await self._store(act, f"decision:{revision}", fields.kind.value, content)
        decision_id = new_id()
        legal_date = (draft.legal_date or legal_day(act.now)).isoformat()
        decision = Decision(
            id=decision_id,
            case_id=case.id,
            revision=revision,
            kind=draft.kind.value,
            status="draft",
            form=entry_of.decision_form or "",
            grounds=[{"code": g.code, "kk": g.kk, "ru": g.ru, "citation": g.citation} for g in draft.grounds],
            amount=draft.amount,
            amount_note={"explanation": draft.amount_explanation},
            trace=[line.as_json() for line in draft.trace],
            parameter_hash=draft.parameter_hash,
            law_version=law_version(),
            defaults_used=[
                {"setting": d.setting, "value": d.value, "source": d.source}
                for d in defaults_used_by(case.service, bench.profile.defaults)
            ],
            legal_date=await bench.records.vault.seal(
                Owner.CASE, case.id, legal_date, f"decisions.legal_date/{decision_id}", act.now
            ),
            benefit_start=await self._sealed_day(act, decision_id, draft.benefit_start),
            knowledge_date=draft.knowledge_date,
            document_id=document.id,
            drafted_at=act.now,
            facts_digest=assessment.digest,
        )
        act.session.add(decision)
        await act.session.flush()
        return decision

    async def _sealed_day(self, act: Act, decision_id: str, day: date | None) -> bytes | None:
        if day is None:
            return None
        place = f"decisions.benefit_start/{decision_id}"
        return await self._bench.records.vault.seal(Owner.CASE, act.case.id, day.isoformat(), place, act.now)

    async def _store(self, act: Act, key: str, kind: str, content: bytes) -> Document:
        return await self._bench.evidence.keep(
            act.session, act.case.id, key=key, kind=kind, content=content, now=act.now
        )

    async def _checks(self, act: Act) -> list[ParameterCheck]:
        query = select(ParameterCheck).where(ParameterCheck.case_id == act.case.id)
        return list((await act.session.execute(query.order_by(ParameterCheck.code))).scalars())

    async def _note_owner(self, act: Act, reading: Reading) -> None:
        """An account of another owner is flagged for the signer, never refused (SIL-08)."""
        account = await act.session.get(Account, act.case.account_id) if act.case.account_id else None
        if account is None:
            return
        owner = reading.first(DatumSource.ACCOUNT_OWNER, AccountOwner) or reading.first(
            ENTITY_ACCOUNT_OWNER, AccountOwner
        )
        account.owner_confirmed = owner is not None and owner.belongs
        if account.owner_confirmed:
            lower_flag(act.case, Flag.ACCOUNT_OWNER_UNCONFIRMED)
        else:
            raise_flag(act.case, Flag.ACCOUNT_OWNER_UNCONFIRMED)

    async def _open_signing(self, act: Act) -> None:
        await open_task(
            act.session,
            TaskKind.SIGN,
            key=f"{act.case.id}:SIGN:{act.step.key}",
            now=act.now,
            case_id=act.case.id,
            due_at=act.case.due_at,
        )

    async def _open_hearing(self, act: Act, decision: Decision) -> datetime:
        """Tells the citizen before an unfavourable decision; never later than the escalation (the term holds)."""
        calendar = await self._bench.calendar_book.calendar(act.session)
        until = add_working_days_at(act.now, self._bench.profile.defaults.hearing_wd, calendar)
        if act.case.escalate_at is not None:
            until = max(act.now, min(until, act.case.escalate_at))
        if reachable(act.case):
            language = await spoken_language(self._bench, act.session, act.case)
            cause = self._bench.speaker.catalogue.cause(
                decision.grounds[0]["code"], language, act.case.service
            )
            key = f"{act.case.id}:hearing:{decision.revision}"
            await tell(self._bench, act, "hearing", key=key, reason=cause, until=legal_day(until))
        return until

    async def _approve_automatically(self, act: Act, decision: Decision) -> str:
        """The officer's key approves without a person, where the office switched that on (SIL-17)."""
        bench, signing = self._bench, Signing(self._bench.evidence)
        numbered = await signing.take_number(act.session, decision.id, act.now)
        content = await signing.content(act.session, numbered, act.now)
        signature = await bench.signer.sign(
            content, SignerRole.PROVIDER_AUTHORISED_PERSON, passphrase=bench.automatic_passphrase, at=act.now
        )
        return await signing.keep(act.session, numbered, content, signature, "automatic")
