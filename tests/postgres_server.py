"""A PostgreSQL server of the tests' own, from Debian's binaries: loopback only, gone when the tests are."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ABSENT = (
    "these tests need PostgreSQL and its programs are not in /usr/lib/postgresql; "
    "install them with: sudo apt-get install --yes --no-install-recommends postgresql"
)
_ACCOUNT = "postgres"
_READY = "ready to accept connections"
_ROOM = 1 << 30
_SET_PARENT_DEATH_SIGNAL = 1


class PostgresAbsent(Exception):
    """The server's programs are not installed; the message names the command that installs them."""


def newest_programs(installed: Path = Path("/usr/lib/postgresql")) -> Path:
    """The folder of the newest installed server's programs. Raises PostgresAbsent."""
    found = sorted(installed.glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise PostgresAbsent(ABSENT)
    return found[-1].parent


class PostgresServer:
    """Initialised in a folder of its own. As root it runs as ``postgres``, because it refuses to run as root."""

    def __init__(self) -> None:
        self._programs = newest_programs()
        self._account: Mapping[str, Any] = (
            {"user": _ACCOUNT, "group": _ACCOUNT, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        self._folder = Path(tempfile.mkdtemp(prefix="belsendi-postgres-", dir=_fastest_place()))
        if self._account:
            shutil.chown(self._folder, _ACCOUNT, _ACCOUNT)
        self._port = _free_port()
        self._databases = 0
        self._server: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Returns when connections are accepted. Raises RuntimeError with the server's last words."""
        data = self._folder / "data"
        self._run("initdb", "-D", str(data), "-U", _ACCOUNT, "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        settings = (
            *("listen_addresses=127.0.0.1", f"port={self._port}", f"unix_socket_directories={self._folder}"),
            *("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200"),
        )
        command = [str(self._programs / "postgres"), "-D", str(data)]
        for setting in settings:
            command += ["-c", setting]
        self._server = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=_environment(),
            preexec_fn=_die_with_parent,  # noqa: PLW1509  between fork and exec it makes one system call
            **self._account,
        )
        log = _Log(self._server)
        if not log.ready.wait(30) or self._server.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start: {log.last_words()}")

    def stop(self) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(20)
        shutil.rmtree(self._folder, ignore_errors=True)

    def create_database(self, template: str | None = None) -> str:
        """A new database, a copy of ``template`` when one is named. Returns its name."""
        self._databases += 1
        name = f"belsendi_{self._databases}"
        copied = ["-T", template] if template else ["-T", "template0"]
        self._run("createdb", *self._where(), *copied, name)
        return name

    def drop_database(self, name: str) -> None:
        self._run("dropdb", *self._where(), "--force", name)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+asyncpg://{_ACCOUNT}@127.0.0.1:{self._port}/{database}"

    def _where(self) -> Sequence[str]:
        return ["-h", "127.0.0.1", "-p", str(self._port), "-U", _ACCOUNT]

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            cwd=self._folder,
            **self._account,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip()}")


class _Log:
    """Reads the server's log to its end, so that it never blocks on a full pipe."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self.ready = threading.Event()
        self._lines: list[str] = []
        self._server = server
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._server.stderr is not None
        for line in self._server.stderr:
            self._lines = [*self._lines[-20:], line]
            if _READY in line:
                self.ready.set()
        self.ready.set()

    def last_words(self) -> str:
        return "".join(self._lines).strip()


def _fastest_place() -> str | None:
    """Memory where there is enough of it: a database of one's own then costs a test 40 ms instead of 250."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    return str(memory) if roomy and os.access(memory, os.W_OK) else None


def _environment() -> dict[str, str]:
    """No PG* variable of the person who runs the tests leads us to another server."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}


def _die_with_parent() -> None:
    """A killed test run leaves no server behind (Linux: the signal that follows a parent's death)."""
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGQUIT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
