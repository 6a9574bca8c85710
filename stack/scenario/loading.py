"""Reading scenario files: YAML 1.2 as people expect it, checked, with every step's time worked out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import yaml
from pydantic import ValidationError

from belsendi.law import WorkingCalendar, load_calendar
from stack.scenario.errors import ScenarioInvalid
from stack.scenario.model import InlineCalendar, OutageStep, Scenario, Step
from stack.scenario.times import later

_YEARS = range(2020, 2031)
# Fixtures of the specification (9.3), no statements of law.
_HOLIDAYS = {"CAL-A": [date(2025, 10, 27)], "CAL-B": [date(2025, 3, 10)], "CAL-C": []}


class _PlainLoader(yaml.SafeLoader):
    """Without the surprises of YAML 1.1: ``on``, ``no`` and dates stay texts."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [
        (tag, form)
        for tag, form in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


@dataclass(frozen=True)
class TimedStep:
    """A step with its instant (UTC). ``number`` counts the steps of the file from 1; 0 is the end of an outage."""

    number: int
    at: datetime
    step: Step


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario ready to be played."""

    name: str
    scenario: Scenario
    calendar: WorkingCalendar
    steps: tuple[TimedStep, ...]


def parse_yaml(text: str) -> object:
    """The plain data of a scenario file."""
    return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 -- a SafeLoader with fewer resolvers


def load_scenario(path: Path) -> LoadedScenario:
    """Reads one file. Raises ScenarioInvalid naming the place that is wrong."""
    try:
        data = parse_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioInvalid(f"{path.name} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ScenarioInvalid(f"{path.name} is not YAML: {error}") from error
    return prepare(path.stem, data)


def prepare(name: str, data: object) -> LoadedScenario:
    """Checks the data of a scenario and works out its times. Raises ScenarioInvalid."""
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ScenarioInvalid(f"{name}: {place}: {first['msg']}") from error
    _check_aliases(name, scenario)
    calendar = calendar_of(scenario)
    return LoadedScenario(name, scenario, calendar, tuple(_timed(name, scenario, calendar)))


def calendar_of(scenario: Scenario) -> WorkingCalendar:
    """The calendar a scenario counts by."""
    chosen = scenario.calendar
    if isinstance(chosen, InlineCalendar):
        return WorkingCalendar.from_fixture(chosen.rest_days, chosen.holidays, chosen.worked, _YEARS)
    if chosen == "shipped":
        return load_calendar()
    return WorkingCalendar.from_fixture(holidays=_HOLIDAYS[chosen], years=_YEARS)


def _timed(name: str, scenario: Scenario, calendar: WorkingCalendar) -> list[TimedStep]:
    steps: list[TimedStep] = []
    present = scenario.start.astimezone(UTC)
    for number, step in enumerate(scenario.steps, 1):
        at = step.at or (later(present, step.after, calendar) if step.after else present)
        if at < present:
            raise ScenarioInvalid(f"{name}: step {number} lies before the step before it; put it in order")
        present = at
        steps.append(TimedStep(number, at, step))
        if step.outage is not None and step.outage.until is not None:
            steps.append(_healing(step.outage, step.outage.until))
    return sorted(steps, key=lambda timed: timed.at)


def _healing(outage: OutageStep, until: datetime) -> TimedStep:
    return TimedStep(0, until, Step.model_validate({"heal": outage.system.partition("/")[0]}))


def _check_aliases(name: str, scenario: Scenario) -> None:
    """Every person a scenario names must be in its registries; a mistyped name would prove nothing."""
    known = set(scenario.registries.people)
    named: set[str] = set()
    for death in scenario.registries.deaths:
        named |= {death.of, *([death.declarant] if death.declarant else [])}
    named |= {spec.answered_with for spec in scenario.registries.people.values() if spec.answered_with}
    for step in scenario.steps:
        named |= _named_in(step)
    for expectation in [*scenario.expect, *(e for step in scenario.steps for e in step.expect or [])]:
        named |= {alias for alias in (expectation.of, expectation.deceased) if alias}
        for message in (expectation.message, expectation.no_message):
            named |= {message.to} if message and message.to and not message.to.startswith("+") else set()
    if missing := sorted(named - known):
        raise ScenarioInvalid(f"{name}: not among registries.people: {', '.join(missing)}")


def _named_in(step: Step) -> set[str]:
    named: set[str | None] = {step.remove_death}
    if step.event:
        named |= {step.event.deceased, step.event.declarant, *(step.event.recipients or [])}
    for reply in [*([step.reply] if step.reply else []), *(step.replies or [])]:
        named |= {reply.sender} if not reply.sender.startswith("+") else set()
    officers_acts = (step.sign, step.return_draft, step.review, step.withdraw, step.retry_placement)
    for act in (*officers_acts, step.propose, step.ask_documents):
        named |= {act.of} if act else set()
    named |= {step.disability.of, step.disability.applicant} if step.disability else set()
    named |= {step.loss.of, step.loss.applicant, *step.loss.dependants} if step.loss else set()
    named |= {step.change_person.who} if step.change_person else set()
    named |= {step.change_death.of} if step.change_death else set()
    return {alias for alias in named if alias is not None}
