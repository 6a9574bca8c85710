"""Life events as they arrived, stored before they are acknowledged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from belsendi.records.columns import Base, Instant, identifier, sealed


class LifeEvent(Base):
    """One CloudEvent. ``state``: stored, processed, failed. Unique over source and id (CloudEvents 1.0)."""

    __tablename__ = "life_events"

    id: Mapped[str] = identifier()
    source: Mapped[str] = mapped_column(String(200))
    event_id: Mapped[str] = mapped_column(String(200))
    event_type: Mapped[str] = mapped_column(String(120))
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    body: Mapped[bytes] = sealed("svc.death_fact")
    state: Mapped[str] = mapped_column(String(16), index=True)
    recipients: Mapped[int | None] = mapped_column(Integer)
    problem: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (UniqueConstraint("source", "event_id"),)


class FeedCursor(Base):
    """How far a registry's feed has been read; moved in the transaction that stores what was read."""

    __tablename__ = "feed_cursors"

    feed: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    moved_at: Mapped[datetime] = mapped_column(Instant)
