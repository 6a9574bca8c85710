"""``python -m simulators`` as a real process: ready line, kill -9, taken port, missing secret."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulators.client import RegistryControl, SmscControl
from simulators.registry.people import OutageMode
from tests.simulators.conftest import NUMBER, PASSWORD, SECRET
from tests.simulators.people import small_population
from tests.simulators.raw_esme import ANSWER, SUBMIT, RawEsme

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {"BELSENDI_SMPP_PASSWORD": PASSWORD, "BELSENDI_REGISTRY_SECRET": SECRET}


async def launch(*arguments: str, secrets: dict[str, str] = SECRETS) -> asyncio.subprocess.Process:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BELSENDI_")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulators", *arguments),
        cwd=ROOT,
        env=environment | secrets,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@dataclass(frozen=True)
class Running:
    process: asyncio.subprocess.Process
    told: dict[str, Any]


@asynccontextmanager
async def simulators(data_dir: Path) -> AsyncIterator[Running]:
    ports = ("--smpp-port=0", "--smsc-http-port=0", "--registry-port=0")
    process = await launch("--data-dir", str(data_dir), *ports)
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        yield Running(process, json.loads(line))
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_one_line_tells_where_everything_answers_and_a_stop_is_clean(tmp_path: Path) -> None:
    async with simulators(tmp_path) as running:
        assert running.told["ready"] is True
        async with SmscControl(running.told["smsc_url"]) as smsc:
            assert await smsc.handsets() == []
        running.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(running.process.wait(), 60) == 0


async def test_nothing_answered_is_lost_by_a_kill(tmp_path: Path) -> None:
    async with (
        simulators(tmp_path) as running,
        SmscControl(running.told["smsc_url"]) as smsc,
        RegistryControl(running.told["registry_url"]) as registry,
    ):
        await registry.set_population(small_population())
        await registry.set_outages(odq=OutageMode.DOWN)
        await smsc.write(NUMBER, "иә")
        esme = await RawEsme.connect(running.told["smpp_host"], running.told["smpp_port"])
        await esme.bind(PASSWORD)
        esme.submit(NUMBER[1:], "Сәлем", receipt=True)
        await esme.read_until(SUBMIT | ANSWER)
        running.process.kill()
        await running.process.wait()
        await esme.close()
    async with (
        simulators(tmp_path) as running,
        SmscControl(running.told["smsc_url"]) as smsc,
        RegistryControl(running.told["registry_url"]) as registry,
    ):
        assert [message.text for message in await smsc.messages(NUMBER)] == ["иә", "Сәлем"]
        assert (await smsc.counters())["waiting_deliveries"] == 2, "the written text and the receipt"
        assert len((await registry.population()).people) == 3
        assert set(await registry.outages()) == {"odq"}


async def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for option in ("--smpp-port", "--smsc-http-port", "--registry-port"):
            others = {"--smpp-port": 0, "--smsc-http-port": 0, "--registry-port": 0} | {option: port}
            arguments = [f"{name}={value}" for name, value in others.items()]
            process = await launch("--data-dir", str(tmp_path), *arguments)
            _, errors = await process.communicate()
            assert process.returncode == 2
            assert errors.decode() == f"simulators: port {port} is taken; choose another one with {option}\n"


async def test_a_missing_secret_is_one_sentence(tmp_path: Path) -> None:
    process = await launch(secrets={"BELSENDI_REGISTRY_SECRET": SECRET})
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert "set BELSENDI_SMPP_PASSWORD or name a file with --smpp-password-file" in errors.decode()
    assert SECRET not in errors.decode()


async def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "smpp").write_text("", encoding="utf-8")
    (tmp_path / "registry").write_text(SECRET, encoding="utf-8")
    process = await launch(
        *(
            "--smpp-password-file",
            str(tmp_path / "smpp"),
            "--registry-secret-file",
            str(tmp_path / "registry"),
        ),
        secrets={},
    )
    _, errors = await process.communicate()
    assert (process.returncode, errors.decode()) == (
        2,
        "simulators: the file named by --smpp-password-file is empty; write the secret into it\n",
    )
