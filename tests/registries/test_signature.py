"""The two signatures of the burial payment: real CMS bytes, two roles that never replace each other."""

from __future__ import annotations

import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms as asn1_cms
from hypothesis import given, settings
from hypothesis import strategies as st

from belsendi.errors import ConfigurationError, Conflict, InvalidInput
from belsendi.registries.signature import (
    LocalAuthority,
    LocalSigner,
    SignatureProblem,
    SignerRole,
    create_local_authority,
    revoke_certificate,
)

START = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
NOW = datetime(2025, 3, 11, 5, 5, 7, 123456, tzinfo=UTC)
PASSPHRASE = "a passphrase of the officer"
DOCUMENT = "Шешім жобасы: жерлеуге арналған біржолғы төлем\n".encode()
BODY = SignerRole.AUTHORISED_BODY
OFFICER = SignerRole.PROVIDER_AUTHORISED_PERSON


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> LocalAuthority:
    return create_local_authority(tmp_path_factory.mktemp("pki") / "pki", PASSPHRASE, START)


@pytest.fixture
def signer(authority: LocalAuthority) -> LocalSigner:
    return LocalSigner(authority.pki_dir)


async def test_the_seal_signs_without_a_passphrase_and_verifies(signer: LocalSigner) -> None:
    signature = await signer.sign(DOCUMENT, BODY, at=NOW)
    result = await signer.verify(DOCUMENT, signature.cms, required_role=BODY, at=NOW)
    assert (result.valid, result.problem, result.role) == (True, None, BODY)
    assert result.signed_at == signature.signed_at == NOW.replace(microsecond=0)
    assert result.signer_name == signature.signer_name
    assert result.certificate_serial == signature.certificate_serial


async def test_the_officer_signs_with_the_passphrase_only(signer: LocalSigner) -> None:
    with pytest.raises(InvalidInput, match="passphrase"):
        await signer.sign(DOCUMENT, OFFICER, at=NOW)
    with pytest.raises(InvalidInput, match="passphrase does not open"):
        await signer.sign(DOCUMENT, OFFICER, passphrase="another passphrase", at=NOW)
    signature = await signer.sign(DOCUMENT, OFFICER, passphrase=PASSPHRASE, at=NOW)
    assert (await signer.verify(DOCUMENT, signature.cms, required_role=OFFICER, at=NOW)).valid


async def test_ac_b25_a_decision_under_the_body_seal_is_rejected_for_its_role(signer: LocalSigner) -> None:
    """AC-B25: draft signed with the authorised-body certificate → rejected; wrong role (INC-13)."""
    signature = await signer.sign(DOCUMENT, BODY, at=NOW)
    result = await signer.verify(DOCUMENT, signature.cms, required_role=OFFICER, at=NOW)
    assert (result.valid, result.problem, result.role) == (False, SignatureProblem.WRONG_ROLE, BODY)


async def test_an_officer_signature_does_not_seal_a_notice(signer: LocalSigner) -> None:
    signature = await signer.sign(DOCUMENT, OFFICER, passphrase=PASSPHRASE, at=NOW)
    result = await signer.verify(DOCUMENT, signature.cms, required_role=BODY, at=NOW)
    assert result.problem is SignatureProblem.WRONG_ROLE


async def test_another_document_is_wrong_content(signer: LocalSigner) -> None:
    signature = await signer.sign(DOCUMENT, BODY, at=NOW)
    result = await signer.verify(DOCUMENT + b" ", signature.cms, required_role=BODY, at=NOW)
    assert (result.valid, result.problem) == (False, SignatureProblem.WRONG_CONTENT)


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        (START - timedelta(seconds=1), SignatureProblem.NOT_YET_VALID),
        (START, None),
        (START + timedelta(days=1095), None),
        (START + timedelta(days=1095, seconds=1), SignatureProblem.EXPIRED),
    ],
)
async def test_validity_is_judged_at_the_given_instant(
    signer: LocalSigner, at: datetime, problem: SignatureProblem | None
) -> None:
    signature = await signer.sign(DOCUMENT, BODY, at=NOW)
    result = await signer.verify(DOCUMENT, signature.cms, required_role=BODY, at=at)
    assert (result.valid, result.problem) == (problem is None, problem)


async def test_a_certificate_out_of_its_time_does_not_sign(signer: LocalSigner) -> None:
    with pytest.raises(ConfigurationError, match="not valid at the time of signing"):
        await signer.sign(DOCUMENT, BODY, at=START - timedelta(days=1))


