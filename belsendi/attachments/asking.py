"""Asking a citizen for named documents: kept before the case hears of it, told by the case itself (M-12)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.attachments.kinds import checked_kinds
from belsendi.errors import NotFound
from belsendi.records.columns import new_id
from belsendi.records.models import Case, DocumentRequest
from belsendi.records.store import Records


class Requests:
    """Requests for documents. The id of a request is the id of the officer's act that the case takes."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def keep(
        self, case_id: str, kinds: list[str], account_id: str, now: datetime, act_id: str | None = None
    ) -> str:
        """Stores which documents are wanted. Returns the id for the act, which is what the audit trail tells of.

        Raises NotFound, UnknownKind.
        """
        request_id = act_id or new_id()
        async with self._records.database.writing() as session:
            case = await session.get(Case, case_id)
            if case is None:
                raise NotFound("there is no such case in the records")
            wanted = checked_kinds(case.service, kinds)
            if await session.get(DocumentRequest, request_id) is None:
                session.add(
                    DocumentRequest(
                        id=request_id,
                        case_id=case_id,
                        kinds=wanted,
                        asked_by=account_id,
                        asked_at=now,
                        state="stored",
                    )
                )
        return request_id

    async def not_taken(self, request_id: str) -> None:
        """Marks a request whose act the case did not take."""
        async with self._records.database.writing() as session:
            row = await session.get(DocumentRequest, request_id)
            if row is not None and row.state == "stored":
                row.state = "refused"

    async def listed(self, case_id: str) -> list[DocumentRequest]:
        """The requests that citizens were told of, oldest first."""
        query = select(DocumentRequest).where(
            DocumentRequest.case_id == case_id, DocumentRequest.state == "asked"
        )
        async with self._records.database.reading() as session:
            return list((await session.execute(query.order_by(DocumentRequest.asked_at))).scalars())


async def take_up_request(session: AsyncSession, act_id: str) -> DocumentRequest | None:
    """The request behind an officer's act, from now on a request the citizen is told of.

    For the step of the case that carries the act out and writes M-12 in the same transaction; None when the act
    named no documents. Taking it up again changes nothing.
    """
    row = await session.get(DocumentRequest, act_id)
    if row is not None:
        row.state = "asked"
        await session.flush()
    return row
