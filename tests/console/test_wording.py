"""Words of the console: complete in three languages, and every word a page asks for is there."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from api.console.citations import Citations
from api.console.story import _FACTS, _VARIANTS
from api.console.wording import LANGUAGES, load_words
from belsendi.casework.access import Role
from belsendi.casework.officers import _REFUSALS
from belsendi.contracts.conversation import Meaning
from belsendi.contracts.states import CaseState, Flag, Outcome, Party, TaskKind
from belsendi.documents import DocumentKind
from belsendi.errors import ConfigurationError
from belsendi.law import EimStatus, Verdict, defaults_used_by, load_services
from belsendi.registries.signature import SignatureProblem, SignerRole
from tests.console.office import ROOT

CONSOLE = ROOT / "templates" / "console"
WORDS = load_words(CONSOLE / "texts")
CLOSED_SETS: dict[str, type[StrEnum]] = {
    "state": CaseState,
    "outcome": Outcome,
    "flag": Flag,
    "party": Party,
    "task": TaskKind,
    "task_about": TaskKind,
    "role": Role,
    "role_about": Role,
    "signer": SignerRole,
    "signature_problem": SignatureProblem,
    "document": DocumentKind,
}


def _templates() -> list[Path]:
    return sorted(CONSOLE.rglob("*.html"))


def test_every_word_that_a_page_names_is_there() -> None:
    asked = {
        key
        for path in _templates()
        for key in re.findall(r"\bt\(\"([\w.]+)\"[,)]", path.read_text(encoding="utf-8"))
    }
    assert len(asked) > 150
    assert sorted(key for key in asked if key not in WORDS["kk"]) == []


OPEN_SETS = {
    "send": ("queued", "sending", "sent", "delivered", "failed", "expired", "unknown"),
    "call": ("present", "absent", "unavailable", "rejected"),
    "verdict": (*Verdict, *EimStatus),
    "order": ("wanted", "placed"),
    "decision.status": ("draft", "returned", "superseded", "approved"),
    "initiative": ("provider", "citizen"),
    "meaning": tuple(Meaning),
    "channel": ("mobile", "portal", "state_corporation"),
}


@pytest.mark.parametrize("group", sorted(OPEN_SETS))
def test_every_code_that_the_records_hold_has_words(group: str) -> None:
    for code in OPEN_SETS[group]:
        assert f"{group}.{code}" in WORDS["kk"], code


def test_everything_that_may_come_next_has_words() -> None:
    source = (ROOT / "belsendi" / "casework" / "outlook.py").read_text(encoding="utf-8")
    kinds = set(re.findall(r"Upcoming\(\s*\"([A-Z_]+)\"", source))
    assert {"SIGNATURE", "DUE", "OFFER_LAPSES", "RETRY"} <= kinds
    assert {f"next.{kind}" for kind in kinds} <= WORDS["kk"].keys()


@pytest.mark.parametrize("group", sorted(CLOSED_SETS))
def test_every_code_of_a_closed_set_has_words(group: str) -> None:
    for code in CLOSED_SETS[group]:
        assert f"{group}.{code.value}" in WORDS["kk"], code


def test_every_step_that_a_case_can_take_has_its_sentence() -> None:
    """The kinds are read out of the steps' own source, so that a new one cannot go without words."""
    kinds = {flag.value for flag in Flag if flag in (Flag.OVERDUE, Flag.ESCALATED, Flag.SIGNATURE_LATE)}
    kinds |= {o.value for o in (Outcome.DECLINED, Outcome.LAPSED, Outcome.INCOMPLETE, Outcome.WITHDRAWN)}
    for path in (ROOT / "workflows" / "activities").glob("*.py"):
        for found in re.finditer(r"act\.(?:finish|note)\(\s*\"([A-Z_]+)\"", path.read_text(encoding="utf-8")):
            kinds.add(found[1])
    assert {"CONSENT_GIVEN", "REGISTERED", "DRAFTED", "DECIDED", "PLACED", "OUTAGE"} <= kinds
    for kind in sorted(kinds):
        key = f"timeline.{kind}.none" if kind in _VARIANTS else f"timeline.{kind}"
        assert key in WORDS["kk"], kind


def test_every_reason_for_no_offer_has_its_sentence() -> None:
    source = (ROOT / "workflows" / "activities" / "offers.py").read_text(encoding="utf-8")
    reasons = set(re.findall(r"_transfer\(\s*act,\s*[\w.]+,\s*\"([A-Z_]+)\"", source))
    assert {"NO_NUMBER", "OPTED_OUT"} <= reasons
    assert {f"timeline.NOT_OFFERED.{reason}" for reason in reasons} <= WORDS["kk"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said_without_a_fact(language: str) -> None:
    words = WORDS[language]
    blank = dict.fromkeys(_FACTS, "–")
    for key in sorted(words.keys()):
        if key.startswith("timeline."):
            assert words(key, **blank)


def test_every_refusal_of_an_act_is_said_in_words() -> None:
    assert {f"refusal.{code}" for code in _REFUSALS} <= WORDS["kk"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("service", sorted(load_services()))
def test_every_product_default_of_a_service_is_explained(language: str, service: str) -> None:
    cite = Citations(WORDS[language])
    for used in defaults_used_by(service):
        for code in used.source.split(", "):
            assert cite(code) != code, code


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("B-r13(5)", "Sub-paragraph 5 of paragraph 13 of the Rules"),
        ("B-r19-1", "Paragraph 19-1 of the Rules approved by order No. 256 (as amended by order No. 509)"),
        (
            "D-r24 para. 2",
            "Paragraph 24 of the disability Rules approved by order No. 257 (as amended by order No. 509)",
        ),
        (
            "S-r24",
            "Paragraph 24 of the survivor Rules approved by order No. 257 (as amended by order No. 509)",
        ),
        ("B-t8", "Row 8 of the list of main requirements for the service"),
        ("B-t9(2)", "Row 9 of the list of requirements, item 2"),
        ("SIL-13", "The term runs from registration"),
        ("WRONG_ROLE", "WRONG_ROLE"),
    ],
)
def test_a_citation_is_explained_in_words(code: str, said: str) -> None:
    cite = Citations(WORDS["en"])
    assert cite(code) == said
    assert (code in dict(cite.listed())) == (said != code)


def test_no_sentence_is_the_same_in_two_languages() -> None:
    """A sentence that was copied and never translated would be."""
    same = [
        key
        for key in sorted(WORDS["kk"].keys())
        if len(WORDS["kk"]._texts[key]) > 24
        and not key.startswith("system.")
        and len({words._texts[key] for words in WORDS.values()}) < len(LANGUAGES)
    ]
    assert same == []


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: text.replace("nav:", "navigation:"), "is missing in"),
        (lambda text: text.replace("{attempts_left}", "three"), "has other fields in ru.yaml"),
        (lambda text: text + "\nextra: {on: text}\n", "reads as yes or no"),
        (lambda text: text + "\nextra: 7\n", "is not a text"),
    ],
)
def test_a_text_that_is_missing_or_wrong_is_named_at_start(tmp_path: Path, spoil, says: str) -> None:  # type: ignore[no-untyped-def]
    for language in LANGUAGES:
        text = (CONSOLE / "texts" / f"{language}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"{language}.yaml").write_text(
            spoil(text) if language == "ru" else text, encoding="utf-8"
        )
    with pytest.raises(ConfigurationError, match=says):
        load_words(tmp_path)
