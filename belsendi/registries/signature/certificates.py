"""Certificates of the local authority: how a role is written into one and read back.

The role stands in the certificate-policies extension under arcs of our own (2.25, from random UUIDs): the
national arcs 1.2.398.3.3.4.1.* belong to the national authority, and a local certificate must not claim them.
"""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from belsendi.errors import InvalidInput
from belsendi.registries.signature.port import SignerRole

ROLE_POLICIES: dict[SignerRole, x509.ObjectIdentifier] = {
    SignerRole.AUTHORISED_BODY: x509.ObjectIdentifier("2.25.331225475675902849801945296578536708444"),
    SignerRole.PROVIDER_AUTHORISED_PERSON: x509.ObjectIdentifier(
        "2.25.17828735736625894437720059275019448337"
    ),
}


def role_of(certificate: x509.Certificate) -> SignerRole | None:
    """The role a certificate gives its holder, or None when it names no role, or more than one."""
    try:
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        return None
    named = {policy.policy_identifier for policy in policies}
    roles = [role for role, oid in ROLE_POLICIES.items() if oid in named]
    return roles[0] if len(roles) == 1 else None


def common_name(certificate: x509.Certificate) -> str:
    """The name the certificate gives its holder; empty when it gives none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def serial_text(certificate: x509.Certificate) -> str:
    """The serial number as lower-case hexadecimal, as it is kept beside a signature."""
    return f"{certificate.serial_number:x}"


def distinguished_name(common: str, organisation: str) -> x509.Name:
    """A subject of the local authority: country KZ, organisation, common name.

    Raises InvalidInput for a name that is empty or longer than 64 bytes of UTF-8 (32 Cyrillic letters).
    """
    parts = {NameOID.COUNTRY_NAME: "KZ", NameOID.ORGANIZATION_NAME: organisation, NameOID.COMMON_NAME: common}
    try:
        return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts.items()])
    except ValueError:
        raise InvalidInput(
            "a name in a certificate has 1 to 64 bytes (32 Cyrillic letters); shorten it"
        ) from None


def issue_root(
    key: ec.EllipticCurvePrivateKey, name: x509.Name, starts: datetime, ends: datetime
) -> x509.Certificate:
    """The self-signed certificate of the local authority: signs certificates and revocation lists only."""
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def issue_signer(
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    holder: ec.EllipticCurvePublicKey,
    name: x509.Name,
    *,
    role: SignerRole,
    ends: datetime,
) -> x509.Certificate:
    """A certificate that may sign documents in ``role`` from the start of the root's validity to ``ends``."""
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(root.subject)
        .public_key(holder)
        .serial_number(x509.random_serial_number())
        .not_valid_before(root.not_valid_before_utc)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(
            x509.CertificatePolicies([x509.PolicyInformation(ROLE_POLICIES[role], None)]), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(holder), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
