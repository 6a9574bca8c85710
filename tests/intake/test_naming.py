"""Who named a deceased hears what came of it: nobody clear, or a case that runs already (SIL-04)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from belsendi.contracts.states import CaseState
from belsendi.intake.events import NewEvent
from belsendi.intake.openings import DECEASED_NAMED
from belsendi.intake.sweep import Sweep
from belsendi.records.cases import open_case
from tests.conversation.office import NOW, NUMBER, TalkOffice

DECEASED, WRITER, OTHER = "900101300017", "850101400121", "860101400128"


@pytest.fixture
def sweep(office: TalkOffice) -> Sweep:
    return Sweep(office.bench, office.cases, office.reception, lambda: NOW)


async def name(sweep: Sweep, owners: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The naming of the deceased is processed; the registry knows these owners of the number."""

    async def writers(number: str, now: datetime) -> list[str]:
        return owners

    monkeypatch.setattr(sweep.events, "_writers", writers)
    data: dict[str, object] = {"deceased_iin": DECEASED, "number": NUMBER}
    row_id, _ = await sweep.events.store(NewEvent("citizen", "m1", DECEASED_NAMED, NOW, data), NOW)
    await sweep.events.process(row_id, NOW)
    await sweep.events.process(row_id, NOW)


@pytest.mark.parametrize("owners", [[], [WRITER, OTHER]])
async def test_a_number_without_a_clear_owner_gets_an_answer(
    office: TalkOffice, sweep: Sweep, owners: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await name(sweep, owners, monkeypatch)

    assert await office.said() == ["NAMES-UNKNOWN"]
    assert await office.tasks() == ["NAMED_DECEASED_UNCLEAR"]


@pytest.mark.parametrize(
    ("due", "told"), [(NOW + timedelta(days=1), "STATUS-OPEN"), (None, "STATUS-OPEN-ND")]
)
async def test_a_case_that_runs_already_is_told_instead_of_a_new_one(
    office: TalkOffice, sweep: Sweep, due: datetime | None, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = office.bench.people
    async with office.bench.records.database.writing() as session:
        case, _made = await open_case(
            session,
            service="BUR",
            subject_id=(await people.person(session, DECEASED, NOW)).id,
            recipient_id=(await people.person(session, WRITER, NOW)).id,
            event_id=None,
            initiative="provider",
            now=NOW,
        )
        case.state, case.due_at = CaseState.CHECKING, due

    await name(sweep, [WRITER], monkeypatch)

    assert (await office.said(), await office.tasks()) == ([told], [])


async def test_a_new_case_is_answered_by_its_offer(
    office: TalkOffice, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    await name(sweep, [WRITER], monkeypatch)

    assert await office.said() == []
