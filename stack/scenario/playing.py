"""Playing one scenario: steps in their order, cases moved through their timers, everything seen kept."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from stack.scenario.acting import Actors
from stack.scenario.clock import VirtualClock
from stack.scenario.engine import Engine
from stack.scenario.errors import ClockRanAhead
from stack.scenario.expectations import ActExpected, Expectation
from stack.scenario.invariants import broken_invariants
from stack.scenario.judging import judge
from stack.scenario.loading import LoadedScenario
from stack.scenario.observing import look
from stack.scenario.office import Office
from stack.scenario.people import Cast, cast_of
from stack.scenario.seen import Seen
from stack.scenario.workshop import Workshop

_REPETITIONS = 2
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checkpoint:
    """Expectations and what was seen when they had to hold. ``place`` names the step."""

    place: str
    expectation: Expectation
    seen: Seen


@dataclass(frozen=True)
class Played:
    """A scenario that was played to its end."""

    loaded: LoadedScenario
    cast: Cast
    checkpoints: tuple[Checkpoint, ...]
    last: Seen

    @property
    def failures(self) -> list[str]:
        """What did not hold, as sentences; empty when the scenario holds."""
        failed = [
            f"{checkpoint.place}: {problem}"
            for checkpoint in self.checkpoints
            for problem in judge(checkpoint.expectation, checkpoint.seen)
        ]
        return failed + [f"always: {words}" for words in broken_invariants(self.last)]


async def play(workshop: Workshop, loaded: LoadedScenario) -> Played:
    """Plays a scenario in an office of its own. Raises ScenarioStuck, ScenarioInvalid.

    A playing in which the engine moved a clock too far says nothing and is repeated.
    """
    for _ in range(_REPETITIONS):
        try:
            return await _play(workshop, loaded)
        except ClockRanAhead as ahead:
            log.warning("%s: %s", loaded.name, ahead)
    return await _play(workshop, loaded)


async def _play(workshop: Workshop, loaded: LoadedScenario) -> Played:
    scenario = loaded.scenario
    cast = cast_of(scenario.registries.people)
    clock = VirtualClock(scenario.start)
    settings = workshop.new_office(scenario.start)
    async with Office(workshop, settings, loaded.calendar, scenario.settings, clock) as office:
        engine = Engine(workshop, office, clock)
        player = _Player(workshop, office, engine, clock, cast)
        await player.actors.fill_registers(scenario.registries.deaths)
        try:
            return await player.play(loaded)
        finally:
            await engine.end()


class _Player:
    """Goes through the steps and keeps what they need."""

    def __init__(
        self, workshop: Workshop, office: Office, engine: Engine, clock: VirtualClock, cast: Cast
    ) -> None:
        self.actors = Actors(office, workshop.registry, cast, clock, workshop.passphrase)
        self._workshop = workshop
        self._office = office
        self._engine = engine
        self._clock = clock
        self._cast = cast
        self._acts: dict[int, str] = {}
        self._checkpoints: list[Checkpoint] = []

    async def play(self, loaded: LoadedScenario) -> Played:
        expected_acts: list[Expectation] = []
        for timed in loaded.steps:
            await self._engine.run_until(timed.at)
            if timed.step.expect is not None:
                await self._check(f"step {timed.number}", timed.step.expect)
                continue
            result = await self.actors.carry_out(timed.step)
            await self._engine.settle()
            if timed.number:
                self._acts[timed.number] = result
                act = ActExpected(step=timed.number, result=timed.step.gives)
                expected_acts.append(Expectation(act=act))
        await self._check("the end", [*loaded.scenario.expect, *expected_acts])
        return Played(loaded, self._cast, tuple(self._checkpoints), await self._look())

    async def _check(self, place: str, expectations: Sequence[Expectation]) -> None:
        seen = await self._look()
        self._checkpoints += [Checkpoint(place, expectation, seen) for expectation in expectations]

    async def _look(self) -> Seen:
        return await look(
            self._office.bench,
            self._cast,
            self._clock.now(),
            await self._workshop.registry.orders(),
            self._acts,
            self._office.complaints.words,
        )
