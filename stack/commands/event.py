"""``belsendi event send``: a life event as an outside sender would send it, signed."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from belsendi.errors import BelsendiError

_PATIENCE_SECONDS = 30.0


class NotTaken(BelsendiError):
    """The event was not stored; the message says what to do. What was sent is not repeated in it."""


def death_event(
    deceased: str, day: str, recipients: list[str], *, event_id: str, now: datetime
) -> dict[str, Any]:
    """A CloudEvents 1.0 event of a registered death. ``day`` is the Almaty day of death, YYYY-MM-DD."""
    from belsendi.intake.openings import DEATH_REGISTERED

    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "/belsendi/command-line",
        "type": DEATH_REGISTERED,
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "data": {"deceased_iin": deceased, "date_of_death": day, "recipients": recipients},
    }


def send(url: str, secret: bytes, event: dict[str, Any]) -> tuple[str, bool]:
    """Signs and posts an event. Returns the id it is stored under and whether it is new. Raises NotTaken."""
    from api.v1.bodies import CLOUDEVENTS
    from api.v1.signatures import sign

    body = json.dumps(event, ensure_ascii=False).encode()
    headers = {"Content-Type": CLOUDEVENTS, **sign(secret, int(time.time()), body)}
    try:
        answer = httpx.post(
            f"{url.rstrip('/')}/v1/events",
            content=body,
            headers=headers,
            timeout=_PATIENCE_SECONDS,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise NotTaken(
            "nobody answered at the address of the API; start the stack (make up) or give another --url"
        ) from error
    if answer.status_code not in (200, 202):
        raise NotTaken(_explained(answer))
    return str(answer.json()["id"]), answer.status_code == 202


def _explained(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
        lines = [f"{problem['title']} ({problem['status']}): {problem['detail']}"]
        lines += [f"  {each.get('pointer', '')}: {each['detail']}" for each in problem.get("errors", [])]
    except (ValueError, KeyError, TypeError):
        return f"the address answered {answer.status_code}, and not as Belsendi's API does; check --url"
    return "\n".join(lines)


def register(app: typer.Typer) -> None:
    events = typer.Typer(name="event", no_args_is_help=True, help="Life events.")
    app.add_typer(events)

    @events.callback()
    def event() -> None:
        """Life events."""

    @events.command(name="send")
    def send_event(
        deceased: Annotated[str, typer.Option(help="IIN of the person who died")],
        date: Annotated[str, typer.Option(help="day of death, YYYY-MM-DD")],
        recipient: Annotated[list[str] | None, typer.Option(help="IIN of a possible recipient")] = None,
        url: Annotated[str, typer.Option(help="address of the API; the running stack's if not given")] = "",
        event_id: Annotated[
            str, typer.Option("--id", help="the same id again is the same event; a new one if not given")
        ] = "",
        data_dir: Annotated[Path, typer.Option(help="the data directory of the running stack")] = Path("var"),
    ) -> None:
        """Send a registered death to the API, signed with the secret of the stack."""
        from belsendi.settings import Settings
        from stack.state import find_running

        folder = data_dir.resolve() / "secrets"
        if not url:
            running = find_running(data_dir.resolve())
            url, folder = running.api_url, Path(running.secrets_dir)
        secrets = Settings(secrets_dir=folder).secret("events").get_secret_value().split()
        made = death_event(
            deceased, date, recipient or [], event_id=event_id or str(uuid.uuid4()), now=datetime.now(UTC)
        )
        stored, new = send(url, secrets[-1].encode(), made)
        known = "stored" if new else "was known already, nothing is new"
        typer.echo(f"event {made['id']}: {known} ({stored}). Look at its cases with: belsendi case list")
