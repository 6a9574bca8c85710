"""What becomes of a message after an attempt: states one way, retries by rule, a person in the end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from belsendi.records.outbox import ClaimedMessage
from sms.ledger import Ledger
from sms.rules import SmsRules
from sms.smpp import (
    Accepted,
    LateAnswer,
    OutcomeUnknown,
    Receipt,
    ReceiptState,
    RefusedForGood,
    SendOutcome,
    TryLater,
)
from tests.sms.office import ROUTE, Clock, Office

SHORT = "Өтінішіңіз қабылданды"
LONG = "Өтінішіңіз қабылданды, жауабын осы нөмірге жібереміз. " * 4
SECOND = timedelta(seconds=1)


@pytest.fixture
def ledger(office: Office) -> Ledger:
    return Ledger(office.records, ROUTE, SmsRules(), office.clock)


async def take(ledger: Ledger) -> ClaimedMessage:
    (message,) = await ledger.claim(1)
    return message


async def attempt(ledger: Ledger, outcome: SendOutcome) -> ClaimedMessage:
    message = await take(ledger)
    await ledger.settle(message, outcome)
    return message


def receipt(
    provider_id: str, state: ReceiptState, at: datetime, raw: bytes = b"id:x stat:y text:abc"
) -> Receipt:
    return Receipt(ROUTE, provider_id, state, raw, at)


async def test_an_accepted_message_is_sent_and_its_receipt_delivers_it(
    office: Office, ledger: Ledger
) -> None:
    message_id = await office.queue(SHORT, key="k")

    await attempt(ledger, Accepted(("A",)))
    assert (await office.message(message_id)).state == "sent"
    await ledger.note_receipt(receipt("A", ReceiptState.DELIVERED, office.clock()))

    assert (await office.message(message_id)).state == "delivered"
    assert not await ledger.anything_due()


async def test_a_receipt_that_came_before_the_id_is_applied_when_the_id_is_known(
    office: Office, ledger: Ledger
) -> None:
    message_id = await office.queue(SHORT, key="k")
    message = await take(ledger)

    await ledger.note_receipt(receipt("A", ReceiptState.DELIVERED, office.clock()))
    await ledger.settle(message, Accepted(("A",)))

    assert (await office.message(message_id)).state == "delivered"


async def test_a_failure_told_before_the_id_is_tried_again_by_rule(office: Office, ledger: Ledger) -> None:
    """T-25: which of the two was written first says nothing about the telephone."""
    message_id = await office.queue(SHORT, key="k")
    message = await take(ledger)

    await ledger.note_receipt(receipt("A", ReceiptState.FAILED, office.clock()))
    await ledger.settle(message, Accepted(("A",)))

    failed = await office.message(message_id)
    assert (failed.state, failed.last_error) == ("queued", "receipt-failed")
    assert failed.not_before == office.clock() + timedelta(minutes=15)


@pytest.mark.parametrize("state", [ReceiptState.FAILED, ReceiptState.EXPIRED])
async def test_the_last_failure_told_before_the_id_calls_a_person(
    office: Office, ledger: Ledger, state: ReceiptState
) -> None:
    case_id = await office.case()
    message_id = await office.queue(SHORT, key="k", case_id=case_id)
    office.clock.forward(hours=23, minutes=50)
    message = await take(ledger)

    await ledger.note_receipt(receipt("A", state, office.clock()))
    await ledger.settle(message, Accepted(("A",)))

    assert (await office.message(message_id)).state == state.value.lower()
    assert [task.kind for task in await office.tasks()] == ["CALL_UNDELIVERED"]
    assert await office.flags(case_id) == ["SMS_UNDELIVERED"]


@pytest.mark.parametrize("mark", [b"text:", b"Text:", b"TEXT:"])
async def test_the_letters_go_however_the_centre_writes_their_field(
    office: Office, ledger: Ledger, mark: bytes
) -> None:
    """Centres write the field's name as they like (SMPP 3.4, appendix B)."""
    await ledger.note_receipt(
        receipt("A", ReceiptState.DELIVERED, office.clock(), b"id:A stat:DELIVRD " + mark + b"Qaraly habar")
    )

    (kept,) = await office.receipts()
    assert kept.raw == "id:A stat:DELIVRD "


