"""The portal and the digital documents service: the owner's consent, and the document it opens."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime

from belsendi.contracts.personal_data import PersonalData
from belsendi.registries.answers.base import Answer, DocumentDate, DocumentText


class ConsentState(StrEnum):
    """Where the owner's consent stands. EXPIRED: neither a password nor a reply came in time."""

    WAITING = "WAITING"
    GIVEN = "GIVEN"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"


class ConsentMethod(StrEnum):
    """How the owner consented: a one-time password, or an SMS in reply to the portal (COM-10)."""

    OTP = "OTP"
    SMS = "SMS"


class DocumentConsent(Answer):
    """The owner's consent to fetch a digital document (CNS-DOC), as the portal recorded it."""

    consent_ref: str
    state: ConsentState
    method: Annotated[ConsentMethod | None, PersonalData("svc.access_consent")] = None
    decided_at: Annotated[AwareDatetime | None, PersonalData("svc.access_consent")] = None


class DigitalDocument(Answer):
    """An electronic document of the digital documents service (COM-10, COM-11)."""

    kind: DocumentText
    number: DocumentText
    issued_on: DocumentDate
    valid_to: DocumentDate | None = None
    issuer: DocumentText
