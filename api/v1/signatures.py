"""The signature of an event: HMAC-SHA256 over ``timestamp.body`` in the headers of the request.

``Belsendi-Timestamp`` is Unix seconds; ``Belsendi-Signature`` is ``v1=`` and 64 hex digits. The secret file
"events" may hold several secrets, one a line, while one replaces another.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import datetime

from starlette.datastructures import Headers

from api.problems import Kind, ProblemFound
from belsendi.errors import ConfigurationError
from belsendi.settings import Settings

TIMESTAMP_HEADER = "Belsendi-Timestamp"
SIGNATURE_HEADER = "Belsendi-Signature"
_SCHEME = "Belsendi-HMAC-SHA256"
_TIMESTAMP = re.compile(r"^[0-9]{1,12}$", re.ASCII)
_SIGNATURE = re.compile(r"^v1=[0-9a-f]{64}$", re.ASCII)


def secrets_of(settings: Settings, name: str) -> list[bytes]:
    """The secrets in a file of one a line, read anew so that a rotation needs no restart.

    Raises ProblemFound (503) naming the file when it is missing or empty.
    """
    try:
        lines = settings.secret(name).get_secret_value().splitlines()
    except ConfigurationError as error:
        raise ProblemFound(Kind.SECRET_MISSING, str(error)) from error
    return [line.strip().encode() for line in lines if line.strip()]


def sign(secret: bytes, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that sign a body."""
    return {TIMESTAMP_HEADER: str(timestamp), SIGNATURE_HEADER: f"v1={_digest(secret, timestamp, body)}"}


def signed_at(headers: Headers, now: datetime, window_seconds: int) -> int:
    """The timestamp of a request that may be signed; both edges of the window are inside it.

    Raises ProblemFound (401) when a header is missing, sent twice or malformed, or the timestamp is too old
    or too far ahead.
    """
    timestamps, signatures = headers.getlist(TIMESTAMP_HEADER), headers.getlist(SIGNATURE_HEADER)
    if len(timestamps) != 1 or not _TIMESTAMP.match(timestamps[0]):
        raise refused(f"{TIMESTAMP_HEADER} must be there once and hold Unix seconds")
    if len(signatures) != 1 or not _SIGNATURE.match(signatures[0]):
        raise refused(f"{SIGNATURE_HEADER} must be there once and read v1=<64 lower-case hex digits>")
    timestamp = int(timestamps[0])
    if abs(now.timestamp() - timestamp) > window_seconds:
        raise refused(
            f"{TIMESTAMP_HEADER} is not within {window_seconds} seconds of now; sign the event anew"
        )
    return timestamp


def check_signature(headers: Headers, timestamp: int, body: bytes, secrets: Iterable[bytes]) -> None:
    """Compares in constant time with every secret. Raises ProblemFound (401)."""
    given = headers[SIGNATURE_HEADER].removeprefix("v1=")
    matches = [hmac.compare_digest(given, _digest(secret, timestamp, body)) for secret in secrets]
    if not any(matches):
        raise refused("the signature does not fit the timestamp and the body")


def refused(detail: str) -> ProblemFound:
    return ProblemFound(Kind.NOT_SIGNED, detail, headers={"WWW-Authenticate": _SCHEME})


def _digest(secret: bytes, timestamp: int, body: bytes) -> str:
    return hmac.new(secret, b"%d." % timestamp + body, hashlib.sha256).hexdigest()
