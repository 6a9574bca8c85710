"""One office with its console for all tests of this folder; every test makes the cases it needs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.console.office import ConsoleOffice, open_console


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def office(
    temporal_server: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ConsoleOffice]:
    async with open_console(tmp_path_factory.mktemp("office"), temporal_server) as opened:
        yield opened
