"""The half hour of a request for information (D-t3, S-t3; SIL-38)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from belsendi.law import ALMATY
from belsendi.law.information import answer_term


@pytest.mark.parametrize(
    ("service", "citation"),
    [("DIS", "D-t3"), ("SUR", "S-t3"), ("BUR", "SIL-38"), (None, "D-t3, S-t3; SIL-38")],
)
def test_the_half_hour_runs_over_midnight_and_names_its_rule(service: str | None, citation: str) -> None:
    """AC-D29: received at 23:50, answered by 00:20."""
    term = answer_term(datetime(2025, 6, 16, 23, 50, tzinfo=ALMATY), service)
    assert term.due_at == datetime(2025, 6, 17, 0, 20, tzinfo=ALMATY)
    assert (term.due_at.tzinfo, term.citation) == (UTC, citation)
