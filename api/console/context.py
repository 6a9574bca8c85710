"""What the pages need of the process they run in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, cast

from fastapi import Request

from belsendi.attachments.desk import Attachments
from belsendi.casework.bench import Bench
from belsendi.intake.sweep import Sweep
from belsendi.settings import Settings
from belsendi.temporal.cases import Cases


class ConsoleContext(Protocol):
    """The part of the application's context that the console uses. ``clock`` gives aware UTC instants."""

    @property
    def settings(self) -> Settings: ...
    @property
    def bench(self) -> Bench: ...
    @property
    def cases(self) -> Cases: ...
    @property
    def sweep(self) -> Sweep: ...
    @property
    def redis(self) -> Any: ...
    @property
    def attachments(self) -> Attachments: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...


def context_of(request: Request) -> ConsoleContext:
    return cast(ConsoleContext, request.app.state.context)
