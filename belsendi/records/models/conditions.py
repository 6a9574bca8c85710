"""How the outside systems are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from belsendi.records.columns import Base, Instant


class RegistryCondition(Base):
    """A system that went out, or came back. ``state``: OUT, UP; ``since`` is when it became so, by the clock of the
    questions; ``problem`` says in a few words how it failed. A system without a row has never been out."""

    __tablename__ = "registry_conditions"

    system: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(4))
    since: Mapped[datetime] = mapped_column(Instant)
    problem: Mapped[str | None] = mapped_column(String(120))
