"""Routes of the phones page. Works without JavaScript; server-sent events make it lively."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from simulators.phones.cards import CardBox
from simulators.phones.wording import LANGUAGES, TEMPLATES, Wording, clock, day, load_wording, spaced
from simulators.registry.store import RegistryStore
from simulators.smsc.api import Number
from simulators.smsc.centre import SHORT_CODE, MessageCentre
from simulators.smsc.handsets import Direction

_COOKIE = "phones_language"
_KEEP_ALIVE_SECONDS = 15.0
_LONGEST_TEXT = 2000


def static_files() -> StaticFiles:
    """Style and script of the page."""
    return StaticFiles(directory=TEMPLATES / "static")


def phones_router(centre: MessageCentre, registry: RegistryStore) -> APIRouter:
    """The pages over one message centre and one world."""
    router = APIRouter(include_in_schema=False)
    phones = _Phones(centre, registry)
    router.add_api_route("/", phones.index, methods=["GET"])
    router.add_api_route("/phones", phones.open_number, methods=["GET"])
    router.add_api_route("/people", phones.people, methods=["GET"])
    router.add_api_route("/events", phones.events, methods=["GET"])
    router.add_api_route("/phones/{number}", phones.phone, methods=["GET"])
    router.add_api_route("/phones/{number}", phones.write, methods=["POST"])
    router.add_api_route("/phones/{number}/screen", phones.screen, methods=["GET"])
    return router


class _Phones:
    """Handlers of the pages; holds what they are rendered from."""

    def __init__(self, centre: MessageCentre, registry: RegistryStore) -> None:
        self._centre = centre
        self._cards = CardBox(registry, centre.store)
        self._wording = load_wording()
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"clock": clock, "day": day, "spaced": spaced}

    async def index(self, request: Request, q: str = "") -> Response:
        """The list of people."""
        return self._page(request, "index.html", q=q, cards=self._cards.listed(q.strip()), card=None)

    async def people(self, request: Request, q: str = "", current: str = "") -> Response:
        """The list alone, for refreshing it in place."""
        cards = self._cards.listed(q.strip())
        return self._page(request, "_people.html", q=q, cards=cards, current=current)

    async def open_number(self, number: str = "") -> Response:
        """The form for a number nobody has: to its phone, or back to the list when it is no number."""
        digits = "".join(char for char in number if char.isdigit() and char.isascii())
        if len(digits) == 11 and digits.startswith("8"):
            digits = "7" + digits[1:]
        if not 8 <= len(digits) <= 15:
            return RedirectResponse("/", 303)
        return RedirectResponse(f"/phones/+{digits}", 303)

    async def phone(self, request: Request, number: Number, q: str = "") -> Response:
        """One handset with its messages."""
        return self._page(
            request, "phone.html", q=q, cards=self._cards.listed(q.strip()), **self._phone_fields(number)
        )

    async def screen(self, request: Request, number: Number) -> Response:
        """The messages alone, for refreshing them in place."""
        return self._page(request, "_screen.html", **self._phone_fields(number))

    async def write(self, request: Request, number: Number, text: Annotated[str, Form()] = "") -> Response:
        """The person writes to the short code; then back to the phone."""
        if len(text) > _LONGEST_TEXT:
            raise HTTPException(422, f"a text has at most {_LONGEST_TEXT} characters")
        if text.strip():
            await self._centre.write(number, text.strip())
        return RedirectResponse(f"/phones/{number}", 303)

    async def events(self, request: Request) -> Response:
        """Server-sent events: one ``change`` whenever any handset shows something new."""

        async def changes() -> AsyncIterator[str]:
            seen = self._centre.version
            yield "retry: 1000\n\n"
            while True:
                if await self._centre.wait_for_change(seen, _KEEP_ALIVE_SECONDS):
                    seen = self._centre.version
                    yield f"event: change\ndata: {seen}\n\n"
                else:
                    yield ": still here\n\n"

        return StreamingResponse(changes(), media_type="text/event-stream")

    def _phone_fields(self, number: str) -> dict[str, Any]:
        messages = self._centre.store.messages(number)
        return {
            "card": self._cards.of(number),
            "current": number,
            "messages": messages,
            "Direction": Direction,
            "short_code": SHORT_CODE,
            "bound": self._centre.bound_sessions > 0,
            "quick_replies": ("1", "2", "0"),
        }

    def _page(self, request: Request, template: str, **fields: Any) -> Response:
        words, chosen = self._language(request)
        fields.setdefault("current", "")
        html = self._templates.get_template(template).render(
            words=words, languages=LANGUAGES, path=request.url.path, **fields
        )
        response = HTMLResponse(html)
        if chosen:
            response.set_cookie(_COOKIE, words.language, max_age=31_536_000, httponly=True, samesite="strict")
        return response

    def _language(self, request: Request) -> tuple[Wording, bool]:
        """The language asked for, then the one of the cookie, then Kazakh; whether it was asked for now."""
        asked = request.query_params.get("lang", "")
        if asked in LANGUAGES:
            return self._wording[asked], True
        kept = request.cookies.get(_COOKIE, "")
        return self._wording[kept if kept in LANGUAGES else LANGUAGES[0]], False
