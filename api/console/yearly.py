"""A caseworker notes that the paper of a year is here: the study certificate, or the labour book (S-r7, S-t8)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from api.console.acts import problem_of
from api.console.certificate_form import read_certificate, returned, show_certificate
from api.console.guard import ConsoleRoute, Guard, Visit
from api.console.intake_form import Typed
from api.console.pages import show_tasks
from api.console.rendering import HEADERS
from belsendi.casework.access import Permission
from belsendi.casework.certificates import CertificateReturned
from belsendi.casework.obligations import Obligations, YearAsked
from belsendi.contracts.side_work import ObligationKind
from belsendi.errors import Conflict, InvalidInput

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)
Closer = Annotated[Visit, Depends(Guard(Permission.CLOSE_TASK))]
_TASKS = "/console/tasks"


@router.post("/tasks/{task_id}/year")
async def meet(visit: Closer, task_id: str) -> Response:
    """The year of the obligation is met by the labour book; its task is done, no reminder of the year follows."""
    context = visit.context
    try:
        await Obligations(context.bench).meet_by_task(task_id, visit.account_id, context.clock())
    except (InvalidInput, Conflict) as error:
        return await _problem(visit, error)
    return _noted()


@router.get("/tasks/{task_id}/certificate")
async def certificate_form(visit: Closer, task_id: str) -> Response:
    """The form of the certificate that a task asks for."""
    try:
        asked = await _study_year(visit, task_id)
    except Conflict as error:
        return await _problem(visit, error)
    return show_certificate(
        visit,
        action=_action(task_id),
        back=_TASKS,
        typed=Typed({}),
        wrong=[],
        period=asked.period,
    )


@router.post("/tasks/{task_id}/certificate")
async def take_certificate(visit: Closer, task_id: str) -> Response:
    """The certificate of the year by its fields: what is not whole is returned, with why at each field (AC-S17)."""
    typed, context = Typed(visit.form), visit.context
    try:
        asked = await _study_year(visit, task_id)
        certificate = read_certificate(typed)
        if isinstance(certificate, list):
            wrong = certificate
        else:
            try:
                await Obligations(context.bench).meet_by_task(
                    task_id, visit.account_id, context.clock(), certificate
                )
                return _noted()
            except CertificateReturned as error:
                wrong = returned(certificate, error)
    except Conflict as error:
        return await _problem(visit, error)
    return show_certificate(
        visit, action=_action(task_id), back=_TASKS, typed=typed, wrong=wrong, period=asked.period
    )


async def _study_year(visit: Visit, task_id: str) -> YearAsked:
    """Raises NotFound, Conflict for a task that asks for no certificate."""
    asked = await Obligations(visit.context.bench).year_of_task(task_id)
    if asked.kind is not ObligationKind.STUDY:
        raise Conflict("this task asks for no certificate")
    return asked


def _action(task_id: str) -> str:
    return f"{_TASKS}/{task_id}/certificate"


async def _problem(visit: Visit, error: InvalidInput | Conflict) -> Response:
    problem, status = problem_of(error)
    return await show_tasks(visit, problem=problem, status=status)


def _noted() -> Response:
    return RedirectResponse(f"{_TASKS}?done=year_met", 303, headers=HEADERS)
