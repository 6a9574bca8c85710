"""Whom a case is about and what it knows of itself before any register is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from belsendi.casework.bench import Bench
from belsendi.contracts.personal_data import IinText, PersonalData
from belsendi.errors import NotFound
from belsendi.law import RecipientType
from belsendi.records.models import Account, Case, Consent, LifeEvent, Person

_RECIPIENT, _SUBJECT = aliased(Person), aliased(Person)
_APPLICATION = aliased(LifeEvent)
_IDENTITY = (
    select(Case, _RECIPIENT, _SUBJECT, LifeEvent, _APPLICATION, Account, Consent)
    .join(_RECIPIENT, _RECIPIENT.id == Case.recipient_id)
    .join(_SUBJECT, _SUBJECT.id == Case.subject_id)
    .outerjoin(LifeEvent, LifeEvent.id == Case.event_id)
    .outerjoin(_APPLICATION, _APPLICATION.id == Case.application_id)
    .outerjoin(Account, Account.id == Case.account_id)
    .outerjoin(Consent, and_(Consent.case_id == Case.id, Consent.withdrawn_at.is_(None)))
    .where(Case.id == bindparam("case_id"))
    .order_by(Consent.given_at)
    .limit(1)
)


@dataclass(frozen=True)
class CaseIdentity:
    """The persons of a case, and what the life event or the application says of the day the right hangs on.

    ``event_day`` is an Almaty day: of a death (BUR, SUR), or of the establishing of a disability (DIS).
    A caseworker who read it from the paper enters it (SIL-27). ``recipient_iin`` is the BIN of a legal entity;
    ``patent_no`` the patent that a sole proprietor named.
    ``first_applied_at``: when the application that opened the case was handed in, with its documents or without.
    """

    case: Case
    recipient_iin: IinText
    subject_iin: IinText
    event_day: Annotated[date | None, PersonalData("svc.death_fact"), PersonalData("pd.27")]
    account: Account | None
    iban: Annotated[str | None, PersonalData("svc.bank_account")]
    consent: Consent | None
    relatives: Sequence[IinText] = field(default=(), repr=False)
    patent_no: Annotated[str | None, PersonalData("svc.case_document")] = field(default=None, repr=False)
    first_applied_at: datetime | None = None

    @property
    def recipient_type(self) -> RecipientType:
        """Natural person, sole proprietor or legal entity (B-t6, B-t8)."""
        return RecipientType(self.case.recipient_type)

    @property
    def is_legal_entity(self) -> bool:
        """A legal entity has no personal data of its own: nobody consents to access to them, and no access token
        is asked for its BIN (law 94-V, art. 1 and 8)."""
        return self.recipient_type is RecipientType.LEGAL_ENTITY

    @property
    def data_consent(self) -> bool:
        """CNS-D: given with the offer's answer or with the application (4.2). Without it no register is read. A legal
        entity needs none, so the ground G3 is never its own."""
        consented = self.consent is not None and "CNS-D" in self.consent.kinds
        return self.is_legal_entity or consented


async def identity_of(bench: Bench, case_id: str) -> CaseIdentity:
    """Opens what is sealed of a case. Raises NotFound."""
    async with bench.records.database.reading() as session:
        found = (await session.execute(_IDENTITY, {"case_id": case_id})).first()
    if found is None:
        raise NotFound("there is no such case in the records")
    case, recipient, subject, event, application, account, consent = found
    opened_with = await said_of(bench, event)
    said = {**opened_with, **await said_of(bench, application)}
    first_applied_at = opened_with.get("received_at")
    iban = None
    if account is not None:
        iban = await bench.records.vault.open(account.number, f"accounts.number/{account.id}")
    day = said.get("date_of_death") or said.get("established_on")
    if case.right_day is not None:
        day = await bench.records.vault.open(case.right_day, f"cases.right_day/{case.id}")
    return CaseIdentity(
        case=case,
        recipient_iin=await bench.people.iin(recipient),
        subject_iin=await bench.people.iin(subject),
        event_day=date.fromisoformat(day) if day else None,
        account=account,
        iban=iban,
        consent=consent,
        relatives=tuple(each["iin"] for each in said.get("dependants", ())),
        patent_no=said.get("applicant", {}).get("patent_no"),
        first_applied_at=datetime.fromisoformat(first_applied_at) if first_applied_at else None,
    )


async def data_consent_given(session: AsyncSession, case_id: str) -> bool:
    """Whether CNS-D stands for the case at this moment (4.2)."""
    query = select(Consent.kinds).where(Consent.case_id == case_id, Consent.withdrawn_at.is_(None))
    return any("CNS-D" in kinds for kinds in (await session.execute(query)).scalars())


async def said_of(bench: Bench, event: LifeEvent | None) -> Mapping[str, Any]:
    """What an event or an application says; what it leaves open was perhaps known before."""
    if event is None:
        return {}
    body = json.loads(await bench.records.vault.open(event.body, f"life_events.body/{event.id}"))
    return {name: value for name, value in body.items() if value}
