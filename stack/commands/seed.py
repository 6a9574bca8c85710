"""``belsendi seed``."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    @app.command()
    def seed(
        data_dir: Annotated[Path, typer.Option(help="the data directory of the running stack")] = Path("var"),
        people: Annotated[int, typer.Option(min=1, max=20_000, help="how many living people")] = 40,
        number: Annotated[int, typer.Option(help="the same number gives the same people")] = 1,
    ) -> None:
        """Put synthetic people and life events into the running stack."""
        from belsendi.law import ALMATY
        from stack.seed import seed as put
        from stack.state import find_running

        running = find_running(data_dir.resolve())
        today = datetime.now(UTC).astimezone(ALMATY).date()
        done = asyncio.run(
            put(
                running.registry_url, seed_number=number, size=people, today=today, claims=max(1, people // 8)
            )
        )
        typer.echo(
            f"{done.people} people, {done.deaths} registered deaths, {done.disabilities} disabilities and "
            f"{done.losses} lost breadwinners are new, {done.known} people were there. "
            f"Read the offers on {running.phones_url}/"
        )
