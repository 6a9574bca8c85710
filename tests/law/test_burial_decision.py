"""The draft decision on the burial payment: grounds, outages, and sums that rest on confirmed parameters
only."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from belsendi.errors import InvalidInput
from belsendi.law import (
    AmountCategory,
    AmountFacts,
    DecisionKind,
    Draft,
    EimItem,
    EimStatus,
    FileNotReady,
    ParameterSet,
    RecipientType,
    Rounding,
    StatusKind,
    StatusPeriod,
    amount_category_of,
    draft_decision,
    service,
)

P, A, WRONG, U = EimStatus.PRESENT, EimStatus.ABSENT, EimStatus.INCORRECT, EimStatus.UNREACHABLE
PARAMETERS = ParameterSet.load()


def eim(identity: EimStatus = P, death: EimStatus = P) -> list[EimItem]:
    """Return the case file of a natural person."""
    return [EimItem("applicant_identity", "IS-1", identity), EimItem("death_record", "IS-2", death)]


def draft(**changed: Any) -> Draft:
    """Return the draft for a pensioner who died on 10.02.2025, with the changes of a scenario."""
    arguments: dict[str, Any] = {
        "eim": eim(),
        "data_consent": True,
        "legal_date": date(2025, 2, 10),
        "parameters": PARAMETERS,
        "knowledge_date": date(2025, 3, 12),
        "amount": AmountFacts(AmountCategory.PENSIONER),
    }
    return draft_decision(service("BUR"), **{**arguments, **changed})


@pytest.mark.parametrize(
    ("year", "category", "amount"),
    [
        (2024, AmountCategory.PENSIONER, "129220"),
        (2025, AmountCategory.PENSIONER, "137620"),
        (2026, AmountCategory.PENSIONER, "151375"),
        (2025, AmountCategory.BENEFIT_RECIPIENT, "137620"),
        (2024, AmountCategory.VETERAN, "135127.2"),
        (2025, AmountCategory.VETERAN, "143911.2"),
        (2026, AmountCategory.VETERAN, "158295.0"),
    ],
)
def test_published_sums(year: int, category: AmountCategory, amount: str) -> None:
    found = draft(
        legal_date=date(year, 6, 15),
        amount=AmountFacts(category),
        knowledge_date=date(2026, 11, 20),
    )
    assert found.kind is DecisionKind.ASSIGN
    assert found.amount == Decimal(amount)
    assert "not rounded" in found.amount_explanation


def test_a_draft_keeps_both_dates_and_the_hash_of_what_it_used() -> None:
    found = draft()
    assert (found.legal_date, found.knowledge_date) == (date(2025, 2, 10), date(2025, 3, 12))
    assert found.parameter_hash == PARAMETERS.hash
    assert "SIL-20" in found.trace.product_defaults()
    json.dumps(found.trace.as_json())


@pytest.mark.parametrize(
    ("rounding", "amount"), [(Rounding.UP, "143912"), (Rounding.NEAREST, "143911"), (Rounding.DOWN, "143911")]
)
def test_rounding_happens_only_when_somebody_has_set_it(rounding: Rounding, amount: str) -> None:
    assert draft(amount=AmountFacts(AmountCategory.VETERAN), rounding=rounding).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"legal_date": date(2027, 1, 2), "knowledge_date": date(2027, 1, 5)}, "parameter mci is not set"),
        ({"legal_date": date(2023, 12, 31)}, "parameter mci is not set"),
        ({"amount": AmountFacts(None)}, "category"),
        ({"amount": AmountFacts("COSMONAUT")}, "no sum for the category"),
        ({"legal_date": None}, "legal date"),
    ],
)
def test_a_missing_value_leaves_the_sum_to_the_assigning_system_and_never_refuses(
    changed: dict[str, Any], said: str
) -> None:
    found = draft(**changed)
    assert found.kind is DecisionKind.ASSIGN
    assert found.grounds == ()
    assert found.amount is None
    assert said in found.amount_explanation
    assert found.trace[-1].outcome == "left to the assigning system"


def test_the_trace_says_who_sets_the_missing_index_of_2027() -> None:
    found = draft(legal_date=date(2027, 1, 2), knowledge_date=date(2027, 1, 5))
    assert found.trace[-1].detail["missing_parameter"] == "mci"
    assert "budget law" in found.trace[-1].detail["set_by"]


def test_a_value_known_later_does_not_change_what_was_known_then() -> None:
    budget = {
        "name": "mci",
        "value": "4600",
        "unit": "tenge",
        "valid_from": date(2027, 1, 1),
        "known_from": date(2027, 1, 10),
        "citation": "a budget law",
        "confidence": "H",
        "checked_on": date(2027, 1, 10),
        "set_by": "operator",
    }
    completed = PARAMETERS.with_entries([budget])
    early = draft(parameters=completed, legal_date=date(2027, 1, 2), knowledge_date=date(2027, 1, 9))
    late = draft(parameters=completed, legal_date=date(2027, 1, 2), knowledge_date=date(2027, 1, 10))
    assert early.amount is None
    assert late.amount == Decimal("161000")
    assert late.parameter_hash != PARAMETERS.hash


def test_an_absent_death_record_is_a_refusal_decision_on_the_second_ground() -> None:
    """AC-B21."""
    found = draft(eim=eim(death=A))
    assert found.kind is DecisionKind.REFUSE
    assert [ground.code for ground in found.grounds] == ["G2"]
    assert "материалдардың" in found.grounds[0].kk
    assert found.amount is None


def test_an_identity_that_does_not_match_is_a_refusal_on_the_first_ground() -> None:
    """AC-B22."""
    found = draft(eim=eim(identity=WRONG))
    assert [ground.code for ground in found.grounds] == ["G1"]
    assert "дұрыс еместігін" in found.grounds[0].kk
    assert found.grounds[0].citation == "B-t9(1)"


def test_absent_and_incorrect_data_give_both_grounds() -> None:
    found = draft(eim=eim(identity=A, death=WRONG))
    assert [ground.code for ground in found.grounds] == ["G1", "G2"]
    assert "SIL-18" in found.trace.product_defaults()


def test_without_consent_to_the_data_the_third_ground_stands_alone() -> None:
    found = draft(data_consent=False, eim=[])
    assert [ground.code for ground in found.grounds] == ["G3"]


@pytest.mark.parametrize(
    ("identity", "death"), [(i, d) for i, d in product((P, A, WRONG, U), repeat=2) if U in (i, d)]
)
def test_an_outage_never_refuses(identity: EimStatus, death: EimStatus) -> None:
    """AC-B23: whatever the other datum says, an unreachable source is waited for (SIL-15)."""
    with pytest.raises(FileNotReady) as caught:
        draft(eim=eim(identity, death))
    assert caught.value.data
    assert isinstance(caught.value, InvalidInput)


def test_a_datum_that_was_never_asked_for_is_not_absent() -> None:
    with pytest.raises(FileNotReady, match="death_record"):
        draft(eim=eim()[:1])


def test_each_recipient_has_its_own_necessary_data() -> None:
    """AC-B30: a sole proprietor is identified by the patent from the gateway."""
    patent = EimItem("sole_proprietor_patent", None, P)
    assert draft(eim=[*eim(), patent], recipient=RecipientType.SOLE_PROPRIETOR).kind is DecisionKind.ASSIGN
    with pytest.raises(FileNotReady, match="sole_proprietor_patent"):
        draft(recipient=RecipientType.SOLE_PROPRIETOR)
    company = [EimItem("legal_entity_registration", None, P), EimItem("death_record", "IS-2", P)]
    assert draft(eim=company, recipient=RecipientType.LEGAL_ENTITY).kind is DecisionKind.ASSIGN


def test_an_account_of_another_owner_never_refuses() -> None:
    """SIL-08: flagged, not refused."""
    assert draft(eim=[*eim(), EimItem("bank_account", None, WRONG)]).kind is DecisionKind.ASSIGN


@pytest.mark.parametrize(("identity", "death"), list(product((A, WRONG), (P, A, WRONG))))
def test_every_refusal_carries_the_verbatim_ground_of_this_service(
    identity: EimStatus, death: EimStatus
) -> None:
    """Invariant 10.3(6)."""
    found = draft(eim=eim(identity, death))
    own = {ground.kk for ground in service("BUR").refusal_grounds}
    assert found.kind is DecisionKind.REFUSE
    assert found.grounds
    assert all(ground.kk in own for ground in found.grounds)


def test_a_pension_goes_before_a_benefit_in_the_category() -> None:
    pension = StatusPeriod(kind=StatusKind.BASE_PENSION, valid_from=date(2010, 1, 1))
    benefit = StatusPeriod(kind=StatusKind.SPECIAL_STATE_BENEFIT, valid_from=date(2010, 1, 1))
    other = StatusPeriod(kind=StatusKind.OTHER, valid_from=date(2010, 1, 1))
    day = date(2025, 2, 10)
    assert amount_category_of([benefit, pension], day, False) is AmountCategory.PENSIONER
    assert amount_category_of([benefit, other], day, False) is AmountCategory.BENEFIT_RECIPIENT
    assert amount_category_of([other], day, False) is None
    assert amount_category_of([pension], date(2009, 1, 1), False) is None


def test_a_veteran_goes_before_a_pension_and_an_unknown_one_has_no_category() -> None:
    pension = StatusPeriod(kind=StatusKind.BASE_PENSION, valid_from=date(2010, 1, 1))
    day = date(2025, 2, 10)
    assert amount_category_of([pension], day, True) is AmountCategory.VETERAN
    assert amount_category_of([], day, True) is AmountCategory.VETERAN
    assert amount_category_of([pension], day, None) is None
