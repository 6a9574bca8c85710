"""The grammar's data is refused when a form could be read in two ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from belsendi.dialogue.grammar_data import GRAMMAR_FILE, load_grammar
from belsendi.errors import ConfigurationError


def _changed(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    data = yaml.safe_load(GRAMMAR_FILE.read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / "grammar.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("meaning", "form"), [("DECLINE", "да"), ("DECLINE", "OK"), ("CONSENT", "HET"), ("CONSENT", "0.")]
)
def test_one_form_cannot_answer_yes_and_no(tmp_path: Path, meaning: str, form: str) -> None:
    path = _changed(tmp_path, lambda data: data["answers"][meaning]["any"].append(form))
    with pytest.raises(ConfigurationError, match="keep one"):
        load_grammar(path)


def test_a_command_cannot_be_consent(tmp_path: Path) -> None:
    path = _changed(tmp_path, lambda data: data["commands"]["START"]["kk"].append("Иә!"))
    with pytest.raises(ConfigurationError, match="consent and a command"):
        load_grammar(path)


def test_an_unknown_meaning_or_question_is_refused(tmp_path: Path) -> None:
    for change in (
        lambda data: data["answers"].update(MAYBE={"any": ["мүмкін"]}),
        lambda data: data["answers"]["CONSENT"]["at"].append("ANYTHING"),
    ):
        with pytest.raises(ConfigurationError, match=r"grammar\.yaml"):
            load_grammar(_changed(tmp_path, change))


def test_a_form_added_as_data_is_understood(tmp_path: Path) -> None:
    from belsendi.dialogue import QuestionKind

    rules = load_grammar(_changed(tmp_path, lambda data: data["answers"]["CONSENT"]["kk"].append("мақұл")))
    found = rules.answer("МАҚҰЛ!", QuestionKind.OFFER_NO_ACCOUNT)
    assert found is not None
    assert (found.meaning, found.language) == ("CONSENT", "kk")
    assert "мақұл" in rules.consent_forms()
