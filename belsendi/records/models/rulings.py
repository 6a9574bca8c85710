"""The electronic journal, decisions and payment orders."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from belsendi.records.columns import Base, Instant, Money, identifier, sealed


class JournalEntry(Base):
    """An entry of the electronic journal (B-r16, 13.3).

    ``holds_subject`` is the lock per deceased around CK2 and CK3: one entry at most is live for a deceased;
    a refused, non-accepted or withdrawn one lets go (INC-16).
    """

    __tablename__ = "journal"

    id: Mapped[str] = identifier()
    registration_no: Mapped[str] = mapped_column(String(32), unique=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), unique=True)
    service: Mapped[str] = mapped_column(String(8))
    subject_id: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    applicant_id: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    channel: Mapped[str] = mapped_column(String(20))
    consent_id: Mapped[str | None] = mapped_column(ForeignKey("consents.id"))
    automatic: Mapped[bool] = mapped_column(Boolean)
    registered_at: Mapped[datetime] = mapped_column(Instant)
    holds_subject: Mapped[bool] = mapped_column(Boolean)
    check_result: Mapped[str | None] = mapped_column(String(8))
    check_failures: Mapped[list[str]] = mapped_column(JSON, default=list)
    outcome: Mapped[str | None] = mapped_column(String(16))
    notice_document_id: Mapped[str | None] = mapped_column(String(32))
    mirrored_state: Mapped[str | None] = mapped_column(String(16), index=True)

    __table_args__ = (
        Index(
            "uq_journal_one_live_per_subject",
            "service",
            "subject_id",
            unique=True,
            sqlite_where=text("holds_subject = 1"),
            postgresql_where=text("holds_subject"),
        ),
    )


class Decision(Base):
    """A draft or a decision with all it rests on. ``status``: draft, returned, superseded, approved.

    ``number`` is taken when somebody signs and stands in the signed bytes; it is the decision's own only once
    the signature has taken effect, as ``decided_on``, the Almaty day of the signature, and ``document_id``,
    which is the draft until then (transition 22).
    """

    __tablename__ = "decisions"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    revision: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(12))
    number: Mapped[str | None] = mapped_column(String(32), unique=True)
    decided_on: Mapped[date | None] = mapped_column(Date)
    form: Mapped[str] = mapped_column(String(24))
    grounds: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    amount: Mapped[Decimal | None] = mapped_column(Money)
    amount_note: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    trace: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    parameter_hash: Mapped[str] = mapped_column(String(64))
    law_version: Mapped[str] = mapped_column(String(64))
    defaults_used: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    legal_date: Mapped[bytes] = sealed("svc.death_fact")
    benefit_start: Mapped[bytes | None] = sealed("pd.26", nullable=True)
    knowledge_date: Mapped[Any] = mapped_column(Date)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    signature_id: Mapped[str | None] = mapped_column(String(32))
    facts_digest: Mapped[str] = mapped_column(String(64))
    mirrored: Mapped[bool] = mapped_column(Boolean, default=False, index=True)

    __table_args__ = (
        UniqueConstraint("case_id", "revision"),
        Index(
            "uq_decisions_one_approved_per_case",
            "case_id",
            unique=True,
            sqlite_where=text("status = 'approved'"),
            postgresql_where=text("status = 'approved'"),
        ),
    )


class PaymentOrder(Base):
    """The placement of a decision in the payment system: at most one per case, asked before repeated."""

    __tablename__ = "payment_orders"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), unique=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id"))
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[str] = mapped_column(String(12))
    order_ref: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_problem: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    placed_at: Mapped[datetime | None] = mapped_column(Instant)
