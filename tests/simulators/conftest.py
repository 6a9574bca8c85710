"""A running world per test: both simulators in this process, on ports the system chose."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from smpp34 import Client, DeliverSmEvent, Smsc

from simulators.client import RegistryControl, SmscControl
from simulators.process import Addresses, running
from simulators.settings import SimulatorSettings

PASSWORD = "pass-123"
SECRET = "registry-secret"
NUMBER = "+77010000001"


@dataclass(frozen=True)
class World:
    """The running simulators and clients of their control interfaces."""

    settings: SimulatorSettings
    addresses: Addresses
    smsc: SmscControl
    registry: RegistryControl


@pytest.fixture
def settings(tmp_path: Path) -> SimulatorSettings:
    return SimulatorSettings(data_dir=tmp_path / "world", smpp_password=PASSWORD, registry_secret=SECRET)


@pytest.fixture
async def world(settings: SimulatorSettings) -> AsyncIterator[World]:
    async with (
        running(settings) as addresses,
        SmscControl(addresses.smsc_url) as smsc,
        RegistryControl(addresses.registry_url) as registry,
    ):
        yield World(replace(settings, smpp_port=addresses.smpp_port), addresses, smsc, registry)


@pytest.fixture
async def gateway(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client that knows the system secret."""
    async with httpx.AsyncClient(
        base_url=world.addresses.registry_url,
        headers={"Authorization": f"Bearer {SECRET}", "X-Request-Id": "r-1"},
        trust_env=False,
    ) as client:
        yield client


@pytest.fixture
async def browser(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without JavaScript: follows redirects, keeps cookies."""
    async with httpx.AsyncClient(
        base_url=world.addresses.smsc_url, follow_redirects=True, trust_env=False
    ) as client:
        yield client


Bind = Callable[[], Awaitable[Smsc]]


@pytest.fixture
async def bind(world: World) -> AsyncIterator[Bind]:
    """Binds an independent SMPP client (smpp34) as often as asked; stops them all at the end."""
    clients: list[Client] = []

    async def connect() -> Smsc:
        client = Client(
            world.addresses.smpp_host, world.addresses.smpp_port, "belsendi", PASSWORD, bind_type="TRX"
        )
        clients.append(client)
        return await client.connect()

    yield connect
    for client in clients:
        await client.stop()


async def next_delivery(session: Smsc) -> DeliverSmEvent:
    """The next deliver_sm; the test fails when the session ends instead."""
    event = await session.next()
    assert isinstance(event, DeliverSmEvent), "the session ended"
    return event