async def test_a_late_failure_never_takes_delivery_back(office: Office, ledger: Ledger) -> None:
    message_id = await office.queue(SHORT, key="k")
    await attempt(ledger, Accepted(("A",)))

    for state in (ReceiptState.DELIVERED, ReceiptState.FAILED, ReceiptState.DELIVERED):
        await ledger.note_receipt(receipt("A", state, office.clock()))

    assert (await office.message(message_id)).state == "delivered"
    assert len(await office.receipts()) == 3


async def test_a_receipt_is_kept_without_the_letters_of_the_message(office: Office, ledger: Ledger) -> None:
    await ledger.note_receipt(receipt("Z", ReceiptState.DELIVERED, office.clock()))

    assert [kept.raw for kept in await office.receipts()] == ["id:x stat:y "]


async def test_three_undelivered_attempts_within_a_day_call_a_person(office: Office, ledger: Ledger) -> None:
    """AC-D43: SMS undelivered three times → SMS_UNDELIVERED and a caseworker's call (T-25)."""
    case_id = await office.case()
    message_id = await office.queue(SHORT, key="k", case_id=case_id)

    for number in range(3):
        assert await office.tasks() == []
        await attempt(ledger, Accepted((f"A{number}",)))
        await ledger.note_receipt(receipt(f"A{number}", ReceiptState.EXPIRED, office.clock()))
        office.clock.forward(hours=3)

    message = await office.message(message_id)
    assert (message.state, message.attempts) == ("expired", 3)
    assert await office.flags(case_id) == ["SMS_UNDELIVERED"]
    assert [(task.kind, task.case_id) for task in await office.tasks()] == [("CALL_UNDELIVERED", case_id)]
    assert not await ledger.anything_due()


async def test_a_failure_receipt_that_comes_twice_costs_one_attempt(office: Office, ledger: Ledger) -> None:
    message_id = await office.queue(SHORT, key="k")
    await attempt(ledger, Accepted(("A",)))

    for _ in range(2):
        await ledger.note_receipt(receipt("A", ReceiptState.FAILED, office.clock()))

    message = await office.message(message_id)
    assert (message.state, message.attempts) == ("queued", 1)
    assert message.not_before == office.clock() + timedelta(minutes=15)


async def test_a_refusal_for_good_calls_a_person_at_once(office: Office, ledger: Ledger) -> None:
    case_id = await office.case()
    message_id = await office.queue(SHORT, key="k", case_id=case_id)

    await attempt(ledger, RefusedForGood("ESME_RINVDSTADR"))

    message = await office.message(message_id)
    assert (message.state, message.last_error) == ("failed", "ESME_RINVDSTADR")
    assert await office.flags(case_id) == ["SMS_UNDELIVERED"]


async def test_throttling_costs_no_attempt_however_often(office: Office, ledger: Ledger) -> None:
    message_id = await office.queue(SHORT, key="k")

    for _ in range(6):
        await attempt(ledger, TryLater("ESME_RTHROTTLED", SECOND))
        office.clock.forward(seconds=1)

    assert (await office.message(message_id)).state == "queued"
    await attempt(ledger, TryLater("ESME_RSYSERR", SECOND))
    assert (await office.message(message_id)).state == "queued"


async def test_a_centre_that_throttles_for_more_than_a_day_calls_a_person(
    office: Office, ledger: Ledger
) -> None:
    message_id = await office.queue(SHORT, key="k")
    office.clock.forward(hours=24, seconds=1)

    await attempt(ledger, TryLater("ESME_RTHROTTLED", SECOND))

    assert (await office.message(message_id)).state == "failed"
    assert len(await office.tasks()) == 1


async def test_parts_that_were_taken_are_not_sent_again(office: Office, ledger: Ledger) -> None:
    message_id = await office.queue(LONG, key="k")
    await attempt(ledger, TryLater("ESME_RTHROTTLED", SECOND, ("A", "B")))

    assert ledger.already_taken(message_id) == ("A", "B")
    office.clock.forward(seconds=1)
    await attempt(ledger, Accepted(("A", "B", "C", "D")))

    assert [part.provider_id for part in await office.parts(message_id)] == ["A", "B", "C", "D"]
    assert ledger.already_taken(message_id) == ()


