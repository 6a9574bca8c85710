"""Requests for information on assignment: answered within half an hour, late ones told to a person (T-11)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from belsendi.casework.information import NewRequest
from belsendi.casework.standing import standing_of
from belsendi.records.models import Person
from simulators.registry.people import Outage, OutageMode
from tests.documents.paper import Paper
from tests.workflows.office import open_office, skipping_engine
from tests.workflows.side_office import SideOffice

MOTHER = "850101400121"
NEARLY_MIDNIGHT = datetime(2025, 6, 16, 18, 50, tzinfo=UTC)  # 23:50 in Almaty


@pytest.fixture
async def side(tmp_path: Path) -> AsyncIterator[SideOffice]:
    async with skipping_engine() as engine, open_office(tmp_path, engine) as office:
        side = SideOffice(office, NEARLY_MIDNIGHT)
        await side.know(MOTHER, date(1985, 1, 1))
        yield side


async def test_a_request_at_ten_to_midnight_is_answered_by_twenty_past(side: SideOffice) -> None:
    """AC-D29, AC-S10: 30 minutes from the receipt, over midnight too (D-t3, S-t3)."""
    case_id = await side.survivor_case(MOTHER)

    row = await side.ask(MOTHER, service="SUR")
    answered = await side.until_answered(row.id)

    assert (row.due_at - row.received_at, row.rules) == (timedelta(minutes=30), "S-t3")
    assert row.due_at.hour == 19
    assert answered.answered_at is not None and answered.answered_at <= row.due_at
    assert not answered.late and await side.tasks() == []
    (notice,) = (await side.office.registry.cabinet(MOTHER)).notices
    assert (notice.message, notice.language, notice.case_reference) == ("M-13", "kk", row.reference)
    assert "тағайындалды" in notice.text
    assert (await side.office.case(case_id)).reference in notice.text


async def test_what_1414_says_equals_what_the_cabinet_shows(side: SideOffice) -> None:
    """AC-C09: both are made from the same standing."""
    await side.survivor_case(MOTHER)
    row = await side.until_answered((await side.ask(MOTHER)).id)

    told = await side.sweep.desk.told(row)
    async with side.bench.records.database.reading() as session:
        person = await side.bench.people.find_person(session, MOTHER)
        assert isinstance(person, Person)
        heard = await standing_of(session, side.bench.speaker.catalogue, person.id, side.now())

    assert told is not None and told.cases == heard.cases
    assert [each.service for each in heard.cases] == ["SUR"]


async def test_a_person_without_cases_is_told_so(side: SideOffice) -> None:
    row = await side.until_answered((await side.ask(MOTHER, language="ru")).id)

    (notice,) = (await side.office.registry.cabinet(MOTHER)).notices
    assert "Дел на ваше имя нет" in notice.text and row.service is None
    assert row.rules == "D-t3, S-t3; SIL-38"


async def test_a_cabinet_that_is_out_for_half_an_hour_is_an_alert_and_still_answered(
    side: SideOffice,
) -> None:
    """T-11: on expiry a person is told; the request is answered all the same, with what was written first."""
    await side.office.registry.set_outages(portal=OutageMode.DOWN)
    row = await side.ask(MOTHER)

    await side.until_timers(row.id)
    await side.move_to(row.id, row.due_at + timedelta(seconds=1))
    task = await side.until_task("INFORMATION_LATE")
    assert (task.case_id, task.due_at, task.facts["reference"]) == (None, row.due_at, row.reference)
    assert (await side.sweep.desk.find(row.id)).late

    await side.office.registry.set_outages()
    await side.move_to(row.id, row.due_at + timedelta(minutes=20))
    answered = await side.until_answered(row.id)

    assert answered.late and answered.answered_at is not None and answered.answered_at > row.due_at
    assert len((await side.office.registry.cabinet(MOTHER)).notices) == 1
    assert len(await side.tasks("INFORMATION_LATE")) == 1


async def test_an_answer_whose_receipt_was_lost_is_the_same_answer_again(side: SideOffice) -> None:
    """The cabinet may have it already: the words and the instant of the first attempt stand."""
    await side.survivor_case(MOTHER)
    lost = Outage(mode=OutageMode.LOST_ANSWER, remaining=1)
    await side.office.registry.set_outages(**{"portal/put_notice": lost})

    row = await side.ask(MOTHER)
    await side.until_timers(row.id)
    await side.move_to(row.id, row.received_at + timedelta(minutes=2))
    answered = await side.until_answered(row.id)

    (notice,) = (await side.office.registry.cabinet(MOTHER)).notices
    told = await side.sweep.desk.told(answered)
    assert told is not None and notice.at == told.told_at
    assert (answered.attempts, answered.late) == (2, False)


async def test_the_same_request_twice_is_one(side: SideOffice) -> None:
    first = await side.ask(MOTHER)
    second = await side.ask(MOTHER)

    assert first.id == second.id
    await side.until_answered(first.id)
    assert len((await side.office.registry.cabinet(MOTHER)).notices) == 1


async def test_the_first_sweep_after_a_crash_starts_what_was_stored(side: SideOffice) -> None:
    """Nothing starts only in memory: the row is there before anything else."""
    stored, new = await side.sweep.desk.store(
        NewRequest(source="portal", request_id="before-the-crash", iin=MOTHER, signature_reference="eds-8"),
        datetime.now(UTC),
    )
    assert new and stored.workflow_started_at is None

    assert await side.sweep.once() == 1
    assert await side.sweep.once() == 0
    assert (await side.until_answered(stored.id)).attempts == 1


async def test_the_answer_is_a_paper_too_whose_hash_the_cabinet_was_given(side: SideOffice) -> None:
    """13.5: the paper says what the notice says, in Kazakh and Russian, and stays the same bytes."""
    case_id = await side.survivor_case(MOTHER)
    row = await side.until_answered((await side.ask(MOTHER)).id)

    content = await side.sweep.desk.document(row.id)
    (notice,) = (await side.office.registry.cabinet(MOTHER)).notices
    assert notice.document_sha256 == hashlib.sha256(content).hexdigest()
    text = Paper(content).text
    case = await side.office.case(case_id)
    for words in (row.reference, MOTHER, case.reference, "тағайындалды", "решено назначить"):
        assert words in text
