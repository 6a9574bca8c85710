"""The link itself: binding, losing, finding again, keeping alive, noise. Peer: npm smpp."""

from __future__ import annotations

import asyncio

import pytest

from sms.smpp import Accepted
from tests.sms.conftest import Connect
from tests.sms.node_centre import NodeCentre

NUMBER = "+77010000001"


async def test_a_dropped_link_is_bound_again_and_carries_messages(
    centre: NodeCentre, connect: Connect
) -> None:
    route = await connect(centre.port)
    await centre.tell("drop")
    await centre.wait("bind", 2)
    await route.wait_bound(5)

    assert isinstance(await route.send(NUMBER, "қайта", "m1"), Accepted)
    assert route.state.binds == 2


async def test_an_unbind_by_the_centre_is_answered_and_followed_by_a_new_bind(
    centre: NodeCentre, connect: Connect
) -> None:
    route = await connect(centre.port)

    await centre.tell("unbind")

    await centre.wait("closed")
    await centre.wait("bind", 2)
    await route.wait_bound(5)
    assert (route.state.bound, route.state.binds) == (True, 2)


async def test_a_refused_bind_is_named_and_tried_again(centre: NodeCentre, connect: Connect) -> None:
    await centre.rules(refuseBind=2)
    route = await connect(centre.port, wait=False)
    await centre.wait("bind_refused")
    assert route.state.bound is False

    await route.wait_bound(5)

    assert len(centre.said("bind_refused")) == 2
    assert route.state.bound is True
    assert route.state.last_error == ""


async def test_a_wrong_password_never_binds_and_says_why(centre: NodeCentre, connect: Connect) -> None:
    route = await connect(centre.port, wait=False, password="wrong")
    await centre.wait("bind_refused", 2)

    with pytest.raises(TimeoutError):
        await route.wait_bound(0.05)
    assert route.state.last_error == "ESME_RINVPASWD"


async def test_a_quiet_link_is_kept_alive(centre: NodeCentre, connect: Connect) -> None:
    route = await connect(centre.port, enquire_link_seconds=0.03)

    await centre.wait("enquire_link", 3)

    assert route.state.binds == 1


async def test_a_centre_that_stops_answering_is_left_and_bound_anew(
    centre: NodeCentre, connect: Connect
) -> None:
    await centre.rules(silentLink=True)
    await connect(centre.port, enquire_link_seconds=0.05, response_seconds=0.1)

    await centre.wait("closed")
    await centre.wait("bind", 2)
    told = [event["event"] for event in centre.events if event["event"] in ("bind", "closed")]
    assert told[:3] == ["bind", "closed", "bind"]


async def test_an_unknown_command_is_refused_and_the_link_lives(centre: NodeCentre, connect: Connect) -> None:
    route = await connect(centre.port)

    await centre.tell("raw", hex="00000010000001030000000000000007")

    assert (await centre.wait("nack"))["status"] == 0x03
    assert isinstance(await route.send(NUMBER, "бар", "m1"), Accepted)
    assert route.state.binds == 1


async def test_noise_on_the_line_ends_the_link_and_a_new_one_is_bound(
    centre: NodeCentre, connect: Connect
) -> None:
    route = await connect(centre.port)

    await centre.tell("raw", hex="ff" * 32)

    await centre.wait("bind", 2)
    await route.wait_bound(5)
    assert isinstance(await route.send(NUMBER, "бар", "m1"), Accepted)


async def test_a_stop_says_goodbye(centre: NodeCentre, connect: Connect) -> None:
    route = await connect(centre.port)

    await route.stop()

    await centre.wait("unbind")
    assert route.state.bound is False


async def test_a_stop_ends_those_who_wait_for_their_turn(centre: NodeCentre, connect: Connect) -> None:
    route = await connect(centre.port, parts_per_second=0.01, burst_parts=1)
    assert isinstance(await route.send(NUMBER, "бір", "m1"), Accepted)
    waiting = asyncio.create_task(route.send(NUMBER, "екі", "m2"))
    await asyncio.sleep(0)

    await route.stop()

    outcome = await asyncio.wait_for(waiting, 60)
    assert outcome.code == "NOT_BOUND"
    assert len(centre.said("submit")) == 1
