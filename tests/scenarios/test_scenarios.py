"""Every scenario file holds, and every expectation in it can fail."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from stack.scenario.judging import judge
from stack.scenario.loading import load_scenario, parse_yaml
from stack.scenario.negation import negations
from stack.scenario.schema import SCHEMA_FILE, scenario_schema
from stack.scenario.trace import trace_lines
from tests.scenarios.conftest import FILES, Play

files = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
in_one_loop = pytest.mark.asyncio(loop_scope="session")


@files
@in_one_loop
async def test_the_scenario_holds(file: Path, played: Play) -> None:
    assert (await played(file)).failures == []


@files
@in_one_loop
async def test_each_expectation_turned_round_does_not_hold(file: Path, played: Play) -> None:
    """The same facts that fulfil an expectation must contradict it when any one field of it is turned round."""
    checkpoints = (await played(file)).checkpoints
    assert checkpoints
    still_holding = [
        f"{checkpoint.place}: {field} of {checkpoint.expectation.model_dump(mode='json', exclude_none=True)}"
        for checkpoint in checkpoints
        for field, turned in negations(checkpoint.expectation)
        if not judge(turned, checkpoint.seen)
    ]
    assert still_holding == []


@files
@in_one_loop
async def test_the_trace_tells_every_message_and_every_line_of_the_case(file: Path, played: Play) -> None:
    done = await played(file)
    text = "\n".join(trace_lines(done))
    assert all(message.text in text for message in done.last.messages)
    assert all(line.kind in text for case in done.last.cases for line in case.timeline)


@files
def test_the_file_follows_the_schema(file: Path) -> None:
    schema = scenario_schema()
    validator = jsonschema.validators.validator_for(schema)(schema)
    problems = validator.iter_errors(parse_yaml(file.read_text(encoding="utf-8")))
    assert [f"{problem.json_path}: {problem.message}" for problem in problems] == []


@files
def test_the_file_expects_something_at_its_end_and_names_what_it_stands_for(file: Path) -> None:
    scenario = load_scenario(file).scenario
    assert scenario.scenario[0] in file.stem or not scenario.scenario[0].startswith("AC-")
    assert scenario.title
    assert scenario.expect or scenario.steps[-1].expect


def test_the_printed_schema_is_current() -> None:
    """``belsendi scenario schema > stack/scenario/schema.json`` writes it anew."""
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == scenario_schema()
