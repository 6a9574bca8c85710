"""Leaving a system alone that keeps failing, and saying so once.

Own code because time here is the case's clock (``asked_at``), which a scenario moves, and because one question
at a time may try the system again: the libraries count by the machine's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from belsendi.registries.systems import System


class Condition(StrEnum):
    """How a system is, as far as this process knows."""

    UNKNOWN = "UNKNOWN"
    UP = "UP"
    OUT = "OUT"


@dataclass(frozen=True)
class Change:
    """A system went out or came back at ``at`` (UTC). ``problem`` says in a few words how it failed last."""

    system: System
    condition: Condition
    at: datetime
    problem: str | None = None


class Breaker:
    """Counts failures in a row of one system. After ``failures`` of them nothing is asked for ``pause``."""

    def __init__(self, system: System, failures: int, pause: timedelta) -> None:
        self._system = system
        self._most = failures
        self._pause = pause
        self._failed = 0
        self._rests_since: datetime | None = None
        self._tried_at: datetime | None = None
        self._condition = Condition.UNKNOWN

    @property
    def condition(self) -> Condition:
        """What this process knows of the system."""
        return self._condition

    def admits(self, now: datetime) -> bool:
        """Whether the system may be asked. After the pause one round of questions (those of one instant) tries
        it again; until one of them is answered the others are held off for another pause."""
        since = self._rests_since
        if since is None:
            return True
        if since <= now < since + self._pause:
            return now == self._tried_at
        self._rests_since = self._tried_at = now
        return True

    def succeeded(self, now: datetime) -> Change | None:
        """An answer came, a refusal included. The change that is worth telling, if any."""
        self._failed, self._rests_since = 0, None
        return self._becomes(Condition.UP, now, None)

    def failed(self, now: datetime, problem: str) -> Change | None:
        """No usable answer came. The change that is worth telling, if any."""
        self._failed += 1
        if self._failed < self._most:
            return None
        self._rests_since, self._tried_at = now, None
        return self._becomes(Condition.OUT, now, problem)

    def _becomes(self, condition: Condition, now: datetime, problem: str | None) -> Change | None:
        if condition is self._condition:
            return None
        self._condition = condition
        return Change(self._system, condition, now, problem)
