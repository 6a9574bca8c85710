"""Cases, their steps, their waits, and what a caseworker is asked to do."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from belsendi.records.columns import Base, Instant, identifier, sealed


class Case(Base):
    """One case: unique over service, subject, recipient and attempt (engine notes 10.4).

    ``applied_at`` is the instant of the application that came by a counter, a desk or the portal; an offered case
    counts from ``consented_at``. ``one_application`` are codes of the benefits chosen together (D-t10).
    ``path`` is law's answer to how it goes; the cause of a disability itself stays in the sealed answers of the
    registers. ``accepted_on`` is an Almaty day. ``application_id`` names the application that a running case takes
    over; until ``applied_at`` is set the case has not done so (SIL-40). ``right_day``: the Almaty day the right hangs
    on, from a caseworker who saw the paper (SIL-27).
    """

    __tablename__ = "cases"

    id: Mapped[str] = identifier()
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    service: Mapped[str] = mapped_column(String(8))
    subject_id: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    recipient_id: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    attempt: Mapped[int] = mapped_column(Integer)
    event_id: Mapped[str | None] = mapped_column(ForeignKey("life_events.id"))
    application_id: Mapped[str | None] = mapped_column(ForeignKey("life_events.id"))
    channel: Mapped[str] = mapped_column(String(20), default="mobile")
    initiative: Mapped[str] = mapped_column(String(16), default="provider")
    number_id: Mapped[str | None] = mapped_column(ForeignKey("phone_numbers.id"))
    account_id: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(24))
    outcome: Mapped[str | None] = mapped_column(String(16))
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    waiting_for: Mapped[str] = mapped_column(String(16))
    waiting_since: Mapped[datetime] = mapped_column(Instant)
    origin: Mapped[str] = mapped_column(String(12), default="OFFER")
    recipient_type: Mapped[str] = mapped_column(String(16), default="natural_person")
    path: Mapped[str | None] = mapped_column(String(2))
    one_application: Mapped[list[str]] = mapped_column(JSON, default=list)
    extended_wd: Mapped[int] = mapped_column(Integer, default=0)
    applied_at: Mapped[datetime | None] = mapped_column(Instant)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    right_day: Mapped[bytes | None] = sealed("svc.death_fact", nullable=True)
    consented_at: Mapped[datetime | None] = mapped_column(Instant)
    registered_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    strict_due_at: Mapped[datetime | None] = mapped_column(Instant)
    escalate_at: Mapped[datetime | None] = mapped_column(Instant)
    calendar_version: Mapped[str | None] = mapped_column(String(64))
    workflow_started_at: Mapped[datetime | None] = mapped_column(Instant)
    clock_shift_seconds: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("service", "subject_id", "recipient_id", "attempt"),
        Index("ix_cases_open_due", "outcome", "due_at"),
        Index("ix_cases_created", "created_at", "id"),
        Index("ix_cases_number", "number_id"),
        Index(
            "ix_cases_unstarted",
            "created_at",
            sqlite_where=text("workflow_started_at IS NULL"),
            postgresql_where=text("workflow_started_at IS NULL"),
        ),
        Index(
            "ix_cases_joining",
            "created_at",
            sqlite_where=text("application_id IS NOT NULL AND applied_at IS NULL"),
            postgresql_where=text("application_id IS NOT NULL AND applied_at IS NULL"),
        ),
    )

    @property
    def anchor(self) -> datetime | None:
        """From which instant the law counts back: consent, or the application (D-r4, S-r24)."""
        return self.consented_at or self.applied_at


class CaseStep(Base):
    """One step of a case: the line of its timeline, and the guard that makes the step happen once.

    ``rules`` are citations; ``facts`` are codes and dates without personal data; ``result`` is what the
    step returned, given again when the step is repeated after a crash.
    """

    __tablename__ = "case_steps"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(24))
    rules: Mapped[list[str]] = mapped_column(JSON, default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    __table_args__ = (
        UniqueConstraint("case_id", "key"),
        UniqueConstraint("case_id", "seq"),
        Index("ix_case_steps_key", "key"),
    )


class Wait(Base):
    """How long a case waited for whom: the time budget. ``ended_at`` is null for the present wait."""

    __tablename__ = "waits"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    party: Mapped[str] = mapped_column(String(16))
    system: Mapped[str | None] = mapped_column(String(64))
    began_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Task(Base):
    """Something a person must do. ``case_id`` is null for an event without a recipient."""

    __tablename__ = "tasks"

    id: Mapped[str] = identifier()
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    event_id: Mapped[str | None] = mapped_column(ForeignKey("life_events.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(String(64))
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (Index("ix_tasks_open", "closed_at", "due_at"),)
