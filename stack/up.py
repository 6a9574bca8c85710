"""``belsendi up``: the whole product on one machine until Ctrl-C, and from where it was at the next start."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from belsendi.errors import BelsendiError
from belsendi.registries.signature import create_local_authority
from stack.layout import Layout
from stack.local_secrets import OFFICER_PASSPHRASE, ensure_secrets, read_secret
from stack.plan import stages
from stack.ports import Ports, require_free
from stack.state import RunningStack, claim, remember
from stack.supervisor import Supervisor

Say = Callable[[str], None]


def prepare(layout: Layout) -> None:
    """Secrets and the local certificate authority, made once. Raises BelsendiError naming what is wrong."""
    ensure_secrets(layout.secrets)
    create_local_authority(layout.pki, read_secret(layout.secrets, OFFICER_PASSPHRASE), datetime.now(UTC))


def where_to_go(layout: Layout) -> str:
    """What a newcomer needs to know when everything runs."""
    lines = [
        "",
        "Belsendi is running.",
        f"  Phones (read and answer SMS as a citizen)  {layout.phones_url}/",
        f"  Cases (caseworker's console)               {layout.api_url}/console/",
        f"  API description                            {layout.api_url}/v1/openapi.json",
    ]
    if layout.temporal_ui_url:
        lines.append(f"  Temporal                                   {layout.temporal_ui_url}/")
    lines += [
        "",
        "  Log in to the console by choosing a role (development login, this machine only).",
        f"  The officer signs with the passphrase  {read_secret(layout.secrets, OFFICER_PASSPHRASE)}",
        "  Put people and a life event into it, in another terminal:  make seed",
        f"  Logs are in {layout.logs}. Ctrl-C stops everything; the next start goes on from here.",
        "",
    ]
    return "\n".join(lines)


def layout_of(data_dir: Path, base_port: int) -> Layout:
    """The layout for a data directory, told by this process's environment. Raises StackError."""
    return Layout(data_dir.resolve(), Ports.from_base(base_port), dict(os.environ))


async def run(data_dir: Path, base_port: int, say: Say = print) -> int:
    """Run the stack until it is told to stop; 0 when it stopped as asked, 1 when it could not start."""
    began = time.monotonic()
    try:
        layout = layout_of(data_dir, base_port)
        with claim(layout.data_dir):
            require_free(layout.ports_we_use())
            prepare(layout)
            return await _supervise(layout, say, began)
    except BelsendiError as error:
        say(f"Belsendi could not start: {error}")
        return 1


async def _supervise(layout: Layout, say: Say, began: float) -> int:
    supervisor = Supervisor(stages(layout), layout.logs, say=say)
    stop = asyncio.Event()
    _listen(stop, supervisor, say)
    starting = asyncio.create_task(supervisor.start())
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([starting, stopped], return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            with remember(layout.data_dir, RunningStack.of(layout)):
                say(where_to_go(layout))
                say(f"Started in {time.monotonic() - began:.1f} s.")
                await stopped
        return 0
    finally:
        starting.cancel()
        stopped.cancel()
        await asyncio.gather(starting, stopped, return_exceptions=True)
        await supervisor.stop()
        say("Everything is stopped.")


def _listen(stop: asyncio.Event, supervisor: Supervisor, say: Say) -> None:
    """First signal: stop in order. Second: end everything at once."""

    def on_signal() -> None:
        if stop.is_set():
            supervisor.kill()
            return
        say("\nstopping … (Ctrl-C again ends everything at once)")
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, on_signal)
