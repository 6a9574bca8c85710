"""What the product asks of a signing service: local keys today, the national service later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Protocol

from belsendi.contracts.personal_data import PersonalData, SignatureBytes


class SignerRole(StrEnum):
    """In whose name a document is signed. One role never replaces the other (10.3(2), 10.3(3), INC-13)."""

    AUTHORISED_BODY = "authorised_body"
    """уәкілетті орган: seals the notices (B-r16)."""
    PROVIDER_AUTHORISED_PERSON = "provider_authorised_person"
    """көрсетілетін қызметті берушінің уәкілетті тұлғасы: approves the decision (B-r19-1)."""


class SignatureProblem(StrEnum):
    """Why a signature does not count."""

    WRONG_ROLE = "WRONG_ROLE"
    WRONG_CONTENT = "WRONG_CONTENT"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    UNTRUSTED = "UNTRUSTED"
    REVOKED = "REVOKED"
    BROKEN = "BROKEN"


@dataclass(frozen=True)
class Signature:
    """A detached CMS (PKCS#7) signature. ``signed_at`` is an aware UTC instant, whole seconds."""

    cms: SignatureBytes = field(repr=False)
    role: SignerRole
    signer_name: Annotated[str, PersonalData("pd.13")] = field(repr=False)
    certificate_serial: str
    signed_at: datetime


@dataclass(frozen=True)
class Verification:
    """The result of a verification: either ``valid`` or exactly one ``problem``.

    The signer's name and role are those of the certificate and are given only when its chain holds, so that
    nobody shows a name that nobody vouches for.
    """

    valid: bool
    signer_name: Annotated[str | None, PersonalData("pd.13")] = field(default=None, repr=False)
    role: SignerRole | None = None
    problem: SignatureProblem | None = None
    certificate_serial: str | None = None
    signed_at: datetime | None = None


class SignaturePort(Protocol):
    """Signs the stored bytes of a document and verifies such signatures."""

    async def sign(
        self, document: bytes, role: SignerRole, *, passphrase: str | None = None, at: datetime
    ) -> Signature:
        """Sign ``document`` at the aware instant ``at``.

        Raises InvalidInput when the passphrase is missing or wrong, ConfigurationError when there is no key
        for the role or its certificate is not valid at ``at``.
        """
        ...

    async def verify(
        self, document: bytes, cms: bytes, *, required_role: SignerRole, at: datetime
    ) -> Verification:
        """Check signature, content, trust, revocation, validity at ``at`` and role; bad data do not raise."""
        ...
