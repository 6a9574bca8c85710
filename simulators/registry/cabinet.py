"""The portal's side: owners' consents to digital documents, and what the personal cabinet shows."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel

from simulators.database import instant, now_ms

SCHEMA = """
CREATE TABLE IF NOT EXISTS document_consents (
  id INTEGER PRIMARY KEY AUTOINCREMENT, request_key TEXT NOT NULL UNIQUE, iin TEXT NOT NULL,
  document_kind TEXT NOT NULL, case_reference TEXT NOT NULL, state TEXT NOT NULL, method TEXT,
  decided_at INTEGER);
CREATE TABLE IF NOT EXISTS cabinet_statuses (
  iin TEXT NOT NULL, case_reference TEXT NOT NULL, benefit TEXT NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (iin, case_reference));
CREATE TABLE IF NOT EXISTS cabinet_notices (
  notice_id TEXT PRIMARY KEY, iin TEXT NOT NULL, case_reference TEXT NOT NULL, message TEXT NOT NULL,
  language TEXT NOT NULL, text TEXT NOT NULL, document_sha256 TEXT, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS notices_of_person ON cabinet_notices (iin);
"""
TABLES = ("document_consents", "cabinet_statuses", "cabinet_notices")


class CabinetStatus(BaseModel):
    case_reference: str
    benefit: str
    status: str
    at: AwareDatetime


class CabinetNotice(BaseModel):
    notice_id: str
    case_reference: str
    message: str
    language: str
    text: str
    document_sha256: str | None
    at: AwareDatetime


class Cabinet(BaseModel):
    """What a person sees on the portal, latest last."""

    statuses: list[CabinetStatus]
    notices: list[CabinetNotice]


class ConsentAsked(BaseModel):
    """A request of consent the portal told the owner of."""

    consent_ref: str
    document_kind: str
    case_reference: str
    state: str


def request_consent(db: sqlite3.Connection, key: str, iin: str, kind: str, case: str) -> sqlite3.Row:
    """The request under this key, made now if it is new; the caller compares it with what was meant."""
    db.execute(
        "INSERT OR IGNORE INTO document_consents (request_key, iin, document_kind, case_reference, state)"
        " VALUES (?, ?, ?, ?, 'WAITING')",
        (key, iin, kind, case),
    )
    row: sqlite3.Row = db.execute("SELECT * FROM document_consents WHERE request_key = ?", (key,)).fetchone()
    return row


def consent(db: sqlite3.Connection, ref: str) -> sqlite3.Row | None:
    """The request of a reference; None when there is none."""
    number = ref.removeprefix("DOC-")
    if not number.isascii() or not number.isdigit():
        return None
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM document_consents WHERE id = ?", (int(number),)
    ).fetchone()
    return row


def shown_consent(row: sqlite3.Row) -> dict[str, Any]:
    """A request as the contract tells it."""
    decided = row["decided_at"]
    return {
        "consent_ref": f"DOC-{row['id']:08d}",
        "state": row["state"],
        "method": row["method"],
        "decided_at": None if decided is None else instant(decided).isoformat(),
    }


def decide(db: sqlite3.Connection, ref: str, state: str, method: str | None) -> bool:
    """The owner's act, or the end of the time for it. False when nothing waits under the reference."""
    row = consent(db, ref)
    if row is None or row["state"] != "WAITING":
        return False
    db.execute(
        "UPDATE document_consents SET state = ?, method = ?, decided_at = ? WHERE id = ?",
        (state, method, now_ms(), row["id"]),
    )
    return True


def consents_of(db: sqlite3.Connection, iin: str) -> list[ConsentAsked]:
    """Requests the portal put to this owner, oldest first."""
    rows = db.execute("SELECT * FROM document_consents WHERE iin = ? ORDER BY id", (iin,)).fetchall()
    return [
        ConsentAsked(
            consent_ref=f"DOC-{row['id']:08d}",
            document_kind=row["document_kind"],
            case_reference=row["case_reference"],
            state=row["state"],
        )
        for row in rows
    ]


def put_status(db: sqlite3.Connection, iin: str, case: str, benefit: str, status: str, at: datetime) -> None:
    """Shows a status unless a later one is shown already."""
    db.execute(
        "INSERT INTO cabinet_statuses VALUES (?, ?, ?, ?, ?) ON CONFLICT (iin, case_reference) DO UPDATE SET"
        " benefit = excluded.benefit, status = excluded.status, at = excluded.at"
        " WHERE excluded.at >= cabinet_statuses.at",
        (iin, case, benefit, status, at.astimezone(UTC).isoformat(timespec="microseconds")),
    )


def put_notice(db: sqlite3.Connection, notice: CabinetNotice, iin: str) -> bool:
    """Stores a notice once. False when the id already stands for another notice."""
    values = notice.model_dump(mode="json")
    db.execute(
        "INSERT OR IGNORE INTO cabinet_notices VALUES (:notice_id, :iin, :case_reference, :message, :language,"
        " :text, :document_sha256, :at)",
        {**values, "iin": iin},
    )
    row = db.execute("SELECT * FROM cabinet_notices WHERE notice_id = ?", (notice.notice_id,)).fetchone()
    return dict(row) == {**values, "iin": iin}


def cabinet_of(db: sqlite3.Connection, iin: str) -> Cabinet:
    """Everything the person's cabinet shows."""
    statuses = db.execute(
        "SELECT * FROM cabinet_statuses WHERE iin = ? ORDER BY at, rowid", (iin,)
    ).fetchall()
    notices = db.execute("SELECT * FROM cabinet_notices WHERE iin = ? ORDER BY at, rowid", (iin,)).fetchall()
    return Cabinet(
        statuses=[CabinetStatus.model_validate(dict(row)) for row in statuses],
        notices=[CabinetNotice.model_validate(dict(row)) for row in notices],
    )
