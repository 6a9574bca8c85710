"""A client of the real server with the product's own converter."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.client import Client

from belsendi.settings import Settings
from belsendi.temporal.client import connect


@pytest.fixture
def engine_settings(own_temporal_server: str, secrets_dir: Path) -> Settings:
    return Settings.model_validate({"TEMPORAL_ADDRESS": own_temporal_server, "secrets_dir": secrets_dir})


@pytest.fixture
async def client(engine_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    monkeypatch.delenv("TEMPORAL_NAMESPACE", raising=False)
    return await connect(engine_settings)
