"""Templates are checked before the bot says a word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from belsendi.errors import ConfigurationError
from bot.texts import load_texts

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(TEMPLATES / "telegram", tmp_path / "telegram")
    load_texts(tmp_path)
    return tmp_path


def test_a_missing_language_is_named(copy: Path) -> None:
    shutil.rmtree(copy / "telegram" / "ru")
    with pytest.raises(ConfigurationError, match=r"template ru/start\.txt cannot be read; every answer"):
        load_texts(copy)


def test_a_missing_template_is_named(copy: Path) -> None:
    (copy / "telegram/kk/help.txt").unlink()
    with pytest.raises(ConfigurationError, match=r"kk/help\.txt cannot be read"):
        load_texts(copy)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("help", " \n", r"kk/help\.txt is empty"),
        ("language-set", "ұ" * 201, r"kk/language-set\.txt is too long for a notice; 200"),
        ("start", "ұ" * 4090, r"start\.txt is too long: all languages together may have 4096"),
        ("strat", "Сәлем", r"kk/strat\.txt belongs to no answer"),
    ],
)
def test_a_wrong_template_is_named_with_what_to_do(copy: Path, name: str, content: str, problem: str) -> None:
    (copy / f"telegram/kk/{name}.txt").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=problem):
        load_texts(copy)


def test_a_template_that_is_not_utf8_is_named(copy: Path) -> None:
    (copy / "telegram/ru/help.txt").write_bytes("справка".encode("cp1251"))
    with pytest.raises(ConfigurationError, match=r"ru/help\.txt cannot be read"):
        load_texts(copy)
