"""What the authorised person signs: the draft that was read, with the decision's number and date (transition 22)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.casework.evidence import Evidence
from belsendi.documents import with_number_and_date
from belsendi.law import legal_day
from belsendi.records.counters import next_number
from belsendi.records.models import Case, Decision, Document, DocumentSignature
from belsendi.registries.signature import Signature


class Signing:
    """Number, date and bytes of a decision at its signature. A draft has no number."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    async def take_number(self, session: AsyncSession, decision_id: str, now: datetime) -> Decision:
        """Gives the decision its number, once: a signature tried again finds the number of the first attempt.

        A draft that is formed anew takes a new one, so that no two signed papers ever bear the same number.
        """
        decision = await session.get_one(Decision, decision_id, with_for_update=True)
        if decision.number is None:
            service = (await session.get_one(Case, decision.case_id)).service
            year = legal_day(now).year
            decision.number = (
                f"{year}-{service}-{await next_number(session, f'decision:{service}:{year}'):06d}"
            )
            await session.flush()
        return decision

    async def content(self, session: AsyncSession, decision: Decision, at: datetime) -> bytes:
        """The bytes to sign at ``at``: those of the stored draft with the number and the Almaty day."""
        assert decision.number is not None, "the number is taken before the signature"
        draft = await self._evidence.content(await session.get_one(Document, decision.document_id))
        return with_number_and_date(draft, decision.number, legal_day(at))

    async def keep(
        self, session: AsyncSession, decision: Decision, content: bytes, signature: Signature, signed_by: str
    ) -> str:
        """Stores the signed bytes beside the draft, and the signature, not yet effective. Returns its id."""
        draft = await session.get_one(Document, decision.document_id)
        signed = await self._evidence.keep(
            session,
            decision.case_id,
            key=f"{draft.key}:{legal_day(signature.signed_at)}",
            kind=draft.kind,
            content=content,
            now=signature.signed_at,
        )
        return await self._evidence.keep_signature(
            session, signed, signature, signed_by=signed_by, effective=False
        )

    async def signed_paper(
        self, session: AsyncSession, decision: Decision, signature: DocumentSignature
    ) -> tuple[Document, bytes] | None:
        """What the signature is over, when that is this draft with its number and the day of the signature."""
        paper = await session.get(Document, signature.document_id)
        if paper is None or paper.case_id != decision.case_id or decision.number is None:
            return None
        content = await self._evidence.content(paper)
        if content != await self.content(session, decision, signature.signed_at):
            return None
        return paper, content
