"""The audit trail: append-only, each entry chained to the one before it by its hash."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.records.counters import lock_counter
from belsendi.records.models import AuditEntry

_GENESIS = "0" * 64


def chained_hash(
    previous: str, at: datetime, actor: str, action: str, object_id: str, reason: str | None
) -> str:
    """The hash of an entry: over its content and the hash of the entry before it. ``at`` counts as UTC."""
    content = [previous, at.astimezone(UTC).isoformat(), actor, action, object_id, reason]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


async def audit(
    session: AsyncSession, *, actor: str, action: str, object_id: str, at: datetime, reason: str | None = None
) -> None:
    """Appends an entry in the caller's transaction. ``actor`` is an account id, never a name."""
    await lock_counter(session, "audit")
    query = select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)
    last = (await session.execute(query)).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, _GENESIS)
    session.add(
        AuditEntry(
            seq=seq,
            at=at,
            actor=actor,
            action=action,
            object_id=object_id,
            reason=reason,
            previous_hash=previous,
            hash=chained_hash(previous, at, actor, action, object_id, reason),
        )
    )
    await session.flush()


async def first_broken_entry(session: AsyncSession) -> int | None:
    """The number of the first entry whose hash does not follow from the one before it; None when all do."""
    previous = _GENESIS
    expected = 1
    rows = await session.stream_scalars(select(AuditEntry).order_by(AuditEntry.seq))
    async for entry in rows:
        now = chained_hash(previous, entry.at, entry.actor, entry.action, entry.object_id, entry.reason)
        if entry.seq != expected or entry.previous_hash != previous or entry.hash != now:
            return expected
        previous = entry.hash
        expected += 1
    return None
