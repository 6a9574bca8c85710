"""The SQLite file of the registers: population, deaths, tokens, mirrors, orders, calls, outages."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from simulators.database import instant, now_ms, open_database, transaction
from simulators.registry import cabinet, feeds
from simulators.registry.dossier import LegalEntity, NewDisability, NewLoss
from simulators.registry.people import (
    Death,
    DeathChange,
    NewDeath,
    Outage,
    Person,
    PersonChange,
    Population,
)

SCHEMA = """
CREATE TABLE IF NOT EXISTS people (
  iin TEXT PRIMARY KEY, place INTEGER NOT NULL, body TEXT NOT NULL, search TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS numbers (
  number TEXT NOT NULL, iin TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (number, iin));
CREATE INDEX IF NOT EXISTS numbers_of_person ON numbers (iin, place);
CREATE TABLE IF NOT EXISTS accounts (iban TEXT NOT NULL, iin TEXT NOT NULL, PRIMARY KEY (iban, iin));
CREATE TABLE IF NOT EXISTS deaths (
  cursor INTEGER PRIMARY KEY AUTOINCREMENT, act_no TEXT NOT NULL UNIQUE, certificate_no TEXT NOT NULL,
  deceased_iin TEXT NOT NULL, date_of_death TEXT NOT NULL, registered_on TEXT NOT NULL, declarant_iin TEXT,
  in_feed INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS deaths_of_person ON deaths (deceased_iin, cursor);
CREATE INDEX IF NOT EXISTS deaths_declared_by ON deaths (declarant_iin, cursor);
CREATE TABLE IF NOT EXISTS tokens (
  token TEXT PRIMARY KEY, iin TEXT NOT NULL, purpose TEXT NOT NULL, items TEXT NOT NULL,
  consent_reference TEXT NOT NULL, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS journal_applications (
  registration_no TEXT PRIMARY KEY, case_reference TEXT NOT NULL, benefit TEXT NOT NULL, subject_iin TEXT NOT NULL,
  applicant_iin TEXT NOT NULL, registered_at TEXT NOT NULL, channel TEXT NOT NULL, state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS applications_of_subject ON journal_applications (subject_iin, benefit);
CREATE INDEX IF NOT EXISTS applications_of_applicant ON journal_applications (applicant_iin, benefit);
CREATE TABLE IF NOT EXISTS mirrors (
  kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS orders (
  id INTEGER PRIMARY KEY AUTOINCREMENT, idempotency_key TEXT NOT NULL UNIQUE, decision_no TEXT NOT NULL,
  iban TEXT NOT NULL, recipient_iin TEXT NOT NULL, amount TEXT, placed_at INTEGER NOT NULL,
  repeats INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS legal_entities (bin TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outages (system TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS calls (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, system TEXT NOT NULL, operation TEXT NOT NULL,
  request_id TEXT NOT NULL, purpose TEXT NOT NULL, with_token INTEGER NOT NULL, data TEXT NOT NULL,
  outcome TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS calls_of_system ON calls (system, id);
"""

_OUTAGES = TypeAdapter(dict[str, Outage])


class RegistryStore:
    """All that the registers hold. Synchronous and quick: every call is one short transaction."""

    def __init__(self, path: Path) -> None:
        self.db = open_database(path, SCHEMA + feeds.SCHEMA + cabinet.SCHEMA)

    def close(self) -> None:
        self.db.close()

    # -- population ----------------------------------------------------------------------------------

    def replace_population(self, population: Population) -> None:
        """Puts these people and deaths in place of all; cursors of the feed go on, they never start again."""
        with transaction(self.db):
            for table in ("people", "numbers", "accounts", "deaths", "legal_entities", "feed_entries"):
                self.db.execute(f"DELETE FROM {table}")  # noqa: S608 -- names of this list only
            for person in population.people:
                self._put_person(person)
            for death in population.deaths:
                self._add_death(death)
            for entity in population.legal_entities:
                self.put_legal_entity(entity)
            for disability in population.disabilities:
                self._add_disability(disability)
            for loss in population.losses:
                self.add_loss(loss)

    def put_people(self, people: list[Person]) -> None:
        """Adds or replaces people; the others stay."""
        with transaction(self.db):
            for person in people:
                self._put_person(person)

    def _put_person(self, person: Person) -> None:
        self.db.execute(
            "INSERT INTO people VALUES (?, (SELECT coalesce(MAX(place), 0) + 1 FROM people), ?, ?)"
            " ON CONFLICT (iin) DO UPDATE SET body = excluded.body, search = excluded.search",
            (person.iin, person.model_dump_json(), _search_text(person)),
        )
        self.db.execute("DELETE FROM numbers WHERE iin = ?", (person.iin,))
        self.db.execute("DELETE FROM accounts WHERE iin = ?", (person.iin,))
        self.db.executemany(
            "INSERT OR IGNORE INTO numbers VALUES (?, ?, ?)",
            [(number, person.iin, place) for place, number in enumerate(person.numbers)],
        )
        owned = {*person.accounts, *([person.account] if person.account else [])}
        self.db.executemany(
            "INSERT INTO accounts VALUES (?, ?)", [(iban, person.iin) for iban in sorted(owned)]
        )

    def change_person(self, iin: str, change: PersonChange) -> Person | None:
        """The person after the change; None when nobody has this IIN."""
        with transaction(self.db):
            person = self.person(iin)
            if person is None:
                return None
            merged = {**person.model_dump(), **change.model_dump(exclude_unset=True)}
            changed = Person.model_validate(merged)
            self._put_person(changed)
            return changed

    def person(self, iin: str) -> Person | None:
        row = self.db.execute("SELECT body FROM people WHERE iin = ?", (iin,)).fetchone()
        return None if row is None else Person.model_validate_json(row["body"])

    def people(self, limit: int, offset: int = 0) -> list[Person]:
        """People in the order they came."""
        rows = self.db.execute(
            "SELECT body FROM people ORDER BY place LIMIT ? OFFSET ?", (limit, offset)
        ).fetchall()
        return [Person.model_validate_json(row["body"]) for row in rows]

    def living_with_number(self, words: str, limit: int) -> list[Person]:
        """Living people with a telephone whose names, number or IIN contain every one of the words."""
        rows = self.db.execute(
            "SELECT body FROM people WHERE iin IN (SELECT iin FROM numbers)"
            " AND json_extract(body, '$.died_on') IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM json_each(?) WHERE instr(search, value) = 0) ORDER BY place LIMIT ?",
            (json.dumps(words.casefold().split()), limit),
        ).fetchall()
        return [Person.model_validate_json(row["body"]) for row in rows]

    def persons_of_number(self, number: str) -> list[str]:
        rows = self.db.execute("SELECT iin FROM numbers WHERE number = ? ORDER BY iin", (number,)).fetchall()
        return [row["iin"] for row in rows]

    def people_of_number(self, number: str) -> list[Person]:
        """People with this number in the order they came."""
        rows = self.db.execute(
            "SELECT body FROM people WHERE iin IN (SELECT iin FROM numbers WHERE number = ?) ORDER BY place",
            (number,),
        ).fetchall()
        return [Person.model_validate_json(row["body"]) for row in rows]

    def owns_account(self, iban: str, iin: str) -> bool:
        row = self.db.execute("SELECT 1 FROM accounts WHERE iban = ? AND iin = ?", (iban, iin)).fetchone()
        return row is not None

    # -- deaths --------------------------------------------------------------------------------------

    def add_death(self, death: NewDeath) -> Death:
        """Registers a death; sqlite3.IntegrityError when the act number is taken."""
        with transaction(self.db):
            return self._add_death(death)

    def _add_death(self, death: NewDeath) -> Death:
        cursor = int(
            self.db.execute(
                "INSERT INTO deaths (act_no, certificate_no, deceased_iin, date_of_death, registered_on,"
                " declarant_iin, in_feed) VALUES (?, '', ?, ?, ?, ?, ?)",
                (
                    death.act_no or f"?{death.deceased_iin}",
                    death.deceased_iin,
                    death.date_of_death.isoformat(),
                    death.registered_on.isoformat(),
                    death.declarant_iin,
                    death.in_feed,
                ),
            ).lastrowid
            or 0
        )
        act_no = death.act_no or f"10-{death.registered_on.year}-{cursor:07d}"
        certificate_no = death.certificate_no or f"ҚҚ-{cursor:07d}"
        self.db.execute(
            "UPDATE deaths SET act_no = ?, certificate_no = ? WHERE cursor = ?",
            (act_no, certificate_no, cursor),
        )
        person = self.person(death.deceased_iin)
        if person is not None and person.died_on is None:
            self._put_person(person.model_copy(update={"died_on": death.date_of_death}))
        return Death.model_validate(
            {**death.model_dump(), "cursor": cursor, "act_no": act_no, "certificate_no": certificate_no}
        )

    def change_death(self, act_no: str, change: DeathChange) -> Death | None:
        """The record after its correction; the cursor stays, so the feed does not tell it again."""
        with transaction(self.db):
            row = self.db.execute("SELECT * FROM deaths WHERE act_no = ?", (act_no,)).fetchone()
            if row is None:
                return None
            changed = Death.model_validate(
                {**_death(row).model_dump(), **change.model_dump(exclude_unset=True)}
            )
            self.db.execute(
                "UPDATE deaths SET date_of_death = ?, registered_on = ?, declarant_iin = ?, certificate_no = ?"
                " WHERE act_no = ?",
                (
                    changed.date_of_death.isoformat(),
                    changed.registered_on.isoformat(),
                    changed.declarant_iin,
                    changed.certificate_no,
                    act_no,
                ),
            )
            return changed

    def remove_death(self, act_no: str) -> bool:
        """The record is annulled; False when there was none."""
        return self.db.execute("DELETE FROM deaths WHERE act_no = ?", (act_no,)).rowcount > 0

    def death_of(self, deceased_iin: str) -> Death | None:
        """The latest record of this person's death."""
        row = self.db.execute(
            "SELECT * FROM deaths WHERE deceased_iin = ? ORDER BY cursor DESC LIMIT 1", (deceased_iin,)
        ).fetchone()
        return None if row is None else _death(row)

    def deaths_declared_by(self, declarant_iin: str) -> list[Death]:
        """Records in which this person is the declarant, latest first."""
        rows = self.db.execute(
            "SELECT * FROM deaths WHERE declarant_iin = ? ORDER BY cursor DESC", (declarant_iin,)
        ).fetchall()
        return [_death(row) for row in rows]

    def deaths(self, after: int, limit: int, *, feed_only: bool) -> list[Death]:
        rows = self.db.execute(
            "SELECT * FROM deaths WHERE cursor > ? AND (in_feed OR NOT ?) ORDER BY cursor LIMIT ?",
            (after, feed_only, limit),
        ).fetchall()
        return [_death(row) for row in rows]

    # -- legal entities, disabilities, lost breadwinners ---------------------------------------------

    def put_legal_entity(self, entity: LegalEntity) -> None:
        """Adds or replaces the registration of a legal entity."""
        self.db.execute(
            "INSERT INTO legal_entities VALUES (?, ?) ON CONFLICT (bin) DO UPDATE SET body = excluded.body",
            (entity.bin, entity.model_dump_json()),
        )
        self.db.execute("DELETE FROM accounts WHERE iin = ?", (entity.bin,))
        self.db.executemany(
            "INSERT INTO accounts VALUES (?, ?)",
            [(iban, entity.bin) for iban in sorted(set(entity.accounts))],
        )

    def legal_entity(self, bin_number: str) -> LegalEntity | None:
        row = self.db.execute("SELECT body FROM legal_entities WHERE bin = ?", (bin_number,)).fetchone()
        return None if row is None else LegalEntity.model_validate_json(row["body"])

    def add_disability(self, new: NewDisability) -> int:
        """Puts the disability on record and tells it in the feed; the cursor."""
        with transaction(self.db):
            return self._add_disability(new)

    def _add_disability(self, new: NewDisability) -> int:
        person = self.person(new.iin)
        if person is not None:
            self._put_person(person.model_copy(update={"disability": new.disability}))
        told = {
            "iin": new.iin,
            "established_on": new.disability.established_on.isoformat(),
            "applicant_iin": new.applicant_iin or new.iin,
        }
        return feeds.tell(self.db, feeds.DISABILITIES, told)

    def add_loss(self, new: NewLoss) -> int:
        """Tells in the feed of a family that lost its breadwinner; the cursor."""
        return feeds.tell(self.db, feeds.BREADWINNERS, new.model_dump(mode="json"))

    # -- outages and calls ---------------------------------------------------------------------------

    def outages(self) -> dict[str, Outage]:
        rows = self.db.execute("SELECT system, body FROM outages ORDER BY system").fetchall()
        return {row["system"]: Outage.model_validate_json(row["body"]) for row in rows}

    def replace_outages(self, outages: dict[str, Outage]) -> None:
        with transaction(self.db):
            self.db.execute("DELETE FROM outages")
            for system, outage in outages.items():
                self.db.execute("INSERT INTO outages VALUES (?, ?)", (system, outage.model_dump_json()))

    def outage_of_call(self, system: str, operation: str) -> Outage | None:
        """The outage this call meets (operation before system); uses up one of its ``remaining`` calls."""
        with transaction(self.db):
            for name in (f"{system}/{operation}", system):
                row = self.db.execute("SELECT body FROM outages WHERE system = ?", (name,)).fetchone()
                if row is None:
                    continue
                outage = Outage.model_validate_json(row["body"])
                if outage.remaining == 1:
                    self.db.execute("DELETE FROM outages WHERE system = ?", (name,))
                elif outage.remaining is not None:
                    left = outage.model_copy(update={"remaining": outage.remaining - 1})
                    self.db.execute(
                        "UPDATE outages SET body = ? WHERE system = ?", (left.model_dump_json(), name)
                    )
                return outage
        return None

    def add_call(
        self,
        system: str,
        operation: str,
        request_id: str,
        purpose: str,
        with_token: bool,
        data: dict[str, Any],
        outcome: str,
    ) -> None:
        self.db.execute(
            "INSERT INTO calls (at, system, operation, request_id, purpose, with_token, data, outcome)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (now_ms(), system, operation, request_id, purpose, with_token, json.dumps(data), outcome),
        )

    def calls(self, system: str | None, after: int, limit: int) -> list[dict[str, Any]]:
        rows = self.db.execute(
            "SELECT * FROM calls WHERE id > ? AND (? IS NULL OR system = ?) ORDER BY id LIMIT ?",
            (after, system, system, limit),
        ).fetchall()
        return [
            {
                **dict(row),
                "at": instant(row["at"]),
                "with_token": bool(row["with_token"]),
                "data": json.loads(row["data"]),
            }
            for row in rows
        ]

    def reset(self) -> None:
        """An empty world; cursors and order numbers go on."""
        with transaction(self.db):
            for table in (
                "people",
                "numbers",
                "accounts",
                "deaths",
                "tokens",
                "journal_applications",
                "mirrors",
                "orders",
                "outages",
                "calls",
                "legal_entities",
                "feed_entries",
                *cabinet.TABLES,
            ):
                self.db.execute(f"DELETE FROM {table}")  # noqa: S608 -- names of this list only


def _search_text(person: Person) -> str:
    names = (person.surname, person.given_name, person.patronymic or "", person.iin, *person.numbers)
    return " ".join(names).casefold()


def _death(row: sqlite3.Row) -> Death:
    return Death(
        cursor=row["cursor"],
        act_no=row["act_no"],
        certificate_no=row["certificate_no"],
        deceased_iin=row["deceased_iin"],
        date_of_death=date.fromisoformat(row["date_of_death"]),
        registered_on=date.fromisoformat(row["registered_on"]),
        declarant_iin=row["declarant_iin"],
        in_feed=bool(row["in_feed"]),
    )
