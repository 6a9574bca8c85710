"""Processes killed at random moments while cases run side by side: every case ends right all the same.

Ten cases in CI; ``BELSENDI_DRILL_CASES=50`` (``make drill``) runs fifty. The seed fixes whom the axe meets and
after how much progress; ``BELSENDI_DRILL_SEED`` names another one.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from belsendi.contracts.states import CaseState
from tests.faults.office_view import OfficeView
from tests.faults.stack_under_test import StackUnderTest
from tests.faults.walk import (
    assert_ended_right,
    read_offer,
    register_death,
    send_event,
    sign_it,
    until_assigned,
    until_state,
)
from tests.workflows.office import Family, families, today

CASES = int(os.environ.get("BELSENDI_DRILL_CASES", "10"))
SEED = int(os.environ.get("BELSENDI_DRILL_SEED", "509"))
VICTIMS = ("worker", "sms", "api", "temporal")
ANOTHER_ACCOUNT = "KZ86125KZT5004100100"

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120 + 18 * CASES)]


class Axe:
    """Kills the next victim whenever the office has got on by a drawn amount."""

    def __init__(self, stack: StackUnderTest, office: OfficeView, draw: random.Random, most: int) -> None:
        self._stack = stack
        self._office = office
        self._draw = draw
        self._most = most
        self.kills: Counter[str] = Counter()

    async def swing(self) -> None:
        """Goes on until ``most`` were killed; cancel it when the cases are done earlier."""
        victims = self._victims()
        last = 0
        while self.kills.total() < self._most:
            wanted = last + self._draw.randint(4, 16)

            async def far_enough(at: int = wanted) -> bool:
                return await self._office.progress() >= at

            await self._stack.until(far_enough, f"progress {wanted}", within=3600)
            victim = next(victims)
            if victim == "sms" and await self._office.sends_in_doubt():
                # A second unknown outcome of one message calls a person by rule (T-25): another is met instead.
                victim = "worker"
            self._stack.kill_and_restart(victim)
            self.kills[victim] += 1
            last = await self._office.progress()

    def _victims(self) -> Iterator[str]:
        """Each of them equally often, in drawn order."""
        while True:
            yield from self._draw.sample(VICTIMS, len(VICTIMS))


async def live(stack: StackUnderTest, office: OfficeView, family: Family, place: int) -> None:
    """One family's case from the death to the payment order; every second one is told over HTTP as well."""
    await register_death(office, family)
    if place % 2:

        async def taken() -> bool:
            return await send_event(stack, family, f"drill-{place}") in (200, 202)

        await stack.until(taken, "the event is taken")
    await read_offer(stack, office, family)
    if place % 3 == 2:
        await office.smsc.write(family.number, "2")
        await until_state(stack, office, family, CaseState.ACCOUNT_PENDING)
        await office.smsc.write(family.number, ANOTHER_ACCOUNT)
    else:
        await office.smsc.write(family.number, ("1", "иә")[place % 2])
    await sign_it(stack, office, family)
    await until_assigned(stack, office, family)


async def test_cases_end_right_whatever_is_killed(
    stack: StackUnderTest, office: OfficeView, capsys: pytest.CaptureFixture[str]
) -> None:
    await stack.start(*(name for name in VICTIMS if name != "temporal"))
    stack.patience = 60.0 + 6 * CASES
    stack.look_every = CASES / 100  # all who wait look together about a hundred times a second
    people = families(CASES, today())
    axe = Axe(stack, office, random.Random(SEED), most=max(8, CASES))
    swinging = asyncio.create_task(axe.swing())
    try:
        async with asyncio.TaskGroup() as lives:
            for place, family in enumerate(people):
                lives.create_task(live(stack, office, family, place))
    finally:
        swinging.cancel()
        await asyncio.wait([swinging])
    assert swinging.cancelled() or swinging.exception() is None, "the axe itself failed"

    repeated = sum([await assert_ended_right(office, family) for family in people])
    starts = sum(running.starts for running in stack.services.values())
    with capsys.disabled():
        sys.stdout.write(
            f"\ndrill: {len(people)} cases assigned, seed {SEED}, kills {dict(sorted(axe.kills.items()))}, "
            f"{starts} process starts, {repeated} SMS repeated after an unknown outcome\n"
        )
    assert set(axe.kills) == set(VICTIMS), "every kind of process was killed"
