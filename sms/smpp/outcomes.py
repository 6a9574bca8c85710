"""What became of a message that was handed to a route. Control flow goes by these types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Accepted:
    """The centre took every part. ``provider_ids`` holds its id of each part, in order."""

    provider_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RefusedForGood:
    """Sending the same again is useless. ``code`` is the status name; earlier parts may have been accepted."""

    code: str
    provider_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TryLater:
    """Not accepted, surely. ``provider_ids`` are the leading parts the centre already has: hand them back as
    ``accepted`` of the next attempt, which then goes on with the part after them."""

    code: str
    retry_after: timedelta
    provider_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """A part left and no answer came: it may or may not be with the centre (repeat only by rule).

    ``provider_ids`` are the leading parts known to be accepted; the part in doubt is the one after them.
    """

    provider_ids: tuple[str, ...]
    parts: int

    @property
    def part_in_doubt(self) -> int:
        """1-based."""
        return len(self.provider_ids) + 1


SendOutcome = Accepted | RefusedForGood | TryLater | OutcomeUnknown


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """The answer to a part whose outcome had already been reported as unknown."""

    route: str
    ref: str
    part: int
    accepted: bool
    provider_id: str
    code: str
