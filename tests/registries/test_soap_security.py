"""Signed messages, judged by an independent library, and forgeries that are no answers."""

from __future__ import annotations

import base64
import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import xmlsec
import zeep.wsse.signature
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from pydantic import SecretStr, ValidationError

from belsendi.errors import ConfigurationError
from belsendi.registries import Inquiry, RegistrySettings, System, registry_settings
from belsendi.registries.answers import DeathRecord
from belsendi.registries.reading import Reading, Told, Unclear
from belsendi.registries.soap import SoapForm, names
from belsendi.registries.soap.security import is_signed_by
from belsendi.settings import Settings
from simulators.registry.soap.envelope import answer_message, found_data
from tests.registries.stand_in import NOW

INQUIRY = Inquiry(purpose="BUR", asked_at=NOW, request_id="request-1")
Pem = tuple[str, str]


def made(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> Pem:
    """A certificate and its key, as PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "belsendi")])
    start = datetime(2025, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


@pytest.fixture(scope="module")
def ours() -> Pem:
    return made(rsa.generate_private_key(65537, 2048))


@pytest.fixture(scope="module")
def theirs() -> Pem:
    return made(rsa.generate_private_key(65537, 2048))


def form(signing: Pem | None = None, gateway: Pem | None = None) -> SoapForm:
    return SoapForm(
        RegistrySettings(
            base_url="https://gateway.example",
            secret=SecretStr("word"),
            signing_certificate=signing and signing[0],
            signing_key=signing and SecretStr(signing[1]),
            gateway_certificate=gateway and gateway[0],
        )
    )


def sent_by(signing: Pem) -> etree._Element:
    sent = form(signing).question(System.INDIVIDUALS, "person", {"iin": "850101300123"}, INQUIRY)
    return etree.fromstring(sent.content)


def test_another_library_finds_our_signature_good(ours: Pem) -> None:
    envelope = sent_by(ours)
    certificate = x509.load_pem_x509_certificate(ours[0].encode())
    shown = envelope.findtext(".//{*}KeyIdentifier")
    assert base64.b64decode(shown or "") == certificate.public_bytes(serialization.Encoding.DER)
    judge(envelope, ours)
    envelope.find(".//iin").text = "400101300129"  # type: ignore[union-attr]
    with pytest.raises(xmlsec.Error):
        judge(envelope, ours)


def judge(envelope: etree._Element, pem: Pem) -> None:
    """Raises xmlsec.Error unless the signature over the body is good."""
    signature = envelope.find(".//{http://www.w3.org/2000/09/xmldsig#}Signature")
    assert signature is not None
    context = xmlsec.SignatureContext()
    body = envelope.find(f"{{{names.SOAP}}}Body")
    wsu = zeep.wsse.signature.ns.WSU
    context.register_id(body, "Id", wsu)
    context.key = xmlsec.Key.from_memory(pem[0].encode(), xmlsec.constants.KeyDataFormatCertPem, None)
    context.verify(signature)


def test_the_signature_covers_what_is_sent_and_a_plain_message_has_none(ours: Pem, theirs: Pem) -> None:
    envelope = sent_by(ours)
    own, other = (x509.load_pem_x509_certificate(pem[0].encode()) for pem in (ours, theirs))
    assert is_signed_by(envelope, own)
    assert not is_signed_by(envelope, other)
    plain = etree.fromstring(form().question(System.INDIVIDUALS, "person", {}, INQUIRY).content)
    assert not is_signed_by(plain, own)


def answer_signed_by(pem: Pem, tmp_path: Path) -> etree._Element:
    """An answer of the gateway, signed by the independent library."""
    body = answer_message(None, names.SUCCESS, "x", found_data("CivilRegistryDeathRecord", None))
    envelope = etree.fromstring(body)
    envelope.insert(0, etree.Element(f"{{{names.SOAP}}}Header"))
    certificate, key = tmp_path / "gateway.crt", tmp_path / "gateway.key"
    certificate.write_text(pem[0], encoding="ascii")
    key.write_text(pem[1], encoding="ascii")
    signer = zeep.wsse.signature.Signature(
        str(key),
        str(certificate),
        signature_method=xmlsec.Transform.RSA_SHA256,
        digest_method=xmlsec.Transform.SHA256,
    )
    signed, _ = signer.apply(envelope, {})
    return signed


def read(envelope: etree._Element, gateway: Pem) -> Reading:
    return form(gateway=gateway).reading(200, etree.tostring(envelope), DeathRecord)


def test_an_answer_another_library_signed_is_taken(theirs: Pem, ours: Pem, tmp_path: Path) -> None:
    signed = answer_signed_by(theirs, tmp_path)
    assert read(signed, theirs) == Told(None)
    assert isinstance(read(signed, ours), Unclear)


def test_a_forged_answer_is_no_answer(theirs: Pem, tmp_path: Path) -> None:
    signed = answer_signed_by(theirs, tmp_path)

    changed = copy.deepcopy(signed)
    changed.find(".//found").text = "true"  # type: ignore[union-attr]
    assert isinstance(read(changed, theirs), Unclear)

    unsigned = copy.deepcopy(signed)
    unsigned.remove(unsigned[0])
    assert isinstance(read(unsigned, theirs), Unclear)

    moved = copy.deepcopy(signed)
    body = moved.find(f"{{{names.SOAP}}}Body")
    assert body is not None
    hidden = copy.deepcopy(body)
    body.find(".//found").text = "true"  # type: ignore[union-attr]
    moved[0].append(hidden)
    assert isinstance(read(moved, theirs), Unclear), "the signed body elsewhere, another in its place"

    body.attrib.clear()
    assert isinstance(read(moved, theirs), Unclear)


def test_keys_that_cannot_sign_are_named(ours: Pem, theirs: Pem) -> None:
    with pytest.raises(ConfigurationError, match="key of its certificate"):
        form((ours[0], theirs[1]))
    with pytest.raises(ConfigurationError, match="RSA"):
        form(made(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(ConfigurationError, match="no PEM key"):
        form((ours[0], "word"))
    with pytest.raises(ConfigurationError, match="certificate"):
        form(gateway=("word", ""))
    with pytest.raises(ValidationError, match="give both or none"):
        RegistrySettings(base_url="https://gateway.example", signing_certificate=ours[0])


def test_an_office_puts_its_certificates_into_files(
    ours: Pem, theirs: Pem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in (("registry", "s"), ("registry-signing", ours[1])):
        (tmp_path / name).write_text(content, encoding="ascii")
    (tmp_path / "registry-signing.crt").write_text(ours[0], encoding="ascii")
    (tmp_path / "registry-gateway.crt").write_text(theirs[0], encoding="ascii")
    for name in ("SECRETS", "PKI"):
        monkeypatch.setenv(f"BELSENDI_{name}_DIR", str(tmp_path))
    monkeypatch.setenv("BELSENDI_REGISTRY_URL", "https://gateway.example")
    settings = registry_settings(Settings())
    assert settings.gateway_certificate == theirs[0]
    envelope = etree.fromstring(SoapForm(settings).question(System.ODQ, "placement", {}, INQUIRY).content)
    assert is_signed_by(envelope, x509.load_pem_x509_certificate(ours[0].encode()))
    assert "PRIVATE" not in repr(settings)
