"""An application entered at a counter: chosen service, one form, a page with the receipt to print (COM-07, M-09)."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from api.console.guard import ConsoleRoute, Guard, Visit
from api.console.intake_form import Read, Typed, Wrong, counters, empty_form, in_order, read_form, refused
from api.console.rendering import HEADERS, pages_of
from belsendi.attachments.kinds import kinds_of
from belsendi.casework.access import Permission
from belsendi.casework.counter_visits import TICKET, CounterVisits, limits_of
from belsendi.casework.demands import SAID, obtained
from belsendi.errors import InvalidInput, NotFound
from belsendi.intake.applications import Application, ApplicationRefused
from belsendi.intake.receipts import Receipts
from belsendi.intake.receiving import Applications
from belsendi.law import RecipientType, chosen_benefits, load_services, service
from belsendi.law.catalogue import Service
from belsendi.records.columns import new_id
from belsendi.registries import System
from belsendi.registries.answers import Relation

router = APIRouter(prefix="/console/applications", route_class=ConsoleRoute, include_in_schema=False)
Clerk = Annotated[Visit, Depends(Guard(Permission.TAKE_APPLICATION))]
_KEY = re.compile(r"^[0-9a-f]{32}$")
_MORE = "more"


@router.get("/new")
async def choose(visit: Clerk) -> Response:
    """The services an application can be taken in for."""
    return pages_of(visit.request).show(
        visit.request, "intake_services.html", session=visit.session, services=_services()
    )


@router.get("/new/{code}")
async def new(visit: Clerk, code: str) -> Response:
    """The form of one service, with a key of its own."""
    entry = _entry(code)
    return _form(visit, entry, empty_form(entry, visit.context.clock()), new_id(), [])


@router.post("")
async def take(visit: Clerk) -> Response:
    """Takes the application in by the rules of ``POST /v1/applications``; the form's key makes it one.

    Nothing typed is lost: a form with something wrong comes back as it was, with words at each field.
    """
    typed, key = Typed(visit.form), visit.field("key")
    entry = _entry(visit.field("service"))
    if not _KEY.match(key):
        raise InvalidInput("the form names no key; open it anew")
    if typed.get("act") == _MORE:
        return _form(visit, entry, typed, key, [])
    read = read_form(entry, typed)
    if read.application is None or (ticket := _ticket(typed)) is None:
        return _form(visit, entry, typed, key, _all(read, typed), status=422)
    context, now = visit.context, visit.context.clock()
    applications = Applications(context.bench)
    try:
        taken = await applications.take(read.application, f"console:{key}", now, officer=visit.account_id)
    except ApplicationRefused as error:
        return _form(visit, entry, typed, key, [refused(error)], status=422)
    if not taken.new:
        changed = await _stored(visit, taken.event_id) != read.application
        return _to(taken.event_id, "?changed=1" if changed else "")
    if taken.case is not None and ticket:
        await CounterVisits(context.bench).belongs_to(
            ticket, entry.code, read.application.channel, taken.case.id
        )
    await context.sweep.take_up_application(taken)
    return _to(taken.event_id)


@router.get("/{event_id}")
async def taken_in(visit: Clerk, event_id: str, changed: str = "") -> Response:
    """What became of an application, and its receipt to print. Seeing it is audited like seeing a case."""
    seen = await Receipts(visit.context.bench).view(event_id, visit.account_id, visit.context.clock())
    application = seen.application
    entry, kinds = service(application.service), kinds_of(application.service)
    counter = application.channel in ("state_corporation", "provider")
    pages = pages_of(visit.request)
    bench = visit.context.bench
    return pages.show(
        visit.request,
        "intake_taken.html",
        session=visit.session,
        seen=seen,
        entry=entry,
        missing=[kinds[code].name for code in application.missing_kinds],
        chosen=chosen_benefits(entry, application.one_application) if application.one_application else [],
        kk=pages.words["kk"],
        ru=pages.words["ru"],
        changed=changed == "1",
        limits=limits_of(application.service, application.channel) if counter else None,
        became=(await Applications(bench).taken(event_id)).became,
        visits=await CounterVisits(bench).of_case(seen.case.id) if seen.case is not None else [],
    )


def _form(
    visit: Visit, entry: Service, typed: Typed, key: str, wrong: list[Wrong], *, status: int = 200
) -> Response:
    pages = pages_of(visit.request)
    t, _ = pages.language(visit.request)
    words = {each.field: t(each.says) if each.says in t else t("intake.wrong.other") for each in wrong}
    read = obtained(entry.code)
    said = {item.datum for item in entry.needed_data if item.source in SAID}
    return pages.show(
        visit.request,
        "intake_form.html",
        session=visit.session,
        status=status,
        page_path=f"/console/applications/new/{entry.code}",
        entry=entry,
        typed=typed,
        key=key,
        wrong=words,
        channels=counters(entry),
        recipient_types=[kind for kind in RecipientType if kind in entry.parties.recipients],
        relations=list(Relation),
        kinds=[kind for code, kind in kinds_of(entry.code).items() if code not in said],
        obtained={code: System(item.system).kazakh_name for code, item in read.items()},
    )


def _all(read: Read, typed: Typed) -> list[Wrong]:
    bad_ticket = [Wrong("ticket", "intake.wrong.ticket")] if _ticket(typed) is None else []
    return in_order([*read.wrong, *bad_ticket])


def _ticket(typed: Typed) -> str | None:
    """The ticket of the electronic queue, empty when none was typed, None when it cannot be one."""
    ticket = typed.get("ticket")
    return ticket if not ticket or TICKET.match(ticket) else None


async def _stored(visit: Visit, event_id: str) -> Application:
    bench = visit.context.bench
    async with bench.records.database.reading() as session:
        return await Receipts(bench).application(session, event_id)


def _services() -> list[Service]:
    return [entry for entry in load_services().values() if counters(entry)]


def _entry(code: str) -> Service:
    """The service of a form. Raises InvalidInput for none."""
    try:
        return service(code)
    except NotFound as error:
        raise InvalidInput("there is no such service; choose one from the list") from error


def _to(event_id: str, query: str = "") -> Response:
    return RedirectResponse(f"/console/applications/{event_id}{query}", 303, headers=HEADERS)
