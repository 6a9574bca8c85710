"""What is read from the state's systems for a burial case, and what the readings amount to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.casework.inquiries import Question, SystemOut
from belsendi.contracts.personal_data import IinText, PersonalData
from belsendi.errors import NotFound
from belsendi.law import (
    AmountCategory,
    CheckFacts,
    EimItem,
    EimStatus,
    ProductDefaults,
    StatusKind,
    WorkingCalendar,
    amount_category_of,
    legal_day,
    run_checks,
    service,
)
from belsendi.law import StatusPeriod as LegalStatusPeriod
from belsendi.law.product_defaults import CheckCode
from belsendi.records.models import Account, Case, Consent, LifeEvent, Person
from belsendi.registries import AccessTokenRejected, System
from belsendi.registries.answers import (
    AccountOwner,
    Applications,
    BurialAssigned,
    DeathRecord,
    PersonNumbers,
    RecipientStatus,
)
from belsendi.registries.answers import Person as PersonAnswer

ModelT = TypeVar("ModelT")

PURPOSE = "burial payment"
_ITEMS = ["pd.01", "pd.02", "pd.07", "pd.10", "pd.26", "svc.death_fact", "svc.bank_account"]


@dataclass(frozen=True)
class CaseIdentity:
    """The persons of a case and what the case itself knows of the death."""

    case: Case
    recipient_iin: IinText
    deceased_iin: IinText
    death_date: Annotated[date | None, PersonalData("svc.death_fact")]
    account: Account | None
    iban: Annotated[str | None, PersonalData("svc.bank_account")]
    consent: Consent | None
    token: Annotated[str | None, PersonalData("svc.access_consent")] = None


@dataclass(frozen=True)
class Reading:
    """One round of reading for the decision."""

    person: PersonAnswer | None
    death: DeathRecord | None
    status: RecipientStatus | None
    assigned: BurialAssigned | None
    owner: AccountOwner | None
    numbers: PersonNumbers | None


class Readings:
    """Reads with the access token; a token that a system refuses is asked for anew once."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def identity(self, case_id: str) -> CaseIdentity:
        bench = self._bench
        async with bench.records.database.reading() as session:
            case = await session.get(Case, case_id)
            if case is None:
                raise NotFound("there is no such case in the records")
            recipient = await session.get_one(Person, case.recipient_id)
            deceased = await session.get_one(Person, case.subject_id)
            event = await session.get(LifeEvent, case.event_id) if case.event_id else None
            account = await session.get(Account, case.account_id) if case.account_id else None
            consent = await self._consent(session, case_id)
        body: dict[str, str] = {}
        if event is not None:
            body = json.loads(await bench.records.vault.open(event.body, f"life_events.body/{event.id}"))
        iban = None
        if account is not None:
            iban = await bench.records.vault.open(account.number, f"accounts.number/{account.id}")
        death = body.get("date_of_death")
        return CaseIdentity(
            case=case,
            recipient_iin=await bench.people.iin(recipient),
            deceased_iin=await bench.people.iin(deceased),
            death_date=date.fromisoformat(death) if death else None,
            account=account,
            iban=iban,
            consent=consent,
        )

    async def round(
        self, identity: CaseIdentity, name: str, questions: dict[str, Question], now: datetime
    ) -> dict[str, BaseModel | None]:
        """Asks with the access token of the personal-data service. Raises SystemOut."""
        for last in (False, True):
            token = await self._token(identity, now)
            try:
                return await self._bench.inquiries.round(
                    identity.case.id, name, PURPOSE, questions, now=now, token=token
                )
            except AccessTokenRejected:
                await self._bench.inquiries.forget_tokens(identity.case.id, now)
                if last:
                    raise SystemOut(System.ACCESS_CONTROL.value) from None
        raise AssertionError("unreachable")

    def for_check(self, identity: CaseIdentity) -> dict[str, Question]:
        """What CK1–CK5 need besides the status, which needs the day of death first (B-r13)."""
        systems = self._bench.registries
        deceased, recipient = identity.deceased_iin, identity.recipient_iin
        return {
            "person": Question(
                System.INDIVIDUALS, "person", PersonAnswer, lambda i: systems.individuals.person(recipient, i)
            ),
            "death": Question(
                System.CIVIL_REGISTRY,
                "death_record",
                DeathRecord,
                lambda i: systems.civil_registry.death_record(deceased, i),
            ),
            "assigned": Question(
                System.RECIPIENTS,
                "burial_assigned",
                BurialAssigned,
                lambda i: systems.recipients.burial_assigned(deceased, i),
            ),
            "applications": Question(
                System.E_MAKET,
                "applications",
                Applications,
                lambda i: systems.e_maket.applications(deceased, "BUR", i),
            ),
        }

    def status_on(self, identity: CaseIdentity, day: date) -> dict[str, Question]:
        systems = self._bench.registries
        return {
            "status": Question(
                System.RECIPIENTS,
                "status_on",
                RecipientStatus,
                lambda i: systems.recipients.status_on(identity.deceased_iin, day, i),
            )
        }

    async def for_decision(self, identity: CaseIdentity, name: str, now: datetime) -> Reading:
        """All that the electronic case file holds, read anew (B-t8, B-r19-1). Raises SystemOut."""
        systems = self._bench.registries
        recipient, iban = identity.recipient_iin, identity.iban
        questions = {key: q for key, q in self.for_check(identity).items() if key != "applications"}
        questions["numbers"] = Question(
            System.MOBILE_CITIZENS,
            "numbers_of_person",
            PersonNumbers,
            lambda i: systems.mobile_citizens.numbers_of_person(recipient, i),
        )
        if iban is not None:
            questions["owner"] = Question(
                System.BANK_ACCOUNTS,
                "owner",
                AccountOwner,
                lambda i: systems.bank_accounts.owner(iban, recipient, i),
            )
        if identity.death_date is not None:
            questions |= self.status_on(identity, identity.death_date)
        answers = await self.round(identity, name, questions, now)
        death = answers.get("death")
        day = death.date_of_death if isinstance(death, DeathRecord) else None
        if day is not None and day != identity.death_date:
            answers |= await self.round(identity, f"{name[:36]}/day", self.status_on(identity, day), now)
        return Reading(
            person=_as(PersonAnswer, answers.get("person")),
            death=_as(DeathRecord, death),
            status=_as(RecipientStatus, answers.get("status")),
            assigned=_as(BurialAssigned, answers.get("assigned")),
            owner=_as(AccountOwner, answers.get("owner")),
            numbers=_as(PersonNumbers, answers.get("numbers")),
        )

    async def _token(self, identity: CaseIdentity, now: datetime) -> str:
        if identity.consent is None:
            raise NotFound("no data may be read without a stored consent (law 94-V, art. 8)")
        return await self._bench.inquiries.access_token(
            identity.case.id,
            identity.case.recipient_id,
            identity.recipient_iin,
            identity.consent.id,
            _ITEMS,
            now,
        )

    async def _consent(self, session: AsyncSession, case_id: str) -> Consent | None:
        query = select(Consent).where(Consent.case_id == case_id, Consent.withdrawn_at.is_(None)).limit(1)
        return (await session.execute(query)).scalar_one_or_none()


