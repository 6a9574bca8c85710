"""A message centre of other people's make, and a desk behind the route, for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from sms.smpp import SmppTransceiver
from tests.sms.desk import Desk
from tests.sms.node_centre import NodeCentre
from tests.sms.office import Clock, Office, open_office

Connect = Callable[..., Awaitable[SmppTransceiver]]


@pytest.fixture
async def centre() -> AsyncIterator[NodeCentre]:
    peer = await NodeCentre.start()
    yield peer
    await peer.stop()


@pytest.fixture
async def desk() -> Desk:
    return Desk()


@pytest.fixture
async def connect(desk: Desk) -> AsyncIterator[Connect]:
    """Binds a transceiver to a port with given settings; everything is stopped after the test."""
    running: list[SmppTransceiver] = []

    async def bind(port: int, *, wait: bool = True, **changes: object) -> SmppTransceiver:
        transceiver = desk.transceiver(port, **changes)
        running.append(transceiver)
        await transceiver.start()
        if wait:
            await transceiver.wait_bound(10)
        return transceiver

    yield bind
    for transceiver in running:
        await transceiver.stop()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    records = await open_office(tmp_path)
    yield Office(records, Clock())
    await records.close()
