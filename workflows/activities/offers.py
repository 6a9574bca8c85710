"""Offering: the number is asked for at the moment of sending, the account from the provider's own data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from belsendi.casework.acts import Act, act_on_case, message_for, step_result
from belsendi.casework.bench import Bench
from belsendi.casework.inquiries import Question
from belsendi.contracts.case import Disposition, OfferResult, StepInput
from belsendi.contracts.conversation import QuestionKind
from belsendi.contracts.states import CaseState, Outcome, Party, TaskKind
from belsendi.errors import InvalidInput
from belsendi.law import add_working_days_at, legal_day, local, parse_iban, service
from belsendi.records.cases import end_case, open_task
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import Account, Case, Person, PhoneNumber
from belsendi.registries import Inquiry, RegistryAnswer, System
from belsendi.registries.answers import AccountOnFile, NumberPersons, PersonNumbers
from workflows.activities.failures import report_outage


async def offer_times(bench: Bench, session: AsyncSession, opened_at: datetime) -> tuple[datetime, datetime]:
    """Reminder and expiry of an offer whose question opened at an instant (T-20, SIL-06)."""
    calendar = await bench.calendar_book.calendar(session)
    defaults = bench.profile.defaults
    return (
        add_working_days_at(opened_at, defaults.offer_reminder_wd, calendar),
        add_working_days_at(opened_at, defaults.offer_ttl_wd, calendar),
    )


class Offers:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    @activity.defn(name="make_offer")
    @report_outage
    async def make_offer(self, step: StepInput) -> OfferResult:
        """Sends M-01, or puts it in line behind another open question; transitions 1–3."""
        bench = self._bench
        done = await step_result(bench.records.database, step, OfferResult)
        if done is not None:
            return done
        bench.profile.defaults.require_effective(legal_day(step.now))
        async with bench.records.database.reading() as session:
            case = await session.get_one(Case, step.case_id)
            if case.application_id is not None:
                return await self._nothing_to_offer(step)
            recipient = await session.get_one(Person, case.recipient_id)
            iin = await bench.people.iin(recipient)
        answers = await bench.inquiries.round(
            case.id,
            step.key,
            "offer",
            {
                "numbers": Question(
                    System.MOBILE_CITIZENS,
                    "numbers_of_person",
                    PersonNumbers,
                    lambda inquiry: bench.registries.mobile_citizens.numbers_of_person(iin, inquiry),
                ),
                "account": Question(
                    System.RECIPIENTS,
                    "account_on_file",
                    AccountOnFile,
                    lambda inquiry: bench.registries.recipients.account_on_file(iin, inquiry),
                ),
            },
            now=step.now,
        )
        numbers: PersonNumbers | None = answers["numbers"]
        registered = [entry.number for entry in numbers.numbers] if numbers is not None else []
        own = await self._own_numbers(case.id, step, iin, registered)
        async with act_on_case(bench.records.database, step) as act:
            repeated = act.repeated(OfferResult)
            if repeated is not None:
                return repeated
            if act.case.application_id is not None:
                return await self._finish_unasked(act)
            if not registered:
                return await self._transfer(act, TaskKind.NO_NUMBER, "NO_NUMBER", "SIL-45")
            if not own:
                return await self._transfer(act, TaskKind.NUMBER_NOT_REGISTERED, "NUMBER_SHARED", "SIL-05")
            number = await self._number(act, own)
            if case.initiative == "provider" and await bench.people.opted_out(
                act.session, number_id=number.id, person_id=case.recipient_id
            ):
                return await self._transfer(act, None, "OPTED_OUT", "SIL-07")
            await self._account_on_file(act, recipient, answers["account"])
            return await self._ask(act, number)

    @activity.defn(name="remind")
    async def remind(self, step: StepInput) -> Disposition:
        """M-19: the same question once more, with the day on which the offer ends (T-20)."""
        bench = self._bench
        async with act_on_case(bench.records.database, step) as act:
            repeated = act.repeated(Disposition)
            if repeated is not None:
                return repeated
            question = await bench.questions.open_for(act.session, act.case.number_id or "")
            if question is not None and question.case_id == act.case.id and question.opened_at is not None:
                number = await act.session.get_one(PhoneNumber, question.number_id)
                _, expires_at = await offer_times(bench, act.session, question.opened_at)
                with_account = question.kind == QuestionKind.OFFER_WITH_ACCOUNT
                await bench.speaker.say(
                    act.session,
                    number,
                    message_for(act.case, "reminder" if with_account else "reminder_without_account"),
                    key=f"{act.case.id}:reminder",
                    now=act.now,
                    case_id=act.case.id,
                    fields={"exp": local(expires_at).date()},
                )
            return await act.finish("REMINDED", Disposition(state=CaseState.OFFERED), rules=["SIL-06"])

    async def _own_numbers(self, case_id: str, step: StepInput, iin: str, registered: list[str]) -> list[str]:
        """The numbers registered to this person alone: a shared one cannot carry a consent (SIL-05)."""
        own: list[str] = []
        for place, number in enumerate(registered):
            question = Question(
                System.MOBILE_CITIZENS, "persons_of_number", NumberPersons, self._owners_of(number)
            )
            answers = await self._bench.inquiries.round(
                case_id, f"{step.key}/{place}", "offer", {"owners": question}, now=step.now
            )
            owners: NumberPersons | None = answers["owners"]
            if owners is not None and owners.iins == (iin,):
                own.append(number)
        return own

    def _owners_of(self, number: str) -> Callable[[Inquiry], Awaitable[RegistryAnswer[NumberPersons]]]:
        return lambda inquiry: self._bench.registries.mobile_citizens.persons_of_number(number, inquiry)

    async def _number(self, act: Act, registered: list[str]) -> PhoneNumber:
        """The number the citizen wrote from when the citizen began, otherwise the first registered one."""
        if act.case.number_id is not None:
            known = await act.session.get_one(PhoneNumber, act.case.number_id)
            if await self._bench.people.digits(known) in registered:
                return known
        number = await self._bench.people.number(act.session, registered[0], act.now)
        act.case.number_id = number.id
        return number

    async def _account_on_file(self, act: Act, person: Person, answer: AccountOnFile | None) -> None:
        if answer is None:
            return
        try:
            iban = parse_iban(answer.iban)
        except InvalidInput:
            await act.note("ACCOUNT_ON_FILE_UNUSABLE", rules=["SIL-08"])
            return
        account_id = new_id()
        act.session.add(
            Account(
                id=account_id,
                person_id=person.id,
                number=await self._bench.records.vault.seal(
                    Owner.CASE, act.case.id, iban.value, f"accounts.number/{account_id}", act.now
                ),
                last4=iban.last4,
                bank_code=iban.bank_code,
                bank_known=iban.bank is not None,
                source="on_file",
                created_at=act.now,
            )
        )
        await act.session.flush()
        act.case.account_id = account_id

    async def _ask(self, act: Act, number: PhoneNumber) -> OfferResult:
        bench = self._bench
        account = await act.session.get(Account, act.case.account_id) if act.case.account_id else None
        question = await bench.questions.ask(
            act.session,
            case_id=act.case.id,
            number_id=number.id,
            kind=QuestionKind.OFFER_WITH_ACCOUNT if account else QuestionKind.OFFER_NO_ACCOUNT,
            template=message_for(act.case, "offer" if account else "offer_without_account"),
            fields={"a4": account.last4} if account else {},
            now=act.now,
        )
        is_open = question.state == "open"
        result = OfferResult(
            question_id=question.id, question_open=is_open, account_known=account is not None
        )
        if is_open:
            await bench.speaker.put(act.session, number, question, act.now)
            reminder_at, expires_at = await offer_times(bench, act.session, act.now)
            result = result.model_copy(update={"reminder_at": reminder_at, "expires_at": expires_at})
        return await act.finish(
            "OFFERED" if is_open else "OFFER_IN_LINE",
            result,
            rules=[*service(act.case.service).consent_rules, "SIL-04"],
            facts={
                "account_known": account is not None,
                "until": result.expires_at.isoformat() if result.expires_at else None,
            },
            state=CaseState.OFFERED,
            waiting=Party.CITIZEN,
        )

    async def _nothing_to_offer(self, step: StepInput) -> OfferResult:
        async with act_on_case(self._bench.records.database, step) as act:
            return act.repeated(OfferResult) or await self._finish_unasked(act)

    async def _finish_unasked(self, act: Act) -> OfferResult:
        """Who has applied is asked nothing: the case hears of the application and takes it over (SIL-40)."""
        result = OfferResult(question_open=False)
        return await act.finish("NOT_OFFERED", result, rules=["SIL-40"], facts={"why": "APPLIED"})

    async def _transfer(self, act: Act, task: TaskKind | None, why: str, source: str) -> OfferResult:
        if task is not None:
            await open_task(act.session, task, key=f"{act.case.id}:{task}", now=act.now, case_id=act.case.id)
        result = await act.finish(
            "NOT_OFFERED", OfferResult(outcome=Outcome.TRANSFERRED), rules=[source], facts={"why": why}
        )
        await end_case(act.session, act.case, Outcome.TRANSFERRED, act.now)
        return result
