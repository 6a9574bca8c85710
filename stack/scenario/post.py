"""The post of a scenario: nobody runs the channel, so what was due is on the telephones when somebody writes."""

from __future__ import annotations

from datetime import datetime, timedelta

from belsendi.casework.bench import Bench

_LEASE = timedelta(seconds=1)
_MOST = 1000


async def hand_out(bench: Bench, now: datetime) -> None:
    """Marks every message that is due as sent at ``now`` (UTC)."""
    async with bench.records.database.writing() as session:
        for message in await bench.outbox.claim(session, "scenario", _MOST, now, _LEASE):
            await bench.outbox.move(session, message.id, "sent", now)
