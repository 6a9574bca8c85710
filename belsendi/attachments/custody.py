"""Documents in the records: listed without their bytes, opened under audit, released, judged as proof."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.attachments.brought import Details
from belsendi.attachments.intake import record_step
from belsendi.attachments.proof import (
    OFFICERS_SHORTCOMINGS,
    Provenance,
    Shortcoming,
    missing_for_proof,
)
from belsendi.attachments.scanner import Scanner, ScanResult
from belsendi.attachments.states import (
    JudgedTooLate,
    NothingToRelease,
    NotOpenable,
    NotProof,
    ProofState,
    ScanState,
)
from belsendi.casework.officers import checked_reason
from belsendi.contracts.personal_data import PersonalData
from belsendi.errors import InvalidInput, NotFound, OutsideSystemError
from belsendi.records.audit import audit
from belsendi.records.cases import locked_case
from belsendi.records.columns import new_id
from belsendi.records.keystore import KeyDestroyed
from belsendi.records.models import Attachment, AttachmentContent, Case, Decision, Task
from belsendi.records.store import Records


@dataclass(frozen=True)
class AttachmentView:
    """One document of a case for the eyes of an officer; ``details`` is None once the case's key is destroyed."""

    row: Attachment
    details: Details | None = field(repr=False)

    @property
    def openable(self) -> bool:
        return openable(self.row) and self.details is not None


@dataclass(frozen=True)
class Opened:
    """The clear bytes of a document that somebody may see."""

    row: Attachment
    content: Annotated[bytes, PersonalData("svc.case_document")] = field(repr=False)


def openable(row: Attachment) -> bool:
    """Scanned and clean, or released by a supervisor; what is infected never is."""
    released = row.scan == ScanState.NOT_SCANNED and row.released_at is not None
    return row.scan == ScanState.CLEAN or released


def weighed(row: Attachment, decided_at: datetime | None) -> bool:
    """Whether a decision was approved with this document before it; what comes later (a certificate of the next
    year) is judged anew."""
    return decided_at is not None and row.received_at <= decided_at


async def accepted_kinds(session: AsyncSession, case_id: str) -> frozenset[str]:
    """The kinds of documents that were accepted as proof in a case: what an electronic case file may rest on."""
    query = select(Attachment.kind).where(
        Attachment.case_id == case_id, Attachment.state == ProofState.ACCEPTED
    )
    return frozenset((await session.execute(query)).scalars())


