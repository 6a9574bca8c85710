"""The working calendar: its days off, what nobody has confirmed yet, and the operator's own days (AC-C06)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from api.console.acts import officers, problem_of
from api.console.guard import ConsoleRoute, Guard, Visit
from api.console.pages import Viewer
from api.console.rendering import HEADERS, pages_of
from belsendi.casework.access import Permission
from belsendi.casework.officers import LONGEST_REASON, ReasonRefused
from belsendi.law import DayStatus, StaleCalendar, WorkingCalendar, legal_day

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)
Supervisor = Annotated[Visit, Depends(Guard(Permission.SET_CALENDAR))]


@router.get("/calendar")
async def calendar_page(visit: Viewer, year: int = 0, done: str = "", told: int = 0) -> Response:
    return await _show(visit, year, done=done, told=told)


@router.post("/calendar")
async def set_day(visit: Supervisor) -> Response:
    """One day of the operator; the due dates of open cases are counted anew at once."""
    try:
        day = date.fromisoformat(visit.field("day"))
    except ValueError:
        return await _show(visit, 0, problem="problem.day", status=422)
    working = visit.field("working")
    if working not in ("yes", "no"):
        return await _show(visit, day.year, problem="problem.invalid", status=422)
    try:
        told = await officers(visit).set_calendar_day(
            day, working == "yes", visit.field("citation"), visit.account_id, visit.context.clock()
        )
    except ReasonRefused as error:
        problem, status = problem_of(error)
        return await _show(visit, day.year, problem=problem, status=status)
    except StaleCalendar:
        return await _show(visit, 0, problem="problem.year", status=422)
    return RedirectResponse(
        f"/console/calendar?year={day.year}&done=day_set&told={told}", 303, headers=HEADERS
    )


@router.post("/calendar/recount")
async def recount(visit: Supervisor) -> Response:
    """Tells the cases that still count by an earlier calendar once more."""
    told = await officers(visit).recount_due_dates()
    return RedirectResponse(f"/console/calendar?done=recounted&told={told}", 303, headers=HEADERS)


async def _show(
    visit: Visit, year: int, *, done: str = "", told: int = 0, problem: str = "", status: int = 200
) -> Response:
    bench = visit.context.bench
    async with bench.records.database.reading() as session:
        calendar = await bench.calendar_book.calendar(session)
    today = legal_day(visit.context.clock())
    chosen = year if year in calendar.years else today.year
    t, _ = pages_of(visit.request).language(visit.request)
    return pages_of(visit.request).show(
        visit.request,
        "calendar.html",
        session=visit.session,
        status=status,
        page_path="/console/calendar" if problem else None,
        years=sorted(calendar.years),
        year=chosen,
        loaded=chosen in calendar.years,
        days=special_days(calendar, chosen),
        question=calendar.open_questions.get(chosen, ""),
        late=await officers(visit).cases_on_another_calendar(),
        today=today,
        done=done if f"done.{done}" in t else "",
        told=told,
        problem=problem,
        longest_reason=LONGEST_REASON,
    )


def special_days(calendar: WorkingCalendar, year: int) -> list[DayStatus]:
    """Days of a year that differ from the plain week, the operator's own among them, in order."""
    if year not in calendar.years:
        return []
    named = {day for day in (*calendar.entries, *calendar.overrides) if day.year == year}
    return [calendar.day(day) for day in sorted(named)]
