"""Which path and which term an application has, by service, channel and cause."""

from __future__ import annotations

import pytest

from belsendi.errors import NotFound
from belsendi.law import Path, path_for, service, term_for

ONE, SEVEN = 1, 7


@pytest.mark.parametrize(
    ("scenario", "code", "channel", "cause", "path", "days", "start"),
    [
        ("AC-B01", "BUR", "mobile", None, Path.P1, ONE, "registration"),
        ("AC-B19", "BUR", "portal", None, Path.P1, ONE, "registration"),
        ("AC-B27", "BUR", "state_corporation", None, Path.P7, 3, "registration"),
        ("AC-D01", "DIS", "mobile", "GENERAL_ILLNESS", Path.P1, ONE, "registration"),
        ("AC-D02", "DIS", "mobile", "WORK_INJURY", Path.P1, ONE, "registration"),
        ("AC-D03", "DIS", "mobile", "MILITARY", Path.P7, SEVEN, "consent"),
        ("AC-D04", "DIS", "mobile", "ECO_RADIATION", Path.P7, SEVEN, "consent"),
        ("AC-D05", "DIS", "mobile", None, Path.P7, SEVEN, "consent"),
        ("AC-D05", "DIS", "mobile", "UNKNOWN", Path.P7, SEVEN, "consent"),
        ("AC-D24", "DIS", "portal", "GENERAL_ILLNESS", Path.P1, ONE, "registration"),
        ("AC-D24", "DIS", "portal", "CHILDHOOD", Path.P7, SEVEN, "registration"),
        ("AC-D25", "DIS", "state_corporation", "GENERAL_ILLNESS", Path.P7, SEVEN, "registration"),
        ("T-07", "DIS", "provider", "WORK_INJURY", Path.P7, SEVEN, "registration"),
        ("AC-S01", "SUR", "mobile", None, Path.P7, SEVEN, "consent"),
        ("T-08", "SUR", "portal", None, Path.P7, SEVEN, "registration"),
        ("T-08", "SUR", "state_corporation", None, Path.P7, SEVEN, "registration"),
        ("a survivor case takes no cause", "SUR", "mobile", "GENERAL_ILLNESS", Path.P7, SEVEN, "consent"),
    ],
)
def test_path_and_term(
    scenario: str, code: str, channel: str, cause: str | None, path: Path, days: int, start: str
) -> None:
    entry = service(code)
    assert path_for(entry, channel, cause) is path, scenario
    term = term_for(entry, channel, cause)
    assert (term.n, term.start) == (days, start), scenario


@pytest.mark.parametrize(("code", "channel"), [("BUR", "provider"), ("SUR", "provider"), ("DIS", "fax")])
def test_a_channel_the_order_does_not_name_is_refused(code: str, channel: str) -> None:
    """AC-D26, the data of it: only the disability benefit is taken at the provider's desk (D-t2)."""
    with pytest.raises(NotFound, match=channel):
        path_for(service(code), channel)
