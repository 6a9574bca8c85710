"""Every scenario file is played once; what was seen of it serves all tests about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest_asyncio

from stack.scenario.loading import load_scenario
from stack.scenario.playing import Played, play
from stack.scenario.workshop import Workshop, open_workshop

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.yaml"))

Play = Callable[[Path], Awaitable[Played]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def workshop() -> AsyncIterator[Workshop]:
    """Engine and registers for all scenarios of the session."""
    async with open_workshop() as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def played(workshop: Workshop) -> Play:
    """Plays a file, once."""
    known: dict[Path, asyncio.Task[Played]] = {}

    async def play_once(file: Path) -> Played:
        if file not in known:
            known[file] = asyncio.create_task(play(workshop, load_scenario(file)))
        return await known[file]

    return play_once
