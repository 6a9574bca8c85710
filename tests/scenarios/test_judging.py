"""The judge and the invariants by themselves: each can turn red."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from stack.scenario.expectations import Expectation
from stack.scenario.invariants import broken_invariants
from stack.scenario.judging import judge
from stack.scenario.negation import negations
from stack.scenario.seen import (
    CaseSeen,
    ConsentSeen,
    DecisionSeen,
    DocumentSeen,
    JournalSeen,
    LineSeen,
    MessageSeen,
    Seen,
    SpentSeen,
)

NOW = datetime(2025, 3, 12, 6, 0, tzinfo=UTC)
IIN = "608303400015"

ENTRY = JournalSeen("BUR-2025-000001", date(2025, 3, 11), True, "PASS", (), "ASSIGNED", True)
APPROVED = DecisionSeen(
    "2025-BUR-000001",
    "ASSIGN",
    "approved",
    1,
    (),
    None,
    "7-қосымша",
    date(2025, 3, 12),
    "provider_authorised_person",
)
NOTICE = DocumentSeen("acceptance_notice", "<p>қабылданды</p>", ("authorised_body",), NOW)
CASE = CaseSeen(
    id="c",
    service="BUR",
    of="kin",
    deceased="deceased",
    attempt=1,
    recipient_type="natural_person",
    state="CLOSED",
    outcome="ASSIGNED",
    channel="mobile",
    waiting_for="NOBODY",
    flags=(),
    account_mode="confirmed",
    due_on=date(2025, 3, 12),
    strict_due_on=date(2025, 3, 11),
    consent=ConsentSeen(("CNS-P", "CNS-D"), "kk", "1", False),
    journal=ENTRY,
    checks={"CK1": "PASS"},
    decisions=(APPROVED,),
    documents=(NOTICE,),
    orders=("0100",),
    tasks=(),
    timeline=(LineSeen("OFFERED", NOW, "system", "OFFERED", ("B-t8",), {}),),
    calls=(),
    spent=(SpentSeen("CITIZEN", None, timedelta(hours=1)),),
)
MESSAGE = MessageSeen("kin", "M-07-BUR", "kk", "Шешім №1", 2, "law", NOW - timedelta(hours=1))
SEEN = Seen(
    at=NOW,
    cases=(CASE,),
    messages=(MESSAGE,),
    inbound=(),
    office_tasks=(),
    orders=1,
    complaints=(),
    acts={},
    secrets=(IIN,),
)


def with_case(**changes: Any) -> Seen:
    return replace(SEEN, cases=(replace(CASE, **changes),))


def test_nothing_is_broken_in_an_ordinary_case() -> None:
    assert broken_invariants(SEEN) == []


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (with_case(consent=None), "invariant 1"),
        (with_case(documents=(replace(NOTICE, seals=()),)), "invariant 2"),
        (with_case(documents=(replace(NOTICE, seals=("provider_authorised_person",)),)), "invariant 2"),
        (with_case(decisions=(replace(APPROVED, signed_by="authorised_body"),)), "invariant 3"),
        (with_case(outcome="NOT_ACCEPTED"), "invariant 5"),
        (with_case(outcome="REFUSED", decisions=(), orders=()), "invariant 5"),
        (with_case(decisions=(replace(APPROVED, kind="REFUSE"),), orders=()), "invariant 6"),
        (with_case(decisions=(replace(APPROVED, status="draft"),)), "invariant 9"),
        (with_case(orders=("0100", "0100")), "invariant 10"),
        (with_case(outcome=None), "invariant 10"),
        (replace(SEEN, cases=(CASE, replace(CASE, of="other"))), "SIL-25"),
        (replace(SEEN, messages=(replace(MESSAGE, id="M-08-BUR"),)), "invariant 10"),
        (replace(SEEN, messages=(MESSAGE, MESSAGE)), "invariant 10"),
        (replace(SEEN, messages=(replace(MESSAGE, text=f"№{IIN}"),)), "AC-C03"),
    ],
)
def test_each_invariant_can_be_broken(seen: Seen, words: str) -> None:
    """AC-C03 among them: no SMS holds an IIN, an account number or a name."""
    assert any(words in sentence for sentence in broken_invariants(seen))


@pytest.mark.parametrize(
    "expectation",
    [
        {"state": "CLOSED", "outcome": "ASSIGNED", "payment_orders": 1},
        {"of": "kin", "deceased": "deceased", "journal": {"entry": True, "registered_on": "2025-03-11"}},
        {"message": {"to": "kin", "id": "M-07-BUR", "contains": "Шешім", "by": "2025-03-12 11:30"}},
        {"no_message": {"id": "M-06-BUR"}},
        {
            "no_flags": ["OVERDUE"],
            "no_tasks": ["SIGN"],
            "no_document": "decision_refuse",
            "no_timeline": "LAPSED",
        },
        {"decision": {"number": "present", "grounds": [], "amount": "none"}, "no_refusal": True},
        {"spent": {"party": "CITIZEN", "at_least": "1h"}, "timeline": {"kind": "OFFERED", "rules": "B-t8"}},
        {"totals": {"cases": 1, "outcomes": {"ASSIGNED": 1}}, "consent": {"words": "1"}},
    ],
)
def test_what_holds_does_not_hold_turned_round(expectation: dict[str, Any]) -> None:
    model = Expectation.model_validate(expectation)
    assert judge(model, SEEN) == []
    turned = dict(negations(model))
    assert turned
    assert [field for field, other in turned.items() if not judge(other, SEEN)] == []


def test_a_message_counts_only_from_the_time_it_may_be_sent() -> None:
    later = replace(SEEN, messages=(replace(MESSAGE, at=NOW + timedelta(hours=9)),))
    assert judge(Expectation.model_validate({"message": {"id": "M-07-BUR"}}), later)
    assert judge(Expectation.model_validate({"no_message": {"id": "M-07-BUR"}}), later) == []


def test_an_expectation_about_one_of_several_recipients_must_say_whom() -> None:
    two = replace(SEEN, cases=(CASE, replace(CASE, of="other")))
    assert judge(Expectation.model_validate({"state": "CLOSED"}), two)
    assert judge(Expectation.model_validate({"of": "other", "state": "CLOSED"}), two) == []
