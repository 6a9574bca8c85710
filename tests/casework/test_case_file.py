"""Which data stand in the electronic case file of a case (5.2, 6.2, 7.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

from belsendi.casework.identity import CaseIdentity
from belsendi.casework.programmes import Reading, asked_about, case_file
from belsendi.law import service
from belsendi.records.models import Case

TODAY = date(2026, 11, 20)


def identity(code: str) -> CaseIdentity:
    case = cast(Case, SimpleNamespace(service=code, anchor=datetime(2026, 11, 20, tzinfo=UTC)))
    nothing: dict[str, Any] = {"event_day": None, "account": None, "iban": None, "consent": None}
    return CaseIdentity(case=case, recipient_iin="recipient", subject_iin="subject", **nothing)


def test_what_only_entities_prove_is_no_datum_of_a_persons_file() -> None:
    """B-t8: the registration of an entity and the patent of a sole proprietor."""
    data = [item.datum for item in case_file(service("BUR"), identity("BUR"), Reading({}), TODAY)]
    assert data == ["applicant_identity", "death_record", "bank_account", "deceased_status"]


def test_an_assigned_survivor_benefit_is_asked_for_under_its_recipient() -> None:
    assert asked_about(identity("SUR"), None, TODAY).beneficiary == "recipient"
    assert asked_about(identity("DIS"), None, TODAY).beneficiary == "subject"
