"""What can go wrong with a scenario besides an expectation that does not hold."""

from __future__ import annotations

from belsendi.errors import BelsendiError, InvalidInput


class ScenarioInvalid(InvalidInput):
    """The file is not a scenario; the message names file, place and what is wrong there."""


class ScenarioStuck(BelsendiError):
    """The case did not come to rest; the message says what it was doing."""


class ClockRanAhead(ScenarioStuck):
    """The engine moved a case further than it was told; what was seen then says nothing about the case."""
