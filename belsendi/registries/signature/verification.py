"""Verifies a detached CMS signature: form, content, key, chain, revocation, validity, role, in that order.

The bytes come from outside, so every step refuses what it does not know instead of guessing, and nothing
raises: a parser that stumbles means BROKEN.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from belsendi.contracts.personal_data import SignatureBytes
from belsendi.registries.signature.certificates import common_name, role_of, serial_text
from belsendi.registries.signature.port import SignatureProblem, SignerRole, Verification

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_MIN_RSA_BITS = 2048
_ATTRIBUTE_SET_TAG = b"\x31"


class _Broken(Exception):
    """The bytes are no signature that can be checked. Never leaves this module."""


@dataclass(frozen=True)
class Trust:
    """Whom we believe: the authority's certificate and its revocation list."""

    authority: x509.Certificate
    revocations: x509.CertificateRevocationList


@dataclass(frozen=True)
class _Parsed:
    certificate: x509.Certificate
    digest_name: str
    message_digest: bytes
    signed_attributes: SignatureBytes
    signature: SignatureBytes
    signed_at: datetime | None


def verify_detached(
    document: bytes, cms_der: bytes, trust: Trust, required_role: SignerRole, at: datetime
) -> Verification:
    """Whether ``cms_der`` signs exactly ``document`` in ``required_role``, judged at the instant ``at``."""
    try:
        parsed = _parse(cms_der)
        _check_signature(parsed)
    except _Broken:
        return Verification(valid=False, problem=SignatureProblem.BROKEN)
    certificate = parsed.certificate
    if not _issued_by(certificate, trust.authority):
        return Verification(valid=False, problem=SignatureProblem.UNTRUSTED)
    problem = _problem(document, parsed, trust, required_role, at.astimezone(UTC))
    return Verification(
        valid=problem is None,
        signer_name=common_name(certificate),
        role=role_of(certificate),
        problem=problem,
        certificate_serial=serial_text(certificate),
        signed_at=parsed.signed_at,
    )


def _problem(
    document: bytes, parsed: _Parsed, trust: Trust, required_role: SignerRole, at: datetime
) -> SignatureProblem | None:
    digest = hashlib.new(parsed.digest_name, document).digest()
    if not hmac.compare_digest(digest, parsed.message_digest):
        return SignatureProblem.WRONG_CONTENT
    if _revoked(parsed.certificate, trust, at):
        return SignatureProblem.REVOKED
    for certificate in (trust.authority, parsed.certificate):
        if at < certificate.not_valid_before_utc:
            return SignatureProblem.NOT_YET_VALID
        if at > certificate.not_valid_after_utc:
            return SignatureProblem.EXPIRED
    return None if role_of(parsed.certificate) is required_role else SignatureProblem.WRONG_ROLE


def _parse(cms_der: bytes) -> _Parsed:
    try:
        return _parse_signed_data(cms_der)
    except _Broken:
        raise
    except Exception as error:  # asn1crypto parses lazily and raises many kinds
        raise _Broken from error


def _parse_signed_data(cms_der: bytes) -> _Parsed:
    envelope = cms.ContentInfo.load(cms_der, strict=True)
    if envelope["content_type"].native != "signed_data":
        raise _Broken
    signed = envelope["content"]
    if signed["encap_content_info"]["content"].native is not None:
        # Detached only: a second copy of the content could differ from the stored document.
        raise _Broken
    infos = list(signed["signer_infos"])
    if len(infos) != 1:
        raise _Broken
    info = infos[0]
    # Taken before anything in it is looked at: asn1crypto encodes anew what it has taken apart.
    signed_attributes = _ATTRIBUTE_SET_TAG + info["signed_attrs"].dump()[1:]
    attributes = _attributes(info)
    digest_name = info["digest_algorithm"]["algorithm"].native
    if digest_name not in _HASHES or attributes["content_type"].native != "data":
        raise _Broken
    certificate = _signer_certificate(signed["certificates"], info["sid"])
    if "signing_certificate_v2" in attributes:
        _check_binding(attributes["signing_certificate_v2"], certificate)
    moment = attributes.get("signing_time")
    return _Parsed(
        certificate=certificate,
        digest_name=digest_name,
        message_digest=bytes(attributes["message_digest"].native),
        signed_attributes=signed_attributes,
        signature=bytes(info["signature"].native),
        signed_at=moment.native.astimezone(UTC) if moment is not None else None,
    )


def _attributes(info: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute in info["signed_attrs"]:
        name = attribute["type"].native
        if name in found or len(attribute["values"]) != 1:
            raise _Broken
        found[name] = attribute["values"][0]
    if not {"content_type", "message_digest"} <= found.keys():
        raise _Broken
    return found


def _signer_certificate(certificates: Any, sid: Any) -> x509.Certificate:
    if sid.name != "issuer_and_serial_number":
        raise _Broken
    issuer, serial = sid.chosen["issuer"].dump(), sid.chosen["serial_number"].native
    for choice in certificates:
        if choice.name != "certificate":
            continue
        candidate = x509.load_der_x509_certificate(choice.chosen.dump())
        if candidate.serial_number == serial and candidate.issuer.public_bytes() == issuer:
            return candidate
    raise _Broken


def _check_binding(attribute: tsp.SigningCertificateV2, certificate: x509.Certificate) -> None:
    named = attribute["certs"][0]
    name = named["hash_algorithm"]["algorithm"].native
    der = certificate.public_bytes(serialization.Encoding.DER)
    if name not in _HASHES or hashlib.new(name, der).digest() != named["cert_hash"].native:
        raise _Broken


def _check_signature(parsed: _Parsed) -> None:
    key = parsed.certificate.public_key()
    algorithm = _HASHES[parsed.digest_name]()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(parsed.signature, parsed.signed_attributes, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= _MIN_RSA_BITS:
            key.verify(parsed.signature, parsed.signed_attributes, padding.PKCS1v15(), algorithm)
        else:
            raise _Broken
    except InvalidSignature as error:
        raise _Broken from error


def _issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
        extensions = certificate.extensions
        constraints = extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return not constraints.ca and usage.digital_signature and usage.content_commitment


def _revoked(certificate: x509.Certificate, trust: Trust, at: datetime) -> bool:
    entry = trust.revocations.get_revoked_certificate_by_serial_number(certificate.serial_number)
    return entry is not None and entry.revocation_date_utc <= at
