"""WS-Security of the channel: the body of a message signed with rsa-sha256 under exclusive canonicalisation.

The signer's certificate goes along as ``KeyIdentifier`` (X509v3, Base64). The national algorithm
(gost34310-gost34311) needs the certification centre's own libraries; a service that has them, such as NCANode's
``/wsse/sign``, stands before the gateway then.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import uuid
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from belsendi.errors import ConfigurationError
from belsendi.registries.soap.names import SOAP

_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
_WSSE = f"{_WSS}-wssecurity-secext-1.0.xsd"
_WSU = f"{_WSS}-wssecurity-utility-1.0.xsd"
_DS = "http://www.w3.org/2000/09/xmldsig#"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_X509V3 = f"{_WSS}-x509-token-profile-1.0#X509v3"
_BASE64 = f"{_WSS}-soap-message-security-1.0#Base64Binary"
_ID = f"{{{_WSU}}}Id"


@dataclass(frozen=True)
class Identity:
    """The certificate and the key with which messages are signed."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def from_pem(cls, certificate: bytes, key: bytes) -> Identity:
        """Raises ConfigurationError when they cannot be read or do not belong together."""
        loaded = certificate_from_pem(certificate)
        try:
            private = serialization.load_pem_private_key(key, password=None)
        except (ValueError, TypeError) as error:
            raise ConfigurationError("the signing key of the registry gateway is no PEM key") from error
        if not isinstance(private, rsa.RSAPrivateKey) or private.public_key() != loaded.public_key():
            raise ConfigurationError(
                "the signing key of the registry gateway must be the RSA key of its certificate"
            )
        return cls(loaded, private)


def certificate_from_pem(content: bytes) -> x509.Certificate:
    """Raises ConfigurationError when it is none."""
    try:
        return x509.load_pem_x509_certificate(content)
    except ValueError as error:
        raise ConfigurationError("a certificate of the registry gateway cannot be read as PEM") from error


def sign(envelope: etree._Element, identity: Identity) -> None:
    """Sign the body of the envelope and put the signature into its header."""
    header, body = envelope.find(f"{{{SOAP}}}Header"), envelope.find(f"{{{SOAP}}}Body")
    if header is None or body is None:
        raise ValueError("an envelope to be signed needs a header and a body")
    name = f"body-{uuid.uuid4().hex}"
    body.set(_ID, name)
    security = etree.SubElement(header, f"{{{_WSSE}}}Security", nsmap={"wsse": _WSSE, "wsu": _WSU})
    security.set(f"{{{SOAP}}}mustUnderstand", "1")
    signature = etree.SubElement(security, f"{{{_DS}}}Signature", nsmap={"ds": _DS})
    signed = etree.SubElement(signature, f"{{{_DS}}}SignedInfo")
    _algorithm(signed, "CanonicalizationMethod", _EXCLUSIVE)
    _algorithm(signed, "SignatureMethod", _RSA_SHA256)
    reference = etree.SubElement(signed, f"{{{_DS}}}Reference", URI=f"#{name}")
    _algorithm(etree.SubElement(reference, f"{{{_DS}}}Transforms"), "Transform", _EXCLUSIVE)
    _algorithm(reference, "DigestMethod", _SHA256)
    digest = hashlib.sha256(_canonical(body)).digest()
    etree.SubElement(reference, f"{{{_DS}}}DigestValue").text = base64.b64encode(digest).decode()
    value = identity.key.sign(_canonical(signed), padding.PKCS1v15(), hashes.SHA256())
    etree.SubElement(signature, f"{{{_DS}}}SignatureValue").text = base64.b64encode(value).decode()
    info = etree.SubElement(signature, f"{{{_DS}}}KeyInfo")
    token = etree.SubElement(info, f"{{{_WSSE}}}SecurityTokenReference")
    identifier = etree.SubElement(token, f"{{{_WSSE}}}KeyIdentifier", ValueType=_X509V3, EncodingType=_BASE64)
    shown = identity.certificate.public_bytes(serialization.Encoding.DER)
    identifier.text = base64.b64encode(shown).decode()


def is_signed_by(envelope: etree._Element, certificate: x509.Certificate) -> bool:
    """Whether the body of the envelope, and nothing else in its place, is signed with this certificate's key.

    Only the algorithms named above count. The certificate in the message is not looked at: the expected one is
    known from the settings.
    """
    key = certificate.public_key()
    bodies = envelope.findall(f"{{{SOAP}}}Body")
    signatures = envelope.findall(f"{{{SOAP}}}Header/{{{_WSSE}}}Security/{{{_DS}}}Signature")
    if len(bodies) != 1 or len(signatures) != 1 or not isinstance(key, rsa.RSAPublicKey):
        return False
    signed = signatures[0].find(f"{{{_DS}}}SignedInfo")
    if signed is None or not _covers(signed, bodies[0], envelope):
        return False
    try:
        value = base64.b64decode(signatures[0].findtext(f"{{{_DS}}}SignatureValue") or "")
        key.verify(value, _canonical(signed), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error):
        return False
    return True


def _covers(signed: etree._Element, body: etree._Element, envelope: etree._Element) -> bool:
    """Whether what is signed is this body: its own id, used once, and the digest of what it holds now."""
    references = signed.findall(f"{{{_DS}}}Reference")
    name = body.get(_ID)
    used = [each for each in envelope.iter() if each.get(_ID) == name]
    if len(references) != 1 or not name or references[0].get("URI") != f"#{name}" or used != [body]:
        return False
    reference = references[0]
    transforms = [
        each.get("Algorithm") for each in reference.iterfind(f"{{{_DS}}}Transforms/{{{_DS}}}Transform")
    ]
    used_algorithms = (
        _algorithm_of(signed, "CanonicalizationMethod"),
        _algorithm_of(signed, "SignatureMethod"),
        _algorithm_of(reference, "DigestMethod"),
        *transforms,
    )
    if used_algorithms != (_EXCLUSIVE, _RSA_SHA256, _SHA256, _EXCLUSIVE):
        return False
    told = (reference.findtext(f"{{{_DS}}}DigestValue") or "").strip()
    found = base64.b64encode(hashlib.sha256(_canonical(body)).digest()).decode()
    return hmac.compare_digest(told.encode(), found.encode())


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _algorithm(parent: etree._Element, name: str, algorithm: str) -> None:
    etree.SubElement(parent, f"{{{_DS}}}{name}", Algorithm=algorithm)


def _algorithm_of(parent: etree._Element, name: str) -> str | None:
    found = parent.find(f"{{{_DS}}}{name}")
    return None if found is None else found.get("Algorithm")