async def test_another_authority_is_not_trusted_and_its_name_is_not_shown(
    signer: LocalSigner, tmp_path: Path
) -> None:
    create_local_authority(tmp_path / "other", PASSPHRASE, START)
    foreign = await LocalSigner(tmp_path / "other").sign(DOCUMENT, BODY, at=NOW)
    result = await signer.verify(DOCUMENT, foreign.cms, required_role=BODY, at=NOW)
    assert (result.valid, result.problem, result.signer_name) == (False, SignatureProblem.UNTRUSTED, None)


async def test_a_revoked_certificate_counts_until_its_revocation_only(tmp_path: Path) -> None:
    made = create_local_authority(tmp_path / "pki", PASSPHRASE, START)
    signer = LocalSigner(made.pki_dir)
    signature = await signer.sign(DOCUMENT, OFFICER, passphrase=PASSPHRASE, at=NOW)
    revoked_at = NOW + timedelta(days=1)
    with pytest.raises(InvalidInput):
        revoke_certificate(made.pki_dir, "not the passphrase", made.serials[OFFICER], revoked_at)
    for _ in range(2):
        revoke_certificate(made.pki_dir, PASSPHRASE, made.serials[OFFICER], revoked_at)
    before = await signer.verify(DOCUMENT, signature.cms, required_role=OFFICER, at=NOW)
    after = await signer.verify(DOCUMENT, signature.cms, required_role=OFFICER, at=revoked_at)
    seal = await signer.sign(DOCUMENT, BODY, at=revoked_at)
    assert before.valid
    assert after.problem is SignatureProblem.REVOKED
    assert (await signer.verify(DOCUMENT, seal.cms, required_role=BODY, at=revoked_at)).valid


def _changed(cms_der: bytes, change: str) -> bytes:
    envelope = asn1_cms.ContentInfo.load(cms_der)
    signed = envelope["content"]
    info = signed["signer_infos"][0]
    if change == "embedded content":
        signed["encap_content_info"] = {"content_type": "data", "content": DOCUMENT}
    elif change == "two signers":
        signed["signer_infos"] = [info.copy(), info.copy()]
    elif change == "no signer":
        signed["signer_infos"] = []
    elif change == "no certificates":
        signed["certificates"] = []
    elif change == "other signature":
        info["signature"] = b"\x30\x06\x02\x01\x01\x02\x01\x01"
    elif change == "weak digest":
        info["digest_algorithm"] = {"algorithm": "md5"}
    elif change == "no signed attributes":
        del info["signed_attrs"]
    elif change == "attribute taken away":
        info["signed_attrs"] = [a for a in info["signed_attrs"] if a["type"].native != "signing_time"]
    return bytes(envelope.dump(force=True))


@pytest.mark.parametrize(
    "change",
    [
        "embedded content",
        "two signers",
        "no signer",
        "no certificates",
        "other signature",
        "weak digest",
        "no signed attributes",
        "attribute taken away",
    ],
)
async def test_a_signature_that_was_worked_on_is_broken(signer: LocalSigner, change: str) -> None:
    signature = await signer.sign(DOCUMENT, BODY, at=NOW)
    changed = _changed(signature.cms, change)
    assert changed != signature.cms
    result = await signer.verify(DOCUMENT, changed, required_role=BODY, at=NOW)
    assert (result.valid, result.problem, result.signer_name) == (False, SignatureProblem.BROKEN, None)


async def test_bytes_after_the_signature_and_no_bytes_are_broken(signer: LocalSigner) -> None:
    signature = await signer.sign(DOCUMENT, BODY, at=NOW)
    for cms in (signature.cms + b"\x00", b"", b"-----BEGIN CMS-----"):
        result = await signer.verify(DOCUMENT, cms, required_role=BODY, at=NOW)
        assert result.problem is SignatureProblem.BROKEN


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
async def test_a_flipped_bit_never_makes_a_signature_good_for_more(
    authority: LocalAuthority, place: int, bit: int
) -> None:
    """A changed byte breaks the signature or lies outside what is judged; it never widens what is valid."""
    signer = LocalSigner(authority.pki_dir)
    mutated = bytearray((await signer.sign(DOCUMENT, BODY, at=NOW)).cms)
    mutated[place % len(mutated)] ^= 1 << bit
    as_officer = await signer.verify(DOCUMENT, bytes(mutated), required_role=OFFICER, at=NOW)
    other_document = await signer.verify(DOCUMENT + b"x", bytes(mutated), required_role=BODY, at=NOW)
    assert not as_officer.valid
    assert not other_document.valid


async def test_openssl_accepts_both_signatures(authority: LocalAuthority, tmp_path: Path) -> None:
    signer = LocalSigner(authority.pki_dir)
    seal = await signer.sign(DOCUMENT, BODY, at=NOW)
    approval = await signer.sign(DOCUMENT, OFFICER, passphrase=PASSPHRASE, at=NOW)
    assert [_openssl_verifies(authority, s.cms, DOCUMENT, tmp_path) for s in (seal, approval)] == [True, True]
    assert not _openssl_verifies(authority, seal.cms, DOCUMENT + b".", tmp_path)


