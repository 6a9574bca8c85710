"""An office over fresh records, and a second process beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from belsendi.records.store import Records
from tests.records.office import Office


@pytest.fixture
def office(records: Records) -> Office:
    return Office(records)


@pytest.fixture
def rival(open_another: Callable[[], Records]) -> Office:
    """The same records as a second process sees them."""
    return Office(open_another())
