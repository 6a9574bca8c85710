"""What a handset shows and what its owner writes: the models of the message centre's HTTP interface."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field


class Direction(StrEnum):
    """Seen from the handset."""

    RECEIVED = "received"
    WRITTEN = "written"


class HandsetPart(BaseModel):
    """One short message of a joined text."""

    sequence: int
    message_id: str
    """The id given in submit_sm_resp, or the centre's own id of a written part."""
    data_coding: int
    receipt: str | None
    """State the receipt tells (DELIVRD ...), None when there is none."""
    acknowledged_at: datetime | None
    """Written part: when the receiving side took the deliver_sm. Received part: when it took the receipt."""


class HandsetMessage(BaseModel):
    """A text as a person sees it, joined from its parts."""

    id: int
    direction: Direction
    number: str
    peer: str
    """The other side: the sender of a received text, the short code a written one goes to."""
    text: str
    parts_total: int
    parts: list[HandsetPart]
    complete: bool
    """False while parts are missing; ``text`` then holds what has come."""
    at: datetime
    """UTC instant of the first part."""
    completed_at: datetime | None


class Handset(BaseModel):
    """One telephone and the last thing on its screen."""

    number: str
    messages: int
    last_text: str
    last_at: datetime


class Writing(BaseModel):
    """What the owner of a handset writes to the short code."""

    text: str = Field(min_length=1, max_length=2000)


class Written(BaseModel):
    """The written text is stored and will be delivered until it is acknowledged."""

    id: int
    parts: int
