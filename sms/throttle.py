"""Token bucket in message parts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

MonotonicClock = Callable[[], float]


class TokenBucket:
    """Lets ``rate`` parts a second through, ``burst`` at once after a pause, first come first served.

    One instance per route and process. ``hold`` stops everybody when the centre asks to be slower.
    """

    def __init__(self, rate: float, burst: int, clock: MonotonicClock | None = None) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._tokens = float(burst)
        self._refilled_at: float | None = None
        self._held_until = 0.0
        self._turn = asyncio.Lock()
        self._released = asyncio.Event()

    def _now(self) -> float:
        return self._clock() if self._clock else asyncio.get_running_loop().time()

    def hold(self, seconds: float) -> None:
        """Nothing passes for this long from now; a longer hold already in force stays."""
        self._held_until = max(self._held_until, self._now() + seconds)

    def wait_needed(self) -> float:
        """Seconds until the next part may pass; 0 when it may pass now."""
        now = self._now()
        if self._refilled_at is not None:
            self._tokens = min(self._burst, self._tokens + (now - self._refilled_at) * self._rate)
        self._refilled_at = now
        for_token = max(0.0, (1.0 - self._tokens) / self._rate)
        return max(for_token, self._held_until - now, 0.0)

    def take(self) -> bool:
        """Takes one token if one may be taken now."""
        # Rounding of the clock may leave a wait of some nanoseconds; that is no reason to sleep again.
        if self.wait_needed() > 1e-6:
            return False
        self._tokens -= 1.0
        return True

    async def pass_one(self) -> None:
        """Returns when one part may go, or at once after ``release``. The lock keeps the order of arrival."""
        async with self._turn:
            while not self._released.is_set() and not self.take():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._released.wait(), self.wait_needed())

    def release(self) -> None:
        """Lets everybody through who waits: the route is being stopped and sends nothing any more."""
        self._released.set()

    def engage(self) -> None:
        """Begins to count again after ``release``."""
        self._released.clear()
