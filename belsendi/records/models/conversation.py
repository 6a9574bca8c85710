"""The conversation as data: questions, messages both ways, consents and accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from belsendi.records.columns import Base, Instant, blind, identifier, sealed


class Question(Base):
    """A question to a citizen. At most one per number is open; further ones wait in line.

    ``state``: waiting, open, answered, closed.
    """

    __tablename__ = "questions"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    number_id: Mapped[str] = mapped_column(ForeignKey("phone_numbers.id"))
    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(12))
    message_id: Mapped[str | None] = mapped_column(String(32))
    template: Mapped[str] = mapped_column(String(32))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    asked_again: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    announced: Mapped[bool] = mapped_column(Boolean, default=True)

    __table_args__ = (
        Index(
            "uq_questions_one_open_per_number",
            "number_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_questions_case", "case_id"),
        Index("ix_questions_line", "number_id", "state", "created_at"),
    )


class InboundMessage(Base):
    """A message from a citizen, stored before it is acknowledged and unique by route and provider id.

    ``state``: stored, handled. ``meaning`` and ``disposition`` are codes.
    """

    __tablename__ = "inbox"

    id: Mapped[str] = identifier()
    route: Mapped[str] = mapped_column(String(32))
    provider_id: Mapped[str] = mapped_column(String(96))
    number_id: Mapped[str] = mapped_column(ForeignKey("phone_numbers.id"))
    words: Mapped[bytes] = sealed("svc.message_text")
    received_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(12))
    meaning: Mapped[str | None] = mapped_column(String(32))
    disposition: Mapped[str | None] = mapped_column(String(32))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    question_id: Mapped[str | None] = mapped_column(String(32))
    account_id: Mapped[str | None] = mapped_column(String(32))
    handled_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("route", "provider_id"),
        Index("ix_inbox_state", "state", "received_at"),
        Index("ix_inbox_number", "number_id", "received_at"),
    )


class InboundPart(Base):
    """A part of a long message, kept before it is acknowledged so that a restart loses nothing.

    ``group_index`` is common to the parts of one message; ``handed_on`` says that it was joined and passed on.
    """

    __tablename__ = "inbound_parts"

    id: Mapped[str] = identifier()
    route: Mapped[str] = mapped_column(String(32))
    group_index: Mapped[str] = blind("pd.10")
    handed_on: Mapped[bool] = mapped_column(Boolean, default=False)
    part: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = sealed("svc.message_text")
    number_id: Mapped[str] = mapped_column(ForeignKey("phone_numbers.id"))
    received_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_inbound_parts_group", "group_index"),
        Index("ix_inbound_parts_waiting", "handed_on", "received_at"),
    )


class OutboundMessage(Base):
    """A message to a citizen, written with the fact it reports. ``key`` makes it one message for one fact.

    ``state``: queued, sending, sent, delivered, failed, expired, unknown. ``message_class``: law, requested,
    optional. States move one way only.
    """

    __tablename__ = "outbox"

    id: Mapped[str] = identifier()
    key: Mapped[str] = mapped_column(String(120), unique=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    number_id: Mapped[str] = mapped_column(ForeignKey("phone_numbers.id"))
    route: Mapped[str | None] = mapped_column(String(32))
    template: Mapped[str] = mapped_column(String(32))
    template_version: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(2))
    words: Mapped[bytes] = sealed("svc.message_text")
    parts: Mapped[int] = mapped_column(Integer)
    encoding: Mapped[str] = mapped_column(String(8))
    message_class: Mapped[str] = mapped_column(String(12))
    priority: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))
    not_before: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    unknown_sends: Mapped[int] = mapped_column(Integer, default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_outbox_due", "state", "priority", "not_before"),
        Index("ix_outbox_number", "number_id", "created_at"),
    )


class OutboundPart(Base):
    """One SMS part of an outbound message with the provider's id and the last state a receipt gave it."""

    __tablename__ = "outbox_parts"

    id: Mapped[str] = identifier()
    message_id: Mapped[str] = mapped_column(ForeignKey("outbox.id"), index=True)
    attempt: Mapped[int] = mapped_column(Integer)
    part: Mapped[int] = mapped_column(Integer)
    route: Mapped[str] = mapped_column(String(32))
    provider_id: Mapped[str | None] = mapped_column(String(96))
    state: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("message_id", "attempt", "part"),
        Index("ix_outbox_parts_provider", "route", "provider_id"),
    )


class RawReceipt(Base):
    """A delivery receipt as it came, also when its message is not known yet."""

    __tablename__ = "receipts"

    id: Mapped[str] = identifier()
    route: Mapped[str] = mapped_column(String(32))
    provider_id: Mapped[str] = mapped_column(String(96))
    state: Mapped[str] = mapped_column(String(12))
    received_at: Mapped[datetime] = mapped_column(Instant)
    applied: Mapped[bool] = mapped_column(Boolean, default=False)
    raw: Mapped[str] = mapped_column(String(512))

    __table_args__ = (Index("ix_receipts_provider", "route", "provider_id"),)


class Account(Base):
    """A bank account shown by its last four characters. ``source``: on_file or provided."""

    __tablename__ = "accounts"

    id: Mapped[str] = identifier()
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    number: Mapped[bytes] = sealed("svc.bank_account")
    last4: Mapped[str] = mapped_column(String(4))
    bank_code: Mapped[str] = mapped_column(String(3))
    bank_known: Mapped[bool] = mapped_column(Boolean)
    source: Mapped[str] = mapped_column(String(12))
    owner_confirmed: Mapped[bool | None] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Consent(Base):
    """The receipt of a consent: what was shown, in which words it was given, when, by which messages.

    A consent that came with an application has no messages and no words of its own: ``template`` is the form of the
    application then.
    """

    __tablename__ = "consents"

    id: Mapped[str] = identifier()
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    kinds: Mapped[list[str]] = mapped_column(JSON)
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    template: Mapped[str] = mapped_column(String(32))
    template_version: Mapped[str] = mapped_column(String(64))
    full_text_version: Mapped[str] = mapped_column(String(64))
    question_message_id: Mapped[str | None] = mapped_column(String(32))
    reply_inbound_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    words: Mapped[bytes | None] = sealed("svc.proactive_consent", nullable=True)
    document_id: Mapped[str | None] = mapped_column(String(32))
    given_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
