"""The full text behind the short SMS: the eight items of article 8 of law 94-V."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from belsendi.dialogue import CONSENT_FIELDS, MessageCatalogue
from belsendi.errors import InvalidInput

FIELDS = {
    "operator_name": "Еңбек министрлігі",
    "operator_bin": "160440007161",
    "subject_name": "Сынақ Азамат",
    "term": "бір жыл",
    "third_parties": "Мемлекеттік корпорация",
    "withdrawal_contact": "1414",
}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_text_has_the_eight_items_and_what_was_filled_in(
    catalogue: MessageCatalogue, language: str
) -> None:
    consent = catalogue.consent_text("BUR", language, **FIELDS)
    assert re.findall(r"(?m)^(\d)\. ", consent.text) == list("12345678")
    assert all(value in consent.text for value in FIELDS.values())
    assert consent.sha256 == hashlib.sha256(consent.text.encode()).hexdigest()
    assert (consent.template_id, consent.language) == ("consent/BUR", language)
    assert consent.version == catalogue.consent_version("BUR", language)


def test_the_version_is_of_the_wording_and_not_of_the_person(catalogue: MessageCatalogue) -> None:
    other = catalogue.consent_text("BUR", "kk", **{**FIELDS, "subject_name": "Басқа Азамат"})
    one = catalogue.consent_text("BUR", "kk", **FIELDS)
    assert one.version == other.version != catalogue.consent_version("BUR", "ru")
    assert one.sha256 != other.sha256


def test_a_changed_wording_is_a_new_version(catalogue: MessageCatalogue, folder: Path) -> None:
    path = folder / "consent" / "ru" / "BUR.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("добровольно", "свободно"), encoding="utf-8")
    changed = MessageCatalogue.load(folder)
    assert changed.consent_version("BUR", "ru") != catalogue.consent_version("BUR", "ru")
    assert changed.consent_version("BUR", "kk") == catalogue.consent_version("BUR", "kk")


@pytest.mark.parametrize("name", sorted(CONSENT_FIELDS))
def test_no_item_may_stay_empty(catalogue: MessageCatalogue, name: str) -> None:
    for fields in ({**FIELDS, name: " "}, {key: value for key, value in FIELDS.items() if key != name}):
        with pytest.raises(InvalidInput):
            catalogue.consent_text("BUR", "kk", **fields)


def test_an_unknown_service_or_language_is_refused(catalogue: MessageCatalogue) -> None:
    with pytest.raises(InvalidInput, match="XYZ"):
        catalogue.consent_version("XYZ", "kk")
    with pytest.raises(InvalidInput, match="kk and ru"):
        catalogue.consent_version("BUR", "en")


def test_repr_hides_the_person(catalogue: MessageCatalogue) -> None:
    assert "Сынақ" not in repr(catalogue.consent_text("BUR", "kk", **FIELDS))


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("service", ["BUR", "DIS", "SUR"])
def test_each_of_the_eight_items_can_be_told_apart(
    catalogue: MessageCatalogue, service: str, language: str
) -> None:
    """The receipt takes its items from the text that was agreed to, so that the two can never differ."""
    consent = catalogue.consent_text(service, language, **FIELDS)
    items = [consent.item(number) for number in range(1, 9)]
    assert len(set(items)) == 8
    assert all(item and item in consent.text and "\n" not in item for item in items)
    assert items[1] == FIELDS["subject_name"] + "."
    assert FIELDS["term"] in items[2]
    assert FIELDS["third_parties"] in items[3]
    assert FIELDS["withdrawal_contact"] in items[7]
    for number in (0, 9):
        with pytest.raises(InvalidInput, match="items 1 to 8"):
            consent.item(number)
