"""Column types and the declarative base of every table."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables of the records."""

    metadata = MetaData(naming_convention=NAMING)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; a naive one is a defect and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone; naive datetimes are not stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """An exact amount in tenge, kept as text so that no database rounds it."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def new_id() -> str:
    """An opaque random identifier: 128 bits, lower-case hex, says nothing about anybody."""
    return secrets.token_hex(16)


def identifier() -> Mapped[str]:
    return mapped_column(String(32), primary_key=True, default=new_id)


def sealed(item: str, *, nullable: bool = False) -> Mapped[Any]:
    """A column of encrypted personal data, marked with its catalogue item."""
    return mapped_column(LargeBinary, nullable=nullable, info={"personal_data": item})


def blind(item: str, **options: Any) -> Mapped[Any]:
    """A keyed hash of personal data for look-up by equality; reveals nothing without the index key."""
    return mapped_column(String(64), info={"blind_index_of": item}, **options)
