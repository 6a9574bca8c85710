"""Telling the citizen what happened to the case, on the channel the case goes by."""

from __future__ import annotations

from belsendi.casework.acts import Act, message_for
from belsendi.casework.bench import Bench
from belsendi.records.models import PhoneNumber


async def tell(bench: Bench, act: Act, purpose: str, *, key: str | None = None, **fields: object) -> None:
    """Sends the service's message for ``purpose`` to the recipient's own number, once per key.

    A case without a number is told by its own channel (receipt, personal cabinet); a call makes no SMS then.
    """
    if act.case.number_id is None:
        return
    await bench.speaker.say(
        act.session,
        await act.session.get_one(PhoneNumber, act.case.number_id),
        message_for(act.case, purpose),
        key=key or f"{act.case.id}:{purpose}",
        now=act.now,
        case_id=act.case.id,
        fields=fields,
    )
