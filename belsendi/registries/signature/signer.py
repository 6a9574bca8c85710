"""Signing with the keys of the local authority, behind the port of the national service to come."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from belsendi.errors import ConfigurationError, InvalidInput
from belsendi.registries.signature.authority import (
    AUTHORITY_CERTIFICATE,
    FILE_NAMES,
    REVOCATIONS,
    read_pki_file,
    unlock,
)
from belsendi.registries.signature.certificates import common_name, role_of, serial_text
from belsendi.registries.signature.cms import sign_detached
from belsendi.registries.signature.port import Signature, SignerRole, Verification
from belsendi.registries.signature.verification import Trust, verify_detached


class LocalSigner:
    """Signs and verifies with the certificates in ``pki_dir`` (see ``create_local_authority``).

    Files are read at each call: a revocation or a renewed certificate counts at once in every process.
    """

    def __init__(self, pki_dir: Path) -> None:
        self._pki_dir = pki_dir

    async def sign(
        self, document: bytes, role: SignerRole, *, passphrase: str | None = None, at: datetime
    ) -> Signature:
        """Detached CMS over ``document``; see ``SignaturePort.sign`` for the errors."""
        return await asyncio.to_thread(self._sign, document, role, passphrase, _instant(at))

    async def verify(
        self, document: bytes, cms: bytes, *, required_role: SignerRole, at: datetime
    ) -> Verification:
        """Full verification against the local authority; bad signatures are answers, not exceptions."""
        return await asyncio.to_thread(self._verify, document, cms, required_role, _instant(at))

    def _sign(self, document: bytes, role: SignerRole, passphrase: str | None, at: datetime) -> Signature:
        name = FILE_NAMES[role]
        certificate = self._certificate(f"{name}.crt")
        if role_of(certificate) is not role:
            raise ConfigurationError(
                f"{name}.crt is not a certificate for the role {role}; restore the PKI folder"
            )
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise ConfigurationError(
                f"{name}.crt is not valid at the time of signing; make a local authority anew"
            )
        key = unlock(read_pki_file(self._pki_dir, f"{name}.key"), passphrase)
        issuer = self._certificate(AUTHORITY_CERTIFICATE)
        return Signature(
            cms=sign_detached(document, certificate, issuer, key, at),
            role=role,
            signer_name=common_name(certificate),
            certificate_serial=serial_text(certificate),
            signed_at=at,
        )

    def _verify(self, document: bytes, cms: bytes, required_role: SignerRole, at: datetime) -> Verification:
        return verify_detached(document, cms, self._trust(), required_role, at)

    def _trust(self) -> Trust:
        authority = self._certificate(AUTHORITY_CERTIFICATE)
        revocations = x509.load_pem_x509_crl(read_pki_file(self._pki_dir, REVOCATIONS))
        key = authority.public_key()
        if revocations.issuer != authority.subject or not revocations.is_signature_valid(key):  # type: ignore[arg-type]
            raise ConfigurationError(
                f"{REVOCATIONS} is not signed by the local authority; restore the PKI folder"
            )
        return Trust(authority=authority, revocations=revocations)

    def _certificate(self, name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate(read_pki_file(self._pki_dir, name))


def _instant(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise InvalidInput("a signature needs an instant with a time zone")
    return at.astimezone(UTC).replace(microsecond=0)
