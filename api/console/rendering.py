"""Rendering of console pages: templates, filters, languages and the headers every page is sent with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from api.console.citations import Citations
from api.console.context import context_of
from api.console.sessions import LANGUAGE_COOKIE, Session
from api.console.wording import LANGUAGES, Words, load_words
from belsendi.casework.access import Permission
from belsendi.law import local

_NARROW = "\u00a0"
_YEAR = 31_536_000
_SHORT_SECONDS = 10
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Pages:
    """The templates of the console with the words of all languages, loaded once."""

    def __init__(self, templates_dir: Path) -> None:
        folder = templates_dir / "console"
        self.words = load_words(folder / "texts")
        self.static = folder / "static"
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "moment": moment,
            "clock": clock,
            "day": plain_day,
            "span": length,
            "money": money,
            "spaced": spaced,
        }
        self._environment.globals |= {"Permission": Permission, "size": len}

    def language(self, request: Request) -> tuple[Words, bool]:
        """The language asked for now, or kept in the cookie, or Kazakh; and whether it was asked for now."""
        asked = request.query_params.get("lang", "")
        if asked in LANGUAGES:
            return self.words[asked], True
        kept = request.cookies.get(LANGUAGE_COOKIE, "")
        return self.words[kept if kept in LANGUAGES else LANGUAGES[0]], False

    def show(
        self,
        request: Request,
        template: str,
        *,
        session: Session | None,
        status: int = 200,
        page_path: str | None = None,
        **fields: Any,
    ) -> HTMLResponse:
        """A whole page. ``page_path`` is where its language links lead when it answers a POST."""
        t, chosen = self.language(request)
        context = context_of(request)
        path = page_path or request.url.path
        query = {} if page_path else {k: v for k, v in request.query_params.items() if k != "lang"}
        html = self._environment.get_template(template).render(
            t=t,
            cite=Citations(t),
            languages=[(code, f"{path}?{urlencode({**query, 'lang': code})}") for code in LANGUAGES],
            session=session,
            officer=session.officer if session else None,
            demonstration=context.bench.profile.demonstration,
            phones_url=context.settings.phones_url,
            path=path,
            now=context.clock(),
            **fields,
        )
        response = HTMLResponse(html, status, headers=HEADERS)
        if chosen:
            response.set_cookie(LANGUAGE_COOKIE, t.language, max_age=_YEAR, httponly=True, samesite="lax")
        return response


def pages_of(request: Request) -> Pages:
    pages: Pages = request.app.state.console_pages
    return pages


def moment(at: datetime) -> str:
    """Day and time in Almaty."""
    return f"{local(at):%d.%m.%Y %H:%M}"


def clock(at: datetime) -> str:
    """Hours and minutes in Almaty."""
    return f"{local(at):%H:%M}"


def plain_day(at: date | datetime) -> str:
    """A legal day; an instant is shown as its day in Almaty."""
    shown = local(at) if isinstance(at, datetime) else at
    return f"{shown:%d.%m.%Y}"


@pass_context
def length(context: Context, span: timedelta) -> str:
    """A span of time in its two largest units, in the words of the page; below ten seconds with a decimal."""
    t: Words = context["t"]
    exact = max(span.total_seconds(), 0.0)
    if exact < _SHORT_SECONDS:
        said_short = f"{exact:.{1 if exact >= 1 else 2}f}"
        return t("unit.second", n=said_short if t.language == "en" else said_short.replace(".", ","))
    seconds = int(exact)
    units = (("day", seconds // 86400), ("hour", seconds // 3600 % 24), ("minute", seconds // 60 % 60))
    said = [t(f"unit.{name}", n=count) for name, count in units if count][:2]
    return " ".join(said) or t("unit.second", n=seconds)


def money(amount: Decimal) -> str:
    """Exact tenge with thousands apart, never rounded."""
    whole, _, fraction = format(amount, "f").partition(".")
    return f"{int(whole):,}".replace(",", _NARROW) + f",{fraction.ljust(2, '0')}{_NARROW}₸"


def spaced(number: str) -> str:
    """+77011234567 as +7 701 123 45 67; other lengths stay as they are."""
    if len(number) == 12 and number.startswith("+7"):
        return f"+7 {number[2:5]} {number[5:8]} {number[8:10]} {number[10:]}"
    return number
