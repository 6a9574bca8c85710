"""One short question to a system through the gateway of e-government (IS-12), and what its failure means."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from enum import Enum, auto
from types import TracebackType
from typing import Self, TypeVar

import aiohttp
import pydantic

from belsendi.errors import OutcomeUnknown, OutsideSystemError, OutsideSystemUnavailable
from belsendi.registries.breaker import Breaker, Change
from belsendi.registries.errors import AccessTokenRejected, RegistryRejected
from belsendi.registries.inquiry import Inquiry, RegistryAnswer
from belsendi.registries.reading import Form, Reading, Refused, Unclear
from belsendi.registries.rest import RestForm
from belsendi.registries.settings import Conduct, MessageForm, RegistrySettings
from belsendi.registries.soap import SoapForm
from belsendi.registries.systems import System

log = logging.getLogger(__name__)
M = TypeVar("M", bound=pydantic.BaseModel)

_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


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
    agreed on, a system left alone for a while because it keeps failing), RegistryRejected (refused with a code),
    AccessTokenRejected (code TOKEN), OutcomeUnknown (a call with effect ONCE left and no clear answer came).
    Messages name system and operation, never what was sent. ``tell`` is told when a system goes out or comes
    back; what it raises is logged and stops no question.
    """

    def __init__(
        self, settings: RegistrySettings, *, tell: Callable[[Change], Awaitable[None]] | None = None
    ) -> None:
        self._settings = settings
        self._tell = tell
        self._opened: aiohttp.ClientSession | None = None
        self._telling: set[asyncio.Task[None]] = set()
        self._forms: dict[MessageForm, Form] = {
            MessageForm.REST: RestForm(settings),
            MessageForm.SOAP: SoapForm(settings),
        }
        self._breakers = {system: _breaker(system, settings.conduct_of(system)) for system in System}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, and let what is being told be told."""
        await asyncio.gather(*self._telling)
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
        """Ask once, at most as often as the system's conduct allows, and read the answer as ``answer``."""
        breaker = self._breakers[system]
        if not breaker.admits(inquiry.asked_at):
            what = "it keeps failing and is left alone for a while"
            raise _no_answer(system, operation, Unclear(what, nothing_done=True), effect)
        reading = await self._reading(system, operation, data, inquiry, answer, effect)
        if isinstance(reading, Unclear):
            self._changed(breaker.failed(inquiry.asked_at, reading.what))
            raise _no_answer(system, operation, reading, effect)
        self._changed(breaker.succeeded(inquiry.asked_at))
        if isinstance(reading, Refused):
            refusal = AccessTokenRejected if reading.of_token else RegistryRejected
            raise refusal(system, operation, reading.code)
        return RegistryAnswer(
            system=system,
            operation=operation,
            asked_at=inquiry.asked_at,
            request_id=inquiry.request_id,
            data=None if reading.data is None else _read(system, operation, reading.data, answer, effect),
        )

    async def _reading(
        self,
        system: System,
        operation: str,
        data: Mapping[str, object],
        inquiry: Inquiry,
        answer: type[M],
        effect: Effect,
    ) -> Reading:
        """What came of the last attempt. Only what surely left no trace, or may be repeated, is tried again."""
        attempts = self._settings.conduct_of(system).attempts
        while True:
            attempts -= 1
            reading = await self._attempt(system, operation, data, inquiry, answer)
            repeatable = effect is Effect.REPEATABLE or (
                isinstance(reading, Unclear) and reading.nothing_done
            )
            if not isinstance(reading, Unclear) or attempts == 0 or not repeatable:
                return reading

    async def _attempt(
        self, system: System, operation: str, data: Mapping[str, object], inquiry: Inquiry, answer: type[M]
    ) -> Reading:
        form = self._forms[self._settings.form_of(system)]
        limits = self._settings.conduct_of(system)
        question = form.question(system, operation, data, inquiry)
        call = self._session().post(
            self._settings.base_url.rstrip("/") + question.path,
            data=question.content,
            headers=question.headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=limits.total_seconds + limits.connect_seconds,
                sock_connect=limits.connect_seconds,
                sock_read=limits.total_seconds,
            ),
        )
        try:
            async with call as response:
                return form.reading(response.status, await response.read(), answer)
        except _NEVER_SENT:
            return Unclear("no connection", nothing_done=True)
        except (aiohttp.ClientError, TimeoutError):
            return Unclear("no answer")

    def _changed(self, change: Change | None) -> None:
        """Tells beside the question: whoever asks may hold the very lock that the telling needs."""
        if change is not None and self._tell is not None:
            telling = asyncio.create_task(self._told(change, self._tell))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)

    async def _told(self, change: Change, tell: Callable[[Change], Awaitable[None]]) -> None:
        try:
            await tell(change)
        except Exception as error:
            log.warning(
                "it was not noted that %s is %s: %s", change.system, change.condition, type(error).__name__
            )

    def _session(self) -> aiohttp.ClientSession:
        """The session of the loop in which the first question is asked; a bench is opened before there is one."""
        if self._opened is None:
            most = self._settings.max_connections
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=most, keepalive_timeout=_IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._opened


def _breaker(system: System, conduct: Conduct) -> Breaker:
    return Breaker(system, conduct.failures, timedelta(seconds=conduct.pause_seconds))


def _no_answer(system: System, operation: str, reading: Unclear, effect: Effect) -> OutsideSystemError:
    if effect is Effect.ONCE and not reading.nothing_done:
        return OutcomeUnknown(
            f"{system} {operation}: {reading.what}; ask whether it took effect before repeating it"
        )
    return OutsideSystemUnavailable(f"{system} {operation}: {reading.what}; try again later")


def _read(system: System, operation: str, data: Mapping[str, object], answer: type[M], effect: Effect) -> M:
    try:
        return answer.model_validate(data)
    except pydantic.ValidationError as error:
        fields = ", ".join(
            sorted({".".join(str(part) for part in e["loc"]) or "data" for e in error.errors()})
        )
        # The error itself is not chained: it may hold what the system sent.
        raise _no_answer(system, operation, Unclear(f"unusable fields ({fields})"), effect) from None
