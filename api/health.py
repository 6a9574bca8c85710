"""Whether the process lives, and whether it serves."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlalchemy import text

from api.callers import Anybody
from api.context import ApiContext, context_of
from api.problems import FieldProblem, Kind, ProblemFound, responses

router = APIRouter(prefix="/health", tags=["health"], dependencies=[Depends(Anybody())])
_PATIENCE_SECONDS = 2.0


class Live(BaseModel):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(BaseModel):
    """The process serves: its database and the workflow engine answer."""

    status: Literal["ready"] = "ready"


@router.get("/live", responses=responses())
async def live() -> Live:
    return Live()


@router.get("", responses=responses(Kind.UNAVAILABLE), include_in_schema=False)
@router.get("/ready", responses=responses(Kind.UNAVAILABLE))
async def ready(request: Request) -> Ready:
    """Events are stored without the engine, too; what follows from them waits for it."""
    context = context_of(request)
    answers = await asyncio.gather(_database(context), _engine(context))
    silent = [name for name, answered in zip(("database", "engine"), answers, strict=True) if not answered]
    if silent:
        raise ProblemFound(
            Kind.UNAVAILABLE,
            f"no answer from: {', '.join(silent)}",
            errors=[FieldProblem(code=name, detail=f"the {name} does not answer") for name in silent],
        )
    return Ready()


async def _database(context: ApiContext) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), context.bench.records.database.reading() as session:
            await session.execute(text("SELECT 1 FROM life_events LIMIT 1"))
    except Exception:
        return False
    return True


async def _engine(context: ApiContext) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await context.engine.service_client.check_health()
    except Exception:
        return False
