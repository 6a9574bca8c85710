"""Feeds of life events: cursors only grow, nothing is told twice."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS feed_entries (
  cursor INTEGER PRIMARY KEY AUTOINCREMENT, feed TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS entries_of_feed ON feed_entries (feed, cursor);
"""
DISABILITIES = "disabilities"
BREADWINNERS = "breadwinners"


def tell(db: sqlite3.Connection, feed: str, body: dict[str, Any]) -> int:
    """Appends an entry; its cursor."""
    row = db.execute("INSERT INTO feed_entries (feed, body) VALUES (?, ?)", (feed, json.dumps(body)))
    return int(row.lastrowid or 0)


def page(db: sqlite3.Connection, feed: str, after: int, limit: int) -> dict[str, Any]:
    """Entries after the cursor, oldest first, and the cursor to go on from."""
    rows = db.execute(
        "SELECT cursor, body FROM feed_entries WHERE feed = ? AND cursor > ? ORDER BY cursor LIMIT ?",
        (feed, after, limit),
    ).fetchall()
    records = [{"cursor": row["cursor"], **json.loads(row["body"])} for row in rows]
    return {"records": records, "last": records[-1]["cursor"] if records else after}
