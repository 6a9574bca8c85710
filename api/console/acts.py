"""Forms of a case: what an officer does to it. Each names its permission; each ends on a page with plain words."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from datetime import date
from typing import Annotated

import pydantic
from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from api.console.guard import ConsoleRoute, Guard, Visit
from api.console.pages import show_case, show_event, show_tasks
from api.console.rendering import HEADERS
from belsendi.casework.access import Permission
from belsendi.casework.issuing import Issuing
from belsendi.casework.officers import (
    ActRefused,
    DraftRef,
    Officers,
    PassphraseRefused,
    ReasonRefused,
    SignatureUnusable,
)
from belsendi.casework.right_day import RightDayRefused
from belsendi.documents import DocumentKind, Handover, Party, PowerOfAttorney
from belsendi.errors import BelsendiError, Conflict, InvalidInput, NotFound, OutsideSystemError
from belsendi.intake.choosing import Choosing
from belsendi.intake.completing import AccountRefused, Completing
from belsendi.intake.receipts import Receipts
from belsendi.intake.recipients import EventTasks, RecipientRefused
from belsendi.law import legal_day

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)
_ID = re.compile(r"^[0-9a-f]{32}$")


def _visit(permission: Permission) -> Guard:
    return Guard(permission)


def officers(visit: Visit) -> Officers:
    return Officers(visit.context.bench, visit.context.cases)


def problem_of(error: BelsendiError) -> tuple[str, int]:
    """The key of the words for what went wrong with an act, and the status of the page that says them."""
    if isinstance(error, PassphraseRefused):
        return "problem.passphrase", 422
    if isinstance(error, ReasonRefused | RecipientRefused | RightDayRefused):
        return f"problem.{error.code}", 422
    if isinstance(error, AccountRefused):
        return "problem.account", 422
    if isinstance(error, SignatureUnusable):
        return "problem.signature", 409
    if isinstance(error, ActRefused):
        return f"refusal.{error.code}", 409
    if isinstance(error, OutsideSystemError):
        return "problem.engine", 503
    return ("problem.invalid", 422) if isinstance(error, InvalidInput) else ("problem.conflict", 409)


@router.post("/cases/{case_id}/sign")
async def sign(visit: Annotated[Visit, Depends(_visit(Permission.SIGN))], case_id: str) -> Response:
    """The signature of the provider's authorised person over the draft that was shown (B-r19-1)."""
    act_id = visit.field("act")
    return await _done(
        visit,
        case_id,
        "signed",
        officers(visit).sign(
            case_id,
            visit.field("decision"),
            _revision(visit.field("revision")),
            visit.account_id,
            visit.field("passphrase"),
            visit.context.clock(),
            act_id if _ID.match(act_id) else None,
        ),
    )


@router.post("/cases/{case_id}/return")
async def return_draft(visit: Annotated[Visit, Depends(_visit(Permission.SIGN))], case_id: str) -> Response:
    act = officers(visit).return_draft(
        case_id,
        visit.field("decision"),
        _revision(visit.field("revision")),
        visit.account_id,
        visit.field("reason"),
        visit.context.clock(),
    )
    return await _done(visit, case_id, "returned", act)


@router.post("/cases/{case_id}/review")
async def review(visit: Annotated[Visit, Depends(_visit(Permission.REVIEW))], case_id: str) -> Response:
    verdict = visit.field("verdict")
    if verdict not in ("pass", "fail"):
        return await show_case(visit, case_id, problem="problem.invalid", status=422)
    act = officers(visit).review(
        case_id, visit.account_id, verdict == "pass", visit.field("reason"), visit.context.clock()
    )
    return await _done(visit, case_id, "reviewed", act)


@router.post("/cases/{case_id}/propose")
async def propose(visit: Annotated[Visit, Depends(_visit(Permission.REVIEW))], case_id: str) -> Response:
    """The caseworker's decision on the casework path, put into form for the signature (transition 28)."""
    verdict, grounds = visit.field("verdict"), visit.form.get("ground", [])
    if verdict not in ("assign", "refuse") or (verdict == "refuse") != bool(grounds):
        return await show_case(visit, case_id, problem="problem.proposal", status=422)
    try:
        right_day = date.fromisoformat(visit.field("right_day")) if visit.field("right_day") else None
    except ValueError:
        return await show_case(visit, case_id, problem="problem.invalid", status=422)
    act = officers(visit).propose(
        case_id, visit.account_id, grounds, visit.field("reason"), visit.context.clock(), right_day
    )
    return await _done(visit, case_id, "proposed", act)


