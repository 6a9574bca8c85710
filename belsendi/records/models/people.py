"""Persons and phone numbers. A number may be shared or re-issued, so it is not an attribute of a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from belsendi.records.columns import Base, Instant, blind, identifier, sealed


class Person(Base):
    __tablename__ = "persons"

    id: Mapped[str] = identifier()
    iin_index: Mapped[str] = blind("pd.02", unique=True)
    iin: Mapped[bytes] = sealed("pd.02")
    name: Mapped[bytes | None] = sealed("pd.01", nullable=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class PhoneNumber(Base):
    """A mobile number that writes or is written to. ``language`` is that of its messages: kk or ru."""

    __tablename__ = "phone_numbers"

    id: Mapped[str] = identifier()
    number_index: Mapped[str] = blind("pd.10", unique=True)
    number: Mapped[bytes] = sealed("pd.10")
    language: Mapped[str] = mapped_column(String(2), default="kk")
    last_stranger_reply_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class OptOut(Base):
    """STOP holds until START (SIL-07). Kept per number, and per person where the sender is known."""

    __tablename__ = "opt_outs"

    id: Mapped[str] = identifier()
    number_id: Mapped[str] = mapped_column(ForeignKey("phone_numbers.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("persons.id"))
    since: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    inbound_id: Mapped[str | None] = mapped_column(String(32))

    __table_args__ = (
        Index(
            "uq_opt_outs_in_force",
            "number_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_opt_outs_person", "person_id"),
    )
