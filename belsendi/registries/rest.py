"""Messages as JSON over HTTP: one address per operation (CONTRACT.md of the gateway)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pydantic
from pydantic_core import from_json, to_json

from belsendi.registries.inquiry import Inquiry
from belsendi.registries.reading import Outgoing, Reading, Refused, Told, Unclear
from belsendi.registries.settings import RegistrySettings
from belsendi.registries.systems import System

_CODE = re.compile(r"[A-Z][A-Z0-9_-]{0,39}")
_TRY_LATER = frozenset({408, 425, 429})


class RestForm:
    """The JSON form."""

    def __init__(self, settings: RegistrySettings) -> None:
        self._settings = settings

    def question(
        self, system: System, operation: str, data: Mapping[str, object], inquiry: Inquiry
    ) -> Outgoing:
        """The request of one operation. Raises ConfigurationError when the system has no secret."""
        question = {"purpose": inquiry.purpose, "access_token": inquiry.access_token, "data": dict(data)}
        return Outgoing(
            path=f"/gateway/{system.value}/{operation}",
            headers={
                "Content-Type": "application/json",
                "X-Request-Id": inquiry.request_id,
                "Authorization": f"Bearer {self._settings.secret_of(system).get_secret_value()}",
            },
            content=to_json(question),
        )

    def reading(self, http_status: int, body: bytes, answer: type[pydantic.BaseModel]) -> Reading:
        """What the response means. 503 says that nothing was done; any other 5xx may have come after an effect."""
        if http_status >= 500 or http_status in _TRY_LATER:
            return Unclear(f"status {http_status}", http_status == 503 or http_status in _TRY_LATER)
        content = _json_object(body)
        if 400 <= http_status < 500:
            code = known_code(content.get("code"))
            return Refused(code, of_token=http_status == 403 and code == "TOKEN")
        status = content.get("status")
        if http_status != 200 or status not in {"ok", "absent"}:
            return Unclear("an answer of unknown form")
        if status == "absent":
            return Told(None)
        data = content.get("data")
        return Told(data if isinstance(data, dict) else {})


def known_code(code: object) -> str:
    """A code that may be shown and logged; anything else a system writes in its place is UNSPECIFIED."""
    return code if isinstance(code, str) and _CODE.fullmatch(code) else "UNSPECIFIED"


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        parsed = from_json(content)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
