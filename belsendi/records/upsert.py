"""Insert unless it is there already, on both databases."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Executable, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from belsendi.records.columns import Base


def table_of(model: type[Base]) -> Table:
    """The table behind a model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


async def insert_unless_there(session: AsyncSession, model: type[Base], values: dict[str, Any]) -> bool:
    """Inserts a row unless a unique constraint already holds one. True when this call made the row."""
    statement = _statement(model, session.get_bind().dialect.name)
    return (await session.execute(statement, values)).first() is not None


@cache
def _statement(model: type[Base], dialect: str) -> Executable:
    table = table_of(model)
    insert = sqlite_insert if dialect == "sqlite" else postgresql_insert
    return insert(table).on_conflict_do_nothing().returning(*table.primary_key.columns)
