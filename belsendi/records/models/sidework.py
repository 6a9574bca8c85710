"""What runs beside the cases: requests for information, yearly obligations, notices of education heads, home
visits, and the minutes at the counters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from belsendi.records.columns import Base, Instant, identifier, sealed


class InformationRequest(Base):
    """An e-request of the portal for information on assignment (B-t8, D-t3, S-t3; 13.5).

    Unique by source and the portal's own id. ``state``: STORED, ANSWERED. ``answer`` is what the personal cabinet was
    given, ``document`` the same as a paper; ``signature_reference`` names the applicant's EDS, which stays with the
    portal.
    """

    __tablename__ = "information_requests"

    id: Mapped[str] = identifier()
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    source: Mapped[str] = mapped_column(String(64))
    request_id: Mapped[str] = mapped_column(String(96))
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    service: Mapped[str | None] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(2))
    signature_reference: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    rules: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12))
    answer: Mapped[bytes | None] = sealed("svc.case_document", nullable=True)
    document: Mapped[bytes | None] = sealed("svc.case_document", nullable=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    late: Mapped[bool] = mapped_column(Boolean, default=False)
    workflow_started_at: Mapped[datetime | None] = mapped_column(Instant)
    clock_shift_seconds: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (
        UniqueConstraint("source", "request_id"),
        Index("ix_information_requests_received", "received_at"),
        Index(
            "ix_information_requests_unstarted",
            "received_at",
            sqlite_where=text("workflow_started_at IS NULL"),
            postgresql_where=text("workflow_started_at IS NULL"),
        ),
    )


class Obligation(Base):
    """A yearly duty of a survivor case: ``kind`` STUDY (a dependant's certificate, S-r7) or CARE (a caregiver's
    confirmation, S-t8). ``person_id`` is whom it is about; ``dates`` are the days that its own days follow from.
    """

    __tablename__ = "obligations"

    id: Mapped[str] = identifier()
    kind: Mapped[str] = mapped_column(String(12))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    dates: Mapped[bytes] = sealed("pd.04")
    began_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    end_reason: Mapped[str | None] = mapped_column(String(24))
    workflow_started_at: Mapped[datetime | None] = mapped_column(Instant)
    clock_shift_seconds: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (
        UniqueConstraint("kind", "case_id", "person_id"),
        Index(
            "ix_obligations_unstarted",
            "began_at",
            sqlite_where=text("workflow_started_at IS NULL"),
            postgresql_where=text("workflow_started_at IS NULL"),
        ),
    )


class ObligationYear(Base):
    """A year for which an obligation is met: by which evidence, and who or what recorded it."""

    __tablename__ = "obligation_years"

    id: Mapped[str] = identifier()
    obligation_id: Mapped[str] = mapped_column(ForeignKey("obligations.id"))
    period: Mapped[str] = mapped_column(String(12))
    evidence: Mapped[str] = mapped_column(String(24))
    document_id: Mapped[str | None] = mapped_column(String(32))
    confirmed_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_by: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("obligation_id", "period"),)


class EducationNotice(Base):
    """The notice of a head of an education organisation that a learner was expelled or moved to extramural
    study (S-r7). ``state``: stored, processed."""

    __tablename__ = "education_notices"

    id: Mapped[str] = identifier()
    source: Mapped[str] = mapped_column(String(64))
    notice_id: Mapped[str] = mapped_column(String(96))
    learner_id: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    body: Mapped[bytes] = sealed("pd.14")
    received_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(12), index=True)
    processed_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("source", "notice_id"),)


class HomeVisit(Base):
    """A visit asked for by telephone by somebody who cannot come (B-t10, D-t10, S-t10; COM-16).

    ``state``: requested, visited, cancelled. ``dialled`` is the number of the contact centre, not of a person.
    """

    __tablename__ = "home_visits"

    id: Mapped[str] = identifier()
    source: Mapped[str] = mapped_column(String(64))
    request_id: Mapped[str] = mapped_column(String(96))
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    service: Mapped[str] = mapped_column(String(8))
    whereabouts: Mapped[bytes] = sealed("pd.09")
    dialled: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    rules: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("source", "request_id"),)


class CounterVisit(Base):
    """One ticket of the electronic queue: when it was drawn, called and closed (T-12, T-13). Nobody is named."""

    __tablename__ = "counter_visits"

    id: Mapped[str] = identifier()
    source: Mapped[str] = mapped_column(String(64))
    ticket: Mapped[str] = mapped_column(String(96))
    service: Mapped[str] = mapped_column(String(8))
    place: Mapped[str] = mapped_column(String(20))
    office: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    joined_at: Mapped[datetime] = mapped_column(Instant)
    served_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    limits: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (
        UniqueConstraint("source", "ticket"),
        Index("ix_counter_visits_joined", "joined_at"),
    )
