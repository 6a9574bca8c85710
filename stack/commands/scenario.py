"""``belsendi scenario``."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    commands = typer.Typer(no_args_is_help=True, help="Play scenarios of the law on the real engine.")
    app.add_typer(commands, name="scenario")

    @commands.command()
    def run(
        files: Annotated[list[Path], typer.Argument(help="scenario files (docs/scenarios.md)")],
        trace: Annotated[bool, typer.Option("--trace", help="print every step, message and reason")] = False,
    ) -> None:
        """Play each file in an office of its own with a virtual clock; ends with 0 when all hold, else 1."""
        from stack.scenario.running import run_files

        failed = asyncio.run(run_files(files, trace=trace, say=typer.echo))
        raise typer.Exit(1 if failed else 0)

    @commands.command()
    def schema() -> None:
        """Print the JSON Schema of a scenario file."""
        from stack.scenario.schema import scenario_schema

        typer.echo(json.dumps(scenario_schema(), ensure_ascii=False, indent=2))
