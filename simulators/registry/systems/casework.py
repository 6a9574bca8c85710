"""The casework system «Е-макет» (IS-8): a mirror of the journal, the file, the draft and the outcome."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from simulators.database import now_ms, transaction
from simulators.registry.operation import Answer, Input, Operation, Rejection
from simulators.registry.store import RegistryStore


class ApplicationState(StrEnum):
    """Where an application stands in the electronic journal."""

    REGISTERED = "REGISTERED"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    ASSIGNED = "ASSIGNED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class Registration(Input):
    """A line of the electronic journal (order 509: burial, appendix 6; disability, appendix 6)."""

    case_reference: str = Field(min_length=1)
    registration_no: str = Field(min_length=1)
    benefit: str = Field(min_length=1)
    subject_iin: str = Field(pattern=r"^[0-9]{12}$")
    applicant_iin: str = Field(pattern=r"^[0-9]{12}$")
    registered_at: datetime
    channel: str = Field(min_length=1)


class SubjectQuestion(Input):
    subject_iin: str = Field(pattern=r"^[0-9]{12}$")
    benefit: str = Field(min_length=1)


class CaseFile(Input):
    """The electronic case file (ЭІМ) as a list of data with their sources."""

    case_reference: str = Field(min_length=1)
    items: list[dict[str, Any]]


class DecisionDraft(Input):
    """``decision_no`` is null until the draft is signed."""

    case_reference: str = Field(min_length=1)
    draft_no: str = Field(min_length=1)
    decision_no: str | None = Field(min_length=1)
    kind: str = Field(min_length=1)
    document_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Outcome(Input):
    registration_no: str = Field(min_length=1)
    outcome: ApplicationState


def register(store: RegistryStore, asked: Registration) -> Answer:
    """The same number again changes nothing; the same number for another case is refused."""
    with transaction(store.db):
        row = store.db.execute(
            "SELECT case_reference, benefit, subject_iin, state FROM journal_applications WHERE registration_no = ?",
            (asked.registration_no,),
        ).fetchone()
        if row is not None:
            known = (row["case_reference"], row["benefit"], row["subject_iin"])
            if known != (asked.case_reference, asked.benefit, asked.subject_iin):
                raise Rejection("NUMBER_TAKEN", "this registration number belongs to another case", 409)
            return {"registration_no": asked.registration_no, "state": row["state"], "repeated": True}
        store.db.execute(
            "INSERT INTO journal_applications VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                asked.registration_no,
                asked.case_reference,
                asked.benefit,
                asked.subject_iin,
                asked.applicant_iin,
                asked.registered_at.isoformat(),
                asked.channel,
                ApplicationState.REGISTERED,
            ),
        )
    return {"registration_no": asked.registration_no, "state": ApplicationState.REGISTERED, "repeated": False}


def applications(store: RegistryStore, asked: SubjectQuestion) -> Answer:
    rows = store.db.execute(
        "SELECT registration_no, state FROM journal_applications WHERE subject_iin = ? AND benefit = ?"
        " ORDER BY registered_at, rowid",
        (asked.subject_iin, asked.benefit),
    ).fetchall()
    return {"applications": [dict(row) for row in rows]}


def _mirror(store: RegistryStore, kind: str, key: str, body: dict[str, Any]) -> Answer:
    """Keeps the latest state of a mirrored document; sending it again is harmless."""
    store.db.execute(
        "INSERT INTO mirrors VALUES (?, ?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET"
        " body = excluded.body, at = excluded.at",
        (kind, key, json.dumps(body), now_ms()),
    )
    return {"stored": True}


def put_file(store: RegistryStore, asked: CaseFile) -> Answer:
    return _mirror(store, "file", asked.case_reference, asked.model_dump(mode="json"))


def put_draft(store: RegistryStore, asked: DecisionDraft) -> Answer:
    return _mirror(store, "draft", asked.draft_no, asked.model_dump(mode="json"))


def outcome(store: RegistryStore, asked: Outcome) -> Answer:
    """The end of an application; another end than the one already told is refused."""
    with transaction(store.db):
        row = store.db.execute(
            "SELECT state FROM journal_applications WHERE registration_no = ?", (asked.registration_no,)
        ).fetchone()
        if row is None:
            raise Rejection("NOT_REGISTERED", "no application has this number; register it first", 409)
        if row["state"] not in (ApplicationState.REGISTERED, asked.outcome):
            raise Rejection("CLOSED", "the application already ended otherwise", 409)
        store.db.execute(
            "UPDATE journal_applications SET state = ? WHERE registration_no = ?",
            (asked.outcome, asked.registration_no),
        )
    return {"registration_no": asked.registration_no, "state": asked.outcome}


OPERATIONS = (
    Operation("e-maket", "register", Registration, register),
    Operation("e-maket", "applications", SubjectQuestion, applications),
    Operation("e-maket", "put_file", CaseFile, put_file),
    Operation("e-maket", "put_draft", DecisionDraft, put_draft),
    Operation("e-maket", "outcome", Outcome, outcome),
)
