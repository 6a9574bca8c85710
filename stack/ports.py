"""The loopback ports of the one-command stack: one base port, fixed offsets."""

from __future__ import annotations

import socket
from dataclasses import dataclass, fields

from stack.supervisor import StackError

DEFAULT_BASE = 8600


@dataclass(frozen=True)
class Ports:
    """Every port the stack listens on, on 127.0.0.1 only. The field's name says who listens."""

    api: int
    phones: int
    temporal_ui: int
    registries: int
    smpp: int
    temporal: int
    valkey: int
    temporal_http: int
    temporal_metrics: int
    sms_health: int
    bot_health: int

    @classmethod
    def from_base(cls, base: int) -> Ports:
        """The ports ``base``, ``base + 1`` …; raises StackError when they leave the range of ports."""
        names = [each.name for each in fields(cls)]
        if not 1024 <= base <= 65535 - len(names):
            raise StackError(
                f"base port {base} is out of range; choose one between 1024 and {65535 - len(names)}"
            )
        return cls(**{name: base + offset for offset, name in enumerate(names)})

    def listed(self) -> dict[str, int]:
        """Port by the name of who listens."""
        return {each.name.replace("_", " "): getattr(self, each.name) for each in fields(self)}


def is_free(port: int) -> bool:
    """Whether this process could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT counts as free
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def require_free(wanted: dict[str, int]) -> None:
    """Raises StackError naming the first port that somebody else uses and how to choose others."""
    for name, port in wanted.items():
        if not is_free(port):
            raise StackError(
                f"port {port} ({name}) is already in use; stop the program that uses it, "
                f"or choose other ports: make up BASE_PORT={DEFAULT_BASE + 1000}"
            )
