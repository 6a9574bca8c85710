"""The supervisor with real children: start, readiness, death, stop."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from stack.probes import PortProbe
from stack.supervisor import Backoff, Service, StackError, Step, Supervisor

LISTENER = """
import os, signal, socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    server.accept()[0].close()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listener(name: str, port: int, *flags: str, stop_within: float = 5) -> Service:
    argv = (sys.executable, "-c", LISTENER, str(port), *flags)
    return Service(name, argv, dict(os.environ), PortProbe(port), start_within=20, stop_within=stop_within)


def script(name: str, code: str, **more: float) -> Service:
    argv = (sys.executable, "-c", textwrap.dedent(code))
    return Service(name, argv, dict(os.environ), PortProbe(free_port()), **more)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


class Heard(list[str]):
    """What the supervisor said, and a way to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self._news = asyncio.Event()

    def say(self, text: str) -> None:
        self.append(text)
        self._news.set()

    async def until(self, condition: Callable[[list[str]], bool], within: float = 20) -> None:
        async with asyncio.timeout(within):
            while not condition(self):
                self._news.clear()
                await self._news.wait()


async def test_a_stage_starts_only_when_the_one_before_is_ready(tmp_path: Path) -> None:
    said = Heard()
    step = Step("schema", (sys.executable, "-c", "print('made')"), dict(os.environ))
    supervisor = Supervisor(
        [[listener("first", free_port())], [step], [listener("last", free_port())]], tmp_path, say=said.say
    )
    try:
        await supervisor.start()
        assert [line.split(":")[0].strip() for line in said] == ["first", "schema", "last"]
        assert supervisor.log_of("schema").read_text() == "made\n"
    finally:
        await supervisor.stop()


async def test_stop_ends_every_child_in_reverse_order(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    code = """
        import signal, socket, sys
        server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
        def leave(*_):
            with open(sys.argv[2], "a") as file: file.write(sys.argv[3] + " ")
            sys.exit(0)
        signal.signal(signal.SIGTERM, leave)
        while True: server.accept()[0].close()
    """
    stages = []
    for name in ("valkey", "worker", "api"):
        port = free_port()
        argv = (sys.executable, "-c", textwrap.dedent(code), str(port), str(ended), name)
        stages.append([Service(name, argv, dict(os.environ), PortProbe(port))])
    supervisor = Supervisor(stages, tmp_path)
    await supervisor.start()
    await supervisor.stop()
    assert ended.read_text().split() == ["api", "worker", "valkey"]


async def test_a_child_that_ignores_the_request_is_ended_in_time(tmp_path: Path) -> None:
    supervisor = Supervisor([[listener("stubborn", free_port(), "stubborn", stop_within=0.3)]], tmp_path)
    await supervisor.start()
    pid = supervisor.pid_of("stubborn")
    assert pid is not None
    async with asyncio.timeout(8):
        await supervisor.stop()
    assert not is_alive(pid)


async def test_a_dead_service_is_named_and_started_again(tmp_path: Path) -> None:
    said = Heard()
    supervisor = Supervisor(
        [[listener("sms", free_port())]], tmp_path, say=said.say, backoff=Backoff(first=0.01)
    )
    try:
        await supervisor.start()
        first = supervisor.pid_of("sms")
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await said.until(lambda lines: "sms: ready again" in lines)
        assert supervisor.pid_of("sms") not in (None, first)
        assert any("sms ended unexpectedly (ended by SIGKILL)" in line for line in said)
    finally:
        await supervisor.stop()


async def test_a_service_that_keeps_dying_waits_longer_each_time(tmp_path: Path) -> None:
    said = Heard()
    mark = tmp_path / "lived"
    code = f"""
        import pathlib, socket, sys
        mark, port = pathlib.Path({str(mark)!r}), int(sys.argv[1])
        if mark.exists(): sys.exit(3)
        mark.touch()
        server = socket.create_server(("127.0.0.1", port))
        server.accept()
        sys.exit(3)
    """
    port = free_port()
    argv = (sys.executable, "-c", textwrap.dedent(code), str(port))
    service = Service("bot", argv, dict(os.environ), PortProbe(port))
    supervisor = Supervisor([[service]], tmp_path, say=said.say, backoff=Backoff(first=0.01, most=0.04))
    try:
        await supervisor.start()
        await said.until(lambda lines: sum("ended unexpectedly" in line for line in lines) >= 4)
        waits = [line.split("again in ")[1].split(" s")[0] for line in said if "again in" in line][:4]
        assert waits == ["0.01", "0.02", "0.04", "0.04"]
    finally:
        await supervisor.stop()


async def test_a_service_that_dies_at_start_is_one_sentence_with_its_log(tmp_path: Path) -> None:
    service = script("worker", "raise SystemExit('the secret file master-keys is missing')")
    supervisor = Supervisor([[service]], tmp_path)
    with pytest.raises(StackError) as caught:
        await supervisor.start()
    await supervisor.stop()
    assert str(caught.value) == (
        "worker did not start (exit code 1): the secret file master-keys is missing; "
        f"its log is {tmp_path / 'worker.log'}"
    )


async def test_a_service_that_never_gets_ready_is_named(tmp_path: Path) -> None:
    supervisor = Supervisor(
        [[script("api", "input_ = __import__('signal').pause()", start_within=0.3)]], tmp_path
    )
    with pytest.raises(StackError, match=r"api was not ready within 0\.3 s; its log is "):
        await supervisor.start()
    pid = supervisor.pid_of("api")
    await supervisor.stop()
    assert pid is not None
    assert not is_alive(pid)


async def test_a_failed_step_stops_the_start(tmp_path: Path) -> None:
    step = Step(
        "database migration", (sys.executable, "-c", "raise SystemExit('no such table')"), dict(os.environ)
    )
    later = listener("api", free_port())
    supervisor = Supervisor([[step], [later]], tmp_path)
    with pytest.raises(StackError, match=r"database migration failed \(exit code 1\): no such table"):
        await supervisor.start()
    assert supervisor.pid_of("api") is None
    await supervisor.stop()


async def test_a_missing_program_is_named(tmp_path: Path) -> None:
    service = Service("temporal", (str(tmp_path / "temporal"),), dict(os.environ), PortProbe(free_port()))
    with pytest.raises(StackError, match="temporal could not be started: No such file"):
        await Supervisor([[service]], tmp_path).start()


async def test_a_half_started_stack_leaves_nobody(tmp_path: Path) -> None:
    good = listener("valkey", free_port())
    bad = script("temporal", "raise SystemExit(7)")
    supervisor = Supervisor([[good], [bad]], tmp_path)
    with pytest.raises(StackError):
        await supervisor.start()
    pid = supervisor.pid_of("valkey")
    assert pid is not None
    await supervisor.stop()
    assert not is_alive(pid)


def test_no_child_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    port = free_port()
    code = textwrap.dedent(
        """
        import asyncio, pathlib, sys
        sys.path.insert(0, sys.argv[3])
        from tests.stack.test_supervisor import listener
        from stack.supervisor import Supervisor
        async def main():
            supervisor = Supervisor([[listener("child", int(sys.argv[1]))]], pathlib.Path(sys.argv[2]))
            await supervisor.start()
            print(supervisor.pid_of("child"), flush=True)
            await asyncio.Event().wait()
        asyncio.run(main())
        """
    )
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", code, str(port), str(tmp_path), root], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        lines = iter(owner.stdout.readline, "")
        pid = next(int(line) for line in lines if line.strip().isdigit())
        watched = os.pidfd_open(pid)
        owner.kill()
        owner.wait()
    ended, _, _ = select.select([watched], [], [], 10)
    os.close(watched)
    assert ended, "the child lives on without its supervisor"
