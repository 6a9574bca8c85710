"""A clamd of the tests' own, from Debian's package: loopback, offline, with one signature that the test wrote."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

PROGRAM = Path("/usr/sbin/clamd")
ABSENT = (
    "these tests need ClamAV's daemon and /usr/sbin/clamd is not there; "
    "install it with: sudo apt-get install --yes --no-install-recommends clamav-daemon"
)
# The standard test file of all scanners, in two halves so that no scanner finds it in this source.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_MOMENT = 0.1
_SET_PARENT_DEATH_SIGNAL = 1
_PATIENCE = 60.0


class ClamdAbsent(Exception):
    """The daemon is not installed; the message names the command that installs it."""


class ClamdServer:
    """Runs in a folder of its own and knows EICAR alone, anywhere in a file."""

    def __init__(self, folder: Path) -> None:
        if not PROGRAM.exists():
            raise ClamdAbsent(ABSENT)
        self._folder = folder
        self._port = _free_port()
        self._daemon: subprocess.Popen[bytes] | None = None
        signatures = folder / "signatures"
        signatures.mkdir()
        (signatures / "own.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n", encoding="ascii")
        settings = (
            *(f"TCPSocket {self._port}", "TCPAddr 127.0.0.1", f"DatabaseDirectory {signatures}"),
            *("Foreground yes", "StreamMaxLength 2M", "SelfCheck 0", "ConcurrentDatabaseReload no"),
            *(("User root",) if os.geteuid() == 0 else ()),
        )
        (folder / "clamd.conf").write_text("\n".join(settings) + "\n", encoding="utf-8")

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Returns when connections are accepted. Raises RuntimeError naming the daemon's own log."""
        log = self._folder / "clamd.log"
        with log.open("wb") as words:
            self._daemon = subprocess.Popen(
                [PROGRAM, "--config-file", self._folder / "clamd.conf"],
                stdout=words,
                stderr=words,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  between fork and exec it makes one system call
            )
        latest = time.monotonic() + _PATIENCE
        while not self._answers():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._daemon.wait(_MOMENT)
            if self._daemon.poll() is not None or time.monotonic() > latest:
                self.stop()
                raise RuntimeError(f"clamd did not start: {log.read_text(errors='replace')[-400:]}")

    def stop(self) -> None:
        if self._daemon is not None:
            self._daemon.terminate()
            self._daemon.wait(_PATIENCE)

    def _answers(self) -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self._port), _MOMENT) as peer,
        ):
            peer.sendall(b"zPING\x00")
            return peer.recv(5) == b"PONG\x00"
        return False


def _die_with_parent() -> None:
    """A killed test run leaves no daemon behind (Linux: the signal that follows a parent's death)."""
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
