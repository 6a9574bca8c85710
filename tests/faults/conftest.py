"""One stack of real processes for the tests of a module."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.office_view import OfficeView, view_of
from tests.faults.stack_under_test import StackUnderTest, open_stack


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(
    tmp_path_factory: pytest.TempPathFactory, migrated_files: dict[str, Path]
) -> AsyncIterator[StackUnderTest]:
    """A prepared stack with the outside world running; a test starts of our own processes what it needs."""
    opened = await open_stack(tmp_path_factory.mktemp("stack"), migrated_files)
    try:
        await opened.start("simulators", "valkey", "temporal")
        yield opened
    finally:
        opened.stop()
        await opened.wire.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(stack: StackUnderTest) -> AsyncIterator[OfficeView]:
    opened = await view_of(stack)
    yield opened
    await opened.close()