def _as(model: type[ModelT], value: object) -> ModelT | None:
    return value if isinstance(value, model) else None


def own_record(identity: CaseIdentity, person: PersonAnswer | None) -> PersonAnswer | None:
    """The record when it is the recipient's: what a mixed-up register says of another person is of nobody here."""
    return person if person is not None and person.iin == identity.recipient_iin else None


def full_name(identity: CaseIdentity, person: PersonAnswer | None) -> str | None:
    """The recipient's surname, given name, patronymic as the state database has them."""
    person = own_record(identity, person)
    if person is None:
        return None
    return " ".join(filter(None, (person.surname, person.given_name, person.patronymic)))


def recipient_died(identity: CaseIdentity, reading: Reading) -> bool:
    """Whether the recipient's own record says so (SIL-43)."""
    person = own_record(identity, reading.person)
    return person is not None and person.died_on is not None


def case_file(identity: CaseIdentity, reading: Reading, today: date) -> list[EimItem]:
    """The state of each datum of the electronic case file (5.2): present, absent or incorrect.

    Incorrect is what contradicts the case itself: another person's record, a death later than its own
    registration or than today. ``today`` is the Almaty day.
    """
    person = reading.person
    identity_status = EimStatus.PRESENT
    if person is None or person.document is None:
        identity_status = EimStatus.ABSENT
    elif person.iin != identity.recipient_iin:
        identity_status = EimStatus.INCORRECT
    death = reading.death
    death_status = EimStatus.PRESENT
    if death is None:
        death_status = EimStatus.ABSENT
    elif death.date_of_death > min(death.registered_on, today):
        death_status = EimStatus.INCORRECT
    return [
        EimItem("applicant_identity", "IS-1", identity_status),
        EimItem("death_record", "IS-2", death_status),
        EimItem("deceased_status", "IS-9", EimStatus.PRESENT if reading.status else EimStatus.ABSENT),
        EimItem(
            "bank_account",
            System.BANK_ACCOUNTS.value,
            EimStatus.PRESENT if identity.iban else EimStatus.ABSENT,
        ),
    ]


def facts_digest(reading: Reading) -> str:
    """A hash of what the decision rests on: when it differs before the signature, the record changed (SIL-30)."""
    parts = [
        reading.person.model_dump_json() if reading.person else None,
        reading.death.model_dump_json() if reading.death else None,
        reading.status.model_dump_json() if reading.status else None,
        reading.assigned.model_dump_json() if reading.assigned else None,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def failing_now(
    identity: CaseIdentity,
    reading: Reading,
    death_date: date | None,
    defaults: ProductDefaults,
    calendar: WorkingCalendar,
) -> list[CheckCode]:
    """The parameters that what was read for the decision contradicts, though the check once passed (SIL-30)."""
    applied = identity.case.consented_at or identity.case.created_at
    if death_date is None:
        return []
    facts = CheckFacts(
        legal_date=death_date,
        applied_on=legal_day(applied),
        complete=True,
        assigned=reading.assigned is not None and reading.assigned.assigned,
        statuses=legal_periods(reading.status),
    )
    checks = run_checks(service(identity.case.service), facts, defaults, calendar)
    return [code for code in checks.failures if code in ("CK2", "CK4", "CK5")]


def legal_periods(status: RecipientStatus | None) -> tuple[LegalStatusPeriod, ...]:
    if status is None:
        return ()
    return tuple(
        LegalStatusPeriod(
            kind=StatusKind(period.kind.value),
            valid_from=period.valid_from,
            valid_to=period.valid_to,
            suspended_from=period.suspended_from,
            suspended_to=period.suspended_to,
        )
        for period in status.periods
    )


def amount_category(status: RecipientStatus | None, day: date | None) -> AmountCategory | None:
    """By what right the burial is paid: a pension or a benefit on the day of death, or as of a veteran."""
    if status is None or day is None:
        return None
    return amount_category_of(legal_periods(status), day, status.veteran)
