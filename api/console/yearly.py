"""A caseworker notes that the paper of a year is here: the study certificate, or the labour book (S-r7, S-t8)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from api.console.acts import problem_of
from api.console.guard import ConsoleRoute, Guard, Visit
from api.console.pages import show_tasks
from api.console.rendering import HEADERS
from belsendi.casework.access import Permission
from belsendi.casework.obligations import Obligations
from belsendi.errors import Conflict, InvalidInput

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)


@router.post("/tasks/{task_id}/year")
async def meet(visit: Annotated[Visit, Depends(Guard(Permission.CLOSE_TASK))], task_id: str) -> Response:
    """The year of the obligation is met by the paper; its task is done, no reminder of the year follows."""
    context = visit.context
    try:
        await Obligations(context.bench).meet_by_task(task_id, visit.account_id, context.clock())
    except (InvalidInput, Conflict) as error:
        problem, status = problem_of(error)
        return await show_tasks(visit, problem=problem, status=status)
    return RedirectResponse("/console/tasks?done=year_met", 303, headers=HEADERS)
