"""``belsendi up``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from stack.ports import DEFAULT_BASE


def register(app: typer.Typer) -> None:
    @app.command()
    def up(
        data_dir: Annotated[Path, typer.Option(help="where databases, keys and logs are kept")] = Path("var"),
        base_port: Annotated[int, typer.Option(help="first of the loopback ports to use")] = DEFAULT_BASE,
    ) -> None:
        """Start everything on this machine and keep it running until Ctrl-C."""
        from stack.up import run

        raise typer.Exit(asyncio.run(run(data_dir, base_port)))
