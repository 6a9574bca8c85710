"""What is no scenario is refused with the place that is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from stack.scenario.errors import ScenarioInvalid
from stack.scenario.loading import load_scenario, parse_yaml, prepare
from stack.scenario.people import cast_of

PLAIN = """
scenario: [plain]
title: plain
start: 2025-10-23 10:00
calendar: CAL-A
registries:
  people:
    deceased: {numbers: []}
    kin: {account: KZ86125KZT5004100100}
steps:
  - event: {deceased: deceased, died_on: 2025-10-20, registered_on: 2025-10-22, declarant: kin}
  - after: 3wd
    reply: {from: kin, text: "1"}
  - after: 30m
    expect: [{state: OFFERED}]
"""


def changed(**fields: Any) -> dict[str, Any]:
    data = parse_yaml(PLAIN)
    assert isinstance(data, dict)
    return {**data, **fields}


def step(**fields: Any) -> dict[str, Any]:
    return changed(steps=[fields])


def test_times_are_counted_from_step_to_step_and_working_days_by_the_calendar() -> None:
    """Monday 27 October is off in CAL-A: three working days after Thursday are Wednesday."""
    steps = prepare("plain", parse_yaml(PLAIN)).steps
    assert [timed.at for timed in steps] == [
        datetime(2025, 10, 23, 5, 0, tzinfo=UTC),
        datetime(2025, 10, 29, 5, 0, tzinfo=UTC),
        datetime(2025, 10, 29, 5, 30, tzinfo=UTC),
    ]


def test_an_outage_with_an_end_heals_in_its_place() -> None:
    outage = {"system": "odq/place", "until": "2025-10-23 12:00"}
    loaded = prepare(
        "plain",
        changed(steps=[{"outage": outage}, {"after": "4h", "expect": [{"state": "OFFERED"}]}]),
    )
    assert [timed.step.heal for timed in loaded.steps] == [None, "odq", None]


def test_words_like_no_and_on_and_days_stay_texts() -> None:
    assert parse_yaml("{on: 2025-03-11, text: no, done: true, number: 12}") == {
        "on": "2025-03-11",
        "text": "no",
        "done": True,
        "number": 12,
    }


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (changed(colour="red"), "colour"),
        (changed(start="2025-10-23T10:00:00+05:00"), "without an offset"),
        (step(at="2025-10-23 11:00", after="1h", reply={"from": "kin", "text": "1"}), "either at or after"),
        (step(at="2025-10-23 11:00"), "exactly one of"),
        (step(reply={"from": "kin", "text": "1"}, remove_death="deceased"), "exactly one of"),
        (step(at="2025-10-22 11:00", remove_death="deceased"), "before the step before it"),
        (step(after="3 days", remove_death="deceased"), "a length is a number"),
        (step(reply={"from": "uncle", "text": "1"}), "uncle"),
        (step(reply={"from": "kin", "text": 1}), "text"),
        (step(expect=[{"message": {"to": "uncle"}}]), "uncle"),
        (step(expect=[{"of": "uncle", "state": "CLOSED"}]), "uncle"),
        (step(expect=[{"state": "HAPPY"}]), "state"),
        (step(expect=[{"stat": "CLOSED"}]), "stat"),
        (
            step(
                event={
                    "deceased": "deceased",
                    "died_on": "2025-10-20",
                    "registered_on": "2025-10-22",
                    "recipients": ["kin"],
                }
            ),
            "door: api",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(data: dict[str, Any], words: str) -> None:
    with pytest.raises(ScenarioInvalid, match=words):
        prepare("plain", data)


def test_a_file_that_is_not_there_or_no_yaml_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioInvalid, match=r"absent\.yaml cannot be read"):
        load_scenario(tmp_path / "absent.yaml")
    (tmp_path / "broken.yaml").write_text("steps: [", encoding="utf-8")
    with pytest.raises(ScenarioInvalid, match=r"broken\.yaml is not YAML"):
        load_scenario(tmp_path / "broken.yaml")


def test_people_are_made_alike_every_time_and_their_numbers_belong_to_nobody() -> None:
    specs = prepare("plain", parse_yaml(PLAIN)).scenario.registries.people
    cast = cast_of(specs)
    assert cast_of(specs) == cast
    assert len(set(cast.iins.values())) == 2
    for iin in cast.iins.values():
        assert int(iin[2:4]) > 12, "no real birthday has such a month"
    assert set(cast.numbers) == {"kin"}
    assert cast.alias_of_number(cast.numbers["kin"]) == "kin"
    assert all(person.birth_date < date(2000, 1, 1) for person in cast.people)
