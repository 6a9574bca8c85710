"""How the message centre misbehaves on demand. Switched by PUT /faults, kept over a restart."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from simulators.smsc.pdu import Status


class SubmitMode(StrEnum):
    """What happens to a submit_sm."""

    ACCEPT = "accept"
    THROTTLE = "throttle"
    """Answered ESME_RTHROTTLED; nothing is kept."""
    REJECT = "reject"
    """Answered ``reject_status``; nothing is kept."""
    HOLD = "hold"
    """Taken and shown on the handset, but the answer waits until the mode changes: outcome unknown."""
    DROP_BEFORE_STORE = "drop_before_store"
    """The connection is cut; nothing is kept."""
    DROP_AFTER_STORE = "drop_after_store"
    """Taken and shown on the handset, then the connection is cut without an answer."""


class ReceiptMode(StrEnum):
    """What the receipt says."""

    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    NONE = "none"
    """No receipt is ever sent, though the handset shows the message."""


class Faults(BaseModel):
    """The whole behaviour; PUT replaces it, an absent field is its default, so ``{}`` heals everything."""

    model_config = ConfigDict(extra="forbid")

    submit: SubmitMode = SubmitMode.ACCEPT
    submit_remaining: int | None = Field(default=None, ge=1)
    """After so many submits the mode falls back to ``accept``; absent: until changed."""
    submit_numbers: list[str] | None = None
    """Only submits to these handsets (E.164) are concerned; absent: all."""
    reject_status: int = Field(default=Status.SUBMIT_FAILED, ge=1)
    receipt: ReceiptMode = ReceiptMode.DELIVERED
    receipt_delay_ms: int = Field(default=0, ge=0)
    receipt_copies: int = Field(default=1, ge=1, le=5)
    receipt_before_response: bool = False
    """The receipt overtakes the submit_sm_resp, as it does on busy centres."""
    bind_status: int = Field(default=0, ge=0)
    """Every bind is answered with this status; 0 lets in whoever knows the password."""
    refuse_connections: bool = False
    """New connections are closed before a byte is read."""
    resend_delivered: int = Field(default=0, ge=0, le=3)
    """Each deliver_sm is sent so many times more although it was acknowledged, as after a lost answer."""
