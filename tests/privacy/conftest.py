"""A running town, and the log lines of its processes as production writes them."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import AsyncIterator, Iterator

import pytest

from belsendi.settings import Settings
from belsendi.telemetry import set_up_logging
from tests.privacy.town import Town, open_town


@pytest.fixture
def log_lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the processes' own logging writes. Afterwards logging is as it was."""
    loggers = [logging.getLogger(name) for name in ("", "httpx", "httpcore", "sqlalchemy", "aiosqlite")]
    before = [(logger, logger.level) for logger in loggers]
    handlers = logging.getLogger().handlers[:]
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    set_up_logging()
    yield stream
    logging.getLogger().handlers[:] = handlers
    for logger, level in before:
        logger.setLevel(level)


@pytest.fixture
async def town(
    sqlite_settings: Settings,
    own_temporal_server: str,
    log_lines: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Town]:
    for name in ("TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"):
        monkeypatch.delenv(name, raising=False)
    async with open_town(sqlite_settings, own_temporal_server) as running:
        yield running
