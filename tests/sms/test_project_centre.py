"""The route against the project's own message centre over TCP: what handsets show and write."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulators.smsc.centre import CentreSettings, MessageCentre
from simulators.smsc.faults import Faults, ReceiptMode, SubmitMode
from simulators.smsc.handsets import Direction, HandsetMessage
from simulators.smsc.store import SmscStore
from sms.smpp import Accepted, OutcomeUnknown, ReceiptState, TryLater
from tests.sms.conftest import Connect
from tests.sms.desk import Desk
from tests.sms.node_centre import PASSWORD

NUMBER = "+77010000001"
LONG = "Жерлеуге арналған біржолғы төлем тағайындалды, ақша екі жұмыс күнінде түседі. " * 3


@pytest.fixture
async def project_centre(tmp_path: Path) -> AsyncIterator[MessageCentre]:
    store = SmscStore(tmp_path / "smsc.db")
    centre = MessageCentre(CentreSettings("127.0.0.1", 0, "belsendi", PASSWORD, retry_ms=10), store)
    await centre.start()
    yield centre
    await centre.stop()
    store.close()


def shown(centre: MessageCentre) -> list[HandsetMessage]:
    messages = centre.store.messages(NUMBER, 0)
    return [message for message in messages if message.direction is Direction.RECEIVED]


async def test_a_long_text_stands_on_the_handset_as_written_and_is_reported_delivered(
    project_centre: MessageCentre, connect: Connect, desk: Desk
) -> None:
    route = await connect(project_centre.port)

    outcome = await route.send(NUMBER, LONG, "m1")

    assert isinstance(outcome, Accepted)
    assert [message.text for message in shown(project_centre)] == [LONG]
    await desk.until(lambda: len(desk.receipts) == len(outcome.provider_ids))
    assert {receipt.provider_message_id for receipt in desk.receipts} == set(outcome.provider_ids)
    assert {receipt.state for receipt in desk.receipts} == {ReceiptState.DELIVERED}


async def test_an_expired_message_is_reported_as_expired(
    project_centre: MessageCentre, connect: Connect, desk: Desk
) -> None:
    project_centre.set_faults(Faults(receipt=ReceiptMode.EXPIRED, receipt_before_response=True))
    route = await connect(project_centre.port)

    await route.send(NUMBER, "Сәлем", "m1")
    await desk.until(lambda: len(desk.receipts) == 1)

    assert desk.receipts[0].state is ReceiptState.EXPIRED


async def test_a_long_reply_written_on_the_handset_is_joined(
    project_centre: MessageCentre, connect: Connect, desk: Desk
) -> None:
    await connect(project_centre.port)

    await project_centre.write(NUMBER, LONG)
    await desk.until(lambda: len(desk.messages) == 1)

    assert desk.messages[0].text == LONG
    assert desk.messages[0].sender == NUMBER


async def test_a_delivery_sent_twice_by_the_centre_has_one_provider_id(
    project_centre: MessageCentre, connect: Connect, desk: Desk
) -> None:
    project_centre.set_faults(Faults(resend_delivered=2))
    await connect(project_centre.port)

    await project_centre.write(NUMBER, "1")
    await desk.until(lambda: len(desk.messages) == 3)

    assert len({message.provider_id for message in desk.messages}) == 1


async def test_a_reply_that_could_not_be_stored_comes_again_until_it_is(
    project_centre: MessageCentre, connect: Connect, desk: Desk
) -> None:
    desk.failing = 2
    await connect(project_centre.port)

    await project_centre.write(NUMBER, "1")
    await desk.until(lambda: len(desk.messages) == 1)

    assert desk.failing == 0
    assert desk.messages[0].text == "1"


async def test_a_reply_written_while_nobody_is_bound_waits(
    project_centre: MessageCentre, connect: Connect, desk: Desk
) -> None:
    await project_centre.write(NUMBER, "Иә")

    await connect(project_centre.port)
    await desk.until(lambda: len(desk.messages) == 1)

    assert desk.messages[0].text == "Иә"


async def test_a_cut_after_the_centre_took_the_message_is_an_unknown_outcome(
    project_centre: MessageCentre, connect: Connect
) -> None:
    project_centre.set_faults(Faults(submit=SubmitMode.DROP_AFTER_STORE, submit_remaining=1))
    route = await connect(project_centre.port)

    assert await route.send(NUMBER, "Сәлем", "m1") == OutcomeUnknown((), 1)
    assert len(shown(project_centre)) == 1


async def test_a_throttled_message_is_sent_by_the_next_attempt_once(
    project_centre: MessageCentre, connect: Connect
) -> None:
    project_centre.set_faults(Faults(submit=SubmitMode.THROTTLE, submit_remaining=1))
    route = await connect(project_centre.port)

    assert isinstance(await route.send(NUMBER, "Сәлем", "m1"), TryLater)
    assert isinstance(await route.send(NUMBER, "Сәлем", "m1"), Accepted)
    assert [message.text for message in shown(project_centre)] == ["Сәлем"]
