"""The calendar page: days that nobody confirmed are marked, an operator's day moves open terms (AC-C06)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from belsendi.law import legal_day
from belsendi.records.models import CalendarDay, CaseStep
from tests.console.office import ConsoleOffice

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _due(office: ConsoleOffice, case_id: str) -> date:
    due_at = (await office.case(case_id)).due_at
    assert due_at is not None
    return legal_day(due_at)


async def _forget(office: ConsoleOffice, day: date) -> None:
    """Takes the operator's day away again: other tests count by the shipped calendar."""
    async with office.context.bench.records.database.writing() as session:
        await session.execute(delete(CalendarDay).where(CalendarDay.day == day))
    await office.officers.recount_due_dates()


async def test_a_day_set_by_the_operator_moves_the_terms_of_open_cases_and_is_logged(
    office: ConsoleOffice,
) -> None:
    """AC-C06."""
    case_id = await office.awaiting_signature()
    before = await _due(office, case_id)
    source = "Resolution of the Government No. 100"
    async with office.browser("supervisor") as desk:
        answer = await desk.post("/console/calendar", day=before.isoformat(), working="no", citation=source)
        assert answer.status_code == 303

        async def moved() -> bool:
            return await _due(office, case_id) > before

        await office.until(moved)
        page = (await desk.get(f"/console/calendar?year={before.year}")).text
        shown = (await desk.get(f"/console/cases/{case_id}")).text
    assert source in page
    assert "set by the operator" in page
    assert f"The due date moved from {before:%d.%m.%Y}".lower() in shown.lower()
    assert await office.audited(before.isoformat()) == [("dev:supervisor", "calendar.set", f"off: {source}")]
    async with office.context.bench.records.database.reading() as session:
        query = select(CaseStep).where(CaseStep.case_id == case_id, CaseStep.kind == "DUE_MOVED")
        step = (await session.execute(query)).scalar_one()
    assert step.facts["from"] == before.isoformat()
    await _forget(office, before)

    async def back() -> bool:
        return await _due(office, case_id) == before

    await office.until(back)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": "tomorrow", "working": "no", "citation": "an act"}, "The day is not right"),
        ({"day": "2026-12-01", "working": "perhaps", "citation": "an act"}, "The form has an error"),
        ({"day": "2026-12-01", "working": "no", "citation": ""}, "Write in a few words why"),
        ({"day": "2099-12-01", "working": "no", "citation": "an act"}, "is not loaded; the day was not set"),
    ],
)
async def test_a_day_without_source_or_in_an_unknown_year_is_not_set(
    office: ConsoleOffice, fields: dict[str, str], words: str
) -> None:
    async with office.browser("supervisor") as desk:
        answer = await desk.post("/console/calendar", **fields)
    assert answer.status_code == 422
    assert words in answer.text
    async with office.context.bench.records.database.reading() as session:
        assert (await session.execute(select(CalendarDay))).first() is None


async def test_days_that_no_source_confirms_are_marked(office: ConsoleOffice) -> None:
    async with office.context.bench.records.database.reading() as session:
        calendar = await office.context.bench.calendar_book.calendar(session)
    year = next(year for year in sorted(calendar.years) if calendar.unconfirmed_days(year))
    unconfirmed = len(calendar.unconfirmed_days(year))
    async with office.browser("caseworker") as desk:
        page = (await desk.get(f"/console/calendar?year={year}")).text
    assert page.count("not confirmed") == unconfirmed
    assert "Only the head of unit sets a day" in page


async def test_cases_on_an_earlier_calendar_can_be_told_once_more(office: ConsoleOffice) -> None:
    """A signal that was lost on its way is found by the version of the calendar a term was counted with."""
    case_id = await office.awaiting_signature()
    day = await _due(office, case_id) + timedelta(days=200)
    now = office.context.clock()
    async with office.context.bench.records.database.writing() as session:
        session.add(CalendarDay(day=day, working=False, citation="a test", set_by="t", set_at=now))
    assert case_id in await office.officers.cases_on_another_calendar()
    async with office.browser("supervisor") as desk:
        assert "counted by an earlier calendar" in (await desk.get("/console/calendar")).text
        assert (await desk.post("/console/calendar/recount")).status_code == 303

    async def told() -> bool:
        return case_id not in await office.officers.cases_on_another_calendar()

    await office.until(told)
    await _forget(office, day)
