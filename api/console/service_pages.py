"""The services as the law data hold them: terms, working hours, data, checks, grounds and rights of each."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Response

from api.console.guard import ConsoleRoute
from api.console.pages import Viewer
from api.console.rendering import pages_of
from belsendi.law import Path, Service, Term, load_services, load_systems
from belsendi.law.disability import disability_causes

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)


@dataclass(frozen=True)
class TermLine:
    """A term of one channel; `causes` are the causes it is for, empty where the cause does not matter."""

    channel: str
    term: Term
    automatic: bool
    causes: tuple[str, ...]


@router.get("/services")
async def services_page(visit: Viewer) -> Response:
    return pages_of(visit.request).show(
        visit.request,
        "services.html",
        session=visit.session,
        services=[(entry, term_lines(entry)) for entry in load_services().values()],
        causes=disability_causes(),
        systems=load_systems(),
    )


def term_lines(entry: Service) -> list[TermLine]:
    """The terms in the order of the service's channels, the automatic one before the other of a channel."""
    lines: list[TermLine] = []
    for channel in entry.channels:
        for path in (Path.P1, Path.P7):
            automatic = path is Path.P1
            if automatic and not (entry.path is Path.P1 and channel in entry.automatic_channels):
                continue
            if not automatic and lines and lines[-1].channel == channel and not entry.one_day_causes:
                continue  # the automatic path is the only one of this channel
            term = next(each for each in entry.terms.values() if each.holds_for(channel, path))
            lines.append(TermLine(channel, term, automatic, entry.one_day_causes if automatic else ()))
    return lines
