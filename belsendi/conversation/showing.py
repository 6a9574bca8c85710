"""Which words of an offer were on the citizen's telephone when a reply was written (SIL-05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from belsendi.errors import BelsendiError
from belsendi.records.models import OutboundMessage, Question


class OfferBeingSent(BelsendiError):
    """A sender holds the offer just now: whether it went out before the reply will be known in a moment."""


def seen_before(
    put: Sequence[OutboundMessage], question: Question, received_at: datetime
) -> OutboundMessage | None:
    """The last of the messages ``put`` that may have been read when a reply came at ``received_at`` (UTC).

    A sending without a known outcome counts: the message may well have arrived. None when the reply came before
    any of them was sent. Raises OfferBeingSent when that cannot be said yet.
    """
    if question.opened_at is None or received_at < question.opened_at:
        return None
    seen = [message for message in put if _sent_by(message, received_at)]
    if seen:
        return seen[-1]
    if any(message.state == "sending" for message in put):
        raise OfferBeingSent("the offer is being sent; the reply is taken up again when that is known")
    return None


def _sent_by(message: OutboundMessage, received_at: datetime) -> bool:
    if message.sent_at is not None:
        return message.sent_at <= received_at or message.unknown_sends > 0
    return message.unknown_sends > 0 or message.state == "unknown"
