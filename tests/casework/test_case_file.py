"""Which data stand in the electronic case file of a case (5.2, 6.2, 7.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes import Reading, asked_about, case_file, decision_sources, token_items
from belsendi.law import RecipientType, service
from belsendi.records.models import Case

TODAY = date(2026, 11, 20)


def identity(code: str, recipient: str = "natural_person") -> CaseIdentity:
    anchor = datetime(2026, 11, 20, tzinfo=UTC)
    case = cast(Case, SimpleNamespace(service=code, anchor=anchor, recipient_type=recipient))
    nothing: dict[str, Any] = {"event_day": None, "account": None, "iban": None, "consent": None}
    return CaseIdentity(case=case, recipient_iin="recipient", subject_iin="subject", **nothing)


def test_what_only_entities_prove_is_no_datum_of_a_persons_file() -> None:
    """B-t8: the registration of an entity and the patent of a sole proprietor."""
    data = [item.datum for item in case_file(service("BUR"), identity("BUR"), Reading({}), TODAY)]
    assert data == ["applicant_identity", "death_record", "bank_account", "deceased_status"]


def test_a_file_holds_what_its_own_recipient_proves() -> None:
    """B-t8: an entity its registration, a sole proprietor identity and patent."""
    found = {
        who: [item.datum for item in case_file(service("BUR"), identity("BUR", who), Reading({}), TODAY)]
        for who in ("legal_entity", "sole_proprietor")
    }
    common = ["bank_account", "deceased_status"]
    assert found["legal_entity"] == ["death_record", "legal_entity_registration", *common]
    assert found["sole_proprietor"] == [
        "applicant_identity",
        "death_record",
        "sole_proprietor_patent",
        *common,
    ]


def test_an_entity_is_asked_for_by_its_own_registers_and_no_persons_data_are_wanted() -> None:
    """Law 94-V, art. 8: a token is asked for a person's items; nobody's patent is among those of a relative."""
    entity = decision_sources(service("BUR"), RecipientType.LEGAL_ENTITY)
    assert {"legal_entity", "entity_account_owner"} <= set(entity)
    assert not {"person", "account_owner", "numbers"} & set(entity)
    items = {who: token_items(service("BUR"), who) for who in RecipientType}
    assert "pd.20" in items[RecipientType.SOLE_PROPRIETOR]
    assert "pd.20" not in items[RecipientType.NATURAL_PERSON]


def test_an_assigned_survivor_benefit_is_asked_for_under_its_recipient() -> None:
    assert asked_about(identity("SUR"), None, TODAY).beneficiary == "recipient"
    assert asked_about(identity("DIS"), None, TODAY).beneficiary == "subject"
