"""The reception as every door opens it."""

from __future__ import annotations

from belsendi.casework.bench import Bench
from belsendi.conversation.commands import Commands
from belsendi.conversation.reception import Reception
from belsendi.intake.events import LifeEvents
from belsendi.intake.naming import Naming
from belsendi.temporal.cases import Cases


def open_reception(bench: Bench, cases: Cases) -> Reception:
    """The reception every channel hands its messages to."""
    return Reception(bench, cases, Commands(bench, Naming(bench, LifeEvents(bench))))
