"""Taking a document: size, bytes, scanner, a look inside, the law for documents made abroad, then the records.

What the scanner calls harmful is refused and leaves a trace in the audit and the timeline, never its bytes. A
document the scanner did not see is kept, sealed, and stays shut (see custody).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.attachments.brought import Brought, IntakeChannel
from belsendi.attachments.images import CleanFile
from belsendi.attachments.inspection import Inspector
from belsendi.attachments.kinds import checked_kinds
from belsendi.attachments.limits import FileLimits
from belsendi.attachments.proof import Missing, missing_for_proof
from belsendi.attachments.refusals import FileRefused, Refusal
from belsendi.attachments.scanner import Scanner
from belsendi.attachments.sniffing import sniff
from belsendi.attachments.states import ProofState, ScanState
from belsendi.contracts.personal_data import PersonalData
from belsendi.contracts.states import TaskKind
from belsendi.errors import NotFound, OutsideSystemError
from belsendi.records.audit import audit
from belsendi.records.cases import add_step, locked_case, open_task
from belsendi.records.columns import new_id
from belsendi.records.keystore import Owner
from belsendi.records.models import Attachment, AttachmentContent, Case, DocumentRequest
from belsendi.records.store import Records
from belsendi.records.upsert import insert_unless_there

COM_ATTACHED = "COM-06"


@dataclass(frozen=True)
class Taken:
    """The stored document. ``new`` is False when the same document had been brought to the case before."""

    row: Attachment
    new: bool


@dataclass(frozen=True)
class _Offered:
    """A file on its way in, looked through."""

    case_id: str
    brought: Brought
    file: CleanFile
    index: Annotated[str, PersonalData("svc.case_document")]
    scan: ScanState
    by: str
    channel: IntakeChannel
    now: datetime


class Intake:
    """Takes documents into a case."""

    def __init__(
        self, records: Records, inspector: Inspector, scanner: Scanner | None, limits: FileLimits
    ) -> None:
        self._records = records
        self._inspector = inspector
        self._scanner = scanner
        self._limits = limits

    async def take(
        self,
        case_id: str,
        brought: Brought,
        content: Annotated[bytes, PersonalData("svc.case_document")],
        *,
        by: str,
        channel: IntakeChannel,
        now: datetime,
    ) -> Taken:
        """Stores a document once; the same bytes with the same description are the same document.

        ``by`` is an account, never a name. A document made abroad without its certification or translation is
        kept and not accepted as proof (AC-B31, AC-D41). Raises NotFound, UnknownKind, FileRefused.
        """
        async with self._records.database.reading() as session:
            case = await session.get(Case, case_id)
            if case is None:
                raise NotFound("there is no such case in the records")
            await self._check_request(session, case_id, brought.request_id)
        checked_kinds(case.service, [brought.kind])
        if len(content) > self._limits.most_bytes:
            raise FileRefused(Refusal.TOO_LARGE)
        sniff(content)
        index = self._index(brought, content)
        known = await self._known(case_id, index)
        if known is not None:
            return Taken(known, False)
        scan = await self._scan(case_id, brought, content, by, now)
        file = await self._inspector.look_into(content)
        return await self._store(_Offered(case_id, brought, file, index, scan, by, channel, now))

    async def _check_request(self, session: AsyncSession, case_id: str, request_id: str | None) -> None:
        if request_id is None:
            return
        request = await session.get(DocumentRequest, request_id)
        if request is None or request.case_id != case_id:
            raise NotFound("this case has no such request for documents")

    def _index(self, brought: Brought, content: bytes) -> str:
        described = json.dumps(brought.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return self._records.vault.index(
            "attachment", f"{hashlib.sha256(content).hexdigest()}\x00{described}"
        )

    async def _known(self, case_id: str, index: str) -> Attachment | None:
        query = select(Attachment).where(Attachment.case_id == case_id, Attachment.content_index == index)
        async with self._records.database.reading() as session:
            return (await session.execute(query)).scalar_one_or_none()

    async def _scan(
        self, case_id: str, brought: Brought, content: bytes, by: str, now: datetime
    ) -> ScanState:
        if self._scanner is None:
            return ScanState.NOT_SCANNED
        try:
            result = await self._scanner.scan(content)
        except OutsideSystemError:
            return ScanState.NOT_SCANNED
        if result.clean:
            return ScanState.CLEAN
        async with self._records.database.writing() as session:
            case = await locked_case(session, case_id)
            refused = new_id()
            await record_step(
                session, case, f"document/{refused}", "DOCUMENT_REFUSED", by, now, _malware(brought)
            )
            await audit(
                session,
                actor=by,
                action="attachment.refused",
                object_id=case_id,
                at=now,
                reason=f"harmful software: {result.finding}",
            )
        raise FileRefused(Refusal.MALWARE)

    async def _store(self, offered: _Offered) -> Taken:
        async with self._records.database.writing() as session:
            case = await locked_case(session, offered.case_id)
            held = select(func.count(Attachment.id)).where(Attachment.case_id == case.id)
            missing = missing_for_proof(case.service, offered.brought.provenance)
            row_id = new_id()
            new = await insert_unless_there(session, Attachment, await self._values(row_id, offered, missing))
            if not new:
                query = select(Attachment).where(
                    Attachment.case_id == case.id, Attachment.content_index == offered.index
                )
                return Taken((await session.execute(query)).scalar_one(), False)
            if (await session.execute(held)).scalar_one() > self._limits.most_per_case:
                raise FileRefused(Refusal.TOO_MANY)
            await self._keep_bytes(session, row_id, offered)
            await _tell(session, case, row_id, offered, missing)
            row = await session.get_one(Attachment, row_id)
        return Taken(row, True)

    async def _values(self, row_id: str, offered: _Offered, missing: list[Missing]) -> dict[str, Any]:
        brought, file, now = offered.brought, offered.file, offered.now
        details = await self._records.vault.seal(
            Owner.CASE,
            offered.case_id,
            brought.details.model_dump_json(),
            f"attachments.details/{row_id}",
            now,
        )
        return {
            "id": row_id,
            "case_id": offered.case_id,
            "request_id": brought.request_id,
            "kind": brought.kind,
            "media_type": file.format.value,
            "size": len(file.content),
            "pages": file.pages,
            "sha256": hashlib.sha256(file.content).hexdigest(),
            "content_index": offered.index,
            "details": details,
            **brought.provenance.model_dump(mode="json"),
            "channel": offered.channel.value,
            "received_by": offered.by,
            "received_at": now,
            "scan": offered.scan.value,
            "scanned_at": now if offered.scan is ScanState.CLEAN else None,
            "state": (ProofState.NOT_ACCEPTED if missing else ProofState.RECEIVED).value,
            "shortcomings": [each.code.value for each in missing],
            "judged_by": "system" if missing else None,
            "judged_at": now if missing else None,
        }

    async def _keep_bytes(self, session: AsyncSession, row_id: str, offered: _Offered) -> None:
        place = f"attachment_contents.content/{row_id}"
        sealed = await self._records.vault.seal(
            Owner.CASE, offered.case_id, offered.file.content, place, offered.now
        )
        session.add(AttachmentContent(attachment_id=row_id, content=sealed))
        await session.flush()


async def _tell(
    session: AsyncSession, case: Case, row_id: str, offered: _Offered, missing: list[Missing]
) -> None:
    """Timeline and audit; a document that no officer brought is also a caseworker's task."""
    kind, by, now = offered.brought.kind, offered.by, offered.now
    facts = {"document": kind, "scan": offered.scan.value}
    await record_step(session, case, f"document/{row_id}/received", "DOCUMENT_RECEIVED", by, now, facts)
    if missing:
        await record_step(
            session,
            case,
            f"document/{row_id}/judged",
            "DOCUMENT_NOT_ACCEPTED",
            "system",
            now,
            {"document": kind, "why": [each.code.value for each in missing]},
            sorted({each.citation for each in missing}),
        )
    if offered.channel is IntakeChannel.SERVICE:
        await open_task(
            session,
            TaskKind.DOCUMENT_RECEIVED,
            key=f"document/{row_id}",
            now=now,
            case_id=case.id,
            facts={"document": kind},
        )
    await audit(session, actor=by, action="attachment.take", object_id=row_id, at=now)


async def record_step(
    session: AsyncSession,
    case: Case,
    key: str,
    kind: str,
    actor: str,
    now: datetime,
    facts: dict[str, Any],
    rules: list[str] | None = None,
) -> None:
    """A line of the timeline at the case's own present."""
    present = now + timedelta(seconds=case.clock_shift_seconds)
    cited = [COM_ATTACHED] if rules is None else rules
    await add_step(session, case, key=key, kind=kind, at=present, actor=actor, rules=cited, facts=facts)


def _malware(brought: Brought) -> dict[str, Any]:
    return {"document": brought.kind, "why": [Refusal.MALWARE.value]}
