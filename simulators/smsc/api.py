"""HTTP interface of the message centre: handsets to read and write, faults to switch, counters to check."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import BaseModel

from simulators.smsc.centre import MessageCentre
from simulators.smsc.faults import Faults
from simulators.smsc.handsets import Handset, HandsetMessage, Writing, Written

Number = Annotated[str, Path(pattern=r"^\+[1-9][0-9]{7,14}$", description="E.164 with the plus sign")]


class Handsets(BaseModel):
    """Handsets with at least one message, latest first."""

    handsets: list[Handset]


class Messages(BaseModel):
    """Texts of one handset, oldest first."""

    messages: list[HandsetMessage]
    version: int
    """Grows whenever any handset shows something new; give it as ``since`` to wait for the next change."""


class Counters(BaseModel):
    """What has happened since the last reset; survives a restart."""

    counters: dict[str, int]
    bound_sessions: int
    waiting_deliveries: int
    """Written parts and receipts not yet acknowledged."""


class Cut(BaseModel):
    """How many connections were cut."""

    connections: int


def smsc_router(centre: MessageCentre) -> APIRouter:
    """The JSON routes over one message centre."""
    router = APIRouter(tags=["message centre"])

    @router.get("/handsets")
    async def handsets() -> Handsets:
        return Handsets(handsets=centre.store.handsets())

    @router.get("/handsets/{number}/messages")
    async def messages(
        number: Number,
        after: int = 0,
        since: int | None = None,
        seconds: Annotated[float, Query(gt=0, le=30)] = 10,
    ) -> Messages:
        """Texts with an id above ``after``; with ``since`` it first waits for a change, ``seconds`` at most."""
        if since is not None:
            await centre.wait_for_change(since, seconds)
        return Messages(messages=centre.store.messages(number, after), version=centre.version)

    @router.post("/handsets/{number}/messages", status_code=201)
    async def write(number: Number, writing: Writing) -> Written:
        """The person writes to the short code; delivered over SMPP until acknowledged."""
        if not writing.text.strip():
            raise HTTPException(422, "the text is empty; write at least one character")
        message = await centre.write(number, writing.text)
        return Written(id=message.id, parts=message.parts_total)

    @router.get("/faults")
    async def faults() -> Faults:
        return centre.faults

    @router.put("/faults")
    async def set_faults(faults: Faults) -> Faults:
        """Replaces the whole behaviour; ``{}`` heals everything."""
        centre.set_faults(faults)
        return centre.faults

    @router.get("/counters")
    async def counters() -> Counters:
        return Counters(
            counters=centre.store.counters(),
            bound_sessions=centre.bound_sessions,
            waiting_deliveries=centre.store.waiting_deliveries(),
        )

    @router.post("/connections/cut")
    async def cut() -> Cut:
        """Cuts every SMPP connection at once, as a network does."""
        return Cut(connections=centre.cut_connections())

    @router.post("/reset", status_code=204)
    async def reset() -> None:
        """Empties handsets, waiting deliveries, faults and counters; connections stay."""
        centre.reset()

    return router
