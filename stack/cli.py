"""The ``belsendi`` command. Each file of ``stack/commands`` adds its own subcommands with ``register``."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import typer

import stack.commands
from belsendi.errors import BelsendiError

app = typer.Typer(
    name="belsendi",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def belsendi() -> None:
    """Belsendi: the state offers before the citizen asks."""


def build() -> typer.Typer:
    """The command line with every subcommand registered, in the order of their file names."""
    for found in sorted(pkgutil.iter_modules(stack.commands.__path__), key=lambda each: each.name):
        importlib.import_module(f"stack.commands.{found.name}").register(app)
    return app


def main() -> None:
    """Run the command. Ends the process at once when done.

    A process that has used the Temporal client may never leave the interpreter's shutdown
    (temporalio/sdk-python issue 300), so output is flushed and the process ended here.
    """
    code = 0
    try:
        build()(prog_name="belsendi")
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else int(leave.code is not None)
    except BelsendiError as error:
        sys.stderr.write(f"{error}\n")
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
