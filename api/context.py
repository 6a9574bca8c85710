"""What every request of the process works with, opened once and given back at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import redis.asyncio as redis
from fastapi import Request
from temporalio.client import Client

from api.background import Background
from belsendi.attachments.desk import Attachments, open_attachments
from belsendi.casework.bench import Bench, open_bench
from belsendi.conversation.commands import Commands
from belsendi.conversation.reception import Reception
from belsendi.errors import ConfigurationError
from belsendi.intake.events import LifeEvents
from belsendi.intake.naming import Naming
from belsendi.intake.side_sweep import SideSweep
from belsendi.intake.sweep import Sweep, utc_now
from belsendi.settings import Settings
from belsendi.temporal.cases import Cases
from belsendi.temporal.client import connect
from belsendi.temporal.side_workflows import SideWorkflows


@dataclass(frozen=True)
class ApiContext:
    """``clock`` gives aware UTC instants; ``sweep`` takes up what a request has stored."""

    settings: Settings
    bench: Bench
    engine: Client
    cases: Cases
    redis: Any
    sweep: Sweep
    attachments: Attachments
    clock: Callable[[], datetime] = utc_now
    background: Background = field(default_factory=Background)

    @property
    def side(self) -> SideSweep:
        """Takes up what a request has stored beside the cases."""
        return SideSweep(self.bench, SideWorkflows(self.engine), self.clock)

    async def close(self) -> None:
        """Lets work in the background end, then closes what ``open_context`` has opened."""
        await self.background.drain()
        await self.redis.aclose()
        await self.bench.close()


async def open_context(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> ApiContext:
    """Opens everything. Database and engine may be out: events are refused or stored until they are back.

    Raises ConfigurationError naming the setting or the secret that is missing.
    """
    if not settings.redis_url:
        raise ConfigurationError(
            "no Redis is configured; the console keeps its sessions there: set REDIS_URL"
        )
    settings.secret("events")
    engine = await connect(settings, lazy=True)
    return context_over(settings, open_bench(settings), engine, clock=clock)


def context_over(
    settings: Settings, bench: Bench, engine: Client, *, clock: Callable[[], datetime] = utc_now
) -> ApiContext:
    """The context over a bench and a client of the engine that are open already."""
    cases = Cases(engine)
    reception = Reception(bench, cases, Commands(bench, Naming(bench, LifeEvents(bench))))
    return ApiContext(
        settings=settings,
        bench=bench,
        engine=engine,
        cases=cases,
        redis=redis.from_url(settings.redis_url, decode_responses=True),
        sweep=Sweep(bench, cases, reception, clock),
        attachments=open_attachments(bench.records, settings),
        clock=clock,
    )


def context_of(request: Request) -> ApiContext:
    return cast(ApiContext, request.app.state.context)
