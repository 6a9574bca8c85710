"""Where a brought document stands: with the scanner, and as proof."""

from __future__ import annotations

from enum import StrEnum

from belsendi.attachments.proof import Shortcoming
from belsendi.errors import Conflict


class ScanState(StrEnum):
    """NOT_SCANNED: no scanner, or it did not answer; nobody opens it until it is scanned or released."""

    CLEAN = "clean"
    NOT_SCANNED = "not_scanned"
    INFECTED = "infected"


class ProofState(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"


class NotOpenable(Conflict):
    """The document may not be opened; ``scan`` says why."""

    def __init__(self, scan: ScanState) -> None:
        super().__init__(
            "the document was not scanned; the head of the unit can release it"
            if scan is ScanState.NOT_SCANNED
            else "harmful software was found in the document and its bytes were destroyed"
        )
        self.scan = scan


class NotProof(Conflict):
    """The law does not let this document count as proof; ``shortcomings`` say what it lacks."""

    def __init__(self, shortcomings: list[Shortcoming]) -> None:
        super().__init__(f"the document cannot be accepted as proof: {', '.join(shortcomings)}")
        self.shortcomings = shortcomings


class NothingToRelease(Conflict):
    """The document was scanned or released already."""


class JudgedTooLate(Conflict):
    """The case is decided; what it rests on is not changed any more."""
