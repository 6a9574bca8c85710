"""Builds a detached CMS SignedData (RFC 5652) with the signed attributes of CAdES-BES.

Written out here because the signing time must be the case's instant: the ready-made builder of the cryptography
package stamps the machine's clock. The containers are written as DER at once: asn1crypto, which reads signatures,
encodes nested values over and over when it builds them and takes some seven milliseconds for one.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_SEQUENCE, _SET, _TAGGED_0 = 0x30, 0x31, 0xA0


def _der(tag: int, *parts: bytes) -> bytes:
    """A value of DER: tag, definite length, content."""
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + content


def _oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


def _octets(content: bytes) -> bytes:
    return _der(0x04, content)


_VERSION_1 = _der(0x02, b"\x01")
_DATA = _oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = _oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = _oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = _oid("1.2.840.113549.1.9.4")
_SIGNING_TIME = _oid("1.2.840.113549.1.9.5")
_SIGNING_CERTIFICATE_V2 = _oid("1.2.840.113549.1.9.16.2.47")
_SHA256 = _der(_SEQUENCE, _oid("2.16.840.1.101.3.4.2.1"))
_ECDSA_WITH_SHA256 = _der(_SEQUENCE, _oid("1.2.840.10045.4.3.2"))


def sign_detached(
    document: bytes,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    signed_at: datetime,
) -> bytes:
    """DER of a detached signature over ``document``, stamped ``signed_at`` (aware, whole seconds)."""
    holder = certificate.public_bytes(serialization.Encoding.DER)
    authority = issuer.public_bytes(serialization.Encoding.DER)
    attributes = _signed_attributes(document, holder, signed_at)
    signature = key.sign(_der(_SET, *attributes), ec.ECDSA(hashes.SHA256()))
    named = _der(_SEQUENCE, certificate.issuer.public_bytes(), core.Integer(certificate.serial_number).dump())
    signer = _der(
        _SEQUENCE,
        _VERSION_1,
        named,
        _SHA256,
        _der(_TAGGED_0, *attributes),
        _ECDSA_WITH_SHA256,
        _octets(signature),
    )
    signed = _der(
        _SEQUENCE,
        _VERSION_1,
        _der(_SET, _SHA256),
        _der(_SEQUENCE, _DATA),
        _der(_TAGGED_0, *sorted((holder, authority))),
        _der(_SET, signer),
    )
    return _der(_SEQUENCE, _SIGNED_DATA, _der(_TAGGED_0, signed))


def _signed_attributes(document: bytes, holder: bytes, at: datetime) -> list[bytes]:
    """The attributes in the order of DER: a set is sorted by its encoded members."""
    binding = _der(_SEQUENCE, _der(_SEQUENCE, _der(_SEQUENCE, _octets(hashlib.sha256(holder).digest()))))
    values = {
        _CONTENT_TYPE: _DATA,
        _MESSAGE_DIGEST: _octets(hashlib.sha256(document).digest()),
        _SIGNING_TIME: bytes(core.UTCTime(at.astimezone(UTC)).dump()),
        _SIGNING_CERTIFICATE_V2: binding,
    }
    return sorted(_der(_SEQUENCE, name, _der(_SET, value)) for name, value in values.items())
