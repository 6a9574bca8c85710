"""Documents made abroad: without certification or translation they are no proof (COM-20, COM-21)."""

from __future__ import annotations

import pytest

from belsendi.attachments.kinds import UnknownKind, checked_kinds, kinds_of
from belsendi.attachments.proof import Certification, Language, Provenance, Shortcoming, missing_for_proof
from belsendi.law import load_services

ABROAD = Provenance(from_abroad=True)


def lacks(service: str, **said: object) -> list[str]:
    provenance = Provenance.model_validate(said)
    return [each.code.value for each in missing_for_proof(service, provenance)]


def test_a_death_certificate_of_another_state_without_apostille_is_no_proof() -> None:
    """AC-B31."""
    (missing,) = missing_for_proof("BUR", ABROAD)
    assert (missing.code, missing.citation) == (Shortcoming.NOT_CERTIFIED, "B-t8")
    assert lacks("BUR", from_abroad=True, certification="APOSTILLE") == []


def test_the_burial_row_names_the_apostille_only() -> None:
    """B-t8 against D-t8: the first has no legalisation and no word on translation."""
    assert lacks("BUR", from_abroad=True, certification="LEGALISATION") == ["NOT_CERTIFIED"]
    assert lacks("BUR", from_abroad=True, certification="APOSTILLE", language="other") == []


@pytest.mark.parametrize("service", ["DIS", "SUR"])
def test_a_foreign_document_needs_legalisation_or_apostille_and_a_notarised_translation(service: str) -> None:
    """AC-D41."""
    row = f"{service[0]}-t8"
    both = missing_for_proof(service, Provenance(from_abroad=True, language=Language.OTHER))
    assert [(each.code, each.citation) for each in both] == [
        (Shortcoming.NOT_CERTIFIED, row),
        (Shortcoming.NOT_TRANSLATED, row),
    ]
    for certified in (Certification.APOSTILLE, Certification.LEGALISATION, Certification.TREATY):
        assert lacks(service, from_abroad=True, certification=certified, language="ru") == []
        assert lacks(service, from_abroad=True, certification=certified, language="other") == [
            "NOT_TRANSLATED"
        ]
        translated = {"language": "other", "translation_notarised": True}
        assert lacks(service, from_abroad=True, certification=certified, **translated) == []


def test_a_foreign_language_needs_a_translation_wherever_the_document_was_made() -> None:
    assert lacks("DIS", language="other") == ["NOT_TRANSLATED"]


def test_a_document_of_this_state_needs_nothing_of_this() -> None:
    for service in load_services():
        assert lacks(service) == []


def test_a_service_without_an_entry_follows_the_common_rule() -> None:
    both = missing_for_proof("XYZ", Provenance(from_abroad=True, language=Language.OTHER))
    assert [each.citation for each in both] == ["COM-20", "COM-21"]


@pytest.mark.parametrize("service", sorted(load_services()))
def test_the_kinds_of_a_service_are_its_needed_data_and_the_common_ones(service: str) -> None:
    needed = [item.datum for item in load_services()[service].needed_data]
    assert list(kinds_of(service)) == [*needed, "power_of_attorney", "other"]


def test_kinds_are_checked_and_put_in_order() -> None:
    assert checked_kinds("BUR", ["other", "death_record", "other"]) == ["death_record", "other"]
    for wrong in ([], ["nothing"], ["death_record", "nothing"]):
        with pytest.raises(UnknownKind):
            checked_kinds("BUR", wrong)
