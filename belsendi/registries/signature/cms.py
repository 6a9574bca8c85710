"""Builds a detached CMS SignedData (RFC 5652) with the signed attributes of CAdES-BES.

Written with asn1crypto because the signing time must be the case's instant: the ready-made builder of the
cryptography package stamps the machine's clock.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def sign_detached(
    document: bytes,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    signed_at: datetime,
) -> bytes:
    """DER of a detached signature over ``document``, stamped ``signed_at`` (aware, whole seconds)."""
    holder = _asn1(certificate)
    attributes = _signed_attributes(document, certificate, signed_at)
    signature = key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": holder.issuer, "serial_number": holder.serial_number}
                    )
                }
            ),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [holder, _asn1(issuer)],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def _signed_attributes(document: bytes, certificate: x509.Certificate, at: datetime) -> cms.CMSAttributes:
    binding = tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(_der(certificate)).digest()}]})
    moment = cms.Time({"utc_time": core.UTCTime(at.astimezone(UTC))})
    values = {
        "content_type": ["data"],
        "message_digest": [hashlib.sha256(document).digest()],
        "signing_time": [moment],
        "signing_certificate_v2": [binding],
    }
    return cms.CMSAttributes([cms.CMSAttribute({"type": name, "values": v}) for name, v in values.items()])


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(_der(certificate))
