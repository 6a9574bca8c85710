"""The scenario's clock: real time moved by a whole number of seconds."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta


class VirtualClock:
    """Runs with real time and is moved forward by the runner.

    ``offset`` is whole seconds, because that is what a case carries as its shift; so a time that is moved to is
    reached at most a second late, never early.
    """

    def __init__(self, start: datetime) -> None:
        self.offset = _whole_seconds(start - datetime.now(UTC))

    def now(self) -> datetime:
        """The present of the scenario, UTC."""
        return datetime.now(UTC) + self.offset

    def move_to(self, instant: datetime) -> None:
        """Moves forward; an instant that is past already changes nothing."""
        if instant > self.now():
            self.offset += _whole_seconds(instant - self.now())


def _whole_seconds(length: timedelta) -> timedelta:
    return timedelta(seconds=math.ceil(length.total_seconds()))
