"""Taking consent and the account (COM-03: both by the mobile device)."""

from __future__ import annotations

from temporalio import activity

from belsendi.casework.acts import Act, act_on_case, message_for
from belsendi.casework.bench import Bench
from belsendi.casework.identity import data_consent_given
from belsendi.contracts.case import CaseReply, ConsentResult, Disposition, Registration, ReplyStep, StepInput
from belsendi.contracts.conversation import QuestionKind
from belsendi.contracts.states import CaseState, Flag, Party, TaskKind
from belsendi.law import Path, Service, add_working_days_at, service
from belsendi.records.cases import open_task, raise_flag
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import Account, Consent, InboundMessage, OutboundMessage, PhoneNumber, Question
from workflows.activities.registering import Registering


class Consents:
    def __init__(self, bench: Bench, registering: Registering) -> None:
        self._bench = bench
        self._registering = registering

    @activity.defn(name="take_consent")
    async def take_consent(self, step: ReplyStep) -> ConsentResult:
        """Stores the consent with its proof; asks for the account where it is not settled. Transitions 4, 5."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(ConsentResult)
            if repeated is not None:
                return repeated
            inbound = await act.session.get_one(InboundMessage, step.reply.inbound_id)
            question = await act.session.get_one(Question, step.question_id or "")
            await self._keep_consent(act, inbound, question)
            act.case.consented_at = step.reply.received_at
            if self._account_settled(act, step):
                await self._close(act, question)
                return await self._consented(act, step, ask=None)
            return await self._consented(act, step, ask=question)

    @activity.defn(name="reject_account")
    async def reject_account(self, step: ReplyStep) -> Disposition:
        """M-03: the number is wrong, how many tries are left (SIL-08). Transition 9."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            await self._bench.speaker.say(
                act.session,
                await self._number(act),
                message_for(act.case, "account_invalid"),
                key=f"{act.case.id}:account-invalid:{step.reply.inbound_id}",
                now=act.now,
                case_id=act.case.id,
                fields={"n": step.attempts_left},
            )
            return await act.finish(
                "ACCOUNT_INVALID",
                Disposition(state=CaseState.ACCOUNT_PENDING),
                rules=["SIL-08"],
                facts={"attempts_left": step.attempts_left},
                actor="citizen",
            )

    @activity.defn(name="take_account")
    async def take_account(self, step: ReplyStep) -> Registration:
        """The account is given: consent and account are held, the case is registered. Transitions 8, 12."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Registration)
            if repeated is not None:
                return repeated
            await self._take_account(act, step)
            act.case.state = CaseState.CONSENTED
            await act.note(
                "ACCOUNT_GIVEN", rules=self._rules(act), facts={"account_mode": "provided"}, actor="citizen"
            )
            line = await self._registering.register(act, step.reply.received_at)
            return await act.finish(
                "REGISTERED",
                line.registration,
                rules=line.rules,
                facts=line.facts,
                state=CaseState.REGISTERED,
                waiting=Party.US,
            )

    @activity.defn(name="keep_account")
    async def keep_account(self, step: ReplyStep) -> Disposition:
        """The account is given where the path is looked for next (transition 8)."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            await self._take_account(act, step)
            return await act.finish(
                "ACCOUNT_GIVEN",
                Disposition(state=CaseState.CONSENTED),
                rules=self._rules(act),
                facts={"account_mode": "provided"},
                state=CaseState.CONSENTED,
                waiting=Party.US,
                actor="citizen",
            )

    @activity.defn(name="consent_given")
    async def consent_given(self, step: StepInput) -> Disposition:
        """Whether an applicant who had refused access to the data has consented meanwhile (G3, COM-14)."""
        async with act_on_case(self._bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            given = await data_consent_given(act.session, act.case.id)
            return await act.finish(
                "CONSENT_LOOKED_FOR",
                Disposition(state=CaseState(act.case.state), accepted=given),
                rules=[service(act.case.service).ground("G3").citation],
                facts={"given": given},
            )

    async def _take_account(self, act: Act, step: ReplyStep) -> None:
        act.case.account_id = step.reply.account_id
        await self._close(act, await act.session.get_one(Question, step.question_id or ""))
        await self._acknowledge(act)

    def _rules(self, act: Act) -> list[str]:
        """Where the order speaks of consent and account by the mobile device (B-t8, D-t8; silent for SUR)."""
        return service(act.case.service).consent_rules

    def _account_settled(self, act: Act, step: ReplyStep) -> bool:
        meaning = step.reply.meaning
        if meaning is CaseReply.CONSENT_WITH_ACCOUNT:
            act.case.account_id = step.reply.account_id
            return True
        return meaning is CaseReply.CONSENT and act.case.account_id is not None

    async def _consented(self, act: Act, step: ReplyStep, *, ask: Question | None) -> ConsentResult:
        defaults = self._bench.profile.defaults
        calendar = await self._bench.calendar_book.calendar(act.session)
        result = ConsentResult(
            expires_at=add_working_days_at(act.now, defaults.account_ttl_wd, calendar),
            attempts=defaults.account_attempts,
        )
        given = {"consents": ["CNS-P", "CNS-D"]}
        entry = service(act.case.service)
        rules = [*self._rules(act), "SIL-05"]
        routed = needs_a_path(entry)
        if ask is not None:
            await self._registering.show_term_from_consent(act)
            asked = {"question_id": await self._ask(act, step, ask), "to_be_routed": routed}
            return await act.finish(
                "CONSENT_GIVEN",
                result.model_copy(update=asked),
                rules=rules,
                facts=given,
                state=CaseState.ACCOUNT_PENDING,
                waiting=Party.CITIZEN,
                actor="citizen",
            )
        mode = "provided" if step.reply.account_id else "confirmed"
        facts = {**given, "account_mode": mode}
        if routed:
            await self._acknowledge(act)
            return await act.finish(
                "CONSENT_GIVEN",
                result.model_copy(update={"to_be_routed": True}),
                rules=rules,
                facts=facts,
                state=CaseState.CONSENTED,
                waiting=Party.US,
                actor="citizen",
            )
        act.case.state = CaseState.CONSENTED
        await act.note("CONSENT_GIVEN", rules=rules, facts=facts, actor="citizen")
        await self._acknowledge(act)
        line = await self._registering.register(act, step.reply.received_at)
        return await act.finish(
            "REGISTERED",
            result.model_copy(update={"registration": line.registration}),
            rules=line.rules,
            facts=line.facts,
            state=CaseState.REGISTERED,
            waiting=Party.US,
        )

    async def _ask(self, act: Act, step: ReplyStep, offer: Question) -> str:
        """Asks for the account: M-02, or M-03 when the consent came with a wrong one. Returns the question.

        It is put in line before the offer is closed, so that the same case's question opens next.
        """
        act.case.account_id = None
        number = await self._number(act)
        invalid = step.reply.meaning is CaseReply.CONSENT_ACCOUNT_INVALID
        question = await self._bench.questions.ask(
            act.session,
            case_id=act.case.id,
            number_id=number.id,
            kind=QuestionKind.ACCOUNT,
            template=message_for(act.case, "account_invalid" if invalid else "account_request"),
            fields={"n": self._bench.profile.defaults.account_attempts - 1} if invalid else {},
            now=act.now,
        )
        if question.state == "open":
            await self._bench.speaker.put(act.session, number, question, act.now)
        await self._close(act, offer)
        return question.id

    async def _keep_consent(self, act: Act, inbound: InboundMessage, question: Question) -> None:
        message = await act.session.get_one(OutboundMessage, question.message_id or "")
        consent_id = new_id()
        words = await self._bench.inbox.words(inbound)
        full_text_version = self._bench.speaker.catalogue.consent_version(act.case.service, message.language)
        act.session.add(
            Consent(
                id=consent_id,
                case_id=act.case.id,
                person_id=act.case.recipient_id,
                kinds=["CNS-P", "CNS-D"],
                channel="sms",
                language=message.language,
                template=message.template,
                template_version=message.template_version,
                full_text_version=full_text_version,
                question_message_id=message.id,
                reply_inbound_id=inbound.id,
                words=await self._bench.records.vault.seal(
                    Owner.CASE, act.case.id, words, f"consents.words/{consent_id}", act.now
                ),
                given_at=inbound.received_at,
            )
        )
        await act.session.flush()

    async def _close(self, act: Act, question: Question) -> None:
        following = await self._bench.questions.close(act.session, question.id, "answered", act.now)
        if following is not None:
            following.announced = following.case_id == act.case.id  # our own timer runs already
            number = await act.session.get_one(PhoneNumber, following.number_id)
            await self._bench.speaker.put(act.session, number, following, act.now)

    async def _acknowledge(self, act: Act) -> None:
        """M-04, and the manual check that an unknown bank asks for: a warning, never a refusal."""
        account = await act.session.get_one(Account, act.case.account_id or "")
        if not account.bank_known:
            raise_flag(act.case, Flag.BANK_UNKNOWN)
            await open_task(
                act.session,
                TaskKind.CHECK_BANK,
                key=f"{act.case.id}:CHECK_BANK:{account.id}",
                now=act.now,
                case_id=act.case.id,
                facts={"bank_code": account.bank_code},
            )
        await self._bench.speaker.say(
            act.session,
            await self._number(act),
            message_for(act.case, "consent_stored"),
            key=f"{act.case.id}:consent-stored",
            now=act.now,
            case_id=act.case.id,
            fields={"a4": account.last4},
        )
        await self._offer_choice(act)

    async def _offer_choice(self, act: Act) -> None:
        """Which further benefits may be chosen with "one application", and where; it opens no question (D-t10)."""
        if "one_application_offered" not in service(act.case.service).messages or act.case.one_application:
            return
        await self._bench.speaker.say(
            act.session,
            await self._number(act),
            message_for(act.case, "one_application_offered"),
            key=f"{act.case.id}:one-application",
            now=act.now,
            case_id=act.case.id,
            fields={},
        )

    async def _number(self, act: Act) -> PhoneNumber:
        return await act.session.get_one(PhoneNumber, act.case.number_id or "")


def needs_a_path(entry: Service) -> bool:
    """Whether the path is found only after consent: a cause selects it, or it is a caseworker's (D-r24, S-r24)."""
    return entry.path is not Path.P1 or bool(entry.one_day_causes)
