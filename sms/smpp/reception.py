"""From a delivery of the centre to the inbox: kept, joined, handed on, and only then acknowledged."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from belsendi.dialogue.sms_text import Segment, join_segments
from sms.smpp.deliver import is_handset_acknowledgement, is_receipt, read_part, read_receipt
from sms.smpp.inbound import Assembly, InboundMessage, InboundPart, PartStore, Receipt, assemble
from sms.smpp.pdu import MalformedPdu, ShortMessage
from sms.smpp.settings import SmppSettings
from sms.smpp.status import Status

log = logging.getLogger(__name__)


class Reception:
    """Takes deliveries of every link of one route and says how each is to be acknowledged."""

    def __init__(
        self,
        settings: SmppSettings,
        on_inbound: Callable[[InboundMessage], Awaitable[None]],
        on_receipt: Callable[[Receipt], Awaitable[None]],
        parts: PartStore,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._on_inbound = on_inbound
        self._on_receipt = on_receipt
        self._parts = parts
        self._clock = clock

    async def take(self, message: ShortMessage, link: str, sequence: int) -> Status:
        """The status to acknowledge with: OK only when everything is stored, otherwise bring it again."""
        try:
            if is_receipt(message):
                await self._on_receipt(read_receipt(message, self._settings.route, self._clock()))
            elif not is_handset_acknowledgement(message):
                await self._take_part(message, link, sequence)
        except MalformedPdu:
            log.warning("unreadable delivery refused", extra={"route": self._settings.route})
            return Status.ESME_RX_R_APPN
        except Exception as error:
            # The boundary of the door: whatever storing raised, the centre keeps the delivery and repeats it.
            # Only the type is logged, an exception's text could quote the message.
            log.error(
                "delivery not stored", extra={"route": self._settings.route, "error": type(error).__name__}
            )
            return Status.ESME_RX_T_APPN
        return Status.ESME_ROK

    async def hand_on_waiting(self) -> int:
        """Hands on what a crash left joined but not handed on, and messages whose parts stayed away."""
        before = self._clock() - timedelta(seconds=self._settings.incomplete_seconds)
        groups: dict[str, list[InboundPart]] = {}
        waiting = await self._parts.waiting_since(before)
        for part in waiting:
            groups.setdefault(part.group, []).append(part)
        handed_on = 0
        for parts in groups.values():
            for assembly in assemble(parts, self._settings.resend_window_seconds):
                untold = any(not part.handed_on for part in assembly.in_order)
                if untold and assembly.newest.received_at < before:
                    await self._hand_on(assembly)
                    handed_on += 1
        return handed_on

    async def _take_part(self, message: ShortMessage, link: str, sequence: int) -> None:
        part = read_part(message, route=self._settings.route, link=link, sequence=sequence, at=self._clock())
        group = await self._parts.keep(part)
        for assembly in assemble(group, self._settings.resend_window_seconds):
            if part.part_id in assembly.seen and assembly.complete:
                await self._hand_on(assembly)

    async def _hand_on(self, assembly: Assembly) -> None:
        parts = assembly.in_order
        segments = {part.index: Segment(b"", part.body, part.data_coding) for part in parts}
        await self._on_inbound(
            InboundMessage(
                route=self._settings.route,
                provider_id=assembly.provider_id,
                sender=parts[0].sender,
                short_code=parts[0].short_code,
                text=join_segments(segments, assembly.total),
                received_at=min(part.received_at for part in parts),
                raw_parts=parts,
                complete=assembly.complete,
            )
        )
        await self._parts.mark_handed_on(sorted(assembly.seen))
