"""docs/traceability.md: rule → code → tests that ran, made of the list of ids, the code and the last results."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.traceability.citations import citations
from tests.traceability.named import named_tests

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "traceability.md"
RESULTS = Path(__file__).parent / "results.json"
_LIST = Path(__file__).parent / "specification.yaml"
_HEAD = """# Traceability

Rule of order 509 → where the specification tells it → scenarios → code → tests that ran. Written by `make traceability`
out of the ids in `tests/traceability/specification.yaml`, the citations in code and data, and the results of the tests
that name scenarios; `make check` says when it is out of date. Several tests may stand behind one name: their number is
in brackets.
"""


@dataclass(frozen=True)
class Rules:
    """Rules that the specification tells together."""

    rules: tuple[str, ...]
    sections: str
    scenarios: tuple[str, ...]


@dataclass(frozen=True)
class Trace:
    """Everything the page is made of. ``results``: test → how many times it passed, failed, was skipped."""

    groups: tuple[Rules, ...]
    scenarios: Mapping[str, Sequence[str]]
    code: Mapping[str, Mapping[str, Sequence[str]]]
    tests: Mapping[str, Sequence[str]]
    results: Mapping[str, Mapping[str, int]]

    @property
    def tests_of(self) -> dict[str, list[str]]:
        """Scenario → tests that name it."""
        found: dict[str, list[str]] = {scenario: [] for scenario in self.scenarios}
        for test, ids in self.tests.items():
            for scenario in ids:
                found.setdefault(scenario, []).append(test)
        return found

    @property
    def uncovered(self) -> list[str]:
        """What is missing, as sentences: a rule without code, a scenario without a test, a test that did not pass."""
        lacking = [
            f"{rule} is cited nowhere" for each in self.groups for rule in each.rules if rule not in self.code
        ]
        lacking += [f"{scenario} has no test" for scenario, tests in self.tests_of.items() if not tests]
        known = set(self.scenarios)
        lacking += [
            f"{scenario} of {test} is no scenario of the specification"
            for test, ids in self.tests.items()
            for scenario in ids
            if scenario not in known
        ]
        return lacking

    @property
    def not_passed(self) -> list[str]:
        """Tests that name a scenario and did not run and pass."""
        return [test for test in self.tests if set(self.results.get(test, {})) != {"passed"}]


def load_trace(results: Path = RESULTS) -> Trace:
    """The present state. Results are those of the last ``make traceability``; none where it never ran."""
    listed = yaml.safe_load(_LIST.read_text(encoding="utf-8"))
    return Trace(
        groups=tuple(
            Rules(tuple(each["rules"]), each["sections"], tuple(each["scenarios"]))
            for each in listed["rules"]
        ),
        scenarios=listed["scenarios"],
        code=citations(),
        tests=named_tests(),
        results=json.loads(results.read_text(encoding="utf-8")) if results.exists() else {},
    )


def page_of(trace: Trace) -> str:
    """The page. The same state gives the same bytes."""
    return "\n".join([_HEAD, *_summary(trace), *_rules(trace), *_scenarios(trace)])


def _summary(trace: Trace) -> Iterator[str]:
    rules = [rule for each in trace.groups for rule in each.rules]
    ran = sum(sum(came.values()) for test, came in trace.results.items() if test in trace.tests)
    named = len(trace.tests)
    yield f"{len(rules)} rules, {len(trace.scenarios)} scenarios, {named} named tests that ran {ran} times.\n"
    yield "## Uncovered\n"
    gaps = trace.uncovered + [f"`{test}` did not run or did not pass" for test in trace.not_passed]
    yield "\n".join(f"- {gap}" for gap in gaps) + "\n" if gaps else "Nothing.\n"


def _rules(trace: Trace) -> Iterator[str]:
    tests_of = trace.tests_of
    yield "## Rules\n"
    for each in trace.groups:
        yield f"### {', '.join(each.rules)}\n"
        yield f"Sections: {each.sections}. Scenarios: {', '.join(each.scenarios) or 'none of its own'}.\n"
        for rule in each.rules:
            yield f"- **{rule}**"
            yield from (f"  - {_place(file, names)}" for file, names in trace.code.get(rule, {}).items())
        own = sorted({test for scenario in each.scenarios for test in tests_of[scenario]})
        passed = sum(test not in trace.not_passed for test in own)
        yield f"\nTests: {passed} of {len(own)} passed.\n" if own else ""


def _place(file: str, names: Sequence[str]) -> str:
    return f"`{file}`" + (f": {', '.join(f'`{name}`' for name in names)}" if names else "")


def _scenarios(trace: Trace) -> Iterator[str]:
    yield "## Scenarios\n"
    yield "| Scenario | Rules | Tests | Result |"
    yield "|---|---|---|---|"
    for scenario, tests in trace.tests_of.items():
        rules = ", ".join(trace.scenarios.get(scenario, ()))
        named = "<br>".join(f"`{test.removeprefix('tests/')}`{_times(trace, test)}" for test in tests)
        passed = bool(tests) and not set(tests) & set(trace.not_passed)
        yield f"| {scenario} | {rules} | {named or 'none'} | {'passed' if passed else '**open**'} |"
    yield ""


def _times(trace: Trace, test: str) -> str:
    times = sum(trace.results.get(test, {}).values())
    return f" ({times})" if times > 1 else ""
