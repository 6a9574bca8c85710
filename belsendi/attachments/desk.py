"""The documents of one installation, opened from its settings: what a door needs to take, show and judge them."""

from __future__ import annotations

from dataclasses import dataclass

from belsendi.attachments.asking import Requests
from belsendi.attachments.custody import Custody
from belsendi.attachments.inspection import Inspector
from belsendi.attachments.intake import Intake
from belsendi.attachments.limits import FileLimits
from belsendi.attachments.scanner import Clamd, Scanner
from belsendi.records.store import Records
from belsendi.settings import Settings


@dataclass(frozen=True)
class Attachments:
    """Everything a door needs for documents. ``limits`` are those of the settings."""

    intake: Intake
    custody: Custody
    requests: Requests
    limits: FileLimits


def open_attachments(records: Records, settings: Settings, *, scanner: Scanner | None = None) -> Attachments:
    """The documents of an installation; ``scanner`` replaces the one the settings name.

    Raises ConfigurationError for a scanner's address that cannot be read.
    """
    limits = FileLimits(
        most_bytes=settings.attachment_limit_bytes,
        most_pixels=settings.attachment_limit_pixels,
        most_per_case=settings.attachments_per_case,
    )
    found = scanner or (Clamd(settings.scanner_address) if settings.scanner_address else None)
    return Attachments(
        intake=Intake(records, Inspector(limits), found, limits),
        custody=Custody(records, found),
        requests=Requests(records),
        limits=limits,
    )
