"""What comes from the centre: citizens' messages, their parts and delivery receipts, as values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from belsendi.contracts.personal_data import MessageBytes, MessageText, MobileNumber


class ReceiptState(StrEnum):
    """A centre's word on one part. ACCEPTED is not final; the others are."""

    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    UNKNOWN = "UNKNOWN"
    ACCEPTED = "ACCEPTED"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery receipt. It may come late, twice, or before the id of the part is known: keep it.

    ``provider_message_id`` is empty when the centre named none. ``raw`` may hold the first letters of the
    message: store it encrypted. ``at`` is our instant of receipt (UTC); the centre's own time stays in ``raw``,
    because SMPP does not say of which time zone it is.
    """

    route: str
    provider_message_id: str
    state: ReceiptState
    raw: MessageBytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class InboundPart:
    """One ``deliver_sm`` of a citizen. ``part_id`` names this physical delivery: link and sequence number.

    ``network_id`` is the centre's own id of the message when it gives one. ``handed_on`` is what the store
    knows of it.
    """

    part_id: str
    route: str
    link: str
    sender: MobileNumber = field(repr=False)
    short_code: str
    reference: int | None
    total: int
    index: int
    data_coding: int
    body: MessageBytes = field(repr=False)
    network_id: str | None
    received_at: datetime
    handed_on: bool = False

    @property
    def group(self) -> str:
        """Equal for the deliveries that may belong together. Holds personal data: store it as a blind index."""
        # Single messages with other words never need comparing; parts of one message have different words.
        words = self.body.hex() if self.total == 1 else ""
        place = (self.route, self.sender, self.short_code, self.reference, self.total, words)
        return "|".join(map(str, place))


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A citizen's message, joined. ``provider_id`` is the same for every repetition of the same message.

    ``complete`` is False when parts never came: each gap stands as U+FFFD in ``text``.
    """

    route: str
    provider_id: str
    sender: MobileNumber = field(repr=False)
    short_code: str
    text: MessageText = field(repr=False)
    received_at: datetime
    raw_parts: tuple[InboundPart, ...] = field(repr=False)
    complete: bool = True


class PartStore(Protocol):
    """Where deliveries are kept before they are acknowledged, so that joining survives a restart.

    Every method is durable when it returns. Bodies and senders are personal data: encrypted at rest.
    """

    async def keep(self, part: InboundPart) -> Sequence[InboundPart]:
        """Stores the part unless its ``part_id`` is there; returns all parts of its group, oldest first."""

    async def mark_handed_on(self, part_ids: Sequence[str]) -> None:
        """The message made of these parts is in the inbox; they stay only to recognise repetitions."""

    async def waiting_since(self, before: datetime) -> Sequence[InboundPart]:
        """Parts not handed on and received before the instant, with all parts of their groups, oldest first."""


def digest(*values: object) -> str:
    """A short opaque name of the values."""
    return hashlib.blake2b("\x1f".join(map(str, values)).encode(), digest_size=16).hexdigest()


@dataclass(slots=True)
class Assembly:
    """The parts that make one message: the first delivery of each index."""

    parts: dict[int, InboundPart]
    seen: set[str]

    @property
    def newest(self) -> InboundPart:
        return max(self.parts.values(), key=lambda part: part.received_at)

    @property
    def total(self) -> int:
        return next(iter(self.parts.values())).total

    @property
    def complete(self) -> bool:
        return len(self.parts) == self.total

    @property
    def in_order(self) -> tuple[InboundPart, ...]:
        return tuple(self.parts[index] for index in sorted(self.parts))

    @property
    def provider_id(self) -> str:
        """Made of the first deliveries, whose ids are random: it tells nothing and never comes round again."""
        return digest("message", *(part.part_id for part in self.in_order))


def assemble(parts: Iterable[InboundPart], resend_seconds: float) -> list[Assembly]:
    """Sorts the deliveries of one group into messages, oldest first.

    A phone's reference number comes round again, and a citizen may send "1" twice on purpose; a centre also
    repeats what it thinks was not acknowledged. A delivery counts as a repetition by :func:`is_repetition`,
    otherwise it fills a gap of the youngest message or opens a new one.
    """
    found: list[Assembly] = []
    for part in parts:
        known = next((a for a in found if _repeats(a, part, resend_seconds)), None)
        if known:
            known.seen.add(part.part_id)
        elif found and _fills_gap(found[-1], part, resend_seconds):
            found[-1].parts[part.index] = part
            found[-1].seen.add(part.part_id)
        else:
            found.append(Assembly({part.index: part}, {part.part_id}))
    return found


def _repeats(assembly: Assembly, part: InboundPart, resend_seconds: float) -> bool:
    held = assembly.parts.get(part.index)
    return held is not None and is_repetition(held, part, resend_seconds)


def _fills_gap(assembly: Assembly, part: InboundPart, resend_seconds: float) -> bool:
    if part.index in assembly.parts:
        return False
    # A part this much younger belongs to a later message that uses the same reference number again.
    return (part.received_at - assembly.newest.received_at).total_seconds() <= 2 * resend_seconds


def is_repetition(held: InboundPart, part: InboundPart, resend_seconds: float) -> bool:
    """Whether ``part`` is the centre's repetition of ``held`` and not a new message with the same words.

    With the centre's own ids the ids decide. Without them: the same delivery number on the same link; a part
    of a long message with the same reference and content; or the same content on another link soon after,
    which is what a centre does when the link broke before our acknowledgement reached it. A citizen who types
    the same short word twice on a healthy link has sent two messages.
    """
    if held.part_id == part.part_id:
        return True
    if held.network_id or part.network_id:
        return held.network_id == part.network_id
    if held.body != part.body or held.data_coding != part.data_coding:
        return False
    soon = abs((part.received_at - held.received_at).total_seconds()) <= resend_seconds
    return soon and (part.total > 1 or held.link != part.link)
