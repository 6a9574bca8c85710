"""``python -m sms`` as a process: started, killed in the middle, started again, ended in order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from belsendi.registries.signature.authority import create_local_authority
from sms.smpp.transceiver import utc_now
from stack.local_secrets import OFFICER_PASSPHRASE, ensure_secrets, read_secret
from tests.sms.node_centre import PASSWORD, NodeCentre
from tests.sms.office import NUMBER, Office

Process = asyncio.subprocess.Process
Launch = Callable[..., Awaitable[Process]]
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def launch(tmp_path: Path, office: Office, centre: NodeCentre) -> AsyncIterator[Launch]:
    """Starts the process on the office's records; whatever still runs is killed after the test."""
    secrets = tmp_path / "secrets"
    ensure_secrets(secrets)
    (secrets / "master-keys").write_text(f"m1:{bytes(32).hex()}")
    (secrets / "index-key").write_text(bytes(32).hex())
    (secrets / "smpp").write_text(PASSWORD)
    create_local_authority(tmp_path / "pki", read_secret(secrets, OFFICER_PASSPHRASE), utc_now())
    running: list[Process] = []

    async def start(**changes: str) -> Process:
        environment = {
            "PATH": os.environ["PATH"],
            "BELSENDI_PROFILE": "development",
            "BELSENDI_DATA_DIR": str(tmp_path),
            "BELSENDI_SECRETS_DIR": str(secrets),
            "BELSENDI_PKI_DIR": str(tmp_path / "pki"),
            "BELSENDI_REGISTRY_URL": "http://127.0.0.1:9",
            "TEMPORAL_ADDRESS": "127.0.0.1:9",
            "BELSENDI_SMPP_PORT": str(centre.port),
            "BELSENDI_SMS_LEASE_SECONDS": "1",
            "BELSENDI_SMS_UNKNOWN_WAIT_SECONDS": "0",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "sms"),
            cwd=PROJECT,
            env=environment | changes,
            stderr=asyncio.subprocess.PIPE,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_kill_between_submit_and_answer_costs_one_counted_repetition(
    office: Office, centre: NodeCentre, launch: Launch
) -> None:
    await centre.rules(hold=1)
    office.clock.now = utc_now()
    message_id = await office.queue("Өтінішіңіз қабылданды", key="k")
    first = await launch()
    await centre.wait("submit", timeout=60)
    first.kill()
    await first.wait()

    second = await launch()
    await centre.wait("submit", 2, timeout=60)
    second.send_signal(signal.SIGTERM)

    assert await asyncio.wait_for(second.wait(), 60) == 0
    message = await office.message(message_id)
    assert (message.state, message.unknown_sends) == ("sent", 1)
    assert len(centre.said("submit")) == 2
    assert len(centre.said("unbind")) == 1


async def test_a_message_brought_again_after_a_kill_is_stored_and_answered_once(
    office: Office, centre: NodeCentre, launch: Launch
) -> None:
    """The workflow engine is out all the time; a stranger is answered from the records alone."""
    first = await launch()
    await centre.wait("bind", timeout=60)
    await centre.deliver({"text": "иә", "coding": 8})
    await centre.wait("acknowledged", timeout=60)
    answer = await centre.wait("submit", timeout=60)
    first.kill()
    await first.wait()

    second = await launch()
    await centre.wait("bind", 2, timeout=60)
    await centre.deliver({"text": "иә", "coding": 8}, tag="again")
    await centre.wait("acknowledged", where=lambda event: event["tag"] == "again", timeout=60)
    second.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(second.wait(), 60) == 0

    assert [message.state for message in await office.inbox()] == ["handled"]
    assert answer["to"] == NUMBER.removeprefix("+")
    assert len(await office.outbox()) == 1


async def test_a_missing_secret_is_one_clear_sentence(tmp_path: Path, launch: Launch) -> None:
    (tmp_path / "secrets" / "smpp").unlink()

    process = await launch()
    _out, error = await asyncio.wait_for(process.communicate(), 60)

    assert process.returncode == 78
    assert b"secret file 'smpp' cannot be read" in error
    assert b"Traceback" not in error
