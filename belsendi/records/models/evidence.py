"""What a decision rests on: registry answers, checks, the electronic case file, documents, signatures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from belsendi.records.columns import Base, Instant, identifier, sealed


class RegistryCall(Base):
    """One question to a state system: exact name, purpose, time, result. The answer is sealed.

    ``result``: present, absent, unavailable, rejected. ``round`` counts the readings of one case.
    """

    __tablename__ = "registry_calls"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    round: Mapped[str] = mapped_column(String(40))
    system: Mapped[str] = mapped_column(String(32))
    operation: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    result: Mapped[str] = mapped_column(String(16))
    problem: Mapped[str | None] = mapped_column(String(64))
    answer: Mapped[bytes | None] = sealed("svc.registry_answer", nullable=True)


class AccessGrant(Base):
    """An access token of the personal-data access control service (КДП), kept until it expires.

    It opens what it was given for: these items of one person's data, on this consent (law 94-V, art. 8).
    """

    __tablename__ = "access_grants"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    consent_id: Mapped[str] = mapped_column(ForeignKey("consents.id"))
    items: Mapped[list[str]] = mapped_column(JSON)
    token: Mapped[bytes] = sealed("svc.access_consent")
    expires_at: Mapped[datetime] = mapped_column(Instant)
    issued_at: Mapped[datetime] = mapped_column(Instant)


class ParameterCheck(Base):
    """The result of one of the five parameters of B-r13: pass, fail or review."""

    __tablename__ = "parameter_checks"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    code: Mapped[str] = mapped_column(String(8))
    result: Mapped[str] = mapped_column(String(8))
    trace: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("case_id", "code"),)


class CaseFileItem(Base):
    """One datum of the electronic case file (ЭІМ): present, absent, incorrect or unreachable."""

    __tablename__ = "case_file_items"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    revision: Mapped[int] = mapped_column(Integer)
    datum: Mapped[str] = mapped_column(String(48))
    system: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(12))
    asked_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("case_id", "revision", "datum"),)


class Document(Base):
    """A document as stored bytes; ``sha256`` is over the clear bytes."""

    __tablename__ = "documents"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    media_type: Mapped[str] = mapped_column(String(60))
    content: Mapped[bytes] = sealed("svc.case_document")
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("case_id", "key"),)


class DocumentSignature(Base):
    """A CMS signature over the stored bytes of a document. ``effective`` once the case has taken it."""

    __tablename__ = "document_signatures"

    id: Mapped[str] = identifier()
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    signer: Mapped[bytes] = sealed("pd.01")
    certificate_serial: Mapped[str] = mapped_column(String(64))
    cms: Mapped[bytes] = sealed("pd.13")
    signed_at: Mapped[datetime] = mapped_column(Instant)
    signed_by: Mapped[str] = mapped_column(String(64))
    effective: Mapped[bool] = mapped_column(Boolean, default=False)
