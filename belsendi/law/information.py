"""Until when a request for information on assignment must be answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from belsendi.law.clocks import load_clocks, service_clock

_OF_ALL = "D-t3, S-t3; SIL-38"


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
    if service is not None:
        rule = service_clock(service).info_request
        return AnswerTerm(received_at.astimezone(UTC) + timedelta(minutes=rule.minutes), rule.citation)
    shortest = min(clock.info_request.minutes for clock in load_clocks().values())
    return AnswerTerm(received_at.astimezone(UTC) + timedelta(minutes=shortest), _OF_ALL)
