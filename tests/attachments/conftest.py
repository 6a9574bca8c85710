"""A scanner for all tests of this folder, and the documents of a fresh office."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from belsendi.attachments.desk import Attachments, open_attachments
from belsendi.records.store import Records
from belsendi.settings import Settings
from tests.attachments.clamd_server import ClamdAbsent, ClamdServer
from tests.records.office import Office


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClamdServer]:
    """A running clamd. Without it the run ends with the command that installs it."""
    try:
        server = ClamdServer(tmp_path_factory.mktemp("clamd"))
    except ClamdAbsent as absent:
        pytest.exit(str(absent), returncode=2)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def office(records: Records) -> Office:
    return Office(records)


@pytest.fixture
def scanned(records: Records, records_settings: Settings, clamd: ClamdServer) -> Attachments:
    """The documents of an office with a scanner."""
    settings = records_settings.model_copy(update={"scanner_address": clamd.address})
    return open_attachments(records, settings)


@pytest.fixture
def unscanned(records: Records, records_settings: Settings) -> Attachments:
    """The documents of an office without one."""
    return open_attachments(records, records_settings)
