"""``belsendi case list`` and ``belsendi case show``: the records in plain tables, without personal data."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from belsendi.contracts.states import CaseState
from stack.ports import DEFAULT_BASE

if TYPE_CHECKING:
    from api.v1.case_records import CaseRecords, CaseStory
    from belsendi.records.models import Case, Decision

ResultT = TypeVar("ResultT")
DataDir = Annotated[Path, typer.Option(help="the data directory of the stack")]
_MOST = 200


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; nothing is cut off."""
    lines = [list(headings), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def listed(cases: Sequence[Case]) -> str:
    """One line per case; instants in Almaty time."""
    rows = [
        [
            case.reference,
            case.state,
            case.outcome or "-",
            case.waiting_for,
            _moment(case.due_at),
            _moment(case.created_at),
            " ".join(case.flags) or "-",
        ]
        for case in cases
    ]
    return table(["CASE", "STATE", "OUTCOME", "WAITS FOR", "DUE", "OPENED", "FLAGS"], rows)


def told(story: CaseStory) -> Iterator[str]:
    """A whole case: its heading, its timeline, where the time went, its checks and its decision."""
    case = story.case
    yield f"{case.reference}  {case.state}  {case.outcome or 'open'}  ({case.id})"
    yield f"  waits for {case.waiting_for} since {_moment(case.waiting_since)}; due {_moment(case.due_at)}"
    if case.flags:
        yield f"  flags: {' '.join(case.flags)}"
    steps = [
        [str(step.seq), _moment(step.at), step.kind, step.state, step.actor, "; ".join(step.rules) or "-"]
        for step in story.steps
    ]
    yield "\n" + table(["#", "AT", "STEP", "STATE", "BY", "RULES"], steps)
    spent = [
        [wait.party, wait.system or "-", _moment(wait.began_at), _length(wait.length), _ongoing(wait.running)]
        for wait in story.spent
    ]
    yield "\n" + table(["WAITED FOR", "SYSTEM", "SINCE", "HOW LONG", ""], spent)
    if story.upcoming:
        ahead = [[next_.kind, _moment(next_.at), next_.party, next_.source] for next_ in story.upcoming]
        yield "\n" + table(["AHEAD", "AT", "BY", "SOURCE"], ahead)
    if story.checks:
        checks = [[check.code, check.result, _moment(check.at)] for check in story.checks]
        yield "\n" + table(["CHECK", "RESULT", "AT"], checks)
    decision = story.decision
    if decision is not None:
        amount = f"{decision.amount} KZT" if decision.amount is not None else "no amount"
        grounds = ", ".join(str(ground["code"]) for ground in decision.grounds) or "-"
        yield (
            f"\nDECISION {_number(decision)}, revision {decision.revision}: {decision.kind}, {decision.status}, "
            f"{amount}, grounds {grounds}, approved {_moment(decision.approved_at)}"
        )
    if story.order is not None:
        yield f"PAYMENT ORDER {story.order.state}, attempts {story.order.attempts}"


def _number(decision: Decision) -> str:
    """A draft has no number: it takes one with the signature (transition 22)."""
    return f"{decision.number} of {decision.decided_on:%d.%m.%Y}" if decision.decided_on else "unsigned"


def register(app: typer.Typer) -> None:
    cases = typer.Typer(name="case", no_args_is_help=True, help="Cases in the records.")
    app.add_typer(cases)

    @cases.command(name="list")
    def list_cases(
        state: Annotated[CaseState | None, typer.Option(help="only cases in this state")] = None,
        limit: Annotated[int, typer.Option(min=1, max=_MOST, help="how many, newest first")] = 50,
        data_dir: DataDir = Path("var"),
    ) -> None:
        """List cases, newest first."""

        async def read(records: CaseRecords) -> str:
            part = await records.part(state=state, cursor=None, limit=limit)
            if not part.cases:
                return "no case is in the records; put people and a life event into the stack: make seed"
            more = f"\nthere are older ones; show up to {_MOST} with --limit" if part.following else ""
            return listed(part.cases) + more

        typer.echo(_over_records(data_dir, read))

    @cases.command(name="show")
    def show_case(
        ref: Annotated[str, typer.Argument(help="the reference of the case, or its id")],
        data_dir: DataDir = Path("var"),
    ) -> None:
        """Show one case: timeline, time budget, checks, decision."""

        async def read(records: CaseRecords) -> str:
            return "\n".join(told(await records.story(ref, datetime.now(UTC))))

        typer.echo(_over_records(data_dir, read))


def _over_records(data_dir: Path, read: Callable[[CaseRecords], Awaitable[ResultT]]) -> ResultT:
    """Reads with the settings of the stack on ``data_dir``, running or not, or else with those of the environment.

    Raises StackError when neither names any records.
    """
    from api.v1.case_records import CaseRecords
    from belsendi.casework.bench import open_bench
    from belsendi.settings import Settings
    from stack.state import find_running, is_running
    from stack.supervisor import StackError
    from stack.up import layout_of

    folder = data_dir.resolve()
    if is_running(folder):
        os.environ.update(find_running(folder).environment)
    elif (folder / "secrets").is_dir():
        os.environ.update(layout_of(folder, DEFAULT_BASE).environment())
    elif not os.environ.get("DATABASE_URL"):
        raise StackError(f"there are no records on {data_dir}; start the stack once: make up")
    settings = Settings()

    async def run() -> ResultT:
        bench = open_bench(settings)
        try:
            return await read(CaseRecords(bench))
        finally:
            await bench.close()

    return asyncio.run(run())


def _moment(at: datetime | None) -> str:
    from belsendi.law import local

    return f"{local(at):%Y-%m-%d %H:%M}" if at is not None else "-"


def _length(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def _ongoing(running: bool) -> str:
    return "still" if running else ""
