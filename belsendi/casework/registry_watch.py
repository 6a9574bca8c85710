"""Makes an outage visible: what the gateway notices stands in the records, for the console and the doctor."""

from __future__ import annotations

import logging

from belsendi.records.conditions import note_condition
from belsendi.records.database import Database
from belsendi.registries.breaker import Change, Condition

log = logging.getLogger(__name__)


class RegistryWatch:
    """Told by a process's gateway; every process tells of what it meets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, change: Change) -> None:
        """Note a system that went out or answers again, and say it once in the log."""
        out = change.condition is Condition.OUT
        news = await note_condition(
            self._database, change.system.value, out=out, at=change.at, problem=change.problem
        )
        if news and out:
            log.warning("%s is out: %s; cases that need it wait", change.system, change.problem)
        elif news:
            log.warning("%s answers again", change.system)
