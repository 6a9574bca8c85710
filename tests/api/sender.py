"""An outside sender: events, their signatures, and a clock that stands still."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from api.context import ApiContext
from api.v1.bodies import CLOUDEVENTS
from api.v1.signatures import sign
from belsendi.intake.event_data import BREADWINNER_LOST, DISABILITY_ESTABLISHED
from belsendi.intake.openings import DEATH_REGISTERED
from belsendi.law.identifiers import iin_check_digit

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **units: float) -> None:
        self.now += timedelta(**units)


def iin(number: int) -> str:
    """A valid number of nobody: the ``number``-th that can be issued."""
    first = 86_831_530_000 + 3 * number
    while (digit := iin_check_digit(str(first))) is None:
        first += 1
    return f"{first}{digit}"


DECEASED, WIDOW, SON = iin(1), iin(2), iin(3)


def death(**changes: Any) -> dict[str, Any]:
    """A registered death as a CloudEvent; ``data`` changes its data, other names change its attributes."""
    data = {"deceased_iin": DECEASED, "date_of_death": "2026-11-18", "recipients": [WIDOW]}
    event = {
        "specversion": "1.0",
        "id": "act-1",
        "source": "/kz/registry-office",
        "type": DEATH_REGISTERED,
        "time": "2026-11-20T10:00:00+05:00",
        "data": data | changes.pop("data", {}),
    }
    return {name: value for name, value in (event | changes).items() if value is not None}


def disability(**data: Any) -> dict[str, Any]:
    """A disability established, as a CloudEvent with changed data."""
    told = {"person_iin": WIDOW, "established_on": "2026-11-18", "recipients": [WIDOW]}
    return death(type=DISABILITY_ESTABLISHED) | {"data": told | data}


def breadwinner(**data: Any) -> dict[str, Any]:
    """A lost breadwinner with one dependant, as a CloudEvent with changed data."""
    told = {
        "breadwinner_iin": DECEASED,
        "date_of_death": "2026-11-18",
        "recipients": [WIDOW],
        "dependants": [{"iin": SON, "relation": "CHILD"}],
    }
    return death(type=BREADWINNER_LOST) | {"data": told | data}


class Sender:
    """Sends to an application. ``secret`` and ``clock`` are those of the installation unless replaced."""

    def __init__(self, http: httpx.AsyncClient, context: ApiContext) -> None:
        self.http = http
        self.context = context
        self.secret = context.settings.secret("events").get_secret_value().encode()

    async def send(self, event: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        return await self.raw(json.dumps(death() if event is None else event).encode(), **headers)

    async def raw(self, body: bytes, *, content_type: str = CLOUDEVENTS, **headers: str) -> httpx.Response:
        """Sends these very bytes, signed now."""
        signed = sign(self.secret, int(self.context.clock().timestamp()), body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post(
            "/v1/events", content=body, headers={"Content-Type": content_type} | signed | named
        )
