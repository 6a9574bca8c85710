"""An office that learns of life events, on SQLite; no registry answers it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from belsendi.casework.bench import open_bench
from belsendi.settings import Settings
from tests.conversation.office import TalkOffice


@pytest.fixture
async def office(sqlite_settings: Settings) -> AsyncIterator[TalkOffice]:
    nobody = sqlite_settings.model_copy(update={"registry_url": "http://127.0.0.1:9"})
    bench = open_bench(nobody)
    yield TalkOffice(bench)
    await bench.close()
