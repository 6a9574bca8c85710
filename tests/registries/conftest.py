"""Fixtures of the registry tests: a stand-in server, and ports that talk to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from belsendi.registries import (
    Inquiry,
    MessageForm,
    Registries,
)
from tests.registries.outside import Outside, outside_world
from tests.registries.stand_in import NOW, StandIn, reaching, standing_in


@pytest.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    async with standing_in() as server:
        yield server


@pytest.fixture
async def registries(stand_in: StandIn) -> AsyncIterator[Registries]:
    async with reaching(stand_in) as connected:
        yield connected


@pytest.fixture
def inquiry() -> Inquiry:
    return Inquiry(purpose="BUR", asked_at=NOW, access_token="token-of-the-subject", request_id="request-1")


@pytest.fixture(params=list(MessageForm))
async def outside(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Outside]:
    """The simulated registers, asked in each form in turn."""
    async with outside_world(tmp_path, request.param) as world:
        yield world
