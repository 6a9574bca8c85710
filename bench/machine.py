"""The machine the figures were measured on, and how quiet it was."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from stack.layout import binary


@dataclass(frozen=True)
class Machine:
    """What a reader needs to compare figures with their own. ``load`` is the load of the minute before."""

    measured_on: date
    cores: int
    processor: str
    memory_gib: float
    system: str
    python: str
    temporal: str
    sdk: str
    load: float

    @classmethod
    def here(cls, today: date) -> Machine:
        cores = len(os.sched_getaffinity(0))
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        return cls(
            measured_on=today,
            cores=cores,
            processor=_processor(Path("/proc/cpuinfo")),
            memory_gib=memory,
            system=f"{platform.system()} {platform.release().partition('-')[0]}",
            python=platform.python_version(),
            temporal=_temporal(),
            sdk=version("temporalio"),
            load=os.getloadavg()[0],
        )


def _processor(cpuinfo: Path) -> str:
    for line in cpuinfo.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def _temporal() -> str:
    told = subprocess.run([binary("temporal"), "--version"], capture_output=True, text=True, check=True)
    return told.stdout.strip().removeprefix("temporal version ")
