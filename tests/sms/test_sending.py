"""Sending to a message centre of other people's make (npm smpp)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sms.smpp import Accepted, OutcomeUnknown, ReceiptState, RefusedForGood, TryLater
from tests.sms.conftest import Connect
from tests.sms.desk import Desk
from tests.sms.node_centre import NodeCentre

NUMBER = "+77010000001"
SHORT = "Құрметті азамат, өтінішіңіз қабылданды."
LONG = "Жерлеуге арналған біржолғы төлем тағайындалды. Ақша екі жұмыс күнінде шотыңызға түседі. " * 3


async def test_a_short_kazakh_text_arrives_letter_by_letter(centre: NodeCentre, connect: Connect) -> None:
    route = await connect(centre.port)

    outcome = await route.send(NUMBER, SHORT, "m1")

    assert isinstance(outcome, Accepted)
    assert len(outcome.provider_ids) == 1
    submit = await centre.wait("submit")
    assert submit["text"] == SHORT
    assert (submit["to"], submit["from"], submit["coding"]) == ("77010000001", "1414", 8)
    assert submit["registered"] == 1
    assert submit["header"] is None


async def test_a_latin_text_goes_in_the_gsm_alphabet(centre: NodeCentre, connect: Connect) -> None:
    route = await connect(centre.port)

    await route.send(NUMBER, "Hello 1414?", "m1")

    submit = await centre.wait("submit")
    assert (submit["text"], submit["coding"]) == ("Hello 1414?", 0)


async def test_a_long_kazakh_text_goes_in_numbered_parts_that_join_again(
    centre: NodeCentre, connect: Connect
) -> None:
    route = await connect(centre.port)

    outcome = await route.send(NUMBER, LONG, "m1")

    submits = centre.said("submit")
    assert isinstance(outcome, Accepted)
    assert len(outcome.provider_ids) == len(submits) > 3
    assert len(set(outcome.provider_ids)) == len(submits)
    assert "".join(submit["text"] for submit in submits) == LONG
    assert [submit["header"][-1] for submit in submits] == list(range(1, len(submits) + 1))
    assert {submit["header"][-2] for submit in submits} == {len(submits)}
    assert len({tuple(submit["header"][:-1]) for submit in submits}) == 1


async def test_receipts_carry_the_ids_of_the_parts(centre: NodeCentre, connect: Connect, desk: Desk) -> None:
    await centre.rules(receipts=["DELIVRD"])
    route = await connect(centre.port)

    outcome = await route.send(NUMBER, LONG, "m1")

    assert isinstance(outcome, Accepted)
    await desk.until(lambda: len(desk.receipts) == len(outcome.provider_ids))
    assert {receipt.provider_message_id for receipt in desk.receipts} == set(outcome.provider_ids)
    assert {receipt.state for receipt in desk.receipts} == {ReceiptState.DELIVERED}
    assert desk.receipts[0].route == "smpp-main"
    assert b"stat:DELIVRD" in desk.receipts[0].raw


async def test_a_receipt_before_the_submit_answer_and_a_second_one_are_both_handed_on(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    await centre.rules(receipts=["BEFORE", "EXPIRED"])
    route = await connect(centre.port)

    outcome = await route.send(NUMBER, SHORT, "m1")

    assert isinstance(outcome, Accepted)
    await desk.until(lambda: len(desk.receipts) == 2)
    assert [receipt.state for receipt in desk.receipts] == [ReceiptState.DELIVERED, ReceiptState.EXPIRED]
    assert {receipt.provider_message_id for receipt in desk.receipts} == set(outcome.provider_ids)
    await centre.wait("receipt_acknowledged", 2, lambda event: event["status"] == 0)


async def test_throttling_is_try_later_and_holds_the_route_back(centre: NodeCentre, connect: Connect) -> None:
    await centre.rules(status=[0x58])
    route = await connect(centre.port)

    first = await route.send(NUMBER, SHORT, "m1")
    began = asyncio.get_running_loop().time()
    second = await route.send(NUMBER, SHORT, "m1")
    waited = asyncio.get_running_loop().time() - began

    assert first == TryLater("ESME_RTHROTTLED", timedelta(seconds=0.05))
    assert isinstance(second, Accepted)
    assert waited >= 0.045


async def test_an_attempt_after_throttling_goes_on_with_the_part_that_was_not_taken(
    centre: NodeCentre, connect: Connect
) -> None:
    await centre.rules(status=[0, 0, 0x58])
    route = await connect(centre.port)

    first = await route.send(NUMBER, LONG, "m1")
    assert isinstance(first, TryLater)
    assert len(first.provider_ids) == 2
    second = await route.send(NUMBER, LONG, "m1", accepted=first.provider_ids)

    assert isinstance(second, Accepted)
    assert second.provider_ids[:2] == first.provider_ids
    taken = [event["header"][-1] for event in centre.said("submit")]
    assert taken == [1, 2, 3, *range(3, taken[-1] + 1)]
    assert len({event["header"][2] for event in centre.said("submit")}) == 1


async def test_a_wrong_destination_is_refused_for_good(centre: NodeCentre, connect: Connect) -> None:
    await centre.rules(status=[0x0B])
    route = await connect(centre.port)

    assert await route.send(NUMBER, SHORT, "m1") == RefusedForGood("ESME_RINVDSTADR")


async def test_a_status_of_the_centres_own_is_tried_later(centre: NodeCentre, connect: Connect) -> None:
    await centre.rules(status=[0x0401])
    route = await connect(centre.port)

    outcome = await route.send(NUMBER, SHORT, "m1")

    assert isinstance(outcome, TryLater)
    assert outcome.code == "0x00000401"


async def test_a_link_that_breaks_before_the_answer_leaves_the_outcome_unknown(
    centre: NodeCentre, connect: Connect
) -> None:
    await centre.rules(hold=1)
    route = await connect(centre.port)
    sending = asyncio.create_task(route.send(NUMBER, SHORT, "m1"))
    await centre.wait("submit", where=lambda event: event["held"])

    await centre.tell("drop")
    outcome = await sending

    assert outcome == OutcomeUnknown((), 1)
    assert outcome.part_in_doubt == 1
    assert route.state.parts_unknown == 1


async def test_an_answer_that_comes_too_late_is_told(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    await centre.rules(hold=1)
    route = await connect(centre.port, response_seconds=0.1)

    outcome = await route.send(NUMBER, SHORT, "m1")
    await centre.tell("release")
    await desk.until(lambda: bool(desk.late))

    assert outcome == OutcomeUnknown((), 1)
    late = desk.late[0]
    assert (late.ref, late.part, late.accepted) == ("m1", 1, True)
    assert late.provider_id.startswith("N")


async def test_the_window_bounds_what_is_unanswered(centre: NodeCentre, connect: Connect) -> None:
    await centre.rules(hold=1000)
    route = await connect(centre.port, window=3)
    sending = [asyncio.create_task(route.send(NUMBER, SHORT, f"m{at}")) for at in range(8)]
    await centre.wait("submit", 3)
    await centre.tell("ask")
    await centre.wait("alive")  # a round trip later nothing more has come

    assert len(centre.said("submit")) == 3
    await centre.rules(hold=0)
    await centre.tell("release")
    outcomes = await asyncio.gather(*sending)

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert len(centre.said("submit")) == 8


async def test_nothing_is_sent_and_nothing_is_unknown_without_a_link(connect: Connect) -> None:
    route = await connect(9, wait=False)

    outcome = await route.send(NUMBER, SHORT, "m1")

    assert isinstance(outcome, TryLater)
    assert outcome.code == "NOT_BOUND"
    assert outcome.provider_ids == ()
