"""What the message centre keeps: texts on handsets, their parts, and deliver_sm until acknowledged."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from simulators.database import instant, now_ms, open_database, transaction
from simulators.smsc.coding import Part, Place
from simulators.smsc.faults import Faults
from simulators.smsc.handsets import Direction, Handset, HandsetMessage, HandsetPart

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL, peer TEXT NOT NULL, direction TEXT NOT NULL,
  reference INTEGER, total INTEGER NOT NULL, at INTEGER NOT NULL, completed_at INTEGER);
CREATE INDEX IF NOT EXISTS messages_of_number ON messages (number, id);
CREATE TABLE IF NOT EXISTS parts (
  message_id TEXT PRIMARY KEY, message INTEGER NOT NULL REFERENCES messages (id), sequence INTEGER NOT NULL,
  text TEXT NOT NULL, data_coding INTEGER NOT NULL, receipt TEXT, acknowledged_at INTEGER);
CREATE INDEX IF NOT EXISTS parts_of_message ON parts (message, sequence);
CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, part TEXT NOT NULL, source TEXT NOT NULL,
  destination TEXT NOT NULL, esm_class INTEGER NOT NULL, data_coding INTEGER NOT NULL, body BLOB NOT NULL,
  state INTEGER, not_before INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  copies INTEGER NOT NULL DEFAULT 1, acknowledged_at INTEGER);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (not_before, id) WHERE acknowledged_at IS NULL;
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, repr=False)
class Delivery:
    """One deliver_sm waiting for its acknowledgement: a written part (``mo``) or a ``receipt``."""

    id: int
    kind: str
    part: str
    source: str
    destination: str
    esm_class: int
    data_coding: int
    body: bytes
    state: int | None
    attempts: int
    copies: int


class SmscStore:
    """The durable side of the message centre. Synchronous and quick: every call is one short transaction."""

    def __init__(self, path: Path) -> None:
        self._db = open_database(path, SCHEMA)

    def close(self) -> None:
        self._db.close()

    # -- texts to handsets ---------------------------------------------------------------------------

    def take_part(self, number: str, peer: str, place: Place, text: str, data_coding: int) -> tuple[str, int]:
        """Puts a submitted part on the handset; the new message id and the number of the joined text."""
        now = now_ms()
        with transaction(self._db):
            message = self._open_message(number, peer, place, now)
            message_id = f"{self._count('message_ids'):08X}"
            self._db.execute(
                "INSERT INTO parts (message_id, message, sequence, text, data_coding) VALUES (?, ?, ?, ?, ?)",
                (message_id, message, place.sequence, text, data_coding),
            )
            self._db.execute(
                "UPDATE messages SET completed_at = ? WHERE id = ? AND total <="
                " (SELECT COUNT(DISTINCT sequence) FROM parts WHERE message = messages.id)",
                (now, message),
            )
            self._count("parts_taken")
        return message_id, message

    def _open_message(self, number: str, peer: str, place: Place, now: int) -> int:
        """The unfinished text this part belongs to, else a new one.

        References wrap at 256, so a part whose place is already filled begins another text.
        """
        if place.total > 1:
            row = self._db.execute(
                "SELECT id FROM messages WHERE number = ? AND peer = ? AND direction = ? AND reference = ?"
                " AND total = ? AND completed_at IS NULL AND NOT EXISTS"
                " (SELECT 1 FROM parts WHERE message = messages.id AND sequence = ?) ORDER BY id DESC",
                (number, peer, Direction.RECEIVED, place.reference, place.total, place.sequence),
            ).fetchone()
            if row is not None:
                return int(row["id"])
        return self._insert_message(number, peer, Direction.RECEIVED, place.reference, place.total, now, None)

    def _insert_message(
        self,
        number: str,
        peer: str,
        direction: Direction,
        reference: int | None,
        total: int,
        at: int,
        completed_at: int | None,
    ) -> int:
        cursor = self._db.execute(
            "INSERT INTO messages (number, peer, direction, reference, total, at, completed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, peer, direction, reference, total, at, completed_at),
        )
        return int(cursor.lastrowid or 0)

    def add_receipt(
        self,
        part: str,
        handset: str,
        sender: str,
        body: bytes,
        state: int,
        stat: str,
        delay_ms: int,
        copies: int,
    ) -> None:
        """Plans the receipt of a part; it is sent at the earliest after ``delay_ms``, ``copies`` times."""
        with transaction(self._db):
            self._db.execute("UPDATE parts SET receipt = ? WHERE message_id = ?", (stat, part))
            for _ in range(copies):
                self._db.execute(
                    "INSERT INTO deliveries (kind, part, source, destination, esm_class, data_coding, body, state,"
                    " not_before) VALUES ('receipt', ?, ?, ?, 4, 0, ?, ?, ?)",
                    (part, handset, sender, body, state, now_ms() + delay_ms),
                )

    # -- texts from handsets -------------------------------------------------------------------------

    def write(self, number: str, short_code: str, texts: list[str], parts: list[Part], copies: int) -> int:
        """Stores a written text and its deliver_sm; ``texts`` are the characters of each part."""
        now = now_ms()
        with transaction(self._db):
            message = self._insert_message(number, short_code, Direction.WRITTEN, None, len(parts), now, now)
            for sequence, (text, part) in enumerate(zip(texts, parts, strict=True), start=1):
                part_id = f"MO{message:08X}-{sequence}"
                self._db.execute(
                    "INSERT INTO parts (message_id, message, sequence, text, data_coding) VALUES (?, ?, ?, ?, ?)",
                    (part_id, message, sequence, text, part.data_coding),
                )
                self._db.execute(
                    "INSERT INTO deliveries (kind, part, source, destination, esm_class, data_coding, body,"
                    " not_before, copies) VALUES ('mo', ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        part_id,
                        number,
                        short_code,
                        0x40 if part.has_udh else 0,
                        part.data_coding,
                        part.body,
                        now,
                        copies,
                    ),
                )
            self._count("texts_written")
        return message

    def next_reference(self) -> int:
        """The next 8-bit reference for a text of several parts."""
        return self.count("references") & 0xFF

    # -- deliver_sm ----------------------------------------------------------------------------------

    def due_deliveries(self, limit: int, without: set[int]) -> list[Delivery]:
        """Unacknowledged deliveries whose time has come, oldest first."""
        rows = self._db.execute(
            "SELECT * FROM deliveries WHERE acknowledged_at IS NULL AND not_before <= ? ORDER BY id LIMIT ?",
            (now_ms(), limit + len(without)),
        ).fetchall()
        fields = Delivery.__dataclass_fields__
        due = [Delivery(**{name: row[name] for name in fields}) for row in rows if row["id"] not in without]
        return due[:limit]

    def next_delivery_at(self, without: set[int]) -> int | None:
        """When the next waiting delivery falls due, milliseconds of the epoch; None when none waits."""
        row = self._db.execute(
            "SELECT MIN(not_before) AS at FROM deliveries WHERE acknowledged_at IS NULL"
            " AND id NOT IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(without)),),
        ).fetchone()
        return None if row["at"] is None else int(row["at"])

    def delivery_answered(self, delivery: Delivery) -> None:
        """The other side acknowledged; a delivery to be repeated on purpose stays until its copies are used."""
        now = now_ms()
        with transaction(self._db):
            self._count(f"{delivery.kind}_acknowledged")
            if delivery.copies > 1:
                self._db.execute("UPDATE deliveries SET copies = copies - 1 WHERE id = ?", (delivery.id,))
                return
            self._db.execute("UPDATE deliveries SET acknowledged_at = ? WHERE id = ?", (now, delivery.id))
            self._db.execute(
                "UPDATE parts SET acknowledged_at = coalesce(acknowledged_at, ?) WHERE message_id = ?",
                (now, delivery.part),
            )

    def delivery_failed(self, delivery: Delivery, retry_after_ms: int) -> None:
        """Refused or unanswered: again later."""
        self._db.execute(
            "UPDATE deliveries SET attempts = attempts + 1, not_before = ? WHERE id = ?",
            (now_ms() + retry_after_ms, delivery.id),
        )

    def is_acknowledged(self, message_id: str) -> bool:
        """True when the receipt (or the written part) with this id was taken by the other side."""
        row = self._db.execute(
            "SELECT acknowledged_at FROM parts WHERE message_id = ?", (message_id,)
        ).fetchone()
        return row is not None and row["acknowledged_at"] is not None

    def waiting_deliveries(self) -> int:
        row = self._db.execute(
            "SELECT COUNT(*) AS n FROM deliveries WHERE acknowledged_at IS NULL"
        ).fetchone()
        return int(row["n"])

    # -- reading -------------------------------------------------------------------------------------

    def handsets(self, limit: int = -1) -> list[Handset]:
        """Handsets with a message, latest first; all of them unless a limit is given."""
        rows = self._db.execute(
            "SELECT number, COUNT(*) AS messages, MAX(id) AS last FROM messages GROUP BY number"
            " ORDER BY last DESC LIMIT ?",
            (limit,),
        ).fetchall()
        found = []
        for row in rows:
            last = self.message(row["last"])
            found.append(
                Handset(number=row["number"], messages=row["messages"], last_text=last.text, last_at=last.at)
            )
        return found

    def message(self, message: int) -> HandsetMessage:
        row = self._db.execute("SELECT * FROM messages WHERE id = ?", (message,)).fetchone()
        return self._shown(row)

    def messages(self, number: str, after: int = 0, limit: int = 500) -> list[HandsetMessage]:
        """The texts of a handset with an id above ``after``, oldest first; the latest ``limit`` of them."""
        rows = self._db.execute(
            "SELECT * FROM messages WHERE number = ? AND id > ? ORDER BY id DESC LIMIT ?",
            (number, after, limit),
        ).fetchall()
        return [self._shown(row) for row in reversed(rows)]

    def _shown(self, row: sqlite3.Row) -> HandsetMessage:
        parts = self._db.execute(
            "SELECT * FROM parts WHERE message = ? ORDER BY sequence, message_id", (row["id"],)
        ).fetchall()
        return HandsetMessage(
            id=row["id"],
            direction=Direction(row["direction"]),
            number=row["number"],
            peer=row["peer"],
            text="".join(part["text"] for part in parts),
            parts_total=row["total"],
            parts=[
                HandsetPart(
                    sequence=part["sequence"],
                    message_id=part["message_id"],
                    data_coding=part["data_coding"],
                    receipt=part["receipt"],
                    acknowledged_at=None
                    if part["acknowledged_at"] is None
                    else instant(part["acknowledged_at"]),
                )
                for part in parts
            ],
            complete=row["completed_at"] is not None,
            at=instant(row["at"]),
            completed_at=None if row["completed_at"] is None else instant(row["completed_at"]),
        )

    # -- faults and counters -------------------------------------------------------------------------

    def faults(self) -> Faults:
        row = self._db.execute("SELECT value FROM settings WHERE name = 'faults'").fetchone()
        return Faults() if row is None else Faults.model_validate_json(row["value"])

    def keep_faults(self, faults: Faults) -> None:
        self._db.execute(
            "INSERT INTO settings VALUES ('faults', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (json.dumps(faults.model_dump(mode="json")),),
        )

    def count(self, name: str) -> int:
        """Adds one to a counter that survives restarts; its new value."""
        with transaction(self._db):
            return self._count(name)

    def _count(self, name: str) -> int:
        row = self._db.execute(
            "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (name,),
        ).fetchone()
        return int(row["value"])

    def counters(self) -> dict[str, int]:
        rows = self._db.execute("SELECT name, value FROM counters ORDER BY name").fetchall()
        return {row["name"]: row["value"] for row in rows}

    def reset(self) -> None:
        """Empties handsets, deliveries, faults and counters; message ids are never given twice."""
        with transaction(self._db):
            for table in ("deliveries", "parts", "messages", "settings"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 -- names of this list only
            self._db.execute("DELETE FROM counters WHERE name NOT IN ('message_ids', 'references')")
