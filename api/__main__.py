"""``python -m api``: serves the API and the console until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator

import uvicorn
import uvloop
from pydantic import ValidationError

from api.app import create_app
from api.context import open_context
from belsendi.errors import BelsendiError, ConfigurationError
from belsendi.settings import Settings
from belsendi.telemetry import set_up_logging

# sysexits.h: the operator has to change a setting, starting again does not help.
EX_CONFIG = 78
_GRACE_SECONDS = 5


class Server(uvicorn.Server):
    """Ends when this process is told to; the signal is not raised again, so that the exit code tells the truth."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        yield

    def _end(self) -> None:
        """First signal: finish what is in hand. Second: at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


def listen(settings: Settings) -> socket.socket:
    """The listening socket. Raises ConfigurationError naming the settings of host and port."""
    family = socket.AF_INET6 if ":" in settings.api_host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.api_host, settings.api_port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise ConfigurationError(
            f"nobody can listen on port {settings.api_port} of {settings.api_host}; "
            "free it, or set BELSENDI_API_PORT and BELSENDI_API_HOST"
        ) from error
    return listener


async def run(settings: Settings) -> None:
    """Serves until told to stop, then lets requests and work in the background end."""
    with listen(settings) as listener:
        context = await open_context(settings)
        try:
            config = uvicorn.Config(
                create_app(context),
                log_config=None,
                log_level=logging.WARNING,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
            logging.getLogger("api").info("api serves", extra={"port": listener.getsockname()[1]})
            await Server(config).serve(sockets=[listener])
        finally:
            await context.close()


def main() -> int:
    """The exit code."""
    set_up_logging()
    try:
        uvloop.run(run(Settings()))
    except ConfigurationError as error:
        sys.stderr.write(f"api: {error}\n")
        return EX_CONFIG
    except ValidationError as error:
        first = error.errors()[0]
        sys.stderr.write(f"api: the setting '{'.'.join(map(str, first['loc']))}' is wrong: {first['msg']}\n")
        return EX_CONFIG
    except BelsendiError as error:
        sys.stderr.write(f"api: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # an exiting interpreter may hang on calls in flight (sdk-python issue 300)
