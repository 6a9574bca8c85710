"""Money: owners of bank accounts, and placing drafts for payment in «ОДҚ» (IS-9) exactly once."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from typing import Any

from pydantic import Field

from simulators.database import instant, now_ms, transaction
from simulators.registry.operation import Answer, Input, Operation, Rejection, TokenRule
from simulators.registry.store import RegistryStore


class OwnerQuestion(Input):
    iban: str = Field(pattern=r"^[A-Z]{2}[0-9A-Z]{13,32}$")
    iin: str = Field(pattern=r"^[0-9]{12}$")


class EntityOwnerQuestion(Input):
    iban: str = Field(pattern=r"^[A-Z]{2}[0-9A-Z]{13,32}$")
    bin: str = Field(pattern=r"^[0-9]{12}$")


class Placement(Input):
    """A draft decision to pay; ``amount`` in tenge, absent when the assigning system is to set it."""

    idempotency_key: str = Field(min_length=1)
    decision_no: str = Field(min_length=1)
    iban: str = Field(pattern=r"^[A-Z]{2}[0-9A-Z]{13,32}$")
    recipient_iin: str = Field(pattern=r"^[0-9]{12}$")
    amount: Decimal | None = Field(default=None, gt=0)


class PlacementQuestion(Input):
    idempotency_key: str = Field(min_length=1)


def owner(store: RegistryStore, asked: OwnerQuestion) -> Answer:
    return {"belongs": store.owns_account(asked.iban, asked.iin)}


def entity_owner(store: RegistryStore, asked: EntityOwnerQuestion) -> Answer:
    """An entity's account is no personal data: no token is demanded."""
    return {"belongs": store.owns_account(asked.iban, asked.bin)}


def _reference(row: sqlite3.Row) -> str:
    return f"ODQ-{row['id']:08d}"


def place(store: RegistryStore, asked: Placement) -> Answer:
    """The same key gives the same order, never a second one; other contents under it are refused."""
    amount = None if asked.amount is None else str(asked.amount)
    contents = (asked.decision_no, asked.iban, asked.recipient_iin, amount)
    with transaction(store.db):
        row = _order(store, asked.idempotency_key)
        if row is not None:
            if tuple(row[name] for name in ("decision_no", "iban", "recipient_iin", "amount")) != contents:
                raise Rejection(
                    "KEY_REUSED", "this key already placed another order; nothing was changed", 409
                )
            store.db.execute("UPDATE orders SET repeats = repeats + 1 WHERE id = ?", (row["id"],))
            return {"order_ref": _reference(row)}
        store.db.execute(
            "INSERT INTO orders (idempotency_key, decision_no, iban, recipient_iin, amount, placed_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (asked.idempotency_key, *contents, now_ms()),
        )
        placed = _order(store, asked.idempotency_key)
    assert placed is not None, "an order just inserted can be read"
    return {"order_ref": _reference(placed)}


def _order(store: RegistryStore, key: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = store.db.execute(
        "SELECT * FROM orders WHERE idempotency_key = ?", (key,)
    ).fetchone()
    return row


def placement(store: RegistryStore, asked: PlacementQuestion) -> Answer:
    row = _order(store, asked.idempotency_key)
    return None if row is None else {"order_ref": _reference(row)}


def all_orders(store: RegistryStore) -> list[dict[str, Any]]:
    """Every order ever placed, oldest first, with how often its placement was repeated."""
    rows = store.db.execute("SELECT * FROM orders ORDER BY id").fetchall()
    return [
        {
            "order_ref": _reference(row),
            "idempotency_key": row["idempotency_key"],
            "decision_no": row["decision_no"],
            "iban": row["iban"],
            "recipient_iin": row["recipient_iin"],
            "amount": row["amount"],
            "placed_at": instant(row["placed_at"]),
            "repeats": row["repeats"],
        }
        for row in rows
    ]


OPERATIONS = (
    Operation("bank-accounts", "owner", OwnerQuestion, owner, TokenRule.NEEDED_OF_SUBJECT),
    Operation("bank-accounts", "entity_owner", EntityOwnerQuestion, entity_owner),
    Operation("odq", "place", Placement, place),
    Operation("odq", "placement", PlacementQuestion, placement),
)
