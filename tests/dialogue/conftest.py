"""The product's own message templates, and a copy that a test may break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from belsendi.dialogue import MessageCatalogue

TEMPLATES = Path(__file__).parents[2] / "templates" / "sms"


@pytest.fixture(scope="session")
def catalogue() -> MessageCatalogue:
    return MessageCatalogue.load(TEMPLATES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TEMPLATES, tmp_path / "sms"))
