"""Looking into a file that a stranger sent, in a process of its own: bounded memory and time, nothing to steal.

Decoders of pictures and PDF are large programs over hostile bytes. What breaks or runs away there is this child
process; the door answers that the file is not readable. The child gets no environment, opens no file for
writing, and says one line of JSON followed by the clean bytes (see ``confined``).
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from pydantic import ValidationError

from belsendi.attachments.confined import Found
from belsendi.attachments.images import CleanFile
from belsendi.attachments.limits import FileLimits
from belsendi.attachments.refusals import FileRefused, Refusal
from belsendi.attachments.sniffing import FileFormat, sniff

_AT_ONCE = 2
_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from belsendi.attachments.confined import main; main()"
)


class Inspector:
    """Gives files to child processes, two at a time."""

    def __init__(self, limits: FileLimits) -> None:
        self._limits = limits
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def look_into(self, content: bytes) -> CleanFile:
        """What is to be stored of a file. Raises FileRefused."""
        if len(content) > self._limits.most_bytes:
            raise FileRefused(Refusal.TOO_LARGE)
        known = sniff(content)
        async with self._room:
            said = await self._child(content)
        head, _, clean = said.partition(b"\n")
        try:
            found = Found.model_validate_json(head)
        except ValidationError as error:
            raise FileRefused(Refusal.NOT_READABLE) from error
        if found.refused is not None:
            raise FileRefused(found.refused)
        if found.format is None:
            raise FileRefused(Refusal.NOT_READABLE)
        return CleanFile(found.format, content if known is FileFormat.PDF else clean, found.pages)

    async def _child(self, content: bytes) -> bytes:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", _PROGRAM, str(_ROOT)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
        )
        try:
            async with asyncio.timeout(self._limits.seconds):
                said, _ = await child.communicate(self._limits.model_dump_json().encode() + b"\n" + content)
        except TimeoutError as error:
            raise FileRefused(Refusal.NOT_READABLE) from error
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        return said if child.returncode == 0 else b""
