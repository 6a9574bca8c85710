"""What holds in every scenario, whatever it is about (specification 10.3, 11.3)."""

from __future__ import annotations

from stack.scenario.seen import CaseSeen, Seen

_BODY = "authorised_body"
_PERSON = "provider_authorised_person"
# The message that tells an outcome: its id, or how the ids of all services begin.
_OUTCOME_MESSAGES = {
    "ASSIGNED": "M-07-",
    "REFUSED": "M-08-",
    "NOT_ACCEPTED": "M-06-",
    "LAPSED": "M-20",
    "DECLINED": "M-21",
    "INCOMPLETE": "M-22",
    "WITHDRAWN": "WITHDRAWN",
}


def broken_invariants(seen: Seen) -> list[str]:
    """Sentences about what must never be; empty when all is well."""
    broken = [
        f"{message.id} holds an IIN, an account or a name (AC-C03)"
        for message in seen.messages
        if any(secret in message.text for secret in seen.secrets)
    ]
    for case in seen.cases:
        broken += [f"case of {case.of}: {words}" for words in _of_case(case)]
    broken += _outcome_messages(seen)
    live = [
        (case.service, case.deceased) for case in seen.cases if case.journal and case.journal.holds_subject
    ]
    if len(live) != len(set(live)):
        broken.append("two live entries of one service for one deceased (SIL-25)")
    return broken


def _of_case(case: CaseSeen) -> list[str]:
    broken: list[str] = []
    approved = [decision for decision in case.decisions if decision.status == "approved"]
    if case.journal is not None and case.consent is None and case.channel == "mobile":
        broken.append("a journal entry without a stored consent (invariant 1)")
    if (
        case.consent is None
        and case.recipient_type != "legal_entity"
        and any(decision.kind == "ASSIGN" for decision in approved)
    ):
        broken.append("an assignment without consent to the data (G3)")
    for document in case.documents:
        if document.kind == "acceptance_notice" and document.seals != (_BODY,):
            broken.append("an acceptance notice without the seal of the authorised body (invariant 2)")
    if any(decision.signed_by != _PERSON for decision in approved):
        broken.append("a decision without the signature of the authorised person (invariant 3)")
    if case.outcome == "NOT_ACCEPTED" and case.decisions:
        broken.append("a non-accepted request has a decision (invariant 5)")
    if case.outcome == "REFUSED" and not approved:
        broken.append("a refusal without a decision number (invariant 5)")
    if any(decision.kind == "REFUSE" and not decision.grounds for decision in case.decisions):
        broken.append("a refusal without a ground (invariant 6)")
    if case.orders and not any(decision.kind == "ASSIGN" for decision in approved):
        broken.append("a payment order without a decision to assign (invariant 9)")
    if len(case.orders) > 1 or len(approved) > 1:
        broken.append("more than one decision or payment order (invariant 10)")
    if (case.state == "CLOSED") != (case.outcome is not None):
        broken.append("a closed case without an outcome, or the reverse (invariant 10)")
    return broken


def _outcome_messages(seen: Seen) -> list[str]:
    """At most one message for one outcome, and none for an outcome that no case has (invariant 10)."""
    broken: list[str] = []
    for outcome, template in _OUTCOME_MESSAGES.items():
        told = sum(message.id.startswith(template) for message in seen.messages)
        reached = sum(case.outcome == outcome for case in seen.cases)
        placing = sum(case.state == "DECIDED_ASSIGN" for case in seen.cases) if outcome == "ASSIGNED" else 0
        if told > reached + placing:
            broken.append(f"{template} was sent {told} times for {reached} such outcomes (invariant 10)")
    return broken
