"""The token bucket on a clock of its own."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.throttle import TokenBucket


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_the_rate_rules() -> None:
    clock = Clock()
    bucket = TokenBucket(rate=10, burst=3, clock=clock)

    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    assert bucket.wait_needed() == pytest.approx(0.1)
    clock.now += 0.1
    assert [bucket.take(), bucket.take()] == [True, False]


def test_a_pause_earns_no_more_than_the_burst() -> None:
    clock = Clock()
    bucket = TokenBucket(rate=10, burst=2, clock=clock)
    clock.now += 1000

    assert [bucket.take() for _ in range(3)] == [True, True, False]


def test_a_hold_stops_everybody_and_a_shorter_one_does_not_shorten_it() -> None:
    clock = Clock()
    bucket = TokenBucket(rate=10, burst=5, clock=clock)
    bucket.hold(2.0)
    bucket.hold(0.5)

    assert bucket.take() is False
    assert bucket.wait_needed() == pytest.approx(2.0)
    clock.now += 2.0
    assert bucket.take() is True


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60), st.floats(0.5, 50), st.integers(1, 10))
def test_never_more_than_burst_and_rate_allow(pauses: list[float], rate: float, burst: int) -> None:
    clock = Clock()
    bucket = TokenBucket(rate, burst, clock)
    passed = 0
    for pause in pauses:
        clock.now += pause
        while bucket.take():
            passed += 1

    assert passed <= burst + (clock.now - 100.0) * rate + 1e-3


async def test_those_who_wait_pass_in_order_of_arrival() -> None:
    bucket = TokenBucket(rate=200, burst=1)
    order: list[int] = []

    async def go(number: int) -> None:
        await bucket.pass_one()
        order.append(number)

    await asyncio.wait_for(asyncio.gather(*(go(number) for number in range(6))), 60)

    assert order == list(range(6))


async def test_a_release_lets_waiters_go_and_an_engaged_bucket_counts_again() -> None:
    bucket = TokenBucket(rate=0.001, burst=1)
    await bucket.pass_one()
    waiter = asyncio.create_task(bucket.pass_one())

    bucket.release()
    await asyncio.wait_for(waiter, 60)
    bucket.engage()

    assert bucket.take() is False
