"""An office that learns of life events, on SQLite; no registry answers it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from belsendi.casework.bench import open_bench
from belsendi.casework.profile import load_profile
from belsendi.law import SendWindow
from belsendi.settings import Settings
from tests.conversation.office import TalkOffice


@pytest.fixture
async def office(sqlite_settings: Settings) -> AsyncIterator[TalkOffice]:
    nobody = sqlite_settings.model_copy(update={"registry_url": "http://127.0.0.1:9"})
    shipped = load_profile(nobody)
    daytime = shipped.defaults.model_copy(update={"sms_window": SendWindow()})
    bench = open_bench(nobody, profile=shipped.model_copy(update={"defaults": daytime}))
    yield TalkOffice(bench)
    await bench.close()