async def test_an_unknown_outcome_is_repeated_once_and_counted(office: Office, ledger: Ledger) -> None:
    message_id = await office.queue(SHORT, key="k")

    await attempt(ledger, OutcomeUnknown((), 1))
    first = await office.message(message_id)
    assert (first.state, first.unknown_sends) == ("queued", 1)
    assert first.not_before == office.clock() + timedelta(seconds=60)
    office.clock.forward(seconds=60)
    await attempt(ledger, OutcomeUnknown((), 1))

    second = await office.message(message_id)
    assert (second.state, second.unknown_sends) == ("unknown", 1)
    assert [task.kind for task in await office.tasks()] == ["CALL_UNDELIVERED"]
    office.clock.forward(hours=1)
    assert not await ledger.anything_due()


@pytest.mark.parametrize("late_first", [False, True])
async def test_a_late_answer_saves_the_repetition(office: Office, ledger: Ledger, late_first: bool) -> None:
    message_id = await office.queue(SHORT, key="k")
    message = await take(ledger)
    late = LateAnswer(ROUTE, message_id, 1, accepted=True, provider_id="A", code="ESME_ROK")

    if late_first:
        await ledger.note_late_answer(late)
    await ledger.settle(message, OutcomeUnknown((), 1))
    if not late_first:
        await ledger.note_late_answer(late)

    assert (await office.message(message_id)).state == "sent"
    assert [part.provider_id for part in await office.parts(message_id)] == ["A"]
    office.clock.forward(minutes=5)
    assert not await ledger.anything_due()


async def test_a_message_of_a_dead_sender_is_taken_back_as_unknown(office: Office, ledger: Ledger) -> None:
    message_id = await office.queue(SHORT, key="k")
    await take(ledger)

    assert await ledger.settle_abandoned(frozenset()) == 0
    office.clock.forward(seconds=46)
    assert await ledger.settle_abandoned(frozenset({message_id})) == 0
    assert await ledger.settle_abandoned(frozenset()) == 1

    message = await office.message(message_id)
    assert (message.state, message.unknown_sends) == ("queued", 1)


async def test_an_outcome_that_comes_after_the_message_was_taken_back_changes_nothing(
    office: Office, ledger: Ledger
) -> None:
    message_id = await office.queue(SHORT, key="k")
    stale = await take(ledger)
    office.clock.forward(seconds=46)
    await ledger.settle_abandoned(frozenset())
    office.clock.forward(seconds=61)
    await take(ledger)

    await ledger.settle(stale, RefusedForGood("ESME_RINVDSTADR"))

    assert (await office.message(message_id)).state == "sending"


async def test_answers_to_a_citizen_go_before_law_and_law_before_optional(
    office: Office, ledger: Ledger
) -> None:
    for message_class in ("optional", "law", "requested"):
        await office.queue(SHORT, key=message_class, message_class=message_class)

    assert [message.message_class for message in await ledger.claim(3)] == ["requested", "law", "optional"]


@pytest.mark.parametrize(
    ("failures", "age", "wait"),
    [
        (1, timedelta(0), timedelta(minutes=15)),
        (2, timedelta(hours=1), timedelta(hours=2)),
        (2, timedelta(hours=22, minutes=1), None),
        (3, timedelta(0), None),
    ],
)
def test_the_next_attempt_keeps_to_number_and_day(
    failures: int, age: timedelta, wait: timedelta | None
) -> None:
    created = Clock().now
    now = created + age

    assert SmsRules().next_attempt(failures, created, now) == (now + wait if wait is not None else None)


async def test_a_law_message_that_waits_a_day_for_a_route_calls_a_person_once(
    office: Office, ledger: Ledger
) -> None:
    """SIL-21: nobody is bound, so nothing fails, and yet the citizen has heard nothing."""
    case_id = await office.case()
    message_id = await office.queue(SHORT, key="law", case_id=case_id)
    await office.queue(SHORT, key="optional", message_class="optional", case_id=case_id)

    office.clock.forward(hours=24)
    early = await ledger.call_about_waiting()
    office.clock.forward(seconds=1)
    called = [await ledger.call_about_waiting() for _ in range(2)]

    assert (early, called) == (0, [1, 0])
    assert [(task.kind, task.facts["message_id"]) for task in await office.tasks()] == [
        ("CALL_UNDELIVERED", message_id)
    ]
    assert await office.flags(case_id) == ["SMS_UNDELIVERED"]
    assert (await office.message(message_id)).state == "queued"
