"""A case walked through by its people: the citizen at the handset, the officer at the records."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime

import httpx

from api.v1.signatures import sign
from belsendi.contracts.states import CaseState, Outcome
from simulators.client import NothingCame
from simulators.smsc.handsets import HandsetMessage
from stack.commands.event import death_event
from stack.local_secrets import read_secret
from tests.faults.office_view import OfficeView
from tests.faults.stack_under_test import StackUnderTest
from tests.workflows.office import Family


async def register_death(office: OfficeView, family: Family) -> None:
    """The death stands in the civil registry, whose feed tells it."""
    await office.registry.add_people([family.deceased, family.declarant])
    await office.registry.add_death(family.death)


async def send_event(stack: StackUnderTest, family: Family, event_id: str | None = None) -> int:
    """A sender outside tells the death over HTTP. Returns the status; 0 when nobody answered."""
    event = death_event(
        family.deceased.iin,
        family.death.date_of_death.isoformat(),
        [family.declarant.iin],
        event_id=event_id or uuid.uuid4().hex,
        now=datetime.now(UTC),
    )
    body = json.dumps(event).encode()
    headers = sign(read_secret(stack.layout.secrets, "events").encode(), int(time.time()), body)
    headers["Content-Type"] = "application/cloudevents+json"
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            answer = await client.post(f"{stack.layout.api_url}/v1/events", content=body, headers=headers)
    except httpx.HTTPError:
        return 0
    return answer.status_code


async def until_state(stack: StackUnderTest, office: OfficeView, family: Family, *states: CaseState) -> None:
    async def reached() -> bool:
        return await office.state(family) in states

    await stack.until(reached, f"the case stands at {' or '.join(states)}")


async def read_offer(stack: StackUnderTest, office: OfficeView, family: Family) -> HandsetMessage:
    """The offer on the handset, once the records have it too."""
    await until_state(stack, office, family, CaseState.OFFERED)
    found: list[HandsetMessage] = []

    async def came() -> bool:
        try:
            found.append(await office.smsc.wait_for_text(family.number, timeout_seconds=1))
        except NothingCame:
            return False
        return True

    await stack.until(came, "the offer is on the handset")
    return found[0]


async def sign_it(stack: StackUnderTest, office: OfficeView, family: Family) -> None:
    """The officer signs, and tries again while something is dead."""
    await until_state(stack, office, family, CaseState.AWAITING_SIGNATURE, CaseState.CLOSED)

    async def signed() -> bool:
        if await office.state(family) != CaseState.AWAITING_SIGNATURE:
            return True
        return await office.sign(family)

    await stack.until(signed, "the decision is signed")


async def until_assigned(stack: StackUnderTest, office: OfficeView, family: Family) -> None:
    """The case is closed as assigned, and every message of it has left."""

    async def closed() -> bool:
        return await office.outcome(family) is not None

    await stack.until(closed, "the case has its outcome")
    assert await office.outcome(family) == Outcome.ASSIGNED
    case_id = (await office.cases_of(family))[0].id

    async def told() -> bool:
        return all(row.state in ("sent", "delivered", "unknown") for row in await office.outbox(case_id))

    await stack.until(told, "every message of the case has left")


async def assert_ended_right(office: OfficeView, family: Family) -> int:
    """One entry, one decision, one order, every reply handled once, every message once. Returns repeated sends."""
    (case,) = await office.cases_of(family)
    assert (case.state, case.outcome) == (CaseState.CLOSED, Outcome.ASSIGNED)
    assert await office.journal_entries(case.id) == 1
    assert await office.approved(case.id) == 1
    (order,) = await office.orders(case.id)
    placed = [each for each in await office.registry.orders() if each.recipient_iin == family.declarant.iin]
    assert [each.order_ref for each in placed] == [order.order_ref]
    steps = await office.steps(case.id)
    once = ("OFFERED", "REGISTERED", "ACCEPTED", "DECIDED", "PLACED")
    assert [steps.count(kind) for kind in once] == [1] * len(once)
    inbox = await office.inbox(family)
    assert len(inbox) == await office.written(family), "a reply was lost or stored twice"
    assert {message.state for message in inbox} == {"handled"}
    assert {message.disposition for message in inbox} == {"ACCEPTED"}
    return await repeated_sends(office, family, case.id)


async def repeated_sends(office: OfficeView, family: Family, case_id: str) -> int:
    """How often a text came again; each of them is counted as a send with an unknown outcome."""
    repeated = 0
    for message in await office.sent(family, case_id):
        doubtful = message.unknown_sends + (message.state == "unknown")
        assert message.seen >= 1 or message.state == "unknown", f"{message.key} never came"
        assert message.seen <= 1 + doubtful, f"{message.key} came {message.seen} times"
        repeated += max(0, message.seen - 1)
    return repeated
