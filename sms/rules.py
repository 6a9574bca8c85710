"""What the door does with a message that did not simply go through. Durations are real time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# Codes of TryLater that say nothing about the message: the route is down or asked for patience. They use up
# time (SIL-21: within 24 hours), not attempts.
PATIENCE = frozenset({"NOT_BOUND", "ESME_RTHROTTLED", "ESME_RMSGQFUL"})


@dataclass(frozen=True, slots=True)
class SmsRules:
    """``attempts`` within ``attempts_within`` of the message's making (T-25, SIL-21), then a person calls.

    A send with an unknown outcome is repeated ``unknown_repeats`` times at most, ``unknown_wait`` after it, so
    that a late answer can still settle it. ``lease`` is how long a sender may take for one message.
    """

    attempts: int = 3
    attempts_within: timedelta = timedelta(hours=24)
    retry_delays: tuple[timedelta, ...] = (timedelta(minutes=15), timedelta(hours=2))
    unknown_repeats: int = 1
    unknown_wait: timedelta = timedelta(seconds=60)
    lease: timedelta = timedelta(seconds=45)

    @property
    def send_seconds(self) -> float:
        """The sender itself gives up a little before its lease runs out."""
        return self.lease.total_seconds() * 0.9

    def next_attempt(self, failures: int, created_at: datetime, now: datetime) -> datetime | None:
        """When to try after so many failed attempts; None when attempts or time are used up."""
        if failures >= self.attempts:
            return None
        delay = self.retry_delays[min(failures, len(self.retry_delays)) - 1]
        return now + delay if now + delay <= created_at + self.attempts_within else None
