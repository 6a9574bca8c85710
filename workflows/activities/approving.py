"""Approval: everything is read again before the signature of the authorised person takes effect."""

from __future__ import annotations

from datetime import date

from temporalio import activity

from belsendi.attachments.custody import accepted_kinds
from belsendi.casework.acts import Act, act_on_case, step_result
from belsendi.casework.bench import Bench
from belsendi.casework.identity import CaseIdentity, data_consent_given
from belsendi.casework.issuing import Issuing
from belsendi.casework.obligations import begin_obligations
from belsendi.casework.programmes import (
    Reading,
    circumstances_of,
    digest_sources,
    recipient_died,
    yearly_facts,
)
from belsendi.casework.programmes.sources import NUMBERS
from belsendi.casework.readings import Readings
from belsendi.casework.signing import Signing
from belsendi.casework.telling import spoken_language, tell
from belsendi.contracts.case import ApprovalInput, ApprovalResult, CaseOrigin
from belsendi.contracts.states import CaseState, Outcome, Party, TaskKind
from belsendi.errors import NotFound
from belsendi.law import legal_day, others_chosen, service
from belsendi.records.cases import close_tasks, end_case, open_task
from belsendi.records.columns import new_id
from belsendi.records.models import Account, Decision, Document, DocumentSignature, PaymentOrder, PhoneNumber
from belsendi.records.rulings import journal_entry
from belsendi.registries.answers import PersonNumbers
from belsendi.registries.signature import SignerRole
from workflows.activities.failures import report_outage
from workflows.activities.moving import leaves_automatic_path, move_to_casework
from workflows.activities.registering import Registering
from workflows.activities.transferring import transfer_after_death

_NO_CONSENT = "G3"


