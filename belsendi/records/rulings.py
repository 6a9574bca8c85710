"""Queries on the journal, decisions and payment orders."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.errors import NotFound
from belsendi.records.models import Decision, JournalEntry, PaymentOrder, Person


async def holds_subject(session: AsyncSession, service: str, subject_id: str) -> bool:
    """Whether a live entry holds this deceased. The person's row is locked: the question and the entry that
    follows from it are one (B-r13(2), (3))."""
    await session.execute(select(Person.id).where(Person.id == subject_id).with_for_update(key_share=True))
    query = select(JournalEntry.id).where(
        JournalEntry.service == service,
        JournalEntry.subject_id == subject_id,
        JournalEntry.holds_subject.is_(True),
    )
    return (await session.execute(query)).first() is not None


async def claim_subject(session: AsyncSession, entry: JournalEntry) -> None:
    """Lets an entry hold the deceased when nobody does any more: the first may have been withdrawn (INC-16)."""
    if not entry.holds_subject and entry.outcome is None:
        entry.holds_subject = not await holds_subject(session, entry.service, entry.subject_id)
        await session.flush()


async def journal_entry(session: AsyncSession, case_id: str) -> JournalEntry:
    query = select(JournalEntry).where(JournalEntry.case_id == case_id)
    entry = (await session.execute(query)).scalar_one_or_none()
    if entry is None:
        raise NotFound("this case has no journal entry")
    return entry


async def earlier_entries(session: AsyncSession, entry: JournalEntry) -> list[JournalEntry]:
    """Other entries for the same deceased."""
    query = select(JournalEntry).where(
        JournalEntry.service == entry.service,
        JournalEntry.subject_id == entry.subject_id,
        JournalEntry.id != entry.id,
    )
    return list((await session.execute(query)).scalars())


async def decision_of(session: AsyncSession, case_id: str, revision: int | None = None) -> Decision | None:
    """The decision of a revision, or the newest one."""
    query = select(Decision).where(Decision.case_id == case_id)
    if revision is not None:
        query = query.where(Decision.revision == revision)
    return (await session.execute(query.order_by(Decision.revision.desc()).limit(1))).scalar_one_or_none()


async def approved_decision(session: AsyncSession, case_id: str) -> Decision | None:
    query = select(Decision).where(Decision.case_id == case_id, Decision.status == "approved")
    return (await session.execute(query)).scalar_one_or_none()


async def payment_order(session: AsyncSession, case_id: str) -> PaymentOrder | None:
    query = select(PaymentOrder).where(PaymentOrder.case_id == case_id)
    return (await session.execute(query)).scalar_one_or_none()
