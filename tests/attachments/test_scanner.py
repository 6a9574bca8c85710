"""The scanner's client against a real clamd, and against peers that answer wrong or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from belsendi.attachments.scanner import Clamd
from belsendi.errors import ConfigurationError, OutsideSystemRejected, OutsideSystemUnavailable
from tests.attachments.clamd_server import EICAR, ClamdServer
from tests.attachments.files import pdf, picture

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.mark.parametrize("content", [b"", b"x", picture(), pdf(), b"\x00" * 300_000])
async def test_a_plain_file_is_clean(clamd: ClamdServer, content: bytes) -> None:
    assert (await Clamd(clamd.address).scan(content)).clean


@pytest.mark.parametrize("content", [EICAR, picture() + EICAR, b"\x00" * 200_000 + EICAR + b"\x00" * 200_000])
async def test_the_test_file_of_all_scanners_is_found_wherever_it_stands(
    clamd: ClamdServer, content: bytes
) -> None:
    result = await Clamd(clamd.address).scan(content)
    assert not result.clean
    assert result.finding is not None and result.finding.startswith("Eicar-Test")


async def test_a_file_larger_than_the_daemon_takes_is_not_called_clean(clamd: ClamdServer) -> None:
    with pytest.raises(OutsideSystemRejected):
        await Clamd(clamd.address).scan(b"\x00" * 3_000_000)


async def test_nobody_at_the_address_is_an_outage() -> None:
    with pytest.raises(OutsideSystemUnavailable):
        await Clamd("127.0.0.1:1").scan(b"x")


async def test_a_local_socket_is_spoken_to_in_the_same_way(tmp_path: Path) -> None:
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readexactly(10))
        heard.append(await reader.readexactly(4 + 5 + 4))
        writer.write(b"stream: OK\x00")
        writer.close()

    server = await asyncio.start_unix_server(answer, tmp_path / "clamd.ctl")
    async with server:
        assert (await Clamd(f"unix:{tmp_path}/clamd.ctl").scan(b"bytes")).clean
    assert heard == [b"zINSTREAM\x00", b"\x00\x00\x00\x05bytes\x00\x00\x00\x00"]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"", OutsideSystemUnavailable),
        (b"stream: OK", OutsideSystemUnavailable),
        (b"OK\x00", OutsideSystemRejected),
        (b"stream: OK FOUND\x00", None),
        (b"stream: Can't allocate memory ERROR\x00", OutsideSystemRejected),
    ],
)
async def test_only_the_daemons_own_words_make_a_file_clean(
    said: bytes, error: type[Exception] | None
) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(10 + 4 + 1 + 4)
        writer.write(said)
        writer.close()

    async with peer(answer) as address:
        if error is None:
            assert (await Clamd(address).scan(b"x")).finding == "OK"
            return
        with pytest.raises(error):
            await Clamd(address).scan(b"x")


async def test_a_silent_peer_is_an_outage_after_the_time_for_it() -> None:
    over = asyncio.Event()

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with peer(answer) as address:
        with pytest.raises(OutsideSystemUnavailable):
            await Clamd(address, seconds=0.05).scan(b"x")
        over.set()


@pytest.mark.parametrize("address", ["clamd", "clamd:", ":3310", "clamd:port", "clamd:99999", ""])
def test_an_address_that_cannot_be_read_is_named_at_start(address: str) -> None:
    with pytest.raises(ConfigurationError, match="BELSENDI_SCANNER_ADDRESS"):
        Clamd(address)


@asynccontextmanager
async def peer(answer: Answer) -> AsyncIterator[str]:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
