"""kill -9 at every named boundary, on real processes: the case ends right, and nothing happens twice."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from belsendi.contracts.states import CaseState
from simulators.registry.people import Outage, OutageMode
from simulators.smsc.faults import Faults, SubmitMode
from tests.faults.office_view import OfficeView
from tests.faults.stack_under_test import StackUnderTest
from tests.faults.walk import (
    assert_ended_right,
    read_offer,
    register_death,
    send_event,
    sign_it,
    until_assigned,
    until_state,
)
from tests.workflows.office import Family, families, today

pytestmark = pytest.mark.asyncio(loop_scope="module")

_OURS = ("worker", "sms", "api")


@pytest.fixture(scope="module")
def unused_families() -> Iterator[Family]:
    """Families of whom the stack has not heard: every test takes its own."""
    return iter(families(20, today()))


@pytest.fixture
def family(unused_families: Iterator[Family]) -> Family:
    return next(unused_families)


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def healthy(stack: StackUnderTest, office: OfficeView) -> AsyncIterator[None]:
    """Everything runs before a test and nothing misbehaves after it."""
    await stack.start("temporal", *_OURS)
    yield
    await office.smsc.set_faults(Faults())
    await office.registry.set_outages()
    stack.wire.lose()


async def test_sms_killed_between_storing_a_reply_and_acknowledging_it(
    stack: StackUnderTest, office: OfficeView, family: Family
) -> None:
    await register_death(office, family)
    await read_offer(stack, office, family)
    brought = (await office.smsc.counters()).get("mo_sent", 0)

    stack.wire.hold_towards_centre()
    await office.smsc.write(family.number, "1")

    async def stored() -> bool:
        return len(await office.inbox(family)) == 1

    await stack.until(stored, "the reply is stored")
    stack.kill("sms")
    stack.wire.lose()
    await stack.start("sms")

    await sign_it(stack, office, family)
    await until_assigned(stack, office, family)
    assert (await office.smsc.counters())["mo_sent"] == brought + 2, "the centre brought it again"
    assert await assert_ended_right(office, family) == 0


async def test_sms_killed_between_a_submit_and_its_answer(
    stack: StackUnderTest, office: OfficeView, family: Family
) -> None:
    await office.smsc.set_faults(Faults(submit=SubmitMode.HOLD, submit_numbers=[family.number]))
    await register_death(office, family)
    await read_first_part(stack, office, family)

    stack.kill("sms")
    await office.smsc.set_faults(Faults())
    await stack.start("sms")

    await read_offer(stack, office, family)
    (case,) = await office.cases_of(family)

    async def left() -> bool:
        return (await office.outbox(case.id))[0].state in ("sent", "delivered")

    await stack.until(left, "the offer has left")
    (offer,) = await office.sent(family, case.id)
    assert offer.unknown_sends == 1
    assert offer.seen <= 2
    await office.smsc.write(family.number, "1")
    await sign_it(stack, office, family)
    await until_assigned(stack, office, family)
    assert await assert_ended_right(office, family) <= 1


async def read_first_part(stack: StackUnderTest, office: OfficeView, family: Family) -> None:
    async def there() -> bool:
        return bool(await office.smsc.messages(family.number))

    await stack.until(there, "the centre has taken the first part")


@pytest.mark.parametrize(
    "answer", [Outage(mode=OutageMode.LOST_ANSWER, remaining=1), Outage(mode=OutageMode.SLOW, remaining=1)]
)
async def test_worker_killed_between_placing_an_order_and_the_answer(
    stack: StackUnderTest, office: OfficeView, family: Family, answer: Outage
) -> None:
    """Invariant 9; SIL-16: it asks before it places again."""
    await register_death(office, family)
    await read_offer(stack, office, family)
    await office.smsc.write(family.number, "1")
    await until_state(stack, office, family, CaseState.AWAITING_SIGNATURE)
    await office.registry.set_outages(**{"odq/place": answer})
    await sign_it(stack, office, family)

    async def placed() -> bool:
        return any(order.recipient_iin == family.declarant.iin for order in await office.registry.orders())

    await stack.until(placed, "the payment system has the order")
    stack.kill("worker")
    await stack.start("worker")

    await until_assigned(stack, office, family)
    await assert_ended_right(office, family)
    (order,) = [o for o in await office.registry.orders() if o.recipient_iin == family.declarant.iin]
    assert order.repeats == 0, "it was asked for, not placed again"


async def test_worker_killed_in_the_middle_of_a_transaction(
    stack: StackUnderTest, office: OfficeView, family: Family
) -> None:
    """The step holds the records' write lock and waits for the key store's: nothing of it stays.

    The case has its key already, so that the first key to be made is the number's, within the step's unit of work.
    """
    stack.kill("worker")
    assert await send_event(stack, family) == 202

    async def opened() -> bool:
        return await office.state(family) == CaseState.IDENTIFIED

    await stack.until(opened, "the case is open")
    (case,) = await office.cases_of(family)
    await office.make_key_of(case.id)
    await office.registry.add_people([family.deceased, family.declarant])
    data = stack.layout.data_dir
    with write_lock(data / "keys.db"):
        stack.services["worker"].start()

        async def in_transaction() -> bool:
            return await asyncio.to_thread(is_being_written, data / "records.db")

        await stack.until(in_transaction, "the worker's step has begun its transaction")
        stack.kill("worker")
    assert not is_being_written(data / "records.db"), "the lock died with its holder"
    assert await office.steps(case.id) == []
    assert await office.outbox(case.id) == []

    await stack.start("worker")
    await office.registry.add_death(family.death)
    await read_offer(stack, office, family)
    await office.smsc.write(family.number, "1")
    await sign_it(stack, office, family)
    await until_assigned(stack, office, family)
    assert await assert_ended_right(office, family) == 0


async def test_engine_killed_with_cases_in_flight(
    stack: StackUnderTest, office: OfficeView, unused_families: Iterator[Family]
) -> None:
    offered, waiting = next(unused_families), next(unused_families)
    for family in (offered, waiting):
        await register_death(office, family)
    for family in (offered, waiting):
        await read_offer(stack, office, family)
    await office.smsc.write(waiting.number, "иә")
    await until_state(stack, office, waiting, CaseState.AWAITING_SIGNATURE)

    stack.kill("temporal")
    await office.smsc.write(offered.number, "1")

    async def stored() -> bool:
        return len(await office.inbox(offered)) == 1

    await stack.until(stored, "the reply is stored while the engine is dead")
    assert not await office.sign(waiting), "nothing is signed while the engine is dead"
    await stack.start("temporal")

    for family in (offered, waiting):
        await sign_it(stack, office, family)
        await until_assigned(stack, office, family)
        assert await assert_ended_right(office, family) == 0


async def test_api_killed_between_storing_an_event_and_starting_its_case(
    stack: StackUnderTest, office: OfficeView, family: Family
) -> None:
    """With the engine and the worker dead nothing but the stored event is left of it."""
    await office.registry.add_people([family.deceased, family.declarant])
    stack.kill("worker")
    stack.kill("temporal")
    assert await send_event(stack, family, "an-event-before-the-kill") == 202
    stack.kill("api")
    await stack.start("temporal", *_OURS)
    assert await send_event(stack, family, "an-event-before-the-kill") == 200, "it was stored once"

    await office.registry.add_death(family.death)
    await read_offer(stack, office, family)
    await office.smsc.write(family.number, "1")
    await sign_it(stack, office, family)
    await until_assigned(stack, office, family)
    assert await assert_ended_right(office, family) == 0


@contextmanager
def write_lock(file: Path) -> Iterator[None]:
    """Nobody else writes a SQLite file meanwhile."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def is_being_written(file: Path) -> bool:
    """Whether somebody keeps a writing transaction open: nobody's ordinary one takes a whole second."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=1)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
        return False
