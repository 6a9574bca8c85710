"""Dated parameters: two axes of time, and nothing that nobody confirmed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from belsendi.errors import ConfigurationError
from belsendi.law import ParameterSet

LOADED = ParameterSet.load()


def entry(**changed: Any) -> dict[str, Any]:
    """Return a parameter entry."""
    base: dict[str, Any] = {
        "name": "mci",
        "value": "4000",
        "unit": "tenge",
        "valid_from": date(2025, 1, 1),
        "known_from": date(2025, 1, 1),
        "citation": "an act",
        "confidence": "H",
        "checked_on": date(2025, 1, 1),
        "set_by": "operator",
    }
    return {**base, **changed}


@pytest.mark.parametrize(
    ("on", "value"),
    [
        ("2024-01-01", "3692"),
        ("2024-12-31", "3692"),
        ("2025-01-01", "3932"),
        ("2026-01-01", "4325"),
        ("2026-12-31", "4325"),
    ],
)
def test_the_index_of_the_day(on: str, value: str) -> None:
    found = LOADED.value("mci", date.fromisoformat(on))
    assert found is not None
    assert found.value == Decimal(value)
    assert found.confidence == "H"


@pytest.mark.parametrize("on", ["2023-12-31", "2027-01-01", "2030-01-01"])
def test_no_index_is_carried_into_a_year_that_has_none(on: str) -> None:
    assert LOADED.value("mci", date.fromisoformat(on)) is None


def test_the_gap_of_2027_names_who_fills_it() -> None:
    gap = LOADED.find("mci", date(2027, 6, 1))
    assert gap is not None
    assert gap.value is None
    assert "operator" in gap.set_by
    assert LOADED.who_sets("mci") == gap.set_by


def test_multiples_are_exact_decimals() -> None:
    veteran = LOADED.value("burial_multiple_veteran", date(2026, 1, 1))
    assert veteran is not None
    assert veteran.value == Decimal("36.6")


def test_the_index_of_2026_was_not_known_before_its_law() -> None:
    assert LOADED.value("mci", date(2026, 1, 1), known_on=date(2025, 12, 8)) is not None
    assert LOADED.value("mci", date(2026, 1, 1), known_on=date(2025, 12, 7)) is None


def test_a_correction_counts_from_the_day_it_was_known() -> None:
    corrected = ParameterSet.of([entry(), entry(value="4001", known_from=date(2025, 6, 1))])
    day = date(2025, 3, 1)
    then, now = corrected.value("mci", day, date(2025, 5, 31)), corrected.value("mci", day)
    assert then is not None
    assert now is not None
    assert (then.value, now.value) == (Decimal(4000), Decimal(4001))


@pytest.mark.parametrize("changed", [{"confidence": "U"}, {"value": None}])
def test_an_unconfirmed_or_repealed_value_is_not_used(changed: dict[str, Any]) -> None:
    assert ParameterSet.of([entry(**changed)]).value("mci", date(2025, 5, 1)) is None


def test_a_float_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="quoted decimal"):
        ParameterSet.of([entry(value=36.6)])


def test_an_unknown_name_has_no_value() -> None:
    assert LOADED.value("pension", date(2025, 1, 1)) is None
    assert LOADED.who_sets("pension") == "the operator"


def test_the_hash_follows_the_content() -> None:
    assert ParameterSet.of([entry()]).hash == ParameterSet.of([entry()]).hash
    assert ParameterSet.of([entry()]).hash != ParameterSet.of([entry(value="4000.5")]).hash
