"""A whole case leaves no legible personal data anywhere: not in the workflow engine, the logs or the files."""

from __future__ import annotations

import io
from typing import Any

import pytest

from belsendi.casework.evidence import Evidence
from belsendi.contracts.states import CaseState, Outcome
from belsendi.temporal.codec import EncryptionCodec, PayloadKeyring
from simulators.registry.people import Outage, OutageMode
from stack.scenario.paper import text_of
from tests.privacy.town import GIVEN, QUESTION, Town
from tests.privacy.traces import Places, collect_files, collect_workflow, pieces


def codec_of(town: Town) -> EncryptionCodec:
    keyring = PayloadKeyring.parse(town.settings.secret("payload-keys").get_secret_value())
    return EncryptionCodec(keyring, town.client.namespace)


async def everything(town: Town, case_id: str, log_lines: io.StringIO) -> Places:
    """All that a case left behind."""
    places = Places()
    collect_files(places, town.settings.data_dir)
    assert {"file records.db", "file records.db-wal", "file keys.db"} <= set(places.contents)
    opened = await collect_workflow(places, town.client, codec_of(town), case_id)
    assert opened >= 12, "a whole case has many payloads; the search would be empty"
    places.add("log", log_lines.getvalue())
    return places


async def said(town: Town) -> dict[str, str]:
    """What was said both ways, whole and in pieces; single digits are nobody's secret."""
    texts = [text for text in await town.texts() if len(text) > 3]
    return {k: v for n, text in enumerate(texts) for k, v in pieces(f"message {n}", text).items()}


async def test_a_case_that_is_paid_leaves_no_trace(town: Town, log_lines: io.StringIO) -> None:
    case_id = await town.begin_case()
    offer = await town.hears()
    await town.writes(QUESTION)
    again = await town.hears(after=offer)
    await town.writes("2")
    which = await town.hears(after=again)
    await town.writes(" ".join(GIVEN[start : start + 4] for start in range(0, 20, 4)))
    await town.hears(after=which)
    await town.until_state(case_id, CaseState.AWAITING_SIGNATURE)
    await town.sign(case_id)
    assert await town.client.get_workflow_handle(case_id).result() == Outcome.ASSIGNED
    await town.until_all_delivered()

    messages = await said(town)
    assert QUESTION in messages.values() and len(await town.texts()) >= 8
    places = await everything(town, case_id, log_lines)
    assert places.search(town.personal) == []
    assert places.search(messages) == []


async def test_a_case_that_goes_wrong_leaves_no_trace(
    town: Town, log_lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outages while it is offered and checked, a step that fails on the person's own data, non-acceptance."""
    keep, broken = Evidence.keep, []

    async def quoting(self: Evidence, session: object, case_id: str, **document: Any) -> Any:
        if not broken:
            broken.append(case_id)
            raise ValueError(f"cannot keep {text_of(document['content'])}, {town.personal}")
        return await keep(self, session, case_id, **document)  # type: ignore[arg-type]

    monkeypatch.setattr(Evidence, "keep", quoting)
    once = {"mobile-citizens": OutageMode.ERROR, "civil-registry/death_record": OutageMode.LOST_ANSWER}
    await town.registry.set_outages(**{name: Outage(mode=mode, remaining=1) for name, mode in once.items()})
    case_id = await town.begin_case(pension=False)
    await town.hears()
    await town.writes("1")
    assert await town.client.get_workflow_handle(case_id).result() == Outcome.NOT_ACCEPTED
    await town.until_all_delivered()

    places = await everything(town, case_id, log_lines)
    assert broken == [case_id]
    assert b"ValueError; its text stayed" in places.contents["decoded payloads"]
    assert b"OutsideSystemUnavailable" in places.contents["history as it lies"]
    assert places.search(town.personal) == []
    assert places.search(await said(town)) == []
