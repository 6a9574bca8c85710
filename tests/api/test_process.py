"""``python -m api`` as the stack starts it: a process of its own, over TCP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from api.v1.signatures import sign
from belsendi.settings import Settings
from tests.api.conftest import NOBODY
from tests.api.sender import DECEASED, WIDOW, death

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(settings: Settings, port: int) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {
        "BELSENDI_PROFILE": "development",
        "BELSENDI_DATA_DIR": str(settings.data_dir),
        "BELSENDI_SECRETS_DIR": str(settings.secrets_dir),
        "DATABASE_URL": settings.database_url,
        "BELSENDI_KEYS_DATABASE_URL": settings.keys_database_url,
        "REDIS_URL": f"redis://{NOBODY}/0",
        "TEMPORAL_ADDRESS": settings.temporal_address,
        "BELSENDI_REGISTRY_URL": f"http://{NOBODY}",
        "BELSENDI_API_PORT": str(port),
    }


class Running:
    def __init__(self, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self._log = log

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def wait_until_live(self) -> None:
        until = time.monotonic() + PATIENCE
        with httpx.Client(transport=httpx.HTTPTransport(retries=2), trust_env=False) as http:
            while time.monotonic() < until:
                assert self.process.poll() is None, self.log()
                try:
                    if http.get(f"{self.url}/health/live").status_code == 200:
                        return
                except httpx.ConnectError:
                    continue
        raise AssertionError(f"the process did not serve in {PATIENCE} s: {self.log()}")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextmanager
def running(settings: Settings, **changes: str) -> Iterator[Running]:
    port = free_port()
    log = Path(tempfile.mkstemp(suffix=".log", dir=settings.data_dir)[1])
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "api"],
            cwd=ROOT,
            env=environment(settings, port) | changes,
            stdout=out,
            stderr=out,
        )
    try:
        yield Running(process, f"http://127.0.0.1:{port}", log)
    finally:
        process.kill()
        process.wait(PATIENCE)


def post(url: str, settings: Settings) -> httpx.Response:
    body = json.dumps(death()).encode()
    secret = settings.secret("events").get_secret_value().encode()
    headers = sign(secret, int(time.time()), body)
    return httpx.post(
        f"{url}/v1/events",
        content=body,
        headers={"Content-Type": "application/json"} | headers,
        trust_env=False,
        timeout=PATIENCE,
    )


def test_it_serves_and_ends_in_order(settings: Settings) -> None:
    with running(settings) as process:
        process.wait_until_live()
        assert post(process.url, settings).status_code == 202
        answer = httpx.get(f"{process.url}/health/live", trust_env=False)
        assert "server" not in answer.headers
        assert process.stop() == 0
        lines = [json.loads(line) for line in process.log().splitlines()]
        assert {"api serves", "POST /v1/events 202"} <= {line["message"] for line in lines}
        assert not any(number in process.log() for number in (DECEASED, WIDOW))


def test_what_it_has_acknowledged_survives_kill_9(settings: Settings) -> None:
    with running(settings) as process:
        process.wait_until_live()
        first = post(process.url, settings)
        process.process.kill()
    with running(settings) as process:
        process.wait_until_live()
        again = post(process.url, settings)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json()


def ended(settings: Settings, **changes: str) -> tuple[int, str]:
    with running(settings, **changes) as process:
        return process.process.wait(PATIENCE), process.log()


def test_a_taken_port_is_one_sentence(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        code, said = ended(settings, BELSENDI_API_PORT=str(port))
    assert (code, said) == (
        78,
        f"api: nobody can listen on port {port} of 127.0.0.1; free it, or set BELSENDI_API_PORT and "
        "BELSENDI_API_HOST\n",
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"REDIS_URL": ""}, "set REDIS_URL"),
        ({"BELSENDI_API_PORT": "many"}, "the setting 'api_port' is wrong"),
        ({"BELSENDI_SECRETS_DIR": "/nowhere"}, "secret file 'events' cannot be read"),
        ({"BELSENDI_LEGAL_PROFILE": "/nowhere.yaml"}, "set BELSENDI_LEGAL_PROFILE"),
        ({"BELSENDI_TEMPLATES_DIR": "/nowhere"}, "install the templates"),
    ],
)
def test_a_missing_setting_is_one_sentence(settings: Settings, change: dict[str, str], said: str) -> None:
    code, told = ended(settings, **change)
    assert code == 78
    assert told.startswith("api: ")
    assert said in told
    assert told.count("\n") == 1
