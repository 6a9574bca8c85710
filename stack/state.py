"""What a running stack writes down so that other commands of the same machine find it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from stack.layout import Layout
from stack.supervisor import StackError

_FILE = "running.json"
_LOCK = "up.lock"


@dataclass(frozen=True)
class RunningStack:
    """Addresses of a running stack; secrets stay in their folder, only its path is told."""

    api_url: str
    phones_url: str
    registry_url: str
    temporal_address: str
    temporal_namespace: str
    secrets_dir: str
    environment: dict[str, str]

    @classmethod
    def of(cls, layout: Layout) -> RunningStack:
        told = layout.environment()
        return cls(
            api_url=layout.api_url,
            phones_url=layout.phones_url,
            registry_url=layout.registry_url,
            temporal_address=layout.temporal_address,
            temporal_namespace=layout.temporal_namespace,
            secrets_dir=str(layout.secrets),
            environment={name: value for name, value in told.items() if layout.given.get(name) != value},
        )


@contextmanager
def remember(data_dir: Path, stack: RunningStack) -> Iterator[None]:
    """Keep the addresses in the data directory while the stack runs."""
    path = data_dir / _FILE
    path.write_text(json.dumps(asdict(stack), indent=2) + "\n", encoding="utf-8")
    path.chmod(0o600)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def find_running(data_dir: Path) -> RunningStack:
    """The stack running on a data directory. Raises StackError saying how to start one."""
    try:
        if not is_running(data_dir):
            raise OSError("nobody holds the data directory")
        return RunningStack(**json.loads((data_dir / _FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise StackError(
            f"no stack is running on {data_dir}; start it in another terminal: make up"
        ) from error


def claim(data_dir: Path) -> IO[str]:
    """Hold the data directory until the returned file is closed.

    Raises StackError when another stack runs on it: two would write the same databases.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = (data_dir / _LOCK).open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise StackError(
            f"a stack already runs on {data_dir} (process {owner}); stop it with Ctrl-C, "
            "or use another directory: make up DATA_DIR=var2 BASE_PORT=9600"
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def is_running(data_dir: Path) -> bool:
    """Whether a stack holds the data directory now."""
    if not (data_dir / _LOCK).is_file():
        return False
    with (data_dir / _LOCK).open(encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
