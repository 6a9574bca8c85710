"""``belsendi health``: what a container asks about itself."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import Annotated

import typer

from belsendi.contracts.case import TASK_QUEUE
from belsendi.settings import Settings
from stack.probes import HttpProbe, Probe, TaskQueueProbe


class Process(StrEnum):
    WORKER = "worker"
    SMS = "sms"
    BOT = "bot"
    API = "api"


def probe_of(process: Process, settings: Settings) -> Probe:
    """How a process of this machine is asked whether it serves."""
    if process is Process.WORKER:
        return TaskQueueProbe(
            settings.temporal_address, settings.temporal_namespace, TASK_QUEUE, own_host=True
        )
    if process is Process.SMS:
        return HttpProbe(f"http://127.0.0.1:{settings.sms_health_port}/")
    if process is Process.BOT:
        return HttpProbe(f"http://127.0.0.1:{settings.bot_health_port}/")
    return HttpProbe(f"http://127.0.0.1:{settings.api_port}/health")


def register(app: typer.Typer) -> None:
    @app.command()
    def health(process: Annotated[Process, typer.Argument(help="which process to ask")]) -> None:
        """Ask one process of this machine whether it serves; ends with 0 or 1."""
        serves = asyncio.run(probe_of(process, Settings()).ready())
        typer.echo(f"{process} {'serves' if serves else 'does not serve; look at its log'}")
        raise typer.Exit(0 if serves else 1)
