"""What a case lets through, asked of its validators directly: replay does not run them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from belsendi.contracts.case import (
    CaseReply,
    CaseStart,
    DraftResult,
    OfficerAct,
    OfficerDecision,
    Reply,
)
from belsendi.contracts.states import CaseState, Outcome
from workflows.definitions.benefit_case import BenefitCase
from workflows.definitions.case_progress import UNSIGNED_STATES

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DRAFT = DraftResult(decision_id="decision-2", revision=2)
OFFER_ANSWERS = {
    CaseReply.CONSENT,
    CaseReply.CONSENT_OTHER_ACCOUNT,
    CaseReply.CONSENT_WITH_ACCOUNT,
    CaseReply.CONSENT_ACCOUNT_INVALID,
    CaseReply.DECLINE,
}
ACCOUNT_ANSWERS = {CaseReply.ACCOUNT, CaseReply.ACCOUNT_INVALID, CaseReply.DECLINE}


def case(state: CaseState, **progress: Any) -> BenefitCase:
    """A case that has come to ``state`` and no further."""
    made = BenefitCase(CaseStart(case_id="case", service="BUR"))
    made._state = state
    for name, value in progress.items():
        assert hasattr(made, f"_{name}"), f"a case has no {name}"
        setattr(made, f"_{name}", value)
    return made


def offered(**progress: Any) -> BenefitCase:
    return case(CaseState.OFFERED, question_id="question", **progress)


def awaiting_signature(**progress: Any) -> BenefitCase:
    return case(CaseState.AWAITING_SIGNATURE, draft=DRAFT, revision=2, **progress)


def reply(meaning: CaseReply, question_id: str | None = "question", inbound_id: str = "message") -> Reply:
    return Reply(inbound_id=inbound_id, question_id=question_id, meaning=meaning, received_at=NOW)


def act(act: OfficerAct, **fields: Any) -> OfficerDecision:
    return OfficerDecision(act_id="act", act=act, officer="officer", **fields)


def signed(**fields: Any) -> OfficerDecision:
    return act(
        OfficerAct.SIGNED,
        **{"decision_id": "decision-2", "revision": 2, "signature_id": "signature"} | fields,
    )


def refusal(of: BenefitCase, update: Reply | OfficerDecision) -> str | None:
    """The code with which the case refuses an update; None when it lets it through."""
    validate = of._validate_reply if isinstance(update, Reply) else of._validate_decision
    try:
        validate(update)  # type: ignore[arg-type]
    except ApplicationError as error:
        return error.type
    return None


@pytest.mark.parametrize("meaning", CaseReply)
def test_an_offer_takes_its_own_answers_and_a_withdrawal_only(meaning: CaseReply) -> None:
    allowed = meaning in OFFER_ANSWERS or meaning is CaseReply.WITHDRAW

    assert refusal(offered(), reply(meaning)) == (None if allowed else "NOT_AN_ANSWER")


@pytest.mark.parametrize("meaning", CaseReply)
def test_the_question_for_the_account_takes_no_consent(meaning: CaseReply) -> None:
    asked = case(CaseState.ACCOUNT_PENDING, question_id="question")
    allowed = meaning in ACCOUNT_ANSWERS or meaning is CaseReply.WITHDRAW

    assert refusal(asked, reply(meaning)) == (None if allowed else "NOT_AN_ANSWER")


def test_an_answer_to_a_step_that_is_still_being_written_is_asked_for_again() -> None:
    assert refusal(case(CaseState.IDENTIFIED), reply(CaseReply.CONSENT)) == "NOT_READY"
    answered = offered(reply=reply(CaseReply.CONSENT_OTHER_ACCOUNT))
    assert refusal(answered, reply(CaseReply.ACCOUNT, "next-question", "later")) == "NOT_READY"


def test_a_question_takes_one_answer() -> None:
    answered = offered(reply=reply(CaseReply.CONSENT))

    assert refusal(answered, reply(CaseReply.DECLINE, inbound_id="later")) == "ALREADY_ANSWERED"


def test_an_account_that_follows_a_wrong_one_at_once_waits_its_turn() -> None:
    asked = case(CaseState.ACCOUNT_PENDING, question_id="question", reply=reply(CaseReply.ACCOUNT_INVALID))

    assert refusal(asked, reply(CaseReply.ACCOUNT, inbound_id="later")) == "NOT_READY"


def test_an_earlier_question_is_closed() -> None:
    assert refusal(offered(), reply(CaseReply.CONSENT, "an earlier one")) == "QUESTION_CLOSED"


@pytest.mark.parametrize("state", [CaseState.REGISTERED, CaseState.DECIDED_ASSIGN, CaseState.CLOSED])
def test_nothing_is_answered_when_nothing_is_asked(state: CaseState) -> None:
    assert refusal(case(state), reply(CaseReply.CONSENT)) == "QUESTION_CLOSED"


def test_the_same_message_counts_once() -> None:
    of = offered()
    of._remember("message")

    assert refusal(of, reply(CaseReply.CONSENT)) == "REPEATED"


def test_the_memory_of_messages_is_bounded_and_keeps_the_latest() -> None:
    of = offered()
    for number in range(1000):
        of._remember(f"message-{number}")

    assert len(of._seen) <= 201
    assert refusal(of, reply(CaseReply.CONSENT, inbound_id="message-999")) == "REPEATED"


@pytest.mark.parametrize("state", CaseState)
def test_a_citizen_withdraws_until_the_signature(state: CaseState) -> None:
    """SIL-07."""
    allowed = state in UNSIGNED_STATES

    assert refusal(case(state), reply(CaseReply.WITHDRAW, None)) == (None if allowed else "AFTER_SIGNATURE")


@pytest.mark.parametrize("withdrawal", [reply(CaseReply.WITHDRAW, None), act(OfficerAct.WITHDRAWN)])
def test_nobody_withdraws_while_the_signature_takes_effect(withdrawal: Reply | OfficerDecision) -> None:
    assert refusal(awaiting_signature(signing=True), withdrawal) == "AFTER_SIGNATURE"


def test_nobody_withdraws_from_a_case_that_has_ended() -> None:
    ended = case(CaseState.OFFERED, outcome=Outcome.LAPSED)

    assert refusal(ended, reply(CaseReply.WITHDRAW, None)) == "AFTER_SIGNATURE"


def test_the_waiting_draft_is_signed_or_returned() -> None:
    returned = act(OfficerAct.RETURNED, decision_id="decision-2", revision=2)

    assert refusal(awaiting_signature(), signed()) is None
    assert refusal(awaiting_signature(), returned) is None


@pytest.mark.parametrize("other", [{"revision": 1}, {"decision_id": "decision-1"}])
def test_another_draft_than_the_waiting_one_is_never_signed(other: dict[str, Any]) -> None:
    assert refusal(awaiting_signature(), signed(**other)) == "DRAFT_REPLACED"


def test_a_decision_without_a_signature_is_none() -> None:
    """B-r19-1; invariant 3."""
    assert refusal(awaiting_signature(), signed(signature_id=None)) == "SIGNATURE_MISSING"


def test_a_draft_is_signed_once() -> None:
    of = awaiting_signature(decision=signed())

    assert refusal(of, signed().model_copy(update={"act_id": "another"})) == "NO_DRAFT_WAITS"


def test_the_same_act_counts_once() -> None:
    of = awaiting_signature()
    of._remember("act")

    assert refusal(of, signed()) == "REPEATED"


def test_a_draft_that_is_being_written_is_asked_for_again() -> None:
    drafting = case(CaseState.EIM_DRAFTING, revision=2, draft=DRAFT)

    assert refusal(drafting, signed()) == "NOT_READY"
    assert refusal(drafting, signed(revision=1)) == "NO_DRAFT_WAITS"


@pytest.mark.parametrize(
    "state", sorted(set(CaseState) - {CaseState.AWAITING_SIGNATURE, CaseState.EIM_DRAFTING})
)
def test_without_a_waiting_draft_nothing_is_signed(state: CaseState) -> None:
    assert refusal(case(state, draft=DRAFT, revision=2), signed()) == "NO_DRAFT_WAITS"


@pytest.mark.parametrize("settled", [OfficerAct.REVIEW_PASSED, OfficerAct.REVIEW_FAILED])
def test_a_review_is_settled_once_and_only_where_one_waits(settled: OfficerAct) -> None:
    """SIL-28, SIL-49."""
    assert refusal(case(CaseState.MANUAL_REVIEW), act(settled)) is None
    assert refusal(case(CaseState.MANUAL_REVIEW, review=act(settled)), act(settled)) == "NO_REVIEW_WAITS"
    assert refusal(case(CaseState.CHECKING), act(settled)) == "NOT_READY"
    assert refusal(case(CaseState.ACCEPTED), act(settled)) == "NO_REVIEW_WAITS"


@pytest.mark.parametrize("state", CaseState)
def test_placement_is_asked_for_again_only_after_a_decision_to_assign(state: CaseState) -> None:
    """SIL-16; invariant 9."""
    expected = None if state is CaseState.DECIDED_ASSIGN else "NOTHING_TO_PLACE"

    assert refusal(case(state), act(OfficerAct.RETRY_PLACEMENT)) == expected


def test_what_is_let_through_counts() -> None:
    of = offered()

    assert of.reply(reply(CaseReply.CONSENT)).state is CaseState.OFFERED
    assert of._replied()
    assert refusal(of, reply(CaseReply.CONSENT)) == "REPEATED"
