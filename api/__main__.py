"""``python -m api``: serves the API and the console until SIGTERM or SIGINT."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Iterator

import uvicorn

from api.app import create_app
from api.context import open_context
from belsendi.errors import ConfigurationError
from belsendi.process import serve, until_told_to_stop
from belsendi.settings import Settings

_GRACE_SECONDS = 5


class Server(uvicorn.Server):
    """Ends when this process is told to; the signal is not raised again, so that the exit code tells the truth."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        until_told_to_stop(self._end)
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


if __name__ == "__main__":
    serve("api", run)
