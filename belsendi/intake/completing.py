"""An officer says that an application has all necessary documents now: from that instant its term can run (S-r24)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.bench import Bench
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
    """The account the payment goes to is missing, or is none; nothing was changed."""


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

        ``account_id`` is the officer's account; ``iban`` is needed where the application named none. Raises
        AccountRefused, NotFound, ActRefused when the case waits for no documents (any more).
        """
        async with self._bench.records.database.writing() as session:
            case = await locked_case(session, case_id)
            if case.state != CaseState.DOCUMENTS_AWAITED or case.application_id is not None:
                raise ActRefused("NO_DOCUMENTS_AWAITED")
            event_id = await self._complete(session, case, account_id, now, iban)
            await audit(session, actor=account_id, action="case.documents_brought", object_id=case_id, at=now)
        return event_id

    async def _complete(
        self, session: AsyncSession, case: Case, actor: str, now: datetime, iban: str | None
    ) -> str:
        event_id = await self._receipts.newest_id(session, case)
        application = await self._receipts.application(session, event_id)
        if application.account is None:
            await keep_account(self._bench, session, case, _account(iban), now)
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


def _account(iban: str | None) -> str:
    try:
        return parse_iban(iban or "").value
    except InvalidInput as error:
        raise AccountRefused(
            "name the account the payment goes to: KZ and 18 characters with right check digits"
        ) from error
