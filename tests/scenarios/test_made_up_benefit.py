"""A fourth benefit goes from the event to the payment order, the message and the papers out of data and templates."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from belsendi.attachments.kinds import kinds_of
from belsendi.dialogue import MessageCatalogue
from belsendi.dialogue.service_words import refuse_unspoken
from belsendi.errors import ConfigurationError
from belsendi.law import data_folder, load_services
from stack.scenario.judging import judge
from stack.scenario.loading import load_scenario
from stack.scenario.negation import negations
from stack.scenario.playing import play
from stack.scenario.workshop import Workshop
from tests.made_up_benefit import EXAMPLE, Edition, edition_with_the_benefit

FILES = sorted((EXAMPLE / "scenarios").glob("*.yaml"))


@pytest.fixture
def edition(tmp_path: Path) -> Iterator[Edition]:
    made = edition_with_the_benefit(tmp_path)
    with data_folder(made.law):
        yield made


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
async def test_the_made_up_benefit_runs_from_the_event_to_the_result(
    file: Path, workshop: Workshop, edition: Edition
) -> None:
    played = await play(dataclasses.replace(workshop, templates=edition.templates), load_scenario(file))
    assert played.failures == []
    still_holding = [
        f"{checkpoint.place}: {field}"
        for checkpoint in played.checkpoints
        for field, turned in negations(checkpoint.expectation)
        if not judge(turned, checkpoint.seen)
    ]
    assert still_holding == []


@pytest.mark.parametrize(
    ("file", "removed", "lacking"),
    [
        ("law/services.yaml", "    hearing: HEARING-WNT\n", "hearing"),
        ("templates/sms/catalogue.yaml", "M-07-WNT", "M-07-WNT"),
        ("templates/sms/causes.yaml", "WK3", "WK3"),
        ("templates/sms/status.yaml", "WNT", "WNT"),
        ("templates/sms/consent/kk/WNT.txt", None, "consent"),
    ],
)
def test_a_benefit_without_some_of_its_words_stops_the_start(
    tmp_path: Path, file: str, removed: str | None, lacking: str
) -> None:
    made = edition_with_the_benefit(tmp_path)
    target = tmp_path / file
    if removed is None:
        for language in ("kk", "ru"):
            (target.parents[1] / language / target.name).unlink()
    else:
        _without(target, removed.strip().partition(":")[0])
        if lacking.startswith("M-"):
            for language in ("kk", "ru"):
                (made.templates / "sms" / language / f"{lacking}.txt").unlink()
    with data_folder(made.law), pytest.raises(ConfigurationError, match=lacking):
        services = load_services()
        asked_for = {code: list(kinds_of(code)) for code in services}
        refuse_unspoken(MessageCatalogue.load(made.templates / "sms"), services, asked_for)


def _without(file: Path, key: str) -> None:
    """Takes an entry of this name out of a YAML file, wherever it stands."""

    def pruned(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: pruned(value) for name, value in node.items() if name != key}
        return node

    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    if file.name == "services.yaml":
        content["WNT"] = pruned(content["WNT"])
    else:
        content = pruned(content)
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
