"""Alembic environment: runs inside the connection that ``belsendi.records.migrate`` gives."""

from __future__ import annotations

from alembic import context

from belsendi.records.keystore import KeyBase
from belsendi.records.models import Base

branch = context.config.attributes["branch"]
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata if branch == "records" else KeyBase.metadata,
    render_as_batch=True,
)
context.run_migrations()
