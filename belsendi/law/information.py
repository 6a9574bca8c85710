"""Until when a request for information on assignment must be answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ANSWER_WITHIN = timedelta(minutes=30)
_ROWS = {"DIS": "D-t3", "SUR": "S-t3"}


@dataclass(frozen=True, slots=True)
class AnswerTerm:
    """`due_at` is a UTC instant; `citation` names the row, or the silence that the product fills."""

    due_at: datetime
    citation: str


def answer_term(received_at: datetime, service: str | None = None) -> AnswerTerm:
    """Return the end of the 30 minutes that run from the receipt of the e-request (D-t3, S-t3).

    For the burial payment the order sets no term; the same target holds (SIL-38). Without a `service` the
    request is about all of them.
    """
    citation = "D-t3, S-t3; SIL-38" if service is None else _ROWS.get(service, "SIL-38")
    return AnswerTerm(received_at.astimezone(UTC) + ANSWER_WITHIN, citation)
