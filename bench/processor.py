"""Processor time of processes, from /proc: it says where the work went whatever else ran meanwhile."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.failure import BenchFailed

_TICKS = os.sysconf("SC_CLK_TCK")
DRIVER = "doors and driver"
_NAME_OF = {"temporal": "Temporal server", "worker": "worker", "bare worker": "worker"}


def seconds_of(pid: int, proc: Path = Path("/proc")) -> float:
    """User and system time of a process with all its threads, in seconds. Raises BenchFailed when it ended."""
    return _cpu(proc / str(pid) / "stat")


def _cpu(stat: Path) -> float:
    # The command name may hold blanks and brackets: fields are counted after the last bracket (proc(5)).
    try:
        fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except FileNotFoundError as error:
        raise BenchFailed("a process of the stand ended while it was measured; look at its log") from error
    return (int(fields[11]) + int(fields[12])) / _TICKS


@dataclass(frozen=True)
class CpuReading:
    """Seconds of processor time by process name at one moment."""

    seconds: Mapping[str, float]

    @classmethod
    def take(cls, pids: Mapping[str, int]) -> CpuReading:
        named = {**pids, DRIVER: os.getpid()}
        return cls({name: seconds_of(pid) for name, pid in named.items()})

    def since(self, before: CpuReading) -> dict[str, float]:
        """What was used since ``before``, both workers under one name."""
        used: dict[str, float] = {}
        for name, seconds in self.seconds.items():
            shown = _NAME_OF.get(name, name)
            used[shown] = used.get(shown, 0.0) + seconds - before.seconds.get(name, 0.0)
        return used
