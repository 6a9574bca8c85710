"""The search itself: a canary planted on purpose is found wherever and however it is written."""

from __future__ import annotations

import base64
import io
import logging
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Memo, Payload, Payloads, SearchAttributes
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent, MarkerRecordedEventAttributes
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.client import Client, WorkflowFailureError
from temporalio.worker import Worker

from belsendi.records.audit import audit
from belsendi.records.store import open_records
from belsendi.settings import Settings
from belsendi.temporal.client import connect
from belsendi.temporal.codec import EncryptionCodec, PayloadKeyring
from tests.privacy.traces import Found, Places, collect_files, collect_workflow, encodings, payloads_of
from tests.records.office import NOW
from tests.temporal.throwaway import Carrier, break_down

CANARY = "Құпия канарейка 850101400121"
WANTED = {"canary": CANARY}


@pytest.mark.parametrize("form", [name for name, _ in encodings(CANARY)])
def test_a_canary_in_a_database_file_is_found_in_every_encoding(tmp_path: Path, form: str) -> None:
    planted = dict(encodings(CANARY))[form]
    with closing(sqlite3.connect(tmp_path / "records.db")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE notes (body BLOB)")
        database.execute("INSERT INTO notes VALUES (?)", (b"\x00\xff" + planted + b"\x01",))
        database.commit()
        places = Places()
        collect_files(places, tmp_path)
    found = {(trace.place, trace.encoding) for trace in places.search(WANTED)}
    assert {("file records.db-wal", form), ("table notes of records.db", form)} <= found


@given(st.binary(max_size=7), st.binary(max_size=7))
def test_a_canary_in_the_middle_of_base64_is_found(before: bytes, after: bytes) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        places = Places()
        places.add("text", encode(before + CANARY.encode() + after))
        assert places.search(WANTED)


def test_what_is_not_there_is_not_found() -> None:
    places = Places()
    places.add("text", base64.b64encode(("x" + CANARY[:-1]).encode()) + CANARY[1:].encode())
    assert places.search(WANTED) == []


async def test_a_canary_written_into_the_records_is_found(sqlite_settings: Settings) -> None:
    records = open_records(sqlite_settings)
    async with records.database.writing() as session:
        await audit(session, actor="a", action="case.show", object_id="c", at=NOW, reason=CANARY)
    places = Places()
    collect_files(places, sqlite_settings.data_dir)
    await records.close()
    assert {trace.place for trace in places.search(WANTED)} == {
        "file records.db-wal",
        "table audit of records.db",
    }


def test_a_canary_in_a_log_line_is_found(log_lines: io.StringIO) -> None:
    logging.getLogger("belsendi.intake").warning("event waits: %s", CANARY, extra={"event": "e-1"})
    logging.getLogger("belsendi.intake").info("quiet", extra={"reason": CANARY})
    places = Places()
    places.add("log", log_lines.getvalue())
    assert places.search(WANTED) == [Found("log", "canary", "utf-8")]
    assert log_lines.getvalue().count(CANARY) == 2


@pytest.fixture
async def client(own_temporal_server: str, secrets_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    monkeypatch.delenv("TEMPORAL_NAMESPACE", raising=False)
    return await connect(
        Settings.model_validate({"TEMPORAL_ADDRESS": own_temporal_server, "secrets_dir": secrets_dir})
    )


async def carried(client: Client, secrets_dir: Path, workflow_id: str, words: str, *, fail: bool) -> Places:
    """All that a throwaway workflow left behind that took the words with it."""
    queue = uuid.uuid4().hex
    async with Worker(client, task_queue=queue, workflows=[Carrier], activities=[break_down]):
        handle = await client.start_workflow(
            "Carrier", args=[words, fail], id=workflow_id, task_queue=queue, memo={"note": "of no use"}
        )
        await handle.signal("hear", "nothing")
        if fail:
            with pytest.raises(WorkflowFailureError):
                await handle.result()
        else:
            await handle.result()
    keyring = PayloadKeyring.parse((secrets_dir / "payload-keys").read_text())
    places = Places()
    codec = EncryptionCodec(keyring, client.namespace)
    assert await collect_workflow(places, client, codec, workflow_id) > 4
    return places


@pytest.mark.parametrize("fail", [False, True])
async def test_a_canary_in_a_workflow_is_found_behind_the_encryption(
    client: Client, secrets_dir: Path, fail: bool
) -> None:
    places = await carried(client, secrets_dir, f"carrier-{uuid.uuid4().hex}", CANARY, fail=fail)
    found = places.search(WANTED)
    assert found and {trace.place for trace in found} == {"decoded payloads"}


async def test_a_canary_in_an_id_is_found(client: Client, secrets_dir: Path) -> None:
    workflow_id = f"case-850101400121-{uuid.uuid4().hex}"
    places = await carried(client, secrets_dir, workflow_id, "nothing", fail=False)
    assert {trace.place for trace in places.search({"iin": "850101400121"})} == {"ids", "history as it lies"}


def test_payloads_are_found_in_every_corner_of_a_message() -> None:
    def payload(text: str) -> Payload:
        return Payload(data=text.encode())

    info = WorkflowExecutionInfo(
        memo=Memo(fields={"a": payload("memo")}),
        search_attributes=SearchAttributes(indexed_fields={"b": payload("search attribute")}),
    )
    marker = MarkerRecordedEventAttributes(
        details={"result": Payloads(payloads=[payload("first"), payload("second")])},
        failure=Failure(cause=Failure(encoded_attributes=payload("failure"))),
    )
    event = HistoryEvent(marker_recorded_event_attributes=marker)
    found = [each.data.decode() for message in (info, event) for each in payloads_of(message)]
    assert sorted(found) == ["failure", "first", "memo", "search attribute", "second"]
