"""What the portal records for us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
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
