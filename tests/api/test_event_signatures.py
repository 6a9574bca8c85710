"""Who may send events: HMAC over timestamp and body, within the replay window."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import httpx
import pytest

from api.v1.signatures import sign
from tests.api.sender import NOW, Clock, Sender, death

BODY = json.dumps(death()).encode()
PRESENT = str(int(NOW.timestamp()))


async def post(sender: Sender, headers: dict[str, str] | list[tuple[str, str]]) -> httpx.Response:
    named = [*(headers.items() if isinstance(headers, dict) else headers)]
    return await sender.http.post(
        "/v1/events", content=BODY, headers=[("Content-Type", "application/json"), *named]
    )


def keep(folder: Path, *secrets: bytes) -> None:
    (folder / "events").write_bytes(b"\n".join(secrets) + b"\n")


def refused(answer: httpx.Response) -> bool:
    scheme = answer.headers.get("www-authenticate") == "Belsendi-HMAC-SHA256"
    return scheme and answer.status_code == 401 and answer.json()["type"] == "/v1/problems/not-signed"


async def test_the_signature_is_hmac_sha256_over_timestamp_dot_body(sender: Sender) -> None:
    """As a sender computes it who has only the description."""
    timestamp = str(int(NOW.timestamp()))
    digest = hmac.new(sender.secret, timestamp.encode() + b"." + BODY, hashlib.sha256).hexdigest()
    answer = await post(sender, {"Belsendi-Timestamp": timestamp, "Belsendi-Signature": f"v1={digest}"})
    assert answer.status_code == 202


@pytest.mark.parametrize("seconds", [-300, 300])
async def test_both_edges_of_the_window_are_inside(sender: Sender, clock: Clock, seconds: int) -> None:
    signed = sign(sender.secret, int(NOW.timestamp()), BODY)
    clock.forward(seconds=seconds)
    assert (await post(sender, signed)).status_code == 202


@pytest.mark.parametrize("seconds", [-300.001, -301, 300.001, 301, 86_400])
async def test_beyond_the_window_a_good_signature_is_refused(
    sender: Sender, clock: Clock, seconds: float
) -> None:
    signed = sign(sender.secret, int(NOW.timestamp()), BODY)
    clock.forward(seconds=seconds)
    assert refused(await post(sender, signed))


async def test_a_signature_of_another_moment_is_refused(sender: Sender) -> None:
    signed = sign(sender.secret, int(NOW.timestamp()) - 1, BODY)
    assert refused(await post(sender, signed | {"Belsendi-Timestamp": str(int(NOW.timestamp()))}))


async def test_a_signature_of_another_body_is_refused(sender: Sender) -> None:
    assert refused(await post(sender, sign(sender.secret, int(NOW.timestamp()), BODY + b" ")))


async def test_a_signature_with_another_secret_is_refused(sender: Sender) -> None:
    assert refused(await post(sender, sign(b"another secret", int(NOW.timestamp()), BODY)))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Belsendi-Timestamp": PRESENT},
        {"Belsendi-Signature": f"v1={'0' * 64}"},
        {"Belsendi-Timestamp": "now", "Belsendi-Signature": f"v1={'0' * 64}"},
        {"Belsendi-Timestamp": PRESENT, "Belsendi-Signature": "0" * 64},
        {"Belsendi-Timestamp": PRESENT, "Belsendi-Signature": "v1="},
        {"Belsendi-Timestamp": PRESENT, "Belsendi-Signature": f"v2={'0' * 64}"},
        {"Belsendi-Timestamp": "9" * 40, "Belsendi-Signature": f"v1={'0' * 64}"},
    ],
)
async def test_missing_and_malformed_headers_are_refused(sender: Sender, headers: dict[str, str]) -> None:
    assert refused(await post(sender, headers))


async def test_a_header_given_twice_is_refused(sender: Sender) -> None:
    signed = sign(sender.secret, int(NOW.timestamp()), BODY)
    twice = [*signed.items(), ("Belsendi-Signature", f"v1={'0' * 64}")]
    assert refused(await post(sender, twice))


async def test_while_a_secret_is_replaced_both_are_taken(sender: Sender) -> None:
    """No restart is needed; a secret that was taken out is refused at once."""
    folder, now = sender.context.settings.secrets_dir, int(NOW.timestamp())
    keep(folder, b"the new secret", sender.secret)
    assert (await post(sender, sign(b"the new secret", now, BODY))).status_code == 202
    assert (await post(sender, sign(sender.secret, now, BODY))).status_code == 200
    keep(folder, b"the new secret")
    assert refused(await post(sender, sign(sender.secret, now, BODY)))


async def test_without_the_secret_file_nothing_is_taken_and_the_file_is_named(sender: Sender) -> None:
    (sender.context.settings.secrets_dir / "events").unlink()
    answer = await sender.send()
    assert (answer.status_code, answer.json()["type"]) == (503, "/v1/problems/secret-missing")
    assert "'events'" in answer.json()["detail"]
