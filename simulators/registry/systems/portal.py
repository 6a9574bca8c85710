"""The portal (IS-13) and the digital documents service (IS-7): consent first, then the document."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from simulators.database import transaction
from simulators.registry import cabinet
from simulators.registry.cabinet import CabinetNotice
from simulators.registry.dossier import IIN
from simulators.registry.operation import Answer, Input, Operation, Rejection
from simulators.registry.store import RegistryStore


class ConsentRequest(Input):
    request_key: str = Field(min_length=1)
    iin: str = Field(pattern=IIN)
    document_kind: str = Field(min_length=1)
    case_reference: str = Field(min_length=1)


class ConsentQuestion(Input):
    consent_ref: str = Field(min_length=1)


class DocumentQuestion(Input):
    iin: str = Field(pattern=IIN)
    kind: str = Field(min_length=1)
    consent_ref: str = Field(min_length=1)


class Status(Input):
    iin: str = Field(pattern=IIN)
    case_reference: str = Field(min_length=1)
    benefit: str = Field(min_length=1)
    status: str = Field(min_length=1)
    at: AwareDatetime


class Notice(Input):
    notice_id: str = Field(min_length=1)
    iin: str = Field(pattern=IIN)
    case_reference: str = Field(min_length=1)
    message: str = Field(min_length=1)
    language: str = Field(pattern="^(kk|ru)$")
    text: str = Field(min_length=1)
    document_sha256: str | None = Field(pattern=r"^[0-9a-f]{64}$")
    at: AwareDatetime


def request_consent(store: RegistryStore, asked: ConsentRequest) -> Answer:
    """The same key gives the same request; other contents under it are refused."""
    meant = (asked.iin, asked.document_kind, asked.case_reference)
    with transaction(store.db):
        row = cabinet.request_consent(store.db, asked.request_key, *meant)
        if (row["iin"], row["document_kind"], row["case_reference"]) != meant:
            raise Rejection("KEY_REUSED", "this key already asked for another consent", 409)
    return cabinet.shown_consent(row)


def consent(store: RegistryStore, asked: ConsentQuestion) -> Answer:
    row = cabinet.consent(store.db, asked.consent_ref)
    return None if row is None else cabinet.shown_consent(row)


def document(store: RegistryStore, asked: DocumentQuestion) -> Answer:
    """The owner's document of a kind. Refused unless the owner consented to this kind under this reference."""
    row = cabinet.consent(store.db, asked.consent_ref)
    if row is None or (row["iin"], row["document_kind"], row["state"]) != (asked.iin, asked.kind, "GIVEN"):
        raise Rejection("CONSENT", "the owner has not consented; ask the portal for the consent first", 403)
    owner = store.person(asked.iin)
    found = [each for each in (owner.digital_documents if owner else []) if each.kind == asked.kind]
    return found[-1].model_dump(mode="json") if found else None


def put_status(store: RegistryStore, asked: Status) -> Answer:
    cabinet.put_status(store.db, asked.iin, asked.case_reference, asked.benefit, asked.status, asked.at)
    return {"stored": True}


def put_notice(store: RegistryStore, asked: Notice) -> Answer:
    """Once per ``notice_id``; another notice under it is refused."""
    notice = CabinetNotice.model_validate(asked.model_dump(exclude={"iin"}))
    if not cabinet.put_notice(store.db, notice, asked.iin):
        raise Rejection("KEY_REUSED", "this notice id already stands for another notice", 409)
    return {"stored": True}


OPERATIONS = (
    Operation("digital-documents", "document", DocumentQuestion, document),
    Operation("portal", "request_consent", ConsentRequest, request_consent),
    Operation("portal", "consent", ConsentQuestion, consent),
    Operation("portal", "put_status", Status, put_status),
    Operation("portal", "put_notice", Notice, put_notice),
)
