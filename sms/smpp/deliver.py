"""Reads ``deliver_sm``: a part of a citizen's message, or a delivery receipt."""

from __future__ import annotations

import re
from datetime import datetime

from belsendi.dialogue.sms_text import Concatenation, concatenation
from sms.smpp.inbound import InboundPart, Receipt, ReceiptState, digest
from sms.smpp.pdu import EsmClass, MalformedPdu, ShortMessage, Tag

# message_state (5.2.28) and the words of the receipt text (appendix B).
_STATES = {
    1: ReceiptState.ACCEPTED,
    2: ReceiptState.DELIVERED,
    3: ReceiptState.EXPIRED,
    4: ReceiptState.FAILED,
    5: ReceiptState.FAILED,
    6: ReceiptState.ACCEPTED,
    7: ReceiptState.UNKNOWN,
    8: ReceiptState.FAILED,
}
_WORDS = {
    "ENROUTE": ReceiptState.ACCEPTED,
    "DELIVRD": ReceiptState.DELIVERED,
    "EXPIRED": ReceiptState.EXPIRED,
    "DELETED": ReceiptState.FAILED,
    "UNDELIV": ReceiptState.FAILED,
    "ACCEPTD": ReceiptState.ACCEPTED,
    "UNKNOWN": ReceiptState.UNKNOWN,
    "REJECTD": ReceiptState.FAILED,
}
_RECEIPT_ID = re.compile(rb"\bid:\s*([^\s]+)", re.IGNORECASE)
_RECEIPT_STATE = re.compile(rb"\bstat:\s*([A-Za-z]+)", re.IGNORECASE)


def is_receipt(message: ShortMessage) -> bool:
    """A final receipt or an intermediate notification, by esm_class or by its optional parameters."""
    kind = message.esm_class & EsmClass.MESSAGE_TYPE_MASK
    if kind in (EsmClass.RECEIPT, EsmClass.INTERMEDIATE_NOTIFICATION):
        return True
    return Tag.RECEIPTED_MESSAGE_ID in message.tlvs and Tag.MESSAGE_STATE in message.tlvs


def is_handset_acknowledgement(message: ShortMessage) -> bool:
    """What a handset's own software sends back; it carries no word of the citizen."""
    kind = message.esm_class & EsmClass.MESSAGE_TYPE_MASK
    return kind in (EsmClass.DELIVERY_ACKNOWLEDGEMENT, EsmClass.MANUAL_ACKNOWLEDGEMENT)


def read_receipt(message: ShortMessage, route: str, at: datetime) -> Receipt:
    """Optional parameters win over the text, whose form every centre varies (appendix B)."""
    text = message.content
    id_value = message.tlvs.get(Tag.RECEIPTED_MESSAGE_ID, b"").rstrip(b"\0")
    if not id_value and (match := _RECEIPT_ID.search(text)):
        id_value = match.group(1)
    state_value = message.tlvs.get(Tag.MESSAGE_STATE, b"")
    state = _STATES.get(state_value[0], ReceiptState.UNKNOWN) if state_value else None
    if state is None:
        word = _RECEIPT_STATE.search(text)
        state = _WORDS.get(word.group(1).decode().upper()[:7], ReceiptState.UNKNOWN) if word else None
    return Receipt(route, id_value.decode("latin-1"), state or ReceiptState.UNKNOWN, text, at)


def read_part(message: ShortMessage, *, route: str, link: str, sequence: int, at: datetime) -> InboundPart:
    """The part of a citizen's message in one delivery. Raises MalformedPdu when the user data header is broken."""
    body, place = _split_header(message)
    if place is not None and place.total < 2:
        place = None
    reference, total, index = (place.reference, place.total, place.part) if place else (None, 1, 1)
    network_id = message.tlvs.get(Tag.RECEIPTED_MESSAGE_ID, b"").rstrip(b"\0").decode("latin-1") or None
    sender = international(message.source.value)
    return InboundPart(
        part_id=digest("part", route, link, sequence),
        route=route,
        link=link,
        sender=sender,
        short_code=message.destination.value,
        reference=reference,
        total=total,
        index=index,
        data_coding=message.data_coding,
        body=body,
        network_id=network_id,
        received_at=at,
    )


def _split_header(message: ShortMessage) -> tuple[bytes, Concatenation | None]:
    data = message.content
    if not message.esm_class & EsmClass.UDH:
        return data, _read_sar(message)
    length = data[0] + 1 if data else 1
    if length > len(data):
        raise MalformedPdu("the user data header is longer than the message")
    return data[length:], concatenation(data[:length])


def _read_sar(message: ShortMessage) -> Concatenation | None:
    """The place of a part as optional parameters say it, which some centres do instead of a header."""
    reference = message.tlvs.get(Tag.SAR_MSG_REF_NUM)
    total = message.tlvs.get(Tag.SAR_TOTAL_SEGMENTS)
    index = message.tlvs.get(Tag.SAR_SEGMENT_SEQNUM)
    if not (reference and total and index) or not 1 <= index[0] <= total[0]:
        return None
    return Concatenation(int.from_bytes(reference, "big"), total[0], index[0])


_LOCAL_KZ = re.compile(r"8(7\d{9})")
_INTERNATIONAL = re.compile(r"\+?([1-9]\d{9,14})")


def international(sender: str) -> str:
    """A sender as E.164 with a plus where it is a number; names and short codes stay as they came.

    Kazakhstan's operators write 7701…, +7701… or 8701… (trunk prefix 8).
    """
    if match := _LOCAL_KZ.fullmatch(sender):
        return "+7" + match.group(1)
    if match := _INTERNATIONAL.fullmatch(sender):
        return "+" + match.group(1)
    return sender
