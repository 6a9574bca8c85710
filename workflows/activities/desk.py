"""The caseworker's desk (P7): the case file gathered, the term extended, documents asked for (transitions 27, 28)."""

from __future__ import annotations

from temporalio import activity

from belsendi.attachments.asking import take_up_request
from belsendi.attachments.kinds import kinds_of
from belsendi.casework.acts import Act, act_on_case, step_result
from belsendi.casework.bench import Bench
from belsendi.casework.consent_papers import keep_consent_receipt
from belsendi.casework.issuing import Issuing
from belsendi.casework.programmes import FAMILY_FLAGS, case_file, circumstances_of, doubts_of, full_name
from belsendi.casework.readings import Readings
from belsendi.casework.telling import reachable, spoken_language, tell
from belsendi.contracts.case import CaseworkInput, Disposition, DueChanged, StepInput
from belsendi.contracts.states import CaseState, Party, TaskKind
from belsendi.documents import Bilingual
from belsendi.errors import Conflict
from belsendi.law import legal_day, service
from belsendi.records.cases import close_tasks, open_task, set_flags
from belsendi.records.models import Document, Person
from workflows.activities.failures import report_outage
from workflows.activities.registering import Registering


class Desk:
    def __init__(self, bench: Bench, registering: Registering) -> None:
        self._bench = bench
        self._registering = registering
        self._readings = Readings(bench)
        self._issuing = Issuing(bench)

    @activity.defn(name="gather_case_file")
    @report_outage
    async def gather_case_file(self, step: StepInput) -> Disposition:
        """Asks every system the service names, writes the state of the file down and calls a caseworker.

        An outage waits; what is absent or does not match is for the caseworker to ask for (INC-38, COM-06).
        """
        done = await step_result(self._bench.records.database, step, Disposition)
        if done is not None:
            return done
        identity = await self._readings.identity(step.case_id)
        entry, today = service(identity.case.service), legal_day(step.now)
        reading = await self._readings.for_decision(identity, step.key, step.now)
        circumstances = circumstances_of(entry, identity, reading, today)
        items = case_file(entry, identity, reading, today, circumstances)
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            await self._keep_name(act, full_name(identity, reading))
            await keep_consent_receipt(act, self._bench, identity, await self._name(act))
            set_flags(act.case, FAMILY_FLAGS, doubts_of(entry, identity, reading, today))
            await self._call(act)
            return await act.finish(
                "FILE_GATHERED",
                Disposition(state=CaseState.CASEWORK),
                rules=[*entry.decision_rules(act.case.path), "COM-04"],
                facts={"file": {item.datum: item.status.value for item in items}},
                state=CaseState.EXTENDED if act.case.extended_wd else CaseState.CASEWORK,
                waiting=Party.OFFICER,
            )

    @activity.defn(name="extend_term")
    async def extend_term(self, step: CaseworkInput) -> DueChanged:
        """Five working days more for an additional document, once, never in P1 (D-t3, S-t3; SIL-36). M-12."""
        identity = await self._readings.identity(step.case_id)
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(DueChanged)
            if repeated is not None:
                return repeated
            extension = service(act.case.service).clock.extension
            if extension is None or act.case.extended_wd:
                raise Conflict("this term cannot be extended (again); decide the case within it")
            assert act.case.due_at is not None, "a case at the desk has a term"
            former = legal_day(act.case.due_at)
            act.case.extended_wd = extension.n
            deadline, registration = await self._registering.deadline(act)
            kinds = await self._wanted(act, step)
            notice = None
            if kinds:
                known = kinds_of(act.case.service)
                notice = await self._issuing.additional_document_notice(
                    act.session,
                    identity,
                    step.decision.officer,
                    act.now,
                    documents=[Bilingual(kk=known[kind].name.kk, ru=known[kind].name.ru) for kind in kinds],
                    former_due_on=former,
                    due_on=deadline.due_on,
                )
            await self._ask(act, step, "document_needed", kinds, notice, due=legal_day(registration.due_at))
            return await act.finish(
                "TERM_EXTENDED",
                DueChanged(due_at=registration.due_at, escalate_at=registration.escalate_at),
                rules=[extension.citation, "SIL-36", "INC-33"],
                facts={"due_on": deadline.due_on.isoformat(), "days": extension.n, "documents": kinds},
                state=CaseState.EXTENDED,
                waiting=Party.OFFICER,
                actor=step.decision.officer,
            )

    @activity.defn(name="request_documents")
    async def request_documents(self, step: CaseworkInput) -> Disposition:
        """Asks for documents within the running term; the clock is never suspended (INC-33)."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            kinds = await self._wanted(act, step)
            await self._ask(act, step, "document_asked", kinds)
            return await act.finish(
                "DOCUMENT_REQUESTED",
                Disposition(state=CaseState(act.case.state)),
                rules=["COM-06", "INC-38"],
                facts={"documents": kinds},
                actor=step.decision.officer,
            )

    async def _wanted(self, act: Act, step: CaseworkInput) -> list[str]:
        """The codes of the documents that the officer asked for with this act."""
        request = await take_up_request(act.session, step.decision.act_id)
        return list(request.kinds) if request is not None else []

    async def _ask(
        self,
        act: Act,
        step: CaseworkInput,
        purpose: str,
        kinds: list[str],
        notice: Document | None = None,
        **fields: object,
    ) -> None:
        """Tells the citizen which documents are wanted (M-12), with the notice that names them in full.

        Whom no message reaches is informed by a person: the State Corporation has to (D-t3, S-t3, COM-06).
        """
        key = f"{act.case.id}:documents:{step.decision.act_id}"
        if not reachable(act.case):
            await open_task(
                act.session,
                TaskKind.INFORM_APPLICANT,
                key=f"{key}:INFORM_APPLICANT",
                now=act.now,
                case_id=act.case.id,
                due_at=act.case.due_at,
                facts={"service": act.case.service, "documents": kinds},
            )
            return
        language = await spoken_language(self._bench, act.session, act.case)
        names = self._bench.speaker.catalogue.document_names(kinds, language)
        await tell(self._bench, act, purpose, key=key, document=notice, docs=names, **fields)

    async def _keep_name(self, act: Act, name: str | None) -> None:
        if name is not None:
            recipient = await act.session.get_one(Person, act.case.recipient_id)
            await self._bench.people.set_name(recipient, name, act.now)

    async def _name(self, act: Act) -> str:
        recipient = await act.session.get_one(Person, act.case.recipient_id)
        return await self._bench.people.name(recipient) or await self._bench.people.iin(recipient)

    async def _call(self, act: Act) -> None:
        await close_tasks(act.session, act.case.id, TaskKind.CASEWORK, "system", act.now)
        await open_task(
            act.session,
            TaskKind.CASEWORK,
            key=f"{act.case.id}:CASEWORK:{act.step.key}",
            now=act.now,
            case_id=act.case.id,
            due_at=act.case.due_at,
        )
