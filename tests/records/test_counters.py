"""Running numbers: from one, without a gap or a repetition, whoever takes them."""

from __future__ import annotations

import pytest

from belsendi.records.counters import next_number
from tests.records.office import Office
from tests.records.rivals import at_once


async def take(office: Office, name: str = "journal:BUR:2026") -> int:
    async with office.records.database.writing() as session:
        return await next_number(session, name)


async def test_numbers_begin_with_one_and_each_series_counts_alone(office: Office) -> None:
    assert [await take(office), await take(office), await take(office, "journal:BUR:2027")] == [1, 2, 1]


async def test_numbers_taken_in_the_same_moment_have_no_gap_and_no_repetition(
    office: Office, rival: Office
) -> None:
    sides = [office, rival] * 8
    taken = await at_once([lambda side=side: take(side) for side in sides])
    assert sorted(taken) == list(range(1, 17))


async def test_a_number_that_was_not_used_is_given_to_the_next(office: Office) -> None:
    assert await take(office) == 1
    with pytest.raises(RuntimeError):
        async with office.records.database.writing() as session:
            assert await next_number(session, "journal:BUR:2026") == 2
            raise RuntimeError("the step failed after it took its number")
    assert await take(office) == 2


async def test_a_unit_may_take_several_numbers(office: Office) -> None:
    async with office.records.database.writing() as session:
        taken = [await next_number(session, "decision:BUR:2026") for _ in range(3)]
    assert taken == [1, 2, 3]
