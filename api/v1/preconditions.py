"""What a caller may demand of a request: that it is done once, and only if nothing has changed meanwhile.

``Idempotency-Key`` (a text of the caller's own, new for each intended act, kept for two days) and ``ETag``,
``If-None-Match``, ``If-Match`` (RFC 9110, 13.1). Neither key nor request is kept, only keyed hashes of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Header
from sqlalchemy import delete

from api.problems import FieldProblem, Kind, ProblemFound
from api.v1.case_models import CaseBody
from belsendi.records.models import RequestKey
from belsendi.records.store import Records
from belsendi.records.upsert import insert_unless_there

KEPT_FOR = timedelta(days=2)
_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e]*")')
_KEY = r"^[\x21-\x7e]{1,200}$"

OptionalKey = Annotated[
    str | None,
    Header(
        pattern=_KEY, description="The same key with the same request is the same request; kept for two days."
    ),
]
RequiredKey = Annotated[
    str,
    Header(
        pattern=_KEY, description="A key of the caller's own for this act; repeated, the act is done once."
    ),
]
IfMatch = Annotated[
    str | None,
    Header(description="The `ETag` of the state that was seen; `*` for any. 412 when it has changed."),
]
IfNoneMatch = Annotated[
    str | None, Header(description="An `ETag` that is known; 304 when nothing has changed.")
]


@dataclass(frozen=True)
class Claim:
    """A key with the request it belongs to. ``answer`` is what the request was answered before, if it was."""

    key_digest: str
    known: bool
    answer: dict[str, Any] | None

    @property
    def act_id(self) -> str:
        """Names the act to the case: the same key is the same act, whatever became of the process in between."""
        return self.key_digest[:32]


class RequestKeys:
    """Keys of requests, each bound to the request that first came with it."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def find(self, scope: str, key: str, request: bytes) -> Claim:
        """What is known of the key. Raises ProblemFound (422) when it came with another request before."""
        digest = self._digest("idempotency-key", f"{scope}\x00{key}".encode())
        async with self._records.database.reading() as session:
            kept = await session.get(RequestKey, digest)
        if kept is not None and kept.request_digest != self._digest("request", request):
            raise ProblemFound(
                Kind.KEY_REUSED,
                "this key came with another request before; take a new key for a new request",
                errors=[
                    FieldProblem(
                        parameter="idempotency-key", code="reused", detail="belongs to another request"
                    )
                ],
            )
        return Claim(digest, kept is not None, kept.answer if kept else None)

    async def claim(self, scope: str, key: str, request: bytes, now: datetime) -> Claim:
        """Binds the key to the request unless it is bound already. Raises as ``find``."""
        found = await self.find(scope, key, request)
        if found.known:
            return found
        values = {
            "key_digest": found.key_digest,
            "request_digest": self._digest("request", request),
            "first_at": now,
            "answer": None,
        }
        async with self._records.database.writing() as session:
            await session.execute(delete(RequestKey).where(RequestKey.first_at < now - KEPT_FOR))
            made = await insert_unless_there(session, RequestKey, values)
        return found if made else await self.find(scope, key, request)

    async def answered(self, claim: Claim, answer: Mapping[str, Any]) -> None:
        """Keeps the answer (codes and ids only) for whoever repeats the request."""
        async with self._records.database.writing() as session:
            kept = await session.get(RequestKey, claim.key_digest, with_for_update=True)
            if kept is not None:
                kept.answer = dict(answer)

    def _digest(self, domain: str, content: bytes) -> str:
        return self._records.vault.index(domain, hashlib.sha256(content).hexdigest())


def etag_of(body: CaseBody) -> str:
    """Changes with everything that is told of a case, but for the seconds that a running wait counts on."""
    told = body.model_dump(mode="json", exclude={"overdue": True, "waits": {"__all__": {"seconds"}}})
    return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"'


def not_modified(if_none_match: str | None, etag: str) -> bool:
    """Whether the caller has this state already (weak comparison)."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in [tag for _, tag in _TAG.findall(if_none_match)]


def require_match(if_match: str | None, etag: str, *, demanded: bool = False) -> None:
    """Raises ProblemFound: 412 when the state is another one, 428 when it is ``demanded`` and not named."""
    if if_match is None:
        if demanded:
            raise ProblemFound(
                Kind.MATCH_MISSING, "send If-Match with the ETag of the case as you have read it"
            )
        return
    strong = [tag for weak, tag in _TAG.findall(if_match) if not weak]
    if if_match.strip() != "*" and etag not in strong:
        raise ProblemFound(
            Kind.CHANGED, "the case has changed since you read it; read it again", headers={"ETag": etag}
        )
