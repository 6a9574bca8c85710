"""What a running stack writes down so that other commands of the same machine find it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from stack.layout import Layout
from stack.supervisor import StackError

_FILE = "running.json"


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
        return RunningStack(**json.loads((data_dir / _FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise StackError(
            f"no stack is running on {data_dir}; start it in another terminal: make up"
        ) from error
