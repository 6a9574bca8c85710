"""One short attempt at a system through the gateway of e-government (IS-12), and what its failure means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
import pydantic
from pydantic_core import from_json, to_json

from belsendi.errors import OutcomeUnknown, OutsideSystemError, OutsideSystemUnavailable
from belsendi.registries.errors import AccessTokenRejected, RegistryRejected
from belsendi.registries.inquiry import Inquiry, RegistryAnswer
from belsendi.registries.settings import RegistrySettings
from belsendi.registries.systems import System

M = TypeVar("M", bound=pydantic.BaseModel)

_CODE = re.compile(r"[A-Z][A-Z0-9_-]{0,39}")
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_TRY_LATER = frozenset({408, 425, 429})


class Effect(Enum):
    """Whether a call may be repeated when its answer is lost."""

    REPEATABLE = auto()
    ONCE = auto()


# Servers hang up on an idle connection after five seconds and more (the usual defaults); a request written
# at that moment is lost, and one with an effect is then of unknown outcome.
_IDLE_SECONDS = 2


class RegistryGateway:
    """The HTTP client of all systems; a process has one and closes it.

    Errors by type: OutsideSystemUnavailable (no connection, no answer in time, 5xx, an answer of a form nobody
    agreed on), RegistryRejected (4xx with a code), AccessTokenRejected (403 TOKEN), OutcomeUnknown (a call with
    effect ONCE left and no clear answer came). Messages name system and operation, never what was sent.
    """

    def __init__(self, settings: RegistrySettings) -> None:
        self._settings = settings
        self._opened: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            await self._opened.close()

    async def ask(
        self,
        system: System,
        operation: str,
        data: Mapping[str, object],
        *,
        inquiry: Inquiry,
        answer: type[M],
        effect: Effect = Effect.REPEATABLE,
    ) -> RegistryAnswer[M]:
        """Make one attempt and read the answer as ``answer``."""
        http_status, body = await self._send(system, operation, data, inquiry, effect)
        if http_status >= 500 or http_status in _TRY_LATER:
            # 503 says that nothing was done; any other failure behind the gateway may have come after the effect.
            refused_at_once = http_status == 503 or http_status in _TRY_LATER
            raise _no_answer(
                system, operation, f"status {http_status}", Effect.REPEATABLE if refused_at_once else effect
            )
        content = _json_object(body)
        if 400 <= http_status < 500:
            raise _refusal(system, operation, http_status, content)
        status = content.get("status")
        if http_status != 200 or status not in {"ok", "absent"}:
            raise _no_answer(system, operation, "an answer of unknown form", effect)
        return RegistryAnswer(
            system=system,
            operation=operation,
            asked_at=inquiry.asked_at,
            request_id=inquiry.request_id,
            data=_read(system, operation, content.get("data"), answer, effect) if status == "ok" else None,
        )

    async def _send(
        self, system: System, operation: str, data: Mapping[str, object], inquiry: Inquiry, effect: Effect
    ) -> tuple[int, bytes]:
        limits = self._settings.timeouts_of(system)
        question = {"purpose": inquiry.purpose, "access_token": inquiry.access_token, "data": dict(data)}
        call = self._session().post(
            f"{self._settings.base_url.rstrip('/')}/gateway/{system.value}/{operation}",
            data=to_json(question),
            headers={
                "Content-Type": "application/json",
                "X-Request-Id": inquiry.request_id,
                "Authorization": f"Bearer {self._settings.secret_of(system).get_secret_value()}",
            },
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=limits.total_seconds + limits.connect_seconds,
                sock_connect=limits.connect_seconds,
                sock_read=limits.total_seconds,
            ),
        )
        try:
            async with call as response:
                return response.status, await response.read()
        except _NEVER_SENT as error:
            raise _no_answer(system, operation, "no connection", Effect.REPEATABLE) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _no_answer(system, operation, "no answer", effect) from error

    def _session(self) -> aiohttp.ClientSession:
        """The session of the loop in which the first question is asked; a bench is opened before there is one."""
        if self._opened is None:
            most = self._settings.max_connections
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=most, keepalive_timeout=_IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._opened


def _no_answer(system: System, operation: str, what: str, effect: Effect) -> OutsideSystemError:
    if effect is Effect.ONCE:
        return OutcomeUnknown(f"{system} {operation}: {what}; ask whether it took effect before repeating it")
    return OutsideSystemUnavailable(f"{system} {operation}: {what}; try again later")


def _refusal(system: System, operation: str, status: int, content: Mapping[str, Any]) -> RegistryRejected:
    code = content.get("code")
    known = code if isinstance(code, str) and _CODE.fullmatch(code) else "UNSPECIFIED"
    if status == 403 and known == "TOKEN":
        return AccessTokenRejected(system, operation, known)
    return RegistryRejected(system, operation, known)


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        parsed = from_json(content)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _read(system: System, operation: str, data: object, answer: type[M], effect: Effect) -> M:
    try:
        return answer.model_validate(data if data is not None else {})
    except pydantic.ValidationError as error:
        fields = ", ".join(
            sorted({".".join(str(part) for part in e["loc"]) or "data" for e in error.errors()})
        )
        # The error itself is not chained: it may hold what the system sent.
        raise _no_answer(system, operation, f"unusable fields ({fields})", effect) from None