class Custody:
    """Keeps the documents of cases. Who may do what is the door's to ask; everything done here is audited."""

    def __init__(self, records: Records, scanner: Scanner | None) -> None:
        self._records = records
        self._scanner = scanner

    async def listed(self, case_id: str) -> list[AttachmentView]:
        """The documents of a case, oldest first."""
        query = select(Attachment).where(Attachment.case_id == case_id)
        async with self._records.database.reading() as session:
            rows = list((await session.execute(query.order_by(Attachment.received_at))).scalars())
        return [AttachmentView(row, await self._details(row)) for row in rows]

    async def decided_at(self, case_id: str) -> datetime | None:
        """When the case's decision was approved last; None while there is none."""
        async with self._records.database.reading() as session:
            return await _decided_at(session, case_id)

    async def row(self, attachment_id: str) -> Attachment:
        """One document without its bytes. Raises NotFound."""
        async with self._records.database.reading() as session:
            return await _row(session, attachment_id)

    async def open(self, attachment_id: str, account_id: str, now: datetime) -> Opened:
        """The bytes, with an entry in the audit trail for this very view.

        What was not scanned is scanned now, when a scanner is there. Raises NotFound, NotOpenable, KeyDestroyed.
        """
        row = await self.row(attachment_id)
        content = await self._content(row)
        if row.scan == ScanState.NOT_SCANNED:
            row = await self._scan_late(row, content, now)
        if not openable(row):
            raise NotOpenable(ScanState(row.scan))
        async with self._records.database.writing() as session:
            await audit(session, actor=account_id, action="attachment.view", object_id=attachment_id, at=now)
        return Opened(row, content)

    async def release(self, attachment_id: str, account_id: str, reason: str, now: datetime) -> None:
        """Lets a document be opened that no scanner has seen; a scanner that answers now is asked first.

        Raises ReasonRefused, NothingToRelease, NotOpenable (it proved harmful), NotFound, KeyDestroyed.
        """
        words = checked_reason(reason)
        row = await self.row(attachment_id)
        if row.scan != ScanState.NOT_SCANNED or row.released_at is not None:
            raise NothingToRelease("the document was scanned or released already; open the case anew")
        row = await self._scan_late(row, await self._content(row), now)
        if row.scan == ScanState.INFECTED:
            raise NotOpenable(ScanState.INFECTED)
        if row.scan == ScanState.CLEAN:
            return
        async with self._records.database.writing() as session:
            case = await locked_case(session, row.case_id)
            kept = await _row(session, attachment_id)
            if kept.scan != ScanState.NOT_SCANNED or kept.released_at is not None:
                raise NothingToRelease("somebody released the document already")
            kept.released_by, kept.released_at = account_id, now
            facts = {"document": kept.kind}
            key = f"document/{attachment_id}/released"
            await record_step(session, case, key, "DOCUMENT_RELEASED", account_id, now, facts, [])
            await audit(
                session,
                actor=account_id,
                action="attachment.release",
                object_id=attachment_id,
                at=now,
                reason=words,
            )

    async def accept(
        self, attachment_id: str, provenance: Provenance, account_id: str, now: datetime
    ) -> None:
        """Accepts a document as proof, with its provenance as the officer sees it.

        Raises NotProof for what the law does not let count (AC-B31, AC-D41), NotOpenable for what nobody could
        have read, JudgedTooLate, NotFound.
        """
        await self._judge(attachment_id, provenance, [], account_id, now, None)

    async def refuse(
        self,
        attachment_id: str,
        provenance: Provenance,
        shortcoming: str,
        reason: str,
        account_id: str,
        now: datetime,
    ) -> None:
        """Does not accept a document as proof: for one of the officers' shortcomings, or the law's own.

        Raises InvalidInput, ReasonRefused, JudgedTooLate, NotFound.
        """
        words = checked_reason(reason)
        if shortcoming not in OFFICERS_SHORTCOMINGS:
            raise InvalidInput("say what the document lacks; choose it from the list")
        await self._judge(attachment_id, provenance, [Shortcoming(shortcoming)], account_id, now, words)

    async def _judge(
        self,
        attachment_id: str,
        provenance: Provenance,
        seen: list[Shortcoming],
        account_id: str,
        now: datetime,
        words: str | None,
    ) -> None:
        async with self._records.database.writing() as session:
            row = await _row(session, attachment_id)
            case = await locked_case(session, row.case_id)
            if weighed(row, await _decided_at(session, case.id)):
                raise JudgedTooLate("the case is decided; what it rests on is not changed any more")
            missing = missing_for_proof(case.service, provenance)
            lacks = [*(each.code for each in missing), *seen]
            if not seen and missing:
                raise NotProof(lacks)
            if not seen and not openable(row):
                raise NotOpenable(ScanState(row.scan))
            for name, value in provenance.model_dump(mode="json").items():
                setattr(row, name, value)
            row.state = (ProofState.NOT_ACCEPTED if lacks else ProofState.ACCEPTED).value
            row.shortcomings = [each.value for each in lacks]
            row.judged_by, row.judged_at = account_id, now
            kind = "DOCUMENT_NOT_ACCEPTED" if lacks else "DOCUMENT_ACCEPTED"
            facts = {"document": row.kind, **({"why": row.shortcomings} if lacks else {})}
            key = f"document/{row.id}/{new_id()[:12]}"
            rules = sorted({each.citation for each in missing})
            await record_step(session, case, key, kind, account_id, now, facts, rules or None)
            await session.execute(
                update(Task)
                .where(Task.key == f"document/{row.id}", Task.closed_at.is_(None))
                .values(closed_at=now, closed_by=account_id)
            )
            action = "attachment.refuse" if lacks else "attachment.accept"
            await audit(session, actor=account_id, action=action, object_id=row.id, at=now, reason=words)

    async def _scan_late(self, row: Attachment, content: bytes, now: datetime) -> Attachment:
        """Scans what was not scanned at its coming; a finding destroys the bytes."""
        if self._scanner is None:
            return row
        try:
            result = await self._scanner.scan(content)
        except OutsideSystemError:
            return row
        async with self._records.database.writing() as session:
            case = await locked_case(session, row.case_id)
            kept = await _row(session, row.id)
            if kept.scan == ScanState.NOT_SCANNED:
                await _note_scan(session, case, kept, result, now)
        return kept

    async def _details(self, row: Attachment) -> Details | None:
        try:
            opened = await self._records.vault.open_bytes(row.details, f"attachments.details/{row.id}")
        except KeyDestroyed:
            return None
        return Details.model_validate_json(opened)

    async def _content(self, row: Attachment) -> bytes:
        async with self._records.database.reading() as session:
            kept = await session.get(AttachmentContent, row.id)
        if kept is None:
            raise NotOpenable(ScanState.INFECTED)
        content = await self._records.vault.open_bytes(kept.content, f"attachment_contents.content/{row.id}")
        if hashlib.sha256(content).hexdigest() != row.sha256:
            raise NotFound("the stored document does not match its hash any more; restore it from the backup")
        return content


async def _note_scan(
    session: AsyncSession, case: Case, row: Attachment, result: ScanResult, now: datetime
) -> None:
    row.scan = (ScanState.CLEAN if result.clean else ScanState.INFECTED).value
    row.scanned_at = now
    reason = None
    if not result.clean:
        row.state = ProofState.NOT_ACCEPTED.value
        await session.execute(delete(AttachmentContent).where(AttachmentContent.attachment_id == row.id))
        facts = {"document": row.kind, "why": ["MALWARE"]}
        await record_step(
            session, case, f"document/{row.id}/harmful", "DOCUMENT_REFUSED", "system", now, facts
        )
        reason = f"harmful software: {result.finding}"
    await audit(session, actor="system", action="attachment.scan", object_id=row.id, at=now, reason=reason)


async def _decided_at(session: AsyncSession, case_id: str) -> datetime | None:
    found = await session.execute(select(Decision.approved_at).where(Decision.case_id == case_id))
    return max((at for at in found.scalars() if at is not None), default=None)


async def _row(session: AsyncSession, attachment_id: str) -> Attachment:
    row = await session.get(Attachment, attachment_id)
    if row is None:
        raise NotFound("there is no such document")
    return row
