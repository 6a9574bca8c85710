"""Pages to look at: cases, one case, tasks, documents. Seeing a case is an act of its own and is audited."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import RedirectResponse

from api.console.guard import ConsoleRoute, Guard, Open, Visit, by_itself
from api.console.rendering import HEADERS, pages_of
from api.console.shelf import shelf_of
from api.console.story import Story
from belsendi.attachments.kinds import kinds_of
from belsendi.casework.access import Permission
from belsendi.casework.case_page import CasePages
from belsendi.casework.officers import LONGEST_REASON, BatchResult
from belsendi.casework.right_day import right_day_wanted
from belsendi.casework.views import CaseFilter, CaseViews
from belsendi.casework.yearly_view import YearlyViews
from belsendi.contracts.states import CaseState, Outcome, Party, TaskKind
from belsendi.errors import InvalidInput
from belsendi.intake.recipients import EventTasks
from belsendi.records.columns import new_id
from belsendi.records.conditions import systems_out
from belsendi.registries import System

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)
Viewer = Annotated[Visit, Depends(Guard(Permission.VIEW))]


@router.get("", dependencies=[Depends(Open())])
async def home() -> Response:
    return RedirectResponse("/console/cases", 303, headers=HEADERS)


@router.get("/cases")
async def case_list(
    visit: Viewer,
    state: str = "",
    outcome: str = "",
    waiting: str = "",
    overdue: str = "",
    q: Annotated[str, Query(max_length=40)] = "",
    cursor: str = "",
) -> Response:
    """Open cases by due time, or closed ones; names are masked (13.1)."""
    if state not in {"", *CaseState} or outcome not in {"", "any", *Outcome} or waiting not in {"", *Party}:
        raise InvalidInput("the list knows no such filter; choose one from the form")
    wanted = CaseFilter(
        state=state or None,
        outcome=outcome or None,
        overdue=overdue == "1",
        waiting_for=waiting or None,
        reference=q.strip() or None,
    )
    views, now = CaseViews(visit.context.bench), visit.context.clock()
    version = await views.version()
    return pages_of(visit.request).show(
        visit.request,
        "cases.html",
        session=visit.session,
        version=version,
        listed=await views.cases(wanted, now, cursor=cursor or None),
        counts=await views.counts(now),
        wanted=wanted,
        q=q,
        states=[s for s in CaseState if s is not CaseState.CLOSED],
        outcomes=list(Outcome),
        parties=[p for p in Party if p is not Party.NOBODY],
        first_page=not cursor,
        older={"state": state, "outcome": outcome, "waiting": waiting, "overdue": overdue, "q": q},
    )


@router.get("/cases/{case_id}")
async def case_page(visit: Viewer, case_id: str, done: str = "") -> Response:
    return await show_case(visit, case_id, done=done)


async def show_case(
    visit: Visit, case_id: str, *, done: str = "", problem: str = "", status: int = 200
) -> Response:
    """The page of a case; ``problem`` and ``done`` are keys of the words shown above it."""
    context, now = visit.context, visit.context.clock()
    pages = CasePages(context.bench)
    version = await pages.version(case_id)
    page = await pages.page(case_id, now)
    if not by_itself(visit.request) or await visit.sessions.is_new_view(visit.session, case_id):
        await pages.seen(case_id, visit.account_id, "case.view", now)
    await visit.sessions.viewed(visit.session, case_id)
    settings = context.settings
    workflow = f"/namespaces/{settings.temporal_namespace}/workflows/{case_id}"
    t, _ = pages_of(visit.request).language(visit.request)
    return pages_of(visit.request).show(
        visit.request,
        "case.html",
        session=visit.session,
        status=status,
        page_path=f"/console/cases/{case_id}",
        version=version,
        page=page,
        obligations=await YearlyViews(context.bench).of_case(case_id, page.present),
        story=Story(t, page),
        systems={system.value: system for system in System},
        done=done if f"done.{done}" in t else "",
        problem=problem,
        workflow_url=settings.temporal_ui_url + workflow if settings.temporal_ui_url else "",
        passphrase_hint=settings.is_development,
        act_id=new_id(),
        longest_reason=LONGEST_REASON,
        right_day_wanted=await right_day_wanted(context.bench, page.case),
        shelf=await shelf_of(
            context, page.case, page.present, extendable=page.law.clock.extension is not None
        ),
    )


@router.get("/tasks")
async def task_list(visit: Viewer, kind: str = "", cursor: str = "", done: str = "") -> Response:
    if kind not in {"", *TaskKind}:
        raise InvalidInput("the list knows no such kind of task; choose one from the form")
    return await show_tasks(visit, kind=kind, cursor=cursor, done=done)


async def show_tasks(
    visit: Visit,
    *,
    kind: str = "",
    cursor: str = "",
    done: str = "",
    problem: str = "",
    results: list[BatchResult] | None = None,
    status: int = 200,
) -> Response:
    """The caseworkers' list, with the events that gave nobody to offer to (SIL-04)."""
    context = visit.context
    t, _ = pages_of(visit.request).language(visit.request)
    views = CaseViews(context.bench)
    version = await views.version()
    listed = await views.tasks(kind=kind or None, cursor=cursor or None)
    async with context.bench.records.database.reading() as session:
        out = list(await systems_out(session))
    return pages_of(visit.request).show(
        visit.request,
        "tasks.html",
        session=visit.session,
        status=status,
        page_path=None if visit.request.method == "GET" else "/console/tasks",
        version=version,
        listed=listed,
        out=out,
        systems={system.value: system for system in System},
        signable=[task for task in listed.rows if task.draft is not None],
        first_page=not cursor,
        batch=context.bench.profile.defaults.batch_signing,
        kind=kind,
        kinds=list(TaskKind),
        kinds_of=kinds_of,
        done=done if f"done.{done}" in t else "",
        problem=problem,
        results=results or [],
        passphrase_hint=context.settings.is_development,
        longest_reason=LONGEST_REASON,
    )


@router.get("/tasks/{task_id}")
async def event_page(visit: Viewer, task_id: str) -> Response:
    return await show_event(visit, task_id)


async def show_event(visit: Visit, task_id: str, *, problem: str = "", status: int = 200) -> Response:
    """A life event that waits for a person: what it says, and to whom it can be offered (SIL-04)."""
    context = visit.context
    event = await EventTasks(context.bench).view(task_id, visit.account_id, context.clock())
    return pages_of(visit.request).show(
        visit.request,
        "event.html",
        session=visit.session,
        status=status,
        page_path=f"/console/tasks/{task_id}",
        event=event,
        problem=problem,
        longest_reason=LONGEST_REASON,
    )


@router.get("/documents/{document_id}")
async def document(visit: Viewer, document_id: str) -> Response:
    """The stored bytes themselves, to be kept as a file and never run in the console's own origin."""
    context = visit.context
    pages = CasePages(context.bench)
    kept, content = await pages.document(document_id)
    await pages.seen(kept.case_id, visit.account_id, "document.view", context.clock())
    return Response(
        content,
        media_type=kept.media_type,
        headers={
            **HEADERS,
            "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; sandbox",
            "Content-Disposition": f'attachment; filename="{kept.kind}-{kept.id[:8]}.pdf"',
        },
    )
