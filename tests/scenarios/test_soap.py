"""Whole cases where every system is asked in the SOAP envelope of the national gateway."""

from __future__ import annotations

import pytest

from belsendi.errors import ConfigurationError
from stack.scenario.loading import load_scenario
from stack.scenario.playing import play
from stack.scenario.workshop import Workshop
from tests.scenarios.conftest import FOLDER


@pytest.mark.parametrize("name", ["AC-B01", "lost-answer-of-the-payment-system"])
@pytest.mark.asyncio(loop_scope="session")
async def test_a_case_goes_the_same_way_in_the_envelope(
    name: str, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BELSENDI_REGISTRY_FORM", "SOAP")
    monkeypatch.setenv("BELSENDI_REGISTRY_SENDER_ID", "belsendi-scenario")
    assert (await play(workshop, load_scenario(FOLDER / f"{name}.yaml"))).failures == []


@pytest.mark.asyncio(loop_scope="session")
async def test_the_setting_is_what_the_scenario_runs_with(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form nobody knows stops the office at its start, so the tests above did not pass by JSON."""
    monkeypatch.setenv("BELSENDI_REGISTRY_FORM", "CORBA")
    with pytest.raises(ConfigurationError, match="REST"):
        await play(workshop, load_scenario(FOLDER / "AC-B01.yaml"))
