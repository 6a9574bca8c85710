"""An officer's act that asks a citizen for documents: kept, then handed to the case, which tells the citizen."""

from __future__ import annotations

from datetime import datetime

from belsendi.attachments.asking import Requests
from belsendi.casework.officers import ActRefused
from belsendi.contracts.case import Disposition, OfficerAct, OfficerDecision
from belsendi.errors import NotFound
from belsendi.records.audit import audit
from belsendi.records.store import Records
from belsendi.temporal.cases import CaseRefused, Cases


async def ask_for_documents(
    records: Records,
    cases: Cases,
    case_id: str,
    kinds: list[str],
    account_id: str,
    now: datetime,
    *,
    extend: bool,
    act_id: str | None = None,
) -> Disposition:
    """Asks for documents in the casework path, within the running term or with its one extension (T-10, M-12).

    ``act_id`` makes a repeated call one act. Raises UnknownKind, NotFound, ActRefused, OutsideSystemUnavailable.
    """
    requests = Requests(records)
    request_id = await requests.keep(case_id, kinds, account_id, now, act_id)
    decision = OfficerDecision(
        act_id=request_id,
        act=OfficerAct.TERM_EXTENDED if extend else OfficerAct.DOCUMENT_REQUESTED,
        officer=account_id,
    )
    try:
        return await cases.decide(case_id, decision)
    except (CaseRefused, NotFound) as refused:
        code = refused.code if isinstance(refused, CaseRefused) else "CASE_ENDED"
        if code != "REPEATED":
            await requests.not_taken(request_id)
        async with records.database.writing() as session:
            await audit(
                session,
                actor=account_id,
                action="case.act_refused",
                object_id=case_id,
                at=now,
                reason=code,
            )
        raise ActRefused(code) from refused