@router.post("/cases/{case_id}/documents-brought")
async def documents_brought(
    visit: Annotated[Visit, Depends(_visit(Permission.REVIEW))], case_id: str
) -> Response:
    """Every necessary document is there: the case goes on, and its term runs from now (S-r24, D-r24)."""
    return await _done(visit, case_id, "documents_brought", _documents_brought(visit, case_id))


@router.post("/cases/{case_id}/account")
async def give_account(visit: Annotated[Visit, Depends(_visit(Permission.REVIEW))], case_id: str) -> Response:
    """The account of an application that named none; its term has run since registration (SIL-08)."""
    account = visit.field("account").replace(" ", "").upper()
    completing = Completing(visit.context.bench)
    act = completing.give_account(case_id, visit.account_id, visit.context.clock(), account)
    return await _done(visit, case_id, "account_entered", act)


async def _documents_brought(visit: Visit, case_id: str) -> None:
    context, account = visit.context, visit.field("account").replace(" ", "").upper()
    completing = Completing(context.bench)
    await completing.complete(case_id, visit.account_id, context.clock(), account or None)
    await context.sweep.join_applications(case_id=case_id)


@router.post("/cases/{case_id}/one-application")
async def choose_benefits(
    visit: Annotated[Visit, Depends(_visit(Permission.REVIEW))], case_id: str
) -> Response:
    """The benefits that the recipient chose besides, by telephone or at a counter (D-t10, M-25)."""
    further = visit.form.get("benefit", [])
    act = Choosing(visit.context.bench).choose(case_id, further, visit.account_id, visit.context.clock())
    return await _done(visit, case_id, "chosen", act)


@router.post("/cases/{case_id}/withdraw")
async def withdraw(visit: Annotated[Visit, Depends(_visit(Permission.WITHDRAW))], case_id: str) -> Response:
    act = officers(visit).withdraw(case_id, visit.account_id, visit.field("reason"), visit.context.clock())
    return await _done(visit, case_id, "withdrawn", act)


@router.post("/cases/{case_id}/place")
async def place(
    visit: Annotated[Visit, Depends(_visit(Permission.RETRY_PLACEMENT))], case_id: str
) -> Response:
    act = officers(visit).retry_placement(case_id, visit.account_id, visit.context.clock())
    return await _done(visit, case_id, "placing", act)


@router.post("/cases/{case_id}/papers")
async def make_paper(visit: Annotated[Visit, Depends(_visit(Permission.ISSUE))], case_id: str) -> Response:
    """A document made of the case's records: journal line, notice of the result, receipt anew, form 7.3."""
    issuing, now = Issuing(visit.context.bench), visit.context.clock()
    kind = visit.field("kind")
    try:
        if kind == DocumentKind.JOURNAL_EXTRACT:
            await issuing.journal_extract(case_id, visit.account_id, now)
        elif kind == DocumentKind.RESULT_NOTICE:
            await issuing.result_notice(case_id, visit.account_id, now)
        elif kind == DocumentKind.EDUCATION_CERTIFICATE_FORM:
            await issuing.education_forms(case_id, visit.account_id, now)
        elif kind == DocumentKind.RECEIPT:
            await Receipts(visit.context.bench).again(case_id, visit.account_id, now)
        else:
            return await show_case(visit, case_id, problem="problem.invalid", status=422)
    except (Conflict, NotFound):
        return await show_case(visit, case_id, problem="problem.no_paper_yet", status=409)
    return RedirectResponse(f"/console/cases/{case_id}?done=paper_made", 303, headers=HEADERS)


@router.post("/cases/{case_id}/handover")
async def hand_over(visit: Annotated[Visit, Depends(_visit(Permission.ISSUE))], case_id: str) -> Response:
    """The result given to the recipient or a representative who stands at the desk (B-t5, COM-19; M-26)."""
    now = visit.context.clock()
    try:
        handover = _handover(visit, legal_day(now))
        await Issuing(visit.context.bench).result_notice(case_id, visit.account_id, now, handover)
    except InvalidInput:
        return await show_case(visit, case_id, problem="problem.handover", status=422)
    except (Conflict, NotFound):
        return await show_case(visit, case_id, problem="problem.no_paper_yet", status=409)
    return RedirectResponse(f"/console/cases/{case_id}?done=handed_over", 303, headers=HEADERS)


