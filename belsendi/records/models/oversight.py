"""Audit, the calendar days set by an operator, running numbers, and keys of requests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from belsendi.records.columns import Base, Instant, identifier


class AuditEntry(Base):
    """Who did or saw what, when and why. Each entry carries the hash of the one before it."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(64), index=True)
    reason: Mapped[str | None] = mapped_column(String(400))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class CalendarDay(Base):
    """An operator's calendar override; it wins over the shipped calendar."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    working: Mapped[bool] = mapped_column(Boolean)
    citation: Mapped[str] = mapped_column(String(300))
    set_by: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[datetime] = mapped_column(Instant)


class Counter(Base):
    """A named running number: registration and decision numbers per year."""

    __tablename__ = "counters"

    id: Mapped[str] = identifier()
    name: Mapped[str] = mapped_column(String(40), unique=True)
    value: Mapped[int] = mapped_column(Integer)


class RequestKey(Base):
    """A caller's key of a request, as a keyed hash, with that of the request itself; deleted after two days.

    ``answer`` holds codes and ids only.
    """

    __tablename__ = "request_keys"

    key_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    first_at: Mapped[datetime] = mapped_column(Instant, index=True)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
