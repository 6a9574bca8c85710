"""Citizens' messages from a message centre of other people's make: stored first, acknowledged after, once."""

from __future__ import annotations

from datetime import timedelta

from tests.sms.conftest import Connect
from tests.sms.desk import Desk
from tests.sms.node_centre import Event, NodeCentre

LONG = ("Менің шотым басқа, жаңа шотымды жіберемін, өтінемін соған аударыңыз. ", "Рақмет сізге! 😀")


def short(text: str, **more: object) -> Event:
    return {"text": text, "coding": 8 if not text.isascii() else 0, **more}


def piece(index: int, reference: int = 77, text: str | None = None) -> Event:
    return {
        "text": LONG[index - 1] if text is None else text,
        "coding": 8,
        "header": [5, 0, 3, reference, 2, index],
    }


async def test_a_reply_is_handed_on_with_its_sender_and_text(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    await connect(centre.port)

    await centre.deliver(short("Иә, келісемін"))
    await desk.until(lambda: len(desk.messages) == 1)

    message = desk.messages[0]
    assert message.text == "Иә, келісемін"
    assert (message.sender, message.short_code, message.route) == ("+77010000001", "1414", "smpp-main")
    assert message.complete
    assert (await centre.wait("acknowledged"))["status"] == 0


async def test_a_reply_is_acknowledged_only_when_it_is_stored(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    route = await connect(centre.port)
    desk.gate.clear()

    await centre.deliver(short("1"), tag="kept")
    await route.send("+77010000002", "келесі", "m1")  # the link works on meanwhile
    assert not centre.said("acknowledged")
    desk.gate.set()

    assert (await centre.wait("acknowledged"))["status"] == 0
    assert [message.text for message in desk.messages] == ["1"]


async def test_a_reply_that_cannot_be_stored_is_asked_for_again(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    await connect(centre.port)
    desk.failing = 1

    await centre.deliver(short("1"))

    assert (await centre.wait("acknowledged"))["status"] == 0x64
    assert desk.messages == []


async def test_a_repetition_on_a_new_link_has_the_same_provider_id(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    await connect(centre.port)
    await centre.deliver(short("1"))
    await desk.until(lambda: len(desk.messages) == 1)
    await centre.tell("drop")
    await centre.wait("bind", 2)

    await centre.deliver(short("1"))
    await desk.until(lambda: len(desk.messages) == 2)

    assert desk.messages[0].provider_id == desk.messages[1].provider_id


async def test_the_same_word_typed_twice_on_a_healthy_link_is_two_messages(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    await connect(centre.port)

    await centre.deliver(short("1"))
    await centre.deliver(short("1"))
    await desk.until(lambda: len(desk.messages) == 2)

    assert desk.messages[0].provider_id != desk.messages[1].provider_id


async def test_the_centres_own_id_decides_what_is_a_repetition(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    await connect(centre.port)

    for network_id in ("A1", "A1", "A2"):
        await centre.deliver(short("1", networkId=network_id))
    await desk.until(lambda: len(desk.messages) == 3)

    ids = [message.provider_id for message in desk.messages]
    assert ids[0] == ids[1] != ids[2]


async def test_a_long_reply_is_joined_from_parts_in_any_order_with_duplicates(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    await connect(centre.port)

    await centre.deliver(piece(2), piece(2), piece(1))
    await desk.until(lambda: len(desk.messages) == 1)

    assert desk.messages[0].text == "".join(LONG)
    assert [part.index for part in desk.messages[0].raw_parts] == [1, 2]
    await centre.wait("acknowledged", 3, lambda event: event["status"] == 0)


async def test_joining_survives_a_restart_between_the_parts(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    first = await connect(centre.port)
    await centre.deliver(piece(1))
    await centre.wait("acknowledged")
    await first.stop()

    await connect(centre.port)
    await centre.deliver(piece(2))
    await desk.until(lambda: len(desk.messages) == 1)

    assert desk.messages[0].text == "".join(LONG)


async def test_the_last_part_brought_again_gives_the_same_message_again(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    first = await connect(centre.port)
    await centre.deliver(piece(1), piece(2))
    await desk.until(lambda: len(desk.messages) == 1)
    await first.stop()

    await connect(centre.port)
    await centre.deliver(piece(2))
    await desk.until(lambda: len(desk.messages) == 2)

    assert desk.messages[0].provider_id == desk.messages[1].provider_id
    assert desk.messages[1].text == "".join(LONG)


async def test_a_reference_number_that_comes_round_again_opens_a_new_message(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    await connect(centre.port)
    await centre.deliver(piece(1), piece(2))
    await desk.until(lambda: len(desk.messages) == 1)

    await centre.deliver(piece(1, text="Бүгін "), piece(2, text="келдім"))
    await desk.until(lambda: len(desk.messages) == 2)

    assert [message.text for message in desk.messages] == ["".join(LONG), "Бүгін келдім"]


async def test_two_people_with_the_same_reference_number_are_kept_apart(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    await connect(centre.port)

    await centre.deliver(piece(1), sender="77010000001")
    await centre.deliver(piece(1, text="Бір "), sender="77010000002")
    await centre.deliver(piece(2, text="екі"), sender="77010000002")
    await desk.until(lambda: len(desk.messages) == 1)

    assert (desk.messages[0].sender, desk.messages[0].text) == ("+77010000002", "Бір екі")


async def test_a_message_whose_part_stays_away_is_handed_on_with_its_gap(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    route = await connect(centre.port)
    await centre.deliver(piece(2))
    await centre.wait("acknowledged")
    assert await route.hand_on_incomplete() == 0

    desk.now += timedelta(seconds=route.settings.incomplete_seconds + 1)
    assert await route.hand_on_incomplete() == 1
    assert await route.hand_on_incomplete() == 0

    assert not desk.messages[0].complete
    assert desk.messages[0].text == "\ufffd" + LONG[1]


async def test_a_message_told_before_is_not_told_again_with_the_waiting_ones(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    route = await connect(centre.port)
    await centre.deliver(piece(1), piece(2), piece(1, text="Бүгін "))
    await centre.wait("acknowledged", 3)
    desk.now += timedelta(seconds=route.settings.incomplete_seconds + 1)

    assert await route.hand_on_incomplete() == 1

    assert [message.complete for message in desk.messages] == [True, False]
    assert desk.messages[1].text == "Бүгін \ufffd"


async def test_a_broken_delivery_is_refused_and_the_next_one_is_taken(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    await connect(centre.port)

    await centre.tell("raw", hex="0000001200000005000000000000004d0001")
    await centre.deliver(short("0"))
    await desk.until(lambda: len(desk.messages) == 1)

    assert desk.messages[0].text == "0"


async def test_a_message_shows_neither_sender_nor_text_in_its_repr(
    centre: NodeCentre, connect: Connect, desk: Desk
) -> None:
    await connect(centre.port)
    await centre.deliver(short("Менің құпиям"))
    await desk.until(lambda: len(desk.messages) == 1)

    shown = repr(desk.messages[0]) + repr(desk.messages[0].raw_parts)

    assert "құпия" not in shown
    assert "7701" not in shown
