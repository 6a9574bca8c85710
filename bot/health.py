"""A page for watchers on the loopback address: 200 while the Bot API answers, 503 while it does not."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web


class HealthPage:
    """Answers ``GET /`` with whether the bot serves; ``port`` 0 takes a free one."""

    def __init__(self, serves: Callable[[], bool], port: int) -> None:
        self._serves = serves
        self._asked_port = port
        application = web.Application()
        application.router.add_get("/", self._answer)
        self._runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=1)

    @property
    def port(self) -> int:
        assert self._runner.addresses, "the page is not served yet"
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        """Listens. Raises OSError when the port is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._asked_port).start()

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _answer(self, _: web.Request) -> web.Response:
        serves = self._serves()
        return web.json_response(
            {"serves": serves}, status=200 if serves else 503, headers={"Cache-Control": "no-store"}
        )
