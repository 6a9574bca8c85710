"""``belsendi doctor``."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from stack.ports import DEFAULT_BASE


def register(app: typer.Typer) -> None:
    @app.command()
    def doctor(
        data_dir: Annotated[Path, typer.Option(help="the data directory of the stack")] = Path("var"),
        base_port: Annotated[int, typer.Option(help="first of the loopback ports")] = DEFAULT_BASE,
    ) -> None:
        """Look at versions, ports, settings, keys, the bot, databases and unset legal values; ends with 0 or 1."""
        from belsendi.settings import Settings
        from stack.doctor import Level, examine
        from stack.state import is_running
        from stack.up import layout_of

        layout = layout_of(data_dir, base_port)
        os.environ.update(layout.environment())
        worst = 0
        for finding in examine(layout, Settings(), datetime.now(UTC), running=is_running(layout.data_dir)):
            typer.echo(f"{finding.level:5} {finding.text}")
            worst = max(worst, int(finding.level is Level.WRONG))
        raise typer.Exit(worst)
