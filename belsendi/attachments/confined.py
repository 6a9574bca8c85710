"""The child process that looks into a file: it bounds itself, decodes, and tells what it found.

Standard input brings a line of limits and the file; standard output gets one line of JSON and the clean bytes.
"""

from __future__ import annotations

import resource
import sys

from pydantic import BaseModel, ConfigDict

from belsendi.attachments.images import CleanFile, clean_image
from belsendi.attachments.limits import FileLimits
from belsendi.attachments.pdf import check_pdf
from belsendi.attachments.refusals import FileRefused, Refusal
from belsendi.attachments.sniffing import FileFormat, sniff

_MEMORY_BYTES = 1536 * 1024 * 1024


class Found(BaseModel):
    """The child's one line."""

    model_config = ConfigDict(extra="forbid")

    refused: Refusal | None = None
    format: FileFormat | None = None
    pages: int = 0


def inspect(content: bytes, limits: FileLimits) -> CleanFile:
    """The clean file, made in this very process. Raises FileRefused."""
    known = sniff(content)
    if known is FileFormat.PDF:
        return CleanFile(known, content, check_pdf(content))
    return clean_image(content, known, limits)


def main() -> None:
    """The child: limits and content from standard input, the finding and the clean bytes to standard output."""
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    limits = FileLimits.model_validate_json(head)
    confine(limits)
    clean = b""
    try:
        file = inspect(content, limits)
        found = Found(format=file.format, pages=file.pages)
        clean = b"" if file.format is FileFormat.PDF else file.content
    except FileRefused as refused:
        found = Found(refused=refused.code)
    except (MemoryError, RecursionError):
        found = Found(refused=Refusal.NOT_READABLE)
    sys.stdout.buffer.write(found.model_dump_json().encode() + b"\n" + clean)


def confine(limits: FileLimits) -> None:
    """Bounds this process for good: memory, seconds of the processor, no file, no core, no further process."""
    seconds = int(limits.seconds) + 1
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, ceiling = resource.getrlimit(what)
        bound = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        resource.setrlimit(what, (bound, bound))
