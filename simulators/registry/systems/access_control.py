"""The state service of access control to personal data (КДП): tokens issued on consent."""

from __future__ import annotations

import hashlib
import json
import secrets

from pydantic import Field

from simulators.database import instant, now_ms
from simulators.registry.operation import Answer, Input, Operation, Rejection, TokenRule
from simulators.registry.store import RegistryStore


class TokenRequest(Input):
    """``items`` are items of the personal-data catalogue, ``expires_in_ms`` the wished life of the token."""

    iin: str = Field(pattern=r"^[0-9]{12}$")
    purpose: str = Field(min_length=1)
    items: list[str] = Field(min_length=1)
    consent_reference: str = Field(min_length=1)
    expires_in_ms: int = Field(ge=1, le=132_000_000)


def _kept(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue_token(store: RegistryStore, asked: TokenRequest) -> Answer:
    if store.person(asked.iin) is None:
        return None
    token = secrets.token_urlsafe(32)
    expires_at = now_ms() + asked.expires_in_ms
    store.db.execute(
        "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?)",
        (
            _kept(token),
            asked.iin,
            asked.purpose,
            json.dumps(asked.items),
            asked.consent_reference,
            expires_at,
        ),
    )
    return {"token": token, "expires_at": instant(expires_at).isoformat()}


def check_token(store: RegistryStore, rule: TokenRule, token: str | None, subject: str | None) -> None:
    """Raises Rejection TOKEN when the rule demands a token and this one is missing, unknown, expired or
    issued for somebody else. A token that is given is checked even where none is demanded."""
    if token is None:
        if rule is TokenRule.NOT_NEEDED:
            return
        raise Rejection("TOKEN", "no access token; ask access-control/issue_token first", 403)
    row = store.db.execute("SELECT iin, expires_at FROM tokens WHERE token = ?", (_kept(token),)).fetchone()
    if row is None:
        raise Rejection("TOKEN", "the access token is not known; ask for a new one", 403)
    if row["expires_at"] <= now_ms():
        raise Rejection("TOKEN", "the access token has expired; ask for a new one", 403)
    if rule is TokenRule.NEEDED_OF_SUBJECT and row["iin"] != subject:
        raise Rejection("TOKEN", "the access token was issued for another person", 403)


def expire_tokens(store: RegistryStore) -> int:
    """Every token is expired from now on; how many were alive."""
    now = now_ms()
    return store.db.execute("UPDATE tokens SET expires_at = ? WHERE expires_at > ?", (now, now)).rowcount


OPERATIONS = (Operation("access-control", "issue_token", TokenRequest, issue_token),)
