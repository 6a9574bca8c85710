"""The local certificate authority of the one-command stack: made once, never overwritten."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from belsendi.errors import ConfigurationError, Conflict, InvalidInput
from belsendi.registries.signature.certificates import (
    distinguished_name,
    issue_root,
    issue_signer,
    serial_text,
)
from belsendi.registries.signature.port import SignerRole

AUTHORITY_CERTIFICATE = "authority.crt"
AUTHORITY_KEY = "authority.key"
REVOCATIONS = "revoked.crl"
FILE_NAMES = {SignerRole.AUTHORISED_BODY: "seal", SignerRole.PROVIDER_AUTHORISED_PERSON: "officer"}
MIN_PASSPHRASE = 8

_AUTHORITY_LIFE = timedelta(days=3650)
_SIGNER_LIFE = timedelta(days=1095)
_ALL_FILES = (
    AUTHORITY_CERTIFICATE,
    AUTHORITY_KEY,
    REVOCATIONS,
    *(f"{name}.{kind}" for name in FILE_NAMES.values() for kind in ("crt", "key")),
)


@dataclass(frozen=True)
class LocalNames:
    """Names written into the certificates; the defaults say openly that they are for trial (сынақ)."""

    organisation: str = "Сынақ: Belsendi"
    authority: str = "Сынақ: куәландыру орталығы"
    body: str = "Сынақ: уәкілетті орган"
    officer: str = "Сынақ: уәкілетті тұлға"


@dataclass(frozen=True)
class LocalAuthority:
    """Where the authority lives and which certificates it has issued (serials in hexadecimal)."""

    pki_dir: Path
    serials: dict[SignerRole, str]


def create_local_authority(
    pki_dir: Path, officer_passphrase: str, now: datetime, *, names: LocalNames | None = None
) -> LocalAuthority:
    """Make the authority, the body's seal and the officer's certificate; a complete set is left as it is.

    Certificates are valid from ``now`` (aware): three years, the authority ten. The seal's key is unencrypted
    and readable by its owner only, because the seal is automatic (B-r16); the officer's key and the
    authority's, which could make another officer, are locked with the passphrase.

    Raises InvalidInput for a short passphrase or one that does not open an existing set, Conflict when the
    folder holds something else or a part of a set.
    """
    _require(officer_passphrase, now)
    present = _present_files(pki_dir)
    if not present:
        pki_dir.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=f".{pki_dir.name}-", dir=pki_dir.parent))
        try:
            _write_set(staged, officer_passphrase, now, names or LocalNames())
            # The set appears whole or not at all; a folder that somebody filled meanwhile is not replaced.
            staged.rename(pki_dir)
        except OSError:
            if not _present_files(pki_dir):
                raise
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    return _existing_set(pki_dir, officer_passphrase)


def revoke_certificate(pki_dir: Path, passphrase: str, serial: str, at: datetime) -> None:
    """Put a certificate of the local authority on its revocation list from ``at`` (aware) on.

    Raises InvalidInput when the passphrase does not open the authority's key or the serial is no
    hexadecimal number.
    """
    root = x509.load_pem_x509_certificate(read_pki_file(pki_dir, AUTHORITY_CERTIFICATE))
    root_key = unlock(read_pki_file(pki_dir, AUTHORITY_KEY), passphrase)
    try:
        number = int(serial, 16)
    except ValueError:
        raise InvalidInput(
            "a certificate serial is a hexadecimal number; copy it from the signature"
        ) from None
    known = x509.load_pem_x509_crl(read_pki_file(pki_dir, REVOCATIONS))
    if known.get_revoked_certificate_by_serial_number(number) is not None:
        return
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(number)
        .revocation_date(at.astimezone(UTC).replace(microsecond=0))
        .build()
    )
    renewed = _revocation_list(root, root_key, at, [*known, entry])
    fresh = pki_dir / f"{REVOCATIONS}.new"
    _write(fresh, renewed.public_bytes(serialization.Encoding.PEM), mode=0o644)
    fresh.replace(pki_dir / REVOCATIONS)


def unlock(pem: bytes, passphrase: str | None) -> ec.EllipticCurvePrivateKey:
    """Open a private key. Raises InvalidInput when the passphrase is missing or wrong."""
    try:
        key = serialization.load_pem_private_key(pem, passphrase.encode() if passphrase else None)
    except TypeError:
        if passphrase:
            # An unencrypted key needs no passphrase; being given one is harmless.
            return unlock(pem, None)
        raise InvalidInput("this key is locked; give the passphrase of the authorised person") from None
    except ValueError:
        raise InvalidInput("the passphrase does not open the key; check it and try again") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ConfigurationError(
            "the local signing key is not an elliptic-curve key; make the authority anew"
        )
    return key


def read_pki_file(pki_dir: Path, name: str) -> bytes:
    """The content of a file of the authority. Raises ConfigurationError naming a file that is missing."""
    try:
        return (pki_dir / name).read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{name} cannot be read in the PKI folder; create the local authority or set BELSENDI_PKI_DIR"
        ) from error


def _require(passphrase: str, now: datetime) -> None:
    if now.tzinfo is None:
        raise InvalidInput("the authority's start needs an instant with a time zone")
    if len(passphrase) < MIN_PASSPHRASE:
        raise InvalidInput(f"the officer's passphrase needs at least {MIN_PASSPHRASE} characters")


def _present_files(pki_dir: Path) -> set[str]:
    if not pki_dir.exists():
        return set()
    if not pki_dir.is_dir():
        raise Conflict("the PKI folder is a file; choose another folder for the certificates")
    return {entry.name for entry in pki_dir.iterdir()}


def _existing_set(pki_dir: Path, passphrase: str) -> LocalAuthority:
    missing = sorted(set(_ALL_FILES) - _present_files(pki_dir))
    if missing:
        raise Conflict(
            f"the PKI folder is not empty and lacks {', '.join(missing)}; "
            "restore the files or name an empty folder, nothing was overwritten"
        )
    unlock(read_pki_file(pki_dir, f"{FILE_NAMES[SignerRole.PROVIDER_AUTHORISED_PERSON]}.key"), passphrase)
    serials = {
        role: serial_text(x509.load_pem_x509_certificate(read_pki_file(pki_dir, f"{name}.crt")))
        for role, name in FILE_NAMES.items()
    }
    return LocalAuthority(pki_dir=pki_dir, serials=serials)


def _write_set(folder: Path, passphrase: str, now: datetime, names: LocalNames) -> None:
    starts = now.astimezone(UTC).replace(microsecond=0)
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = issue_root(
        root_key, distinguished_name(names.authority, names.organisation), starts, starts + _AUTHORITY_LIFE
    )
    _write_certificate(folder / AUTHORITY_CERTIFICATE, root)
    _write_key(folder / AUTHORITY_KEY, root_key, passphrase)
    holders = {
        SignerRole.AUTHORISED_BODY: (names.body, None),
        SignerRole.PROVIDER_AUTHORISED_PERSON: (names.officer, passphrase),
    }
    for role, (common, lock) in holders.items():
        key = ec.generate_private_key(ec.SECP256R1())
        subject = distinguished_name(common, names.organisation)
        certificate = issue_signer(
            root, root_key, key.public_key(), subject, role=role, ends=starts + _SIGNER_LIFE
        )
        _write_certificate(folder / f"{FILE_NAMES[role]}.crt", certificate)
        _write_key(folder / f"{FILE_NAMES[role]}.key", key, lock)
    crl = _revocation_list(root, root_key, starts, [])
    _write(folder / REVOCATIONS, crl.public_bytes(serialization.Encoding.PEM), mode=0o644)


def _revocation_list(
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    at: datetime,
    entries: Iterable[x509.RevokedCertificate],
) -> x509.CertificateRevocationList:
    issued = at.astimezone(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.subject)
        .last_update(issued)
        .next_update(root.not_valid_after_utc)
    )
    for entry in entries:
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(root_key, hashes.SHA256())


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    _write(path, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey, passphrase: str | None) -> None:
    lock: serialization.KeySerializationEncryption = (
        serialization.BestAvailableEncryption(passphrase.encode())
        if passphrase
        else serialization.NoEncryption()
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    _write(path, pem, mode=0o600)


def _write(path: Path, content: bytes, *, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
