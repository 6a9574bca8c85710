"""SMPP 3.4: one route to one message centre, as transceiver."""

from sms.smpp.inbound import InboundMessage, InboundPart, PartStore, Receipt, ReceiptState
from sms.smpp.outcomes import (
    Accepted,
    LateAnswer,
    OutcomeUnknown,
    RefusedForGood,
    SendOutcome,
    TryLater,
)
from sms.smpp.settings import SmppSettings
from sms.smpp.transceiver import RouteState, SmppTransceiver

__all__ = [
    "Accepted",
    "InboundMessage",
    "InboundPart",
    "LateAnswer",
    "OutcomeUnknown",
    "PartStore",
    "Receipt",
    "ReceiptState",
    "RefusedForGood",
    "RouteState",
    "SendOutcome",
    "SmppSettings",
    "SmppTransceiver",
    "TryLater",
]
