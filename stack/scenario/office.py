"""The office of one scenario: the product's own parts over fresh records, on the scenario's clock."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from temporalio.worker import Worker

from belsendi.attachments.desk import Attachments, open_attachments
from belsendi.casework.bench import Bench, open_bench
from belsendi.casework.officers import Officers
from belsendi.casework.profile import LegalProfile, load_profile
from belsendi.conversation.opening import open_reception
from belsendi.conversation.reception import Reception
from belsendi.intake.sweep import Sweep
from belsendi.law import ProductDefaults, WorkingCalendar
from belsendi.registries.signature import SignerRole
from belsendi.registries.signature.authority import FILE_NAMES
from belsendi.settings import Settings
from belsendi.temporal.cases import Cases
from stack.scenario.clock import VirtualClock
from stack.scenario.errors import ScenarioInvalid
from stack.scenario.workshop import Workshop
from workflows.worker import case_worker


class Complaints(logging.Handler):
    """Keeps what the office's own work logs as waiting for somebody: what an operator reads."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        words = record.getMessage()
        if words not in self.words:
            self.words.append(words)


class Office:
    """Bench, worker, sweep, reception and officers. ``reopen`` is a restart with other settings."""

    def __init__(
        self,
        workshop: Workshop,
        settings: Settings,
        calendar: WorkingCalendar,
        overrides: Mapping[str, Any],
        clock: VirtualClock,
    ) -> None:
        self._workshop = workshop
        self._settings = settings
        self._calendar = calendar
        self._clock = clock
        self._overrides = dict(overrides)
        self.complaints = Complaints()
        self.cases = Cases(workshop.client)
        self._open()

    def _open(self) -> None:
        self.bench: Bench = open_bench(
            self._settings, calendar=self._calendar, profile=_profile(self._settings, self._overrides)
        )
        self.reception: Reception = open_reception(self.bench, self.cases)
        self.sweep = Sweep(self.bench, self.cases, self.reception, self._clock.now)
        self.officers = Officers(self.bench, self.cases)
        self.attachments: Attachments = open_attachments(self.bench.records, self._settings)
        self._worker: Worker = case_worker(self._workshop.client, self.bench)

    async def __aenter__(self) -> Office:
        logging.getLogger("belsendi.intake").addHandler(self.complaints)
        await self._worker.__aenter__()
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        logging.getLogger("belsendi.intake").removeHandler(self.complaints)
        await self._close()

    async def _close(self) -> None:
        await self._worker.shutdown()
        await self.bench.close()

    def put_seal(self, *, aside: bool) -> None:
        """Takes the key of the authorised body's seal from its place, or puts it back."""
        key = self._settings.pki_dir / f"{FILE_NAMES[SignerRole.AUTHORISED_BODY]}.key"
        kept = key.with_suffix(".aside")
        key.rename(kept) if aside else kept.rename(key)

    async def reopen(self, changes: Mapping[str, Any]) -> None:
        """Stops the office's processes and starts them again with changed product defaults."""
        await self._close()
        self._overrides |= changes
        self._open()
        await self._worker.__aenter__()


def _profile(settings: Settings, overrides: Mapping[str, Any]) -> LegalProfile:
    shipped = load_profile(settings)
    try:
        defaults = ProductDefaults.model_validate({**shipped.defaults.model_dump(), **overrides})
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ScenarioInvalid(f"settings.{place}: {first['msg']}") from error
    return shipped.model_copy(update={"defaults": defaults})