@router.post("/tasks/sign")
async def sign_several(visit: Annotated[Visit, Depends(_visit(Permission.SIGN))]) -> Response:
    """Signs the chosen drafts with one passphrase; what became of each is shown (SIL-17)."""
    drafts = [_draft(value) for value in visit.form.get("draft", [])]
    if not drafts:
        return await show_tasks(visit, problem="problem.nothing_chosen", status=422)
    try:
        results = await officers(visit).sign_batch(
            drafts, visit.account_id, visit.field("passphrase"), visit.context.clock()
        )
    except (PassphraseRefused, Conflict) as error:
        problem, status = problem_of(error)
        return await show_tasks(visit, problem=problem, status=status)
    return await show_tasks(visit, results=results)


@router.post("/tasks/{task_id}/offer")
async def offer(visit: Annotated[Visit, Depends(_visit(Permission.OFFER))], task_id: str) -> Response:
    """An offer to the person whom the officer found to have carried out the burial (SIL-04)."""
    context = visit.context
    try:
        case = await EventTasks(context.bench).offer(
            task_id, visit.field("iin"), visit.field("reason"), visit.account_id, context.clock()
        )
    except (InvalidInput, Conflict) as error:
        problem, status = problem_of(error)
        return await show_event(visit, task_id, problem=problem, status=status)
    await context.sweep.start_cases(event_id=case.event_id)
    return RedirectResponse(f"/console/cases/{case.id}?done=offered", 303, headers=HEADERS)


@router.post("/tasks/{task_id}/retry")
async def retry_event(visit: Annotated[Visit, Depends(_visit(Permission.OFFER))], task_id: str) -> Response:
    """A failed life event is processed once more."""
    context = visit.context
    try:
        event_id = await EventTasks(context.bench).try_again(task_id, visit.account_id, context.clock())
    except Conflict as error:
        problem, status = problem_of(error)
        return await show_event(visit, task_id, problem=problem, status=status)
    await context.sweep.take_up_event(event_id)
    return RedirectResponse("/console/tasks?done=event_retried", 303, headers=HEADERS)


@router.post("/tasks/{task_id}/close")
async def close_task(
    visit: Annotated[Visit, Depends(_visit(Permission.CLOSE_TASK))], task_id: str
) -> Response:
    try:
        await officers(visit).close_task(
            task_id, visit.account_id, visit.field("reason"), visit.context.clock()
        )
    except (ReasonRefused, Conflict) as error:
        problem, status = problem_of(error)
        return await show_tasks(visit, problem=problem, status=status)
    return RedirectResponse("/console/tasks?done=task_closed", 303, headers=HEADERS)


async def _done(visit: Visit, case_id: str, done: str, act: Awaitable[object]) -> Response:
    """Back to the case after an act, or the case with the reason why it was not taken."""
    try:
        await act
    except (InvalidInput, Conflict, OutsideSystemError) as error:
        problem, status = problem_of(error)
        return await show_case(visit, case_id, problem=problem, status=status)
    return RedirectResponse(f"/console/cases/{case_id}?done={done}", 303, headers=HEADERS)


def _handover(visit: Visit, today: date) -> Handover:
    """What the form says. Raises InvalidInput without saying a value."""
    power = None
    try:
        if visit.field("power_number") or visit.field("power_issued_on") or visit.field("power_notary"):
            power = PowerOfAttorney(
                number=visit.field("power_number").strip(),
                issued_on=date.fromisoformat(visit.field("power_issued_on")),
                notary=visit.field("power_notary"),
            )
        return Handover(
            receiver=Party(name=visit.field("receiver_name"), number=visit.field("receiver_iin").strip()),
            identity_document=visit.field("identity_document").strip(),
            receipt_no=visit.field("receipt_no").strip(),
            handed_on=today,
            power_of_attorney=power,
        )
    except (pydantic.ValidationError, ValueError):
        raise InvalidInput(
            "the handover form is not whole; fill in every field that the result needs"
        ) from None


def _revision(value: str) -> int:
    if not value.isdigit() or len(value) > 6:
        raise InvalidInput("the form names no revision; open the case anew")
    return int(value)


def _draft(value: str) -> DraftRef:
    parts = value.split(":")
    if len(parts) != 3:
        raise InvalidInput("the form names no draft; open the list anew")
    return DraftRef(parts[0], parts[1], _revision(parts[2]))
