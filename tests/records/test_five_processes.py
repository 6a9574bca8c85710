"""Five processes that write into one SQLite file at once lose nothing and raise nothing."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter as Tally
from pathlib import Path
from typing import Any

from sqlalchemy import select

from belsendi.records.audit import first_broken_entry
from belsendi.records.keystore import DataKey
from belsendi.records.models import Counter, InboundMessage, OutboundMessage
from belsendi.records.store import Records, open_records
from belsendi.settings import Settings
from tests.records.office import Office

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, UNITS = 5, 12


async def begin(settings: Settings, place: int) -> asyncio.subprocess.Process:
    environment = os.environ | {
        "DATABASE_URL": settings.database_url,
        "BELSENDI_KEYS_DATABASE_URL": settings.keys_database_url,
        "BELSENDI_SECRETS_DIR": str(settings.secrets_dir),
    }
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.records.writer", str(place), str(UNITS)),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        cwd=ROOT,
        env=environment,
    )


async def run_together(settings: Settings) -> list[dict[str, list[Any]]]:
    """All of them have opened nothing yet when the last one is ready; then they start in the same moment."""
    processes = [await begin(settings, place) for place in range(PROCESSES)]
    try:
        async with asyncio.timeout(120):
            for process in processes:
                assert process.stdout is not None
                assert await process.stdout.readline() == b"ready\n"
            ends = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert [err.decode() for _, err in ends] == [""] * PROCESSES
    assert [process.returncode for process in processes] == [0] * PROCESSES
    return [json.loads(out) for out, _ in ends]


async def rows(records: Records, model: type[Any]) -> list[Any]:
    database = records.key_database if model is DataKey else records.database
    async with database.reading() as session:
        return list((await session.execute(select(model))).scalars())


async def test_five_processes_writing_at_once_lose_nothing_and_raise_nothing(
    sqlite_settings: Settings,
) -> None:
    done = await run_together(sqlite_settings)
    records = open_records(sqlite_settings)
    office = Office(records)

    numbers = sorted(number for each in done for number in each["numbers"])
    assert numbers == list(range(1, PROCESSES * UNITS + 1))
    assert [counter.value for counter in await rows(records, Counter) if counter.name != "audit"] == [
        PROCESSES * UNITS
    ]

    inbox: list[InboundMessage] = await rows(records, InboundMessage)
    assert Tally(message.provider_id for message in inbox) == Tally(
        [f"own-{place}-{unit}" for place in range(PROCESSES) for unit in range(UNITS)]
        + [f"shared-{unit}" for unit in range(UNITS)]
    )
    assert {await office.inbox.words(message) for message in inbox} == {"0", "1"}
    assert sum(was_new for each in done for was_new in each["new"]) == UNITS

    outbox: list[OutboundMessage] = await rows(records, OutboundMessage)
    assert {message.key for message in outbox} == {f"reply-{unit}" for unit in range(UNITS)}
    assert {(message.state, message.attempts) for message in outbox} == {("sent", 1)}
    assert sorted(sent for each in done for sent in each["sent"]) == sorted(row.id for row in outbox)

    async with records.database.reading() as session:
        assert await first_broken_entry(session) is None
    owners = Tally((key.owner, key.owner_id) for key in await rows(records, DataKey))
    assert set(owners.values()) == {1}
    await records.close()