async def test_signatures_made_by_openssl_are_verified_too(authority: LocalAuthority, tmp_path: Path) -> None:
    made = _openssl_signs(authority, DOCUMENT, tmp_path)
    result = await LocalSigner(authority.pki_dir).verify(DOCUMENT, made, required_role=BODY, at=NOW)
    assert (result.valid, result.problem, result.role) == (True, None, BODY)


def _openssl_verifies(authority: LocalAuthority, cms: bytes, document: bytes, folder: Path) -> bool:
    (folder / "content").write_bytes(document)
    (folder / "signature.p7s").write_bytes(cms)
    command = f"openssl cms -verify -binary -inform DER -attime {int(NOW.timestamp())} -out /dev/null".split()
    files = {"in": folder / "signature.p7s", "content": folder / "content"}
    return _run(command, files | {"CAfile": authority.pki_dir / "authority.crt"}).returncode == 0


def _openssl_signs(authority: LocalAuthority, document: bytes, folder: Path) -> bytes:
    (folder / "document").write_bytes(document)
    command = ["openssl", "cms", "-sign", "-binary", "-outform", "DER", "-md", "sha384"]
    files = {"in": folder / "document", "out": folder / "made.p7s"}
    pki = {"signer": authority.pki_dir / "seal.crt", "inkey": authority.pki_dir / "seal.key"}
    assert _run(command, files | pki).returncode == 0
    return (folder / "made.p7s").read_bytes()


def _run(command: list[str], files: dict[str, Path]) -> subprocess.CompletedProcess[bytes]:
    arguments = [str(part) for name, path in files.items() for part in (f"-{name}", path)]
    return subprocess.run([*command, *arguments], check=False, capture_output=True, timeout=60)


def test_making_the_authority_again_changes_nothing(tmp_path: Path) -> None:
    pki = tmp_path / "pki"
    first = create_local_authority(pki, PASSPHRASE, START)
    before = {path.name: path.read_bytes() for path in pki.iterdir()}
    again = create_local_authority(pki, PASSPHRASE, NOW)
    assert again == first
    assert {path.name: path.read_bytes() for path in pki.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["pki"]


def test_an_existing_authority_is_not_handed_to_another_passphrase(tmp_path: Path) -> None:
    create_local_authority(tmp_path / "pki", PASSPHRASE, START)
    with pytest.raises(InvalidInput, match="passphrase"):
        create_local_authority(tmp_path / "pki", "another passphrase", START)


@pytest.mark.parametrize("kept", ["authority.crt", "notes.txt"])
def test_a_folder_with_something_in_it_is_not_written_over(tmp_path: Path, kept: str) -> None:
    pki = tmp_path / "pki"
    pki.mkdir()
    (pki / kept).write_text("kept", encoding="utf-8")
    with pytest.raises(Conflict, match="nothing was overwritten"):
        create_local_authority(pki, PASSPHRASE, START)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in pki.iterdir()] == [(kept, "kept")]


def test_an_empty_folder_is_filled_and_keys_are_the_owners_alone(tmp_path: Path) -> None:
    pki = tmp_path / "pki"
    pki.mkdir()
    create_local_authority(pki, PASSPHRASE, START)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in pki.glob("*.key")}
    assert modes == {"authority.key": 0o600, "seal.key": 0o600, "officer.key": 0o600}
    assert b"ENCRYPTED" not in (pki / "seal.key").read_bytes()
    assert b"ENCRYPTED" in (pki / "officer.key").read_bytes()
    assert b"ENCRYPTED" in (pki / "authority.key").read_bytes()


def test_short_passphrases_and_naive_instants_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="at least 8"):
        create_local_authority(tmp_path / "pki", "short", START)
    with pytest.raises(InvalidInput, match="time zone"):
        create_local_authority(tmp_path / "pki", PASSPHRASE, START.replace(tzinfo=None))
    assert not (tmp_path / "pki").exists()


async def test_a_missing_authority_is_a_clear_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="create the local authority"):
        await LocalSigner(tmp_path / "nowhere").sign(DOCUMENT, BODY, at=NOW)


async def test_neither_signature_nor_verification_shows_the_signer_in_its_repr(signer: LocalSigner) -> None:
    signature = await signer.sign(DOCUMENT, BODY, at=NOW)
    result = await signer.verify(DOCUMENT, signature.cms, required_role=BODY, at=NOW)
    assert signature.signer_name not in repr(signature) + repr(result)
