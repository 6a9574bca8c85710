"""Server-side sessions in Redis. The cookie holds a random token, Redis its hash: a leaked store logs nobody in."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from belsendi.casework.access import Officer, Role

COOKIE = "belsendi_session"
LOGIN_COOKIE = "belsendi_login"
LANGUAGE_COOKIE = "belsendi_language"
_IDLE_SECONDS = 3600
_VIEWING_SECONDS = 900


@dataclass(frozen=True)
class Session:
    """A logged-in officer. ``csrf`` goes into every form of the session."""

    key: str
    officer: Officer
    csrf: str = field(repr=False)


class Sessions:
    """Opens, finds and ends sessions; one that is idle for an hour ends by itself."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis

    async def open(self, officer: Officer) -> str:
        """Returns the token for the cookie."""
        token = secrets.token_urlsafe(32)
        content = {
            "account": officer.account_id,
            "role": officer.role.value,
            "csrf": secrets.token_urlsafe(32),
        }
        await self._redis.set(_key(token), json.dumps(content), ex=_IDLE_SECONDS)
        return token

    async def find(self, token: str | None, *, active: bool = True) -> Session | None:
        """The session of a token. ``active``: a person did something, so its idle time begins anew."""
        if not token:
            return None
        key = _key(token)
        kept = await (self._redis.getex(key, ex=_IDLE_SECONDS) if active else self._redis.get(key))
        if kept is None:
            return None
        content = json.loads(kept)
        return Session(key, Officer(content["account"], Role(content["role"])), content["csrf"])

    async def end(self, token: str | None) -> None:
        if token:
            await self._redis.delete(_key(token))

    async def is_new_view(self, session: Session, object_id: str) -> bool:
        """Whether this page has not been on the officer's screen yet: a live refresh is the same view."""
        key = f"{session.key}:viewing:{object_id}"
        return bool(await self._redis.set(key, "1", ex=_VIEWING_SECONDS, nx=True))

    async def has_viewed(self, session: Session, object_id: str) -> bool:
        """Whether this is on the officer's screen already."""
        return bool(await self._redis.exists(f"{session.key}:viewing:{object_id}"))

    async def viewed(self, session: Session, object_id: str) -> None:
        await self._redis.set(f"{session.key}:viewing:{object_id}", "1", ex=_VIEWING_SECONDS)


def login_token(secret: str, nonce: str) -> str:
    """The token of the login form: tied to the nonce in the form's own cookie (there is no session yet)."""
    return hmac.new(secret.encode(), f"login\x00{nonce}".encode(), hashlib.sha256).hexdigest()


def same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _key(token: str) -> str:
    return f"belsendi:session:{hashlib.sha256(token.encode()).hexdigest()}"
