"""Working hours as row 7 has them, acceptance after hours, and the end of terms that follows from it."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime
from typing import Any

import pytest

from belsendi.errors import ConfigurationError
from belsendi.law import (
    ALMATY,
    Place,
    WorkingCalendar,
    accept_date,
    anchor_of,
    closing_time,
    due,
    is_open,
    load_services,
    local,
    service,
    service_clock,
    start_of_benefit,
    term_for,
)
from belsendi.law.catalogue import parse_service
from belsendi.law.clocks import ClockStart
from belsendi.law.data_files import read_data
from belsendi.law.information import answer_term

CAL_A = WorkingCalendar.from_fixture(holidays=[date(2025, 10, 25), date(2025, 10, 27)], years=[2025])
CAL_B = WorkingCalendar.from_fixture(holidays=[date(2025, 3, 10)], years=[2025])
CAL_C = WorkingCalendar.from_fixture(years=[2025])


def almaty(text: str) -> datetime:
    """Return the UTC instant of an Almaty clock reading."""
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY).astimezone(UTC)


@pytest.mark.parametrize(
    ("scenario", "code", "channel", "cause", "received", "calendar", "accepted", "due_on"),
    [
        ("E1 AC-B01", "BUR", "mobile", None, "2025-03-11 10:05", CAL_B, "2025-03-11", "2025-03-12"),
        ("E2 AC-B18", "BUR", "mobile", None, "2025-10-24 18:20", CAL_A, "2025-10-24", "2025-10-28"),
        ("AC-B18", "BUR", "mobile", None, "2025-10-25 12:00", CAL_A, "2025-10-25", "2025-10-28"),
        (
            "E8 AC-B27",
            "BUR",
            "state_corporation",
            None,
            "2025-03-06 11:00",
            CAL_B,
            "2025-03-06",
            "2025-03-12",
        ),
        (
            "E3 AC-D06",
            "DIS",
            "mobile",
            "GENERAL_ILLNESS",
            "2025-10-24 18:20",
            CAL_A,
            "2025-10-28",
            "2025-10-29",
        ),
        ("E4 AC-D07", "DIS", "mobile", "MILITARY", "2025-10-24 18:20", CAL_A, "2025-10-28", "2025-11-05"),
        ("E5 AC-D11", "DIS", "mobile", "WORK_INJURY", "2025-06-14 10:00", CAL_C, "2025-06-16", "2025-06-17"),
        ("E6 AC-D03", "DIS", "mobile", "MILITARY", "2025-06-16 10:00", CAL_C, "2025-06-16", "2025-06-25"),
        (
            "E7 AC-D25",
            "DIS",
            "state_corporation",
            "GENERAL_ILLNESS",
            "2025-06-10 10:00",
            CAL_C,
            "2025-06-10",
            "2025-06-19",
        ),
        ("AC-D01", "DIS", "mobile", "GENERAL_ILLNESS", "2025-06-16 10:00", CAL_C, "2025-06-16", "2025-06-17"),
        ("AC-D08", "DIS", "mobile", "GENERAL_ILLNESS", "2025-06-16 17:45", CAL_C, "2025-06-16", "2025-06-17"),
        (
            "AC-D09",
            "DIS",
            "mobile",
            "GENERAL_ILLNESS",
            "2025-06-16 18:00:00",
            CAL_C,
            "2025-06-16",
            "2025-06-17",
        ),
        (
            "AC-D09",
            "DIS",
            "mobile",
            "GENERAL_ILLNESS",
            "2025-06-16 18:00:01",
            CAL_C,
            "2025-06-17",
            "2025-06-18",
        ),
        ("AC-D10", "DIS", "mobile", "GENERAL_ILLNESS", "2025-06-16 13:15", CAL_C, "2025-06-16", "2025-06-17"),
        (
            "before nine",
            "DIS",
            "mobile",
            "GENERAL_ILLNESS",
            "2025-06-16 05:00",
            CAL_C,
            "2025-06-16",
            "2025-06-17",
        ),
        ("AC-D12", "DIS", "mobile", "GENERAL_ILLNESS", "2025-06-13 11:00", CAL_C, "2025-06-13", "2025-06-16"),
        ("AC-D24", "DIS", "portal", "GENERAL_ILLNESS", "2025-06-16 11:00", CAL_C, "2025-06-16", "2025-06-17"),
        ("AC-D24", "DIS", "portal", "CHILDHOOD", "2025-06-16 11:00", CAL_C, "2025-06-16", "2025-06-25"),
        ("AC-S01", "SUR", "mobile", None, "2025-06-16 10:00", CAL_C, "2025-06-16", "2025-06-25"),
        ("AC-S02", "SUR", "mobile", None, "2025-10-24 18:20", CAL_A, "2025-10-24", "2025-11-05"),
        ("AC-S07", "SUR", "portal", None, "2025-06-15 12:00", CAL_C, "2025-06-16", "2025-06-25"),
        ("AC-S07", "SUR", "mobile", None, "2025-06-15 12:00", CAL_C, "2025-06-16", "2025-06-24"),
        ("AC-S08", "SUR", "portal", None, "2025-06-16 18:20", CAL_C, "2025-06-16", "2025-06-25"),
    ],
)
def test_acceptance_and_term(
    scenario: str,
    code: str,
    channel: str,
    cause: str | None,
    received: str,
    calendar: WorkingCalendar,
    accepted: str,
    due_on: str,
) -> None:
    """9.2, 9.3: the seven days of the mobile channel run from the real day of consent, the others from acceptance."""
    instant = almaty(received)
    accepted_on = accept_date(code, instant, calendar)
    term = term_for(service(code), channel, cause)
    start = local(instant).date() if term.start is ClockStart.CONSENT else accepted_on
    assert accepted_on == date.fromisoformat(accepted), scenario
    assert due(term, start, calendar).due_on == date.fromisoformat(due_on), scenario


def test_a_deferred_acceptance_does_not_move_the_months() -> None:
    """E3, AC-D06: the anchor stays 24.10.2025, the earliest start 24.07.2025."""
    consent = local(almaty("2025-10-24 18:20")).date()
    anchor = anchor_of(service("DIS"), "mobile", consented_on=consent)
    assert start_of_benefit(service("DIS"), date(2025, 1, 1), anchor) == date(2025, 7, 24)


@pytest.mark.parametrize(
    ("code", "channel", "cause"), [("DIS", "state_corporation", "GENERAL_ILLNESS"), ("SUR", "portal", None)]
)
def test_the_extension_moves_the_last_day_by_five_working_days(
    code: str, channel: str, cause: str | None
) -> None:
    """AC-D27, AC-S09: due Thursday 19.06.2025, extended to Thursday 26.06.2025 (T-10)."""
    term, extension = term_for(service(code), channel, cause), service(code).clock.extension
    assert extension is not None
    assert due(term, date(2025, 6, 10), CAL_C).due_on == date(2025, 6, 19)
    assert due(term, date(2025, 6, 10), CAL_C, extension).due_on == date(2025, 6, 26)


def test_only_the_burial_payment_has_no_extension() -> None:
    """AC-B34."""
    without = {code for code, entry in load_services().items() if entry.clock.extension is None}
    assert without == {"BUR"}


@pytest.mark.parametrize(
    ("code", "place", "kk", "ru"),
    [
        ("BUR", Place.STATE_CORPORATION, "дс–жм 09:00–18:00, үзіліссіз", "пн–пт 09:00–18:00, без перерыва"),
        (
            "BUR",
            Place.PROVIDER,
            "дс–жм 09:00–18:30, үзіліс 13:00–14:30",
            "пн–пт 09:00–18:30, перерыв 13:00–14:30",
        ),
        (
            "DIS",
            Place.PROVIDER,
            "дс–жм 09:00–18:00, үзіліс 13:00–14:00",
            "пн–пт 09:00–18:00, перерыв 13:00–14:00",
        ),
        (
            "DIS",
            Place.PROVIDER_ACCEPTANCE,
            "дс–жм 09:00–17:30, үзіліс 13:00–14:30",
            "пн–пт 09:00–17:30, перерыв 13:00–14:30",
        ),
        (
            "SUR",
            Place.PROVIDER,
            "дс–жм 09:00–18:30, үзіліс 13:00–14:30",
            "пн–пт 09:00–18:30, перерыв 13:00–14:30",
        ),
        ("SUR", Place.PORTAL, "тәулік бойы", "круглосуточно"),
    ],
)
def test_hours_are_shown_as_each_row_has_them(code: str, place: Place, kk: str, ru: str) -> None:
    """5.4, 6.4, 7.4; INC-03 shows both breaks, INC-04 keeps the hours per service."""
    [line] = [line for line in service_clock(code).hours if line.place is place]
    assert (line.words("kk"), line.words("ru")) == (kk, ru)


@pytest.mark.parametrize("code", ["BUR", "DIS", "SUR"])
def test_duty_departments_work_longer_and_on_saturday(code: str) -> None:
    lines = [line.words("kk") for line in service_clock(code).hours if line.place is Place.DUTY_DEPARTMENT]
    assert lines == ["дс–жм 09:00–20:00", "сб 09:00–13:00"]


@pytest.mark.parametrize(
    ("place", "moment", "opened"),
    [
        (Place.PROVIDER, "2025-10-24 12:59", True),
        (Place.PROVIDER, "2025-10-24 13:00", False),
        (Place.PROVIDER, "2025-10-24 14:00", True),
        (Place.PROVIDER_ACCEPTANCE, "2025-10-24 14:00", False),
        (Place.PROVIDER_ACCEPTANCE, "2025-10-24 17:30", False),
        (Place.PROVIDER, "2025-10-24 17:59", True),
        (Place.PROVIDER, "2025-10-24 18:00", False),
        (Place.PROVIDER, "2025-10-27 10:00", False),
        (Place.STATE_CORPORATION, "2025-10-24 13:15", True),
        (Place.DUTY_DEPARTMENT, "2025-10-24 19:59", True),
        (Place.DUTY_DEPARTMENT, "2025-10-18 12:59", True),
        (Place.DUTY_DEPARTMENT, "2025-10-18 13:00", False),
        (Place.DUTY_DEPARTMENT, "2025-10-25 12:00", False),
        (Place.PORTAL, "2025-10-25 23:00", True),
    ],
)
def test_whether_a_place_is_open(place: Place, moment: str, opened: bool) -> None:
    """Friday 24.10.2025; Saturday 25.10. and Monday 27.10. are off in CAL-A."""
    assert is_open(service_clock("DIS").hours, place, almaty(moment), CAL_A) is opened


def test_a_saturday_declared_worked_opens_no_office_that_has_no_saturday() -> None:
    worked = WorkingCalendar.from_fixture(worked=[date(2025, 10, 18)], years=[2025])
    hours = service_clock("SUR").hours
    assert not is_open(hours, Place.PROVIDER, almaty("2025-10-18 10:00"), worked)
    assert is_open(hours, Place.DUTY_DEPARTMENT, almaty("2025-10-18 10:00"), worked)


def test_alarms_count_back_from_the_hours_shown() -> None:
    day = date(2025, 6, 16)
    assert closing_time("DIS", day) == almaty("2025-06-16 18:00")
    assert closing_time("SUR", day) == almaty("2025-06-16 18:30")


@pytest.mark.parametrize(
    ("code", "citation"), [("DIS", "D-t3"), ("SUR", "S-t3"), ("BUR", "SIL-38"), (None, "D-t3, S-t3; SIL-38")]
)
def test_information_is_due_in_half_an_hour(code: str | None, citation: str) -> None:
    """AC-D29, AC-S10: asked at 23:50, answered by 00:20."""
    term = answer_term(almaty("2025-06-16 23:50"), code)
    assert (term.due_at, term.citation) == (almaty("2025-06-17 00:20"), citation)


def clock(**changed: Any) -> dict[str, Any]:
    """Return a burial entry with a clock of its own."""
    entry = copy.deepcopy(read_data("services.yaml")["BUR"])
    return {**entry, "clock": {**copy.deepcopy(read_data("clocks.yaml")["BUR"]), **changed}}


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (
            [
                {
                    "place": "portal",
                    "days": ["MON"],
                    "opens": "09:00",
                    "closes": "18:00",
                    "breaks": [],
                    "citation": "x",
                }
            ],
            "provider",
        ),
        (
            [
                {
                    "place": "provider",
                    "days": ["MON"],
                    "opens": "18:00",
                    "closes": "09:00",
                    "breaks": [],
                    "citation": "x",
                }
            ],
            "order",
        ),
        (
            [
                {
                    "place": "provider",
                    "days": [],
                    "opens": "09:00",
                    "closes": "18:00",
                    "breaks": [],
                    "citation": "x",
                }
            ],
            "at least one day",
        ),
        (
            [
                {
                    "place": "provider",
                    "days": ["MON"],
                    "opens": "09:00",
                    "closes": "18:00",
                    "breaks": [["14:00", "13:00"]],
                    "citation": "x",
                }
            ],
            "order",
        ),
    ],
)
def test_impossible_hours_stop_the_start(hours: list[dict[str, Any]], said: str) -> None:
    assert parse_service("BUR", clock()).code == "BUR"
    with pytest.raises(ConfigurationError, match=said):
        parse_service("BUR", clock(hours=hours))
