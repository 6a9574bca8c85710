"""The five parameter checks and what follows from them (B-r13, B-r16)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from belsendi.casework.acts import Act, act_on_case, step_result
from belsendi.casework.bench import Bench
from belsendi.casework.check_facts import check_facts
from belsendi.casework.consent_papers import keep_consent_receipt
from belsendi.casework.identity import CaseIdentity
from belsendi.casework.papers import Papers
from belsendi.casework.programmes import full_name
from belsendi.casework.readings import Readings
from belsendi.casework.telling import spoken_language, tell
from belsendi.contracts.case import CheckInput, CheckOutcome, CheckResult, OfficerAct
from belsendi.contracts.states import CaseState, Outcome, Party, TaskKind
from belsendi.documents import Bilingual, render_document
from belsendi.law import ParameterChecks, Service, legal_day, run_checks, service
from belsendi.records.cases import close_tasks, end_case, open_task
from belsendi.records.columns import new_id
from belsendi.records.models import ParameterCheck
from belsendi.records.models import Person as PersonRow
from belsendi.records.rulings import claim_subject, earlier_entries, journal_entry
from belsendi.registries.signature import SignerRole
from workflows.activities.failures import report_outage
from workflows.activities.registering import holds_its_subject


class Checking:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._readings = Readings(bench)

    @activity.defn(name="check_parameters")
    @report_outage
    async def check_parameters(self, step: CheckInput) -> CheckResult:
        """Runs all five checks and records them; transitions 14–16. An outage waits, it never fails a check."""
        done = await step_result(self._bench.records.database, step, CheckResult)
        if done is not None:
            return done
        identity = await self._readings.identity(step.case_id)
        checks, name = await self._run(identity, step)
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(CheckResult)
            if repeated is not None:
                return repeated
            await self._keep(act, checks)
            await self._keep_name(act, name)
            await keep_consent_receipt(act, self._bench, identity, await self._name(act))
            if checks.needs_review:
                return await self._to_a_person(act)
            if checks.passed:
                return await self._accept(act, identity)
            return await self._do_not_accept(act, identity, [str(code) for code in checks.failures])

    @activity.defn(name="settle_review")
    async def settle_review(self, step: CheckInput) -> CheckResult:
        """A person judged what the checks left open (SIL-28, SIL-49)."""
        identity = await self._readings.identity(step.case_id)
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(CheckResult)
            if repeated is not None:
                return repeated
            officer = step.officer or "unknown"
            await close_tasks(act.session, act.case.id, TaskKind.MANUAL_REVIEW, officer, act.now)
            if step.review_act is OfficerAct.REVIEW_PASSED:
                return await self._accept(act, identity, officer)
            open_codes = [c.code for c in await _checks(act.session, act.case.id) if c.result == "REVIEW"]
            return await self._do_not_accept(act, identity, open_codes, officer)

    async def _run(self, identity: CaseIdentity, step: CheckInput) -> tuple[ParameterChecks, str | None]:
        entry_of = service(identity.case.service)
        reading = await self._readings.for_checks(identity, step.key, step.now)
        async with self._bench.records.database.writing() as session:
            entry = await journal_entry(session, identity.case.id)
            if holds_its_subject(entry_of):
                await claim_subject(session, entry)
            others = await earlier_entries(session, entry)
            calendar = await self._bench.calendar_book.calendar(session)
        facts = check_facts(
            entry_of,
            identity,
            reading,
            applied_on=legal_day(identity.case.anchor or entry.registered_at),
            consented=identity.consent is not None,
            own=entry,
            others=others,
            held=not entry.holds_subject,
        )
        checks = run_checks(entry_of, facts, self._bench.profile.defaults, calendar)
        return checks, full_name(identity, reading)

    async def _keep_name(self, act: Act, name: str | None) -> None:
        if name is not None:
            recipient = await act.session.get_one(PersonRow, act.case.recipient_id)
            await self._bench.people.set_name(recipient, name, act.now)

    async def _name(self, act: Act) -> str:
        """The recipient's name as IS-1 has it; without one the notice shows the IIN alone."""
        recipient = await act.session.get_one(PersonRow, act.case.recipient_id)
        return await self._bench.people.name(recipient) or await self._bench.people.iin(recipient)

    async def _keep(self, act: Act, checks: ParameterChecks) -> None:
        trace = checks.trace
        for code, verdict in checks.results.items():
            act.session.add(
                ParameterCheck(
                    id=new_id(),
                    case_id=act.case.id,
                    code=code,
                    result=verdict.value.upper(),
                    trace=[line.as_json() for line in trace if line.rule == code],
                    at=act.now,
                )
            )
        entry = await journal_entry(act.session, act.case.id)
        entry.check_result = "PASS" if checks.passed else ("REVIEW" if checks.needs_review else "FAIL")
        entry.check_failures = [str(code) for code in checks.failures]
        await act.session.flush()

    async def _to_a_person(self, act: Act) -> CheckResult:
        await open_task(
            act.session,
            TaskKind.MANUAL_REVIEW,
            key=f"{act.case.id}:MANUAL_REVIEW",
            now=act.now,
            case_id=act.case.id,
            due_at=act.case.due_at,
        )
        return await act.finish(
            "REVIEW_NEEDED",
            CheckResult(outcome=CheckOutcome.REVIEW),
            rules=[*service(act.case.service).check_rules, "SIL-28", "SIL-49"],
            facts={"checks": await _codes(act, "REVIEW")},
            state=CaseState.MANUAL_REVIEW,
            waiting=Party.OFFICER,
        )

    async def _accept(self, act: Act, identity: CaseIdentity, officer: str = "system") -> CheckResult:
        """M-05 with the notice sealed by the authorised body (B-r16 ¶1; invariant 2). Transition 16."""
        bench = self._bench
        entry = await journal_entry(act.session, act.case.id)
        entry.check_result = "PASS"
        papers = Papers(service(act.case.service), bench.profile)
        fields = papers.acceptance_notice(identity, await self._name(act), entry, act.now)
        content = render_document(fields.kind, fields)
        document = await bench.evidence.keep(
            act.session,
            act.case.id,
            key="acceptance_notice",
            kind=fields.kind.value,
            content=content,
            now=act.now,
        )
        seal = await bench.signer.sign(content, SignerRole.AUTHORISED_BODY, at=act.now)
        await bench.evidence.keep_signature(act.session, document, seal, signed_by="system", effective=True)
        entry.notice_document_id = document.id
        assert act.case.due_at is not None
        await tell(
            bench,
            act,
            "accepted",
            document=document,
            reg=entry.registration_no,
            d=legal_day(entry.registered_at),
            due=legal_day(act.case.due_at),
        )
        return await act.finish(
            "ACCEPTED",
            CheckResult(outcome=CheckOutcome.PASSED),
            rules=[*service(act.case.service).check_rules, "INC-13"],
            facts={"registration_no": entry.registration_no, "signature": SignerRole.AUTHORISED_BODY.value},
            state=CaseState.ACCEPTED,
            waiting=Party.US,
            actor=officer,
        )

    async def _do_not_accept(
        self, act: Act, identity: CaseIdentity, failures: list[str], officer: str = "system"
    ) -> CheckResult:
        """M-06: automatic, no decision, no decision number (B-r16 ¶2; invariant 5). Transition 15."""
        bench = self._bench
        entry = await journal_entry(act.session, act.case.id)
        entry.check_result = "FAIL"
        entry.check_failures = failures
        entry.outcome = Outcome.NOT_ACCEPTED
        entry.holds_subject = False
        catalogue = bench.speaker.catalogue
        cause = Bilingual(kk=catalogue.cause(failures[0], "kk"), ru=catalogue.cause(failures[0], "ru"))
        papers = Papers(service(act.case.service), bench.profile)
        checks = await _checks(act.session, act.case.id)
        name = await self._name(act) if identity.is_legal_entity else identity.recipient_iin
        fields = papers.non_acceptance_notice(identity, name, entry, checks, cause, act.now)
        document = await bench.evidence.keep(
            act.session,
            act.case.id,
            key="non_acceptance_notice",
            kind=fields.kind.value,
            content=render_document(fields.kind, fields),
            now=act.now,
        )
        entry.notice_document_id = document.id
        reason = catalogue.cause(failures[0], await spoken_language(bench, act.session, act.case))
        await tell(bench, act, "not_accepted", key=f"{act.case.id}:outcome", document=document, reason=reason)
        result = await act.finish(
            "NOT_ACCEPTED",
            CheckResult(outcome=CheckOutcome.FAILED),
            rules=_with_default(service(act.case.service)),
            facts={"failures": failures},
            actor=officer,
        )
        await end_case(act.session, act.case, Outcome.NOT_ACCEPTED, act.now)
        return result


async def _checks(session: AsyncSession, case_id: str) -> list[ParameterCheck]:
    query = select(ParameterCheck).where(ParameterCheck.case_id == case_id).order_by(ParameterCheck.code)
    return list((await session.execute(query)).scalars())


async def _codes(act: Act, result: str) -> list[str]:
    return [check.code for check in await _checks(act.session, act.case.id) if check.result == result]


def _with_default(entry: Service) -> list[str]:
    """The rules of the parameters, and the product decision behind their list."""
    return entry.check_rules + ([entry.checks_default] if entry.checks_default else [])
