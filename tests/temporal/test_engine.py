"""On the real server: nothing legible leaves the process, failures included; cases by their typed handle."""

from __future__ import annotations

import json
import socket
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import Worker

from belsendi.contracts.case import (
    TASK_QUEUE,
    CaseReply,
    CaseStart,
    Disposition,
    OfferOpened,
    OfficerAct,
    OfficerDecision,
    Reply,
)
from belsendi.contracts.states import CaseState, Party
from belsendi.errors import NotFound, OutsideSystemUnavailable
from belsendi.settings import Settings
from belsendi.temporal.cases import CaseRefused, Cases
from belsendi.temporal.client import connect
from belsendi.temporal.codec import EncryptionCodec, PayloadKeyring
from tests.temporal.throwaway import Carrier, StandIn, break_down

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
WORDS = "Canary-Құпия-850101400121"


def fresh() -> str:
    return uuid.uuid4().hex


def dead_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def carry(client: Client, *, fail: bool) -> list[HistoryEvent]:
    """The history of a workflow that took the words everywhere."""
    workflow_id, queue = f"carrier-{fresh()}", f"carrier-{fresh()}"
    async with Worker(client, task_queue=queue, workflows=[Carrier], activities=[break_down]):
        handle = await client.start_workflow(
            "Carrier", args=[WORDS, fail], id=workflow_id, task_queue=queue, memo={"first": WORDS}
        )
        await handle.signal("hear", WORDS)
        if fail:
            with pytest.raises(WorkflowFailureError) as failed:
                await handle.result()
            cause = failed.value.cause
            assert isinstance(cause, ActivityError) and isinstance(cause.cause, ApplicationError)
            assert cause.cause.message == WORDS
        else:
            assert await handle.result() == WORDS
    return [event async for event in handle.fetch_history_events()]


@pytest.mark.parametrize("fail", [False, True])
async def test_nothing_that_passes_the_engine_is_legible(client: Client, fail: bool) -> None:
    events = await carry(client, fail=fail)
    raw = b"".join(event.SerializeToString() for event in events)
    assert len(events) >= 7
    for part in (WORDS, "Canary", "Құпия", "850101400121"):
        assert part.encode() not in raw


async def test_failures_reach_the_engine_as_an_empty_shell(client: Client) -> None:
    events = await carry(client, fail=True)
    failures = [
        event.activity_task_failed_event_attributes.failure
        for event in events
        if event.HasField("activity_task_failed_event_attributes")
    ]
    assert [failure.message for failure in failures] == ["Encoded failure"]
    assert failures[0].stack_trace == "" and failures[0].HasField("encoded_attributes")
    assert failures[0].cause.message == "Encoded failure"


async def test_an_engine_that_does_not_answer_is_one_clear_sentence(
    secrets_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    address = f"127.0.0.1:{dead_port()}"
    settings = Settings.model_validate({"TEMPORAL_ADDRESS": address, "secrets_dir": secrets_dir})
    with pytest.raises(OutsideSystemUnavailable) as refused:
        await connect(settings)
    assert str(refused.value) == (
        f"the workflow engine does not answer at {address}; start it or set TEMPORAL_ADDRESS"
    )


async def test_a_case_is_not_startable_nor_speakable_to_while_the_engine_is_out(
    secrets_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    settings = Settings.model_validate(
        {"TEMPORAL_ADDRESS": f"127.0.0.1:{dead_port()}", "secrets_dir": secrets_dir}
    )
    with pytest.raises(OutsideSystemUnavailable):
        await Cases(await connect(settings, lazy=True)).start(CaseStart(case_id=fresh(), service="BUR"))


@pytest.fixture
async def cases(client: Client) -> AsyncIterator[Cases]:
    async with Worker(client, task_queue=TASK_QUEUE, workflows=[StandIn]):
        yield Cases(client)


def reply(inbound_id: str, question_id: str | None = "q") -> Reply:
    return Reply(inbound_id=inbound_id, question_id=question_id, meaning=CaseReply.CONSENT, received_at=NOW)


async def end(cases: Cases, case_id: str) -> None:
    await cases.decide(case_id, OfficerDecision(act_id="a", act=OfficerAct.WITHDRAWN, officer="account-1"))


async def test_starting_a_case_again_leaves_it_alone(cases: Cases) -> None:
    start = CaseStart(case_id=fresh(), service="BUR")
    await cases.start(start)
    await cases.reply(start.case_id, reply("m-1"))
    await cases.start(start)
    assert await cases.reply(start.case_id, reply("m-2")) == Disposition(state=CaseState.CONSENTED)
    await end(cases, start.case_id)
    await cases.start(start)
    with pytest.raises(NotFound):
        await cases.reply(start.case_id, reply("m-3"))


async def test_a_reply_handed_on_twice_is_one_reply(cases: Cases) -> None:
    case_id = fresh()
    await cases.start(CaseStart(case_id=case_id, service="BUR"))
    first = await cases.reply(case_id, reply("m-1"))
    assert await cases.reply(case_id, reply("m-1")) == first == Disposition(state=CaseState.OFFERED)
    await end(cases, case_id)


async def test_what_a_case_refuses_is_told_by_its_code(cases: Cases) -> None:
    case_id = fresh()
    await cases.start(CaseStart(case_id=case_id, service="BUR"))
    with pytest.raises(CaseRefused) as refused:
        await cases.reply(case_id, reply("m-1", question_id=None))
    assert refused.value.code == "QUESTION_CLOSED"
    await end(cases, case_id)


async def test_a_case_that_does_not_run_is_not_found(cases: Cases) -> None:
    opened = OfferOpened(reminder_at=NOW, expires_at=NOW)
    with pytest.raises(NotFound):
        await cases.reply(fresh(), reply("m-1"))
    with pytest.raises(NotFound):
        await cases.question_opened(fresh(), "q", opened)
    with pytest.raises(NotFound):
        await cases.view(fresh())


async def test_a_signal_reaches_the_case_and_its_view_shows_it(cases: Cases) -> None:
    case_id = fresh()
    await cases.start(CaseStart(case_id=case_id, service="BUR"))
    assert (await cases.view(case_id)).waiting_for is Party.US
    await cases.question_opened(case_id, "q", OfferOpened(reminder_at=NOW, expires_at=NOW))
    assert (await cases.view(case_id)).waiting_for is Party.CITIZEN
    await end(cases, case_id)


async def test_what_a_library_quotes_does_not_reach_the_engine_even_encrypted(
    client: Client, engine_settings: Settings
) -> None:
    events = await carry(client, fail=True)
    keyring = PayloadKeyring.parse(engine_settings.secret("payload-keys").get_secret_value())
    codec = EncryptionCodec(keyring, client.namespace)
    (failure,) = [
        event.activity_task_failed_event_attributes.failure
        for event in events
        if event.HasField("activity_task_failed_event_attributes")
    ]
    ours, theirs = codec.decode_now([failure.encoded_attributes, failure.cause.encoded_attributes])
    assert WORDS in json.loads(ours.data)["message"]
    assert json.loads(theirs.data)["message"] == "ValueError; its text stayed in the process that raised it"
    assert failure.cause.application_failure_info.type == "ValueError"
