"""Documents that people bring, and what they were asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from belsendi.records.columns import Base, Instant, blind, identifier, sealed


class DocumentRequest(Base):
    """Named documents that a caseworker asks for. Its id is the id of the officer's act that asked.

    ``kinds`` are codes of the service's catalogue entry. ``state``: stored until the case took the act, then
    asked; refused when the case did not take it.
    """

    __tablename__ = "document_requests"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    kinds: Mapped[list[str]] = mapped_column(JSON)
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(12), default="stored")


class Attachment(Base):
    """A document that was brought; its bytes stand apart, so that a list never reads them.

    ``sha256`` is over the clear bytes as stored. ``scan``: clean, not_scanned or infected; what is not clean is
    opened only after a supervisor's release. ``state``: received, accepted or not_accepted as proof.
    """

    __tablename__ = "attachments"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    request_id: Mapped[str | None] = mapped_column(ForeignKey("document_requests.id"))
    kind: Mapped[str] = mapped_column(String(48))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(Integer)
    pages: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    content_index: Mapped[str] = blind("svc.case_document")
    details: Mapped[bytes] = sealed("svc.case_document")
    from_abroad: Mapped[bool] = mapped_column(Boolean, default=False)
    certification: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    translation_notarised: Mapped[bool] = mapped_column(Boolean, default=False)
    original_shown: Mapped[bool] = mapped_column(Boolean, default=False)
    channel: Mapped[str] = mapped_column(String(20))
    received_by: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(Instant)
    scan: Mapped[str] = mapped_column(String(12))
    scanned_at: Mapped[datetime | None] = mapped_column(Instant)
    released_by: Mapped[str | None] = mapped_column(String(64))
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(16))
    shortcomings: Mapped[list[str]] = mapped_column(JSON, default=list)
    judged_by: Mapped[str | None] = mapped_column(String(64))
    judged_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("case_id", "content_index"),)


class AttachmentContent(Base):
    """The bytes of a document, sealed by the case's key; gone when the document proved harmful."""

    __tablename__ = "attachment_contents"

    attachment_id: Mapped[str] = mapped_column(ForeignKey("attachments.id"), primary_key=True)
    content: Mapped[bytes] = sealed("svc.case_document")
