"""One of several processes that write into the same SQLite files: ``python -m tests.records.writer PLACE UNITS``.

Reads the settings from the environment, waits for a line on standard input, works, and prints what it did.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import timedelta

from belsendi.records.audit import audit
from belsendi.records.counters import next_number
from belsendi.records.inbox import Arrival
from belsendi.records.store import open_records
from belsendi.settings import Settings
from tests.records.office import NOW, ROUTE, Office


async def write(place: int, units: int) -> dict[str, list[object]]:
    """Each unit stores a message of its own and one that all processes get, takes a number and sends one."""
    records = open_records(Settings())
    office = Office(records)
    done: dict[str, list[object]] = {"numbers": [], "new": [], "sent": []}
    for unit in range(units):
        async with records.database.writing() as session:
            number = await next_number(session, "journal:BUR:2026")
            mine = Arrival(ROUTE, f"own-{place}-{unit}", f"+7701000{place:04d}", "1", NOW)
            shared = Arrival(ROUTE, f"shared-{unit}", f"+7702000{unit:04d}", "0", NOW)
            inbound_id, _ = await office.inbox.store(session, mine)
            _, was_new = await office.inbox.store(session, shared)
            sender = await office.people.number(session, shared.number, NOW)
            await office.outbox.queue(session, office.draft(sender.id, f"reply-{unit}"), NOW)
            await audit(session, actor=f"process-{place}", action="stored", object_id=inbound_id, at=NOW)
        done["numbers"].append(number)
        done["new"].append(was_new)
        async with records.database.writing() as session:
            claimed = await office.outbox.claim(session, ROUTE, 1, NOW, timedelta(minutes=1))
        async with records.database.writing() as session:
            for message in claimed:
                await office.outbox.move(session, message.id, "sent", NOW)
                done["sent"].append(message.id)
    await records.close()
    return done


def main() -> None:
    place, units = int(sys.argv[1]), int(sys.argv[2])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps(asyncio.run(write(place, units))) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
    os._exit(0)