class Approving:
    def __init__(self, bench: Bench, registering: Registering) -> None:
        self._bench = bench
        self._registering = registering
        self._readings = Readings(bench)
        self._signing = Signing(bench.evidence)
        self._issuing = Issuing(bench)

    @activity.defn(name="approve")
    @report_outage
    async def approve(self, step: ApprovalInput) -> ApprovalResult:
        """Re-reads, verifies the signature, decides; transitions 22, 24–26 (B-r19-1, B-t5, SIL-30)."""
        bench = self._bench
        done = await step_result(bench.records.database, step, ApprovalResult)
        identity = await self._readings.identity(step.case_id)
        if done is None:
            fresh = (
                f"{step.key}@{step.now.isoformat()}"  # every attempt reads anew: days may lie between them
            )
            reading = await self._readings.for_decision(identity, fresh[:40], step.now)
            async with act_on_case(bench.records.database, step) as act:
                done = act.repeated(ApprovalResult) or await self._settle(act, step, identity, reading)
        return done

    async def _settle(
        self, act: Act, step: ApprovalInput, identity: CaseIdentity, reading: Reading
    ) -> ApprovalResult:
        officer = step.decision.officer
        await close_tasks(act.session, act.case.id, TaskKind.SIGN, officer, act.now)
        decision = await act.session.get(Decision, step.decision.decision_id or "")
        if decision is None or decision.case_id != act.case.id:
            raise NotFound("the signed decision does not belong to this case")
        if recipient_died(identity, reading):
            died = ApprovalResult(state=CaseState.CLOSED, outcome=Outcome.TRANSFERRED)
            return await transfer_after_death(act, died)
        if leaves_automatic_path(act, identity, reading):
            decision.status = "superseded"
            route = await move_to_casework(self._bench, self._registering, act)
            moved = ApprovalResult(state=CaseState.CASEWORK, to_casework=route)
            return await act.finish("SIGNATURE_STOPPED", moved, rules=["SIL-30"])
        entry = service(act.case.service)
        if await self._consented_since(act, decision):
            return await self._again(act, decision, "RECORD_CHANGED", [entry.ground(_NO_CONSENT).citation])
        circumstances = circumstances_of(entry, identity, reading, legal_day(act.now))
        if (
            self._bench.profile.defaults.reread_before_signing
            and reading.digest(digest_sources(entry, identity.recipient_type, circumstances))
            != decision.facts_digest
        ):
            return await self._again(act, decision, "RECORD_CHANGED", ["SIL-30"])
        problem = await self._signature_problem(act, step, decision)
        if problem is not None:
            return await self._again(act, decision, "SIGNATURE_REFUSED", ["INC-13", problem], by_hand=True)
        if (
            identity.data_consent and not identity.is_legal_entity
        ):  # an entity is told at its application's number
            await self._follow_number(act, reading)
        decided = await self._decide(act, decision, step, identity)
        if decision.kind == "ASSIGN" and entry.subject == "breadwinner":
            attached = await accepted_kinds(act.session, act.case.id)
            facts = yearly_facts(identity, reading, decision.decided_on or legal_day(act.now), attached)
            await begin_obligations(self._bench, act.session, act.case, facts, act.now)
        return decided

    async def _consented_since(self, act: Act, decision: Decision) -> bool:
        """Whether a refusal for want of consent stands beside a consent; it falls away then (G3, COM-14)."""
        refused = any(ground["code"] == _NO_CONSENT for ground in decision.grounds)
        return refused and await data_consent_given(act.session, act.case.id)

    async def _signature_problem(self, act: Act, step: ApprovalInput, decision: Decision) -> str | None:
        """The authorised person's EDS over exactly the draft with its number and date, or why not (invariant 3)."""
        signature = await act.session.get(DocumentSignature, step.decision.signature_id or "")
        signed = await self._signing.signed_paper(act.session, decision, signature) if signature else None
        if signature is None or signed is None:
            return "WRONG_CONTENT"
        paper, content = signed
        verification = await self._bench.signer.verify(
            content,
            await self._bench.evidence.cms(signature),
            required_role=SignerRole.PROVIDER_AUTHORISED_PERSON,
            at=act.now,
        )
        if not verification.valid:
            return verification.problem.value if verification.problem else "BROKEN"
        signature.effective = True
        decision.signature_id = signature.id
        decision.document_id = paper.id
        decision.decided_on = legal_day(signature.signed_at)
        decision.mirrored = False  # the mirror has the draft, without number and date
        return None

    async def _again(
        self, act: Act, decision: Decision, kind: str, rules: list[str], *, by_hand: bool = False
    ) -> ApprovalResult:
        """Back to the case file: the draft is formed anew and signed anew; the clock keeps running."""
        decision.status = "superseded"
        return await act.finish(
            kind,
            ApprovalResult(state=CaseState.EIM_DRAFTING, by_hand=by_hand),
            rules=rules,
            facts={"revision": decision.revision},
            state=CaseState.EIM_DRAFTING,
            waiting=Party.US,
        )

    async def _decide(
        self, act: Act, decision: Decision, step: ApprovalInput, identity: CaseIdentity
    ) -> ApprovalResult:
        case = act.case
        assign = decision.kind == "ASSIGN"
        decision.status = "approved"
        decision.approved_at = act.now
        entry = await journal_entry(act.session, case.id)
        account = await act.session.get(Account, case.account_id) if case.account_id else None
        state = CaseState.DECIDED_ASSIGN if assign else CaseState.DECIDED_REFUSE
        if assign:
            assert account is not None
            act.session.add(
                PaymentOrder(
                    id=new_id(),
                    case_id=case.id,
                    decision_id=decision.id,
                    idempotency_key=decision.id,
                    account_id=account.id,
                    state="wanted",
                    created_at=act.now,
                )
            )
        notice = None
        if service(case.service).notice_form is not None:
            notice = await self._issuing.sealed_result(act.session, identity, decision, act.now)
        await self._tell_result(act, decision, account, notice)
        result = await act.finish(
            "DECIDED",
            ApprovalResult(state=state),
            rules=list(dict.fromkeys([*service(case.service).decision_rules(case.path), "INC-13", "SIL-16"])),
            facts={"kind": decision.kind, "decision_no": decision.number, "revision": decision.revision},
            state=state,
            waiting=Party.REGISTRY if assign else Party.US,
            system="odq" if assign else None,
            actor=step.decision.officer,
        )
        if assign:
            entry.outcome = Outcome.ASSIGNED
        else:
            entry.outcome = Outcome.REFUSED
            entry.holds_subject = False
            await end_case(act.session, case, Outcome.REFUSED, act.now)
        return result

    async def _tell_result(
        self, act: Act, decision: Decision, account: Account | None, notice: Document | None
    ) -> None:
        """M-07 or M-08 to the recipient's own number or cabinet (B-t5; invariant 11); it never says "paid"."""
        fields: dict[str, object] = {"no": decision.number, "d": decision.decided_on}
        if decision.kind == "ASSIGN":
            assert account is not None
            fields["a4"] = account.last4
            if decision.benefit_start is not None:
                place = f"decisions.benefit_start/{decision.id}"
                opened = await self._bench.records.vault.open(decision.benefit_start, place)
                fields["frm"] = date.fromisoformat(opened)
        else:
            cause = decision.grounds[0]["code"]
            language = await spoken_language(self._bench, act.session, act.case)
            fields["reason"] = self._bench.speaker.catalogue.cause(cause, language, act.case.service)
        purpose = "assigned" if decision.kind == "ASSIGN" else "refused"
        others = others_chosen(service(act.case.service), act.case.one_application)
        if others and purpose == "assigned":
            purpose = "assigned_with_others"
            codes = [benefit.code for benefit in others]
            language = await spoken_language(self._bench, act.session, act.case)
            fields["benefits"] = self._bench.speaker.catalogue.benefit_names(codes, language)
        await tell(self._bench, act, purpose, key=f"{act.case.id}:outcome", document=notice, **fields)

    async def _follow_number(self, act: Act, reading: Reading) -> None:
        """A number that is no longer the recipient's gets no result: the new one does, or a person calls."""
        numbers = reading.first(NUMBERS, PersonNumbers)
        registered = [entry.number for entry in numbers.numbers] if numbers is not None else []
        current = await act.session.get_one(PhoneNumber, act.case.number_id) if act.case.number_id else None
        if current is None and act.case.origin == CaseOrigin.APPLICATION:
            return  # told by its own channel
        if current is not None and await self._bench.people.digits(current) in registered:
            return
        replaced = bool(registered)
        if replaced:
            number = await self._bench.people.number(act.session, registered[0], act.now)
            if current is not None:
                number.language = current.language
            act.case.number_id = number.id
        else:
            act.case.number_id = None
        await open_task(
            act.session,
            TaskKind.CONTACT_CHANGED,
            key=f"{act.case.id}:CONTACT_CHANGED:{act.step.key}",
            now=act.now,
            case_id=act.case.id,
            facts={"replaced": replaced},
        )
        await act.note("NUMBER_CHANGED", rules=["SIL-43"], facts={"replaced": replaced})
