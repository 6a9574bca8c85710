"""Both simulators in one process: stores, message centre, two HTTP servers, started and stopped together."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from simulators.dropping import DroppedAnswers
from simulators.local_only import LocalOnly
from simulators.phones.pages import phones_router, static_files
from simulators.registry.control import control_router
from simulators.registry.events_control import events_control_router
from simulators.registry.gateway import gateway_router
from simulators.registry.soap.channel import channel_router
from simulators.registry.store import RegistryStore
from simulators.settings import SettingsProblem, SimulatorSettings
from simulators.smsc.api import smsc_router
from simulators.smsc.centre import CentreSettings, MessageCentre
from simulators.smsc.store import SmscStore


@dataclass(frozen=True)
class Addresses:
    """Where the running simulators answer."""

    smpp_host: str
    smpp_port: int
    phones_url: str
    smsc_url: str
    registry_url: str

    def ready_line(self) -> str:
        """One line of JSON for whoever started the process."""
        return json.dumps({"ready": True, **asdict(self)})


class _QuietServer(uvicorn.Server):
    """Leaves the signals to the process, which stops all servers in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def smsc_app(centre: MessageCentre, registry: RegistryStore) -> FastAPI:
    """The HTTP side of the message centre: JSON interface and phones pages."""
    app = FastAPI(title="Belsendi message centre simulator", docs_url=None, redoc_url=None)
    app.add_middleware(LocalOnly)
    app.include_router(smsc_router(centre))
    app.include_router(phones_router(centre, registry))
    app.mount("/static", static_files())
    return app


def registry_app(store: RegistryStore, secret: str) -> FastAPI:
    """The HTTP side of the registers: gateway and control."""
    app = FastAPI(title="Belsendi registry simulator", docs_url=None, redoc_url=None)
    app.add_middleware(LocalOnly)
    app.include_router(gateway_router(store, secret))
    app.include_router(channel_router(store, secret))
    app.include_router(control_router(store))
    app.include_router(events_control_router(store))

    @app.get("/health", tags=["control"])
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


def _listen(host: str, port: int, option: str) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SettingsProblem(f"port {port} is taken; choose another one with {option}") from error
    return listener


@asynccontextmanager
async def _serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[str]:
    """Serves the app on the socket; its base URL. Leaving stops within about a second."""
    config = uvicorn.Config(
        DroppedAnswers(app),
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = _QuietServer(config)
    host, port = listener.getsockname()
    task = asyncio.create_task(server.serve(sockets=[listener]))
    listener.listen(512)  # connections made before the first turn of the loop wait instead of failing
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def running(settings: SimulatorSettings) -> AsyncIterator[Addresses]:
    """Starts everything, yields the addresses, stops everything. SettingsProblem when a port is taken."""
    host = settings.host
    smsc_socket = _listen(host, settings.smsc_http_port, "--smsc-http-port")
    registry_socket = _listen(host, settings.registry_port, "--registry-port")
    smsc_store = SmscStore(settings.data_dir / "smsc.db")
    registry_store = RegistryStore(settings.data_dir / "registry.db")
    centre = MessageCentre(
        CentreSettings(host, settings.smpp_port, settings.smpp_system_id, settings.smpp_password), smsc_store
    )
    try:
        await centre.start()
    except OSError as error:
        raise SettingsProblem(
            f"port {settings.smpp_port} is taken; choose another one with --smpp-port"
        ) from error
    try:
        async with (
            _serving(registry_app(registry_store, settings.registry_secret), registry_socket) as registry_url,
            _serving(smsc_app(centre, registry_store), smsc_socket) as smsc_url,
        ):
            yield Addresses(host, centre.port, f"{smsc_url}/", smsc_url, registry_url)
    finally:
        await centre.stop()
        smsc_store.close()
        registry_store.close()
