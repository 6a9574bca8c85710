"""Sources of amounts and calendar days are readable in Kazakh and Russian, not in English alone."""

from __future__ import annotations

import re

import pytest

from belsendi.law import ParameterSet, load_calendar, source_words
from belsendi.law.data_files import read_data


def _sources() -> set[str]:
    """Everything a person reads beside an amount or a day, as the law data write it."""
    amounts = ParameterSet.load().entries
    days = read_data("calendar.yaml")
    reasons = [*days["reasons"].values(), days["rest_day"], days["working_day"]]
    return {
        *(entry.citation for entry in amounts),
        *(entry.set_by for entry in amounts),
        *(reason["citation"] for reason in reasons),
        *load_calendar().open_questions.values(),
    }


@pytest.mark.parametrize("source", sorted(_sources()))
def test_every_source_has_kazakh_and_russian_words(source: str) -> None:
    words = source_words(source)
    assert words is not None, f"word it in sources.yaml: {source}"
    assert len({source, words.kk, words.ru}) == 3
    assert re.search("[әғқңөұүһі]", words.kk.lower()), "Kazakh has letters that Russian has not"
    assert not re.search("[әғқңөұүһ]", words.ru.lower())
    for text in (words.kk, words.ru):
        assert set(re.findall(r"\d{4}|\d{2}\.\d{2}", source)) <= set(re.findall(r"\d{4}|\d{2}\.\d{2}", text))


@pytest.mark.parametrize("code", ["B-r13(5)", "SIL-12", "resolution of the akimat"])
def test_a_code_or_an_operators_words_have_no_other_wording(code: str) -> None:
    assert source_words(code) is None
