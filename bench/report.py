"""docs/benchmarks.md: every figure with its aim beside it, and where the rest goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from bench.counting import KINDS, CaseCounts
from bench.history import EventSeen
from bench.latency import ReplyRun
from bench.machine import Machine
from bench.sizes import Sizes
from bench.start_up import Standing
from bench.tables import number, percentile, table
from bench.throughput import Round, Throughput

# Sampled with py-spy over 40 cases; not measured by the run, so it bears its own date.
_PROFILE = (
    "A profile of the worker of 21.11.2026 says what it does with its time: statements to SQLite through SQLAlchemy "
    "52 %, the engine's client with its sandbox 14 %, documents 8 %, calls to state systems 8 %, everything else 18 %. "
    "The aim of 0.7 leaves a case about as much for records, registers, documents and signatures together as a bare "
    "workflow's worker takes for nothing; with 200 statements and 55 units of work in SQLite in a Python process it "
    "is out of reach, and fewer statements are what brings it nearer."
)
RATIO_AIM, EVENTS_AIM, LATENCY_AIM_MS, START_AIM_S = 0.7, 50, 250, 15


@dataclass(frozen=True)
class Figures:
    """What one run measured; a part that was not asked for is None and is left out of the page."""

    machine: Machine
    sizes: Sizes
    throughput: Throughput | None = None
    history: Sequence[EventSeen] | None = None
    bare_events: int | None = None
    latency: Sequence[ReplyRun] | None = None
    standing: Standing | None = None
    counts: CaseCounts | None = None

    def with_(self, **parts: object) -> Figures:
        return replace(self, **parts)  # type: ignore[arg-type]


def render(figures: Figures) -> str:
    """The page as Markdown."""
    blocks = [
        _head(figures),
        _summary(figures),
        _throughput(figures),
        _counts(figures),
        _history(figures),
        _latency(figures),
        _standing(figures),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _head(figures: Figures) -> list[str]:
    machine = figures.machine
    return [
        "# Benchmarks",
        "",
        "`make bench` measures all of this anew on your machine and writes this page.",
        "",
        f"Measured on {machine.measured_on.isoformat()}: {machine.cores} cores ({machine.processor}), "
        f"{machine.memory_gib:.0f} GiB, {machine.system}, Python {machine.python}, "
        f"Temporal {machine.temporal}, SDK {machine.sdk}. Load of the minute before: {machine.load:.2f}.",
        "",
        "A virtual machine shares its processor with strangers, so the same run may come out a quarter faster "
        "or slower. Ratios are taken between neighbours in one run and processor time is counted "
        "by process; both move less than cases a second.",
    ]


def _summary(figures: Figures) -> list[str]:
    rows: list[tuple[str, str, str, str]] = []
    if figures.throughput is not None:
        ratio = figures.throughput.ratio
        rows.append(
            (
                "Whole cases against bare Temporal workflows",
                f"{number(ratio)}",
                f"≥ {RATIO_AIM}",
                _met(ratio >= RATIO_AIM),
            )
        )
    if figures.history is not None:
        events = len(figures.history)
        rows.append(("History events of a case", str(events), f"≤ {EVENTS_AIM}", _met(events <= EVENTS_AIM)))
    for run in figures.latency or ():
        p99 = 1000 * percentile(run.seconds, 0.99)
        rows.append(
            (
                f"{run.name} at {run.per_second:g} replies a second, p99",
                f"{p99:.0f} ms",
                f"< {LATENCY_AIM_MS} ms",
                _met(p99 < LATENCY_AIM_MS),
            )
        )
    if figures.standing is not None:
        start = median(figures.standing.first_starts)
        rows.append(
            (
                "Start of `make up` after install",
                f"{start:.1f} s",
                f"< {START_AIM_S} s",
                _met(start < START_AIM_S),
            )
        )
        total = sum(figures.standing.memory_mib.values())
        rows.append(("Idle memory of everything", f"{total:.0f} MiB", "–", ""))
    return table(("Figure", "Measured", "Aim", ""), rows) if rows else []


def _met(yes: bool) -> str:
    return "met" if yes else "**missed**"


def _throughput(figures: Figures) -> list[str]:
    run = figures.throughput
    if run is None:
        return []
    sizes = figures.sizes
    cases, bare = _middle(run.cases), _middle(run.bare)
    rows = [
        (
            str(place),
            number(b.per_second),
            number(c.per_second),
            number(c.per_second / b.per_second),
        )
        for place, (b, c) in enumerate(zip(run.bare, run.cases, strict=True), 1)
    ]
    rows.append(("median", number(bare.per_second), number(cases.per_second), number(run.ratio)))
    return [
        "## Whole cases against bare workflows",
        "",
        "A whole case: the event is stored, the offer written, the relative's reply taken through the reception, "
        "consent, registration, five checks with a sealed notice, the case file and the draft, an officer's "
        "signature, approval, the payment order, the end. Records are SQLite files (WAL) sealed by a key per "
        "case and person, every payload to the engine is encrypted, the registers answer over HTTP, "
        "messages are written to the outbox and the offer is marked as sent. The bare workflow has two updates, "
        "six activities that do nothing and one timer "
        f"({figures.bare_events or '–'} events), nothing encrypted and nothing stored. "
        f"Closed loop, {sizes.in_flight} in flight, rounds in turns of {sizes.bare} bare and {sizes.cases} "
        "whole; server, workers, registers and driver are processes of their own.",
        "",
        *table(("Round", "Bare workflows/s", "Whole cases/s", "Ratio"), rows),
        "",
        f"A case at this load takes {number(median(run.case_seconds))} s from event to end in the middle, "
        f"{number(percentile(run.case_seconds, 0.95))} s at the 95th percentile; waiting for "
        "a free processor is most of it.",
        "",
        "Where the processor goes, milliseconds for each one (median over rounds):",
        "",
        *_cpu_table(run),
        "",
        *_where_it_goes(run),
    ]


def _where_it_goes(run: Throughput) -> list[str]:
    bare = median(sum(each.cpu_ms().values()) for each in run.bare)
    cases = median(sum(each.cpu_ms().values()) for each in run.cases)
    share = 100 * bare / cases
    return [
        f"Both kinds keep all cores busy, so the ratio is that of these sums: the engine's own work is "
        f"{share:.0f} % of a case and the rest is ours. {_PROFILE}",
    ]


def _middle(rounds: Sequence[Round]) -> Round:
    ordered = sorted(rounds, key=lambda each: each.per_second)
    return ordered[len(ordered) // 2]


def _cpu_table(run: Throughput) -> list[str]:
    names = list(run.cases[0].cpu)
    bare = {name: median(each.cpu_ms().get(name, 0.0) for each in run.bare) for name in names}
    cases = {name: median(each.cpu_ms().get(name, 0.0) for each in run.cases) for name in names}
    rows = [
        (name, number(bare[name]), number(cases[name]), number(cases[name] - bare[name])) for name in names
    ]
    total = sum(bare.values()), sum(cases.values())
    rows.append(("all", number(total[0]), number(total[1]), number(total[1] - total[0])))
    return table(("Process", "Bare, ms", "Whole case, ms", "More, ms"), rows)


def _counts(figures: Figures) -> list[str]:
    seen = figures.counts
    if seen is None:
        return []
    rows = [(kind, *(_some(side.get(kind, 0.0)) for side in (seen.worker, seen.doors))) for kind in KINDS]
    return [
        "## What a case asks for",
        "",
        f"Counted over {seen.cases} whole cases with SQLAlchemy's own events and in the simulated registers, for "
        "each case, the sweep's and the mirror's included. A unit is a transaction. These counts do not depend on "
        "the machine; they are what the worker's and the doors' milliseconds above are made of.",
        "",
        *table(("Of each case", "Worker", "Doors"), rows),
    ]


def _some(value: float) -> str:
    return number(value) if value else "–"


def _history(figures: Figures) -> list[str]:
    if figures.history is None:
        return []
    rows = [
        (str(event.number), f"`{event.kind}`", f"`{event.about}`" if event.about else "", event.why)
        for event in figures.history
    ]
    counted = _counted(figures.history)
    return [
        "## History events of a case",
        "",
        f"{len(figures.history)} events, decoded from the history of a case of this run: "
        + ", ".join(f"{count} of {kind}" for kind, count in counted)
        + ". Steps on our own records are local activities and cost one event instead of three, and none of the "
        "three of the workflow task after it.",
        "",
        *table(("No.", "Event", "Of", "Why it is there"), rows),
    ]


def _counted(history: Iterable[EventSeen]) -> list[tuple[str, int]]:
    groups = {
        "WORKFLOW_TASK": "workflow tasks",
        "ACTIVITY": "steps with state systems",
        "MARKER": "steps on our records",
        "TIMER": "timers",
        "WORKFLOW_EXECUTION_UPDATE": "replies and acts",
        "WORKFLOW_EXECUTION": "beginning and end",
    }
    counts = dict.fromkeys(groups.values(), 0)
    for event in history:
        counts[next(name for prefix, name in groups.items() if event.kind.startswith(prefix))] += 1
    return [(name, count) for name, count in counts.items() if count]


def _latency(figures: Figures) -> list[str]:
    if figures.latency is None:
        return []
    rows = [
        (
            run.name,
            f"{run.per_second:g}",
            str(len(run.seconds)),
            *(f"{1000 * percentile(run.seconds, share):.0f}" for share in (0.5, 0.95, 0.99)),
        )
        for run in figures.latency
    ]
    return [
        "## From a reply to the next message",
        "",
        "Open loop: replies arrive at their own pace (exponential gaps), whatever the product does. Counted from "
        "the moment a reply is handed to the inbox until the next message of its case stands in the outbox, "
        "everything on; the network of the operator comes on top. After `2` the case asks for the account; "
        "after `1` it is registered, five registers are asked, the notice is written and sealed, and meanwhile "
        "the drafts of the cases before it are made on the same cores.",
        "",
        *table(("Reply → next message", "Replies/s", "Replies", "p50, ms", "p95, ms", "p99, ms"), rows),
    ]


def _standing(figures: Figures) -> list[str]:
    seen = figures.standing
    if seen is None:
        return []
    memory = [
        (name, f"{size:.0f}") for name, size in sorted(seen.memory_mib.items(), key=lambda each: -each[1])
    ]
    memory.append(("all", f"{sum(seen.memory_mib.values()):.0f}"))
    starts = [
        ("first, empty data directory", *_starts(seen.first_starts)),
        ("again, same data directory", *_starts(seen.later_starts)),
    ]
    return [
        "## Start and idle memory",
        "",
        f"`{seen.command}` after install, from the command to the line that says where to go, seconds:",
        "",
        *table(("Start", "Median", "Runs"), starts),
        "",
        f"Memory {figures.sizes.idle_seconds:g} s after the start with nothing to do (PSS: memory shared by "
        "processes is counted once):",
        "",
        *table(("Process", "MiB"), memory),
    ]


def _starts(seconds: Sequence[float]) -> tuple[str, str]:
    return f"{median(seconds):.1f}", ", ".join(f"{each:.1f}" for each in seconds)
