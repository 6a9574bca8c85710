"""The conversation of a case as bubbles: what we said, what the citizen said, and what became of each message."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from belsendi.contracts.personal_data import PersonalData
from belsendi.records.inbox import Inbox
from belsendi.records.keystore import KeyDestroyed
from belsendi.records.models import InboundMessage, OutboundMessage
from belsendi.records.outbox import Outbox


@dataclass(frozen=True)
class Bubble:
    """One message. ``text`` None means that its key was destroyed; ``parts`` is 0 for a citizen's message."""

    id: str
    ours: bool
    at: datetime
    text: Annotated[str | None, PersonalData("svc.message_text")] = field(repr=False)
    state: str
    language: str | None = None
    template: str | None = None
    version: str | None = None
    parts: int = 0
    encoding: str | None = None
    attempts: int = 0
    unknown_sends: int = 0
    sent_at: datetime | None = None
    finished_at: datetime | None = None
    not_before: datetime | None = None
    problem: str | None = None
    meaning: str | None = None
    disposition: str | None = None


async def conversation(
    outbox: Outbox, inbox: Inbox, sent: Sequence[OutboundMessage], heard: Sequence[InboundMessage]
) -> list[Bubble]:
    """Both directions in the order of time."""
    bubbles = [
        Bubble(
            id=message.id,
            ours=True,
            at=message.created_at,
            text=await _unless_erased(outbox.text(message)),
            state=message.state,
            language=message.language,
            template=message.template,
            version=message.template_version,
            parts=message.parts,
            encoding=message.encoding,
            attempts=message.attempts,
            unknown_sends=message.unknown_sends,
            sent_at=message.sent_at,
            finished_at=message.finished_at,
            not_before=message.not_before,
            problem=message.last_error,
        )
        for message in sent
    ]
    bubbles += [
        Bubble(
            id=message.id,
            ours=False,
            at=message.received_at,
            text=await _unless_erased(inbox.words(message)),
            state=message.state,
            meaning=message.meaning,
            disposition=message.disposition,
        )
        for message in heard
    ]
    return sorted(bubbles, key=lambda bubble: (bubble.at, not bubble.ours))


async def _unless_erased(text: Awaitable[str]) -> str | None:
    try:
        return await text
    except KeyDestroyed:
        return None
