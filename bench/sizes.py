"""How much is measured: the full run for the page, a quick one while the code is being changed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Counts are cases, workflows or replies; times are seconds."""

    counted: int
    """Whole cases over which statements and calls are counted."""
    rounds: int
    """Pairs of rounds: bare workflows, then whole cases, then bare workflows again …"""
    cases: int
    bare: int
    in_flight: int
    warm_up: int
    latency_seconds: float
    latency_settle: float
    """How long every case of a latency run may take to be offered or to answer."""
    starts: int
    idle_seconds: float


FULL = Sizes(
    counted=20,
    rounds=3,
    cases=100,
    bare=200,
    in_flight=50,
    warm_up=20,
    latency_seconds=15,
    latency_settle=120,
    starts=3,
    idle_seconds=10,
)
QUICK = Sizes(
    counted=5,
    rounds=1,
    cases=20,
    bare=30,
    in_flight=20,
    warm_up=3,
    latency_seconds=4,
    latency_settle=60,
    starts=1,
    idle_seconds=3,
)
