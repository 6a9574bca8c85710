"""An officer says that an application has all necessary documents now: from that instant its term can run (S-r24)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
from belsendi.casework.demands import AT_THE_DESK
from belsendi.casework.officers import ActRefused
from belsendi.contracts.personal_data import PersonalData
from belsendi.contracts.states import CaseState
from belsendi.errors import InvalidInput
from belsendi.intake.filing import desk_completion_key, keep_account, term_rules
from belsendi.intake.receipts import Receipts
from belsendi.law import parse_iban, service
from belsendi.records.audit import audit
from belsendi.records.cases import add_step, locked_case
from belsendi.records.models import Case


class AccountRefused(InvalidInput):
    """The account the payment goes to is none; nothing was changed."""


class Completing:
    """Completes applications at the desk; the case hears of it like of a second application (SIL-40)."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._receipts = Receipts(bench)

    async def complete(
        self,
        case_id: str,
        account_id: str,
        now: datetime,
        iban: Annotated[str | None, PersonalData("svc.bank_account")] = None,
    ) -> str:
        """Notes that every necessary document is there. Returns the id of the application.

        ``account_id`` is the officer's account; ``iban`` where the application named none: without one the term
        runs all the same, and a caseworker asks for it (SIL-08). Raises
        AccountRefused, NotFound, ActRefused when the case waits for no documents (any more).
        """
        async with self._bench.records.database.writing() as session:
            case = await locked_case(session, case_id)
            if case.state != CaseState.DOCUMENTS_AWAITED or case.application_id is not None:
                raise ActRefused("NO_DOCUMENTS_AWAITED")
            event_id = await self._complete(session, case, account_id, now, iban)
            await audit(session, actor=account_id, action="case.documents_brought", object_id=case_id, at=now)
        return event_id

    async def give_account(
        self,
        case_id: str,
        account_id: str,
        now: datetime,
        iban: Annotated[str, PersonalData("svc.bank_account")],
    ) -> None:
        """The account that an applicant told an officer, for a case at the desk that has none (SIL-08).

        ``account_id`` is the officer's account. Raises AccountRefused, NotFound, ActRefused.
        """
        number = checked_account(iban)
        async with self._bench.records.database.writing() as session:
            case = await locked_case(session, case_id)
            if case.state not in AT_THE_DESK or case.account_id is not None:
                raise ActRefused("NOT_IN_CASEWORK" if case.account_id is None else "REPEATED")
            await keep_account(self._bench, session, case, number, now)
            await add_step(
                session,
                case,
                key=f"account:{case.account_id}",
                kind="ACCOUNT_ENTERED",
                at=now,
                actor=account_id,
                rules=["SIL-08"],
                facts={},
            )
            await audit(session, actor=account_id, action="case.account", object_id=case_id, at=now)

    async def _complete(
        self, session: AsyncSession, case: Case, actor: str, now: datetime, iban: str | None
    ) -> str:
        event_id = await self._receipts.newest_id(session, case)
        application = await self._receipts.application(session, event_id)
        if application.account is None:
            await keep_account(self._bench, session, case, checked_account(iban) if iban else None, now)
        case.application_id = event_id
        await add_step(
            session,
            case,
            key=desk_completion_key(event_id),
            kind="DOCUMENTS_BROUGHT",
            at=now,
            actor=actor,
            rules=term_rules(service(case.service), application),
            facts={},
        )
        return event_id


def checked_account(iban: Annotated[str, PersonalData("svc.bank_account")]) -> str:
    """The number as it is written in full. Raises AccountRefused."""
    try:
        return parse_iban(iban).value
    except InvalidInput as error:
        raise AccountRefused(
            "name the account the payment goes to: KZ and 18 characters with right check digits"
        ) from error
