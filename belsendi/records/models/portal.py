"""What the portal records for us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from belsendi.records.columns import Base, Instant, identifier, sealed


class OwnersConsent(Base):
    """A consent CNS-DOC: asked of a document's owner by the portal, and what the portal recorded (COM-10).

    ``state``: STORED (the portal does not know yet), WAITING, REFUSED, EXPIRED, FETCHED (the document is sealed here),
    NOTHING (consented, but the service has no such document). ``method``: OTP, SMS. Unique by case, kind and
    ``attempt``: an owner who refused may be asked once more.
    """

    __tablename__ = "owners_consents"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str] = mapped_column(String(48))
    attempt: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(8), index=True)
    consent_ref: Mapped[str | None] = mapped_column(String(64))
    method: Mapped[str | None] = mapped_column(String(4))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    looked_at: Mapped[datetime] = mapped_column(Instant)
    looks: Mapped[int] = mapped_column(Integer, default=0)
    document: Mapped[bytes | None] = sealed("pd.07", nullable=True)

    __table_args__ = (UniqueConstraint("case_id", "kind", "attempt"),)


class CabinetPost(Base):
    """One status or notice for the personal cabinet of the portal (COM-09, M-10): queued, shown, or erased unseen.

    ``code`` is the status's code or the message's id; ``key`` makes one of what is told once. ``not_before`` and
    ``attempts`` are of the delivery; ``created_at`` and ``shown_at`` stand on the clock of the case.
    """

    __tablename__ = "cabinet_posts"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(8))
    code: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    words: Mapped[bytes] = sealed("svc.message_text")
    document_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(Integer)
    not_before: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(8))
    shown_at: Mapped[datetime | None] = mapped_column(Instant)
    last_problem: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("case_id", "key"),
        Index("ix_cabinet_posts_due", "state", "not_before"),
    )
