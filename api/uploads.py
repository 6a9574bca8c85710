"""A form with one file, read while it arrives and kept in memory: the plain bytes never touch a disk of ours."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from belsendi.contracts.personal_data import PersonalData
from belsendi.errors import InvalidInput

FORM_TYPE = "multipart/form-data"
_FIELDS_BYTES = 64 * 1024
_MOST_FIELDS = 40


class UploadTooLarge(InvalidInput):
    """The form is longer than a file of the allowed size can make it."""


class UploadMalformed(InvalidInput):
    """The form cannot be read, or holds more than one file."""


@dataclass(frozen=True)
class Upload:
    """The fields of a form and its file's bytes; the name and type that were sent with it are not even kept."""

    fields: Annotated[dict[str, list[str]], PersonalData("svc.case_document")] = field(repr=False)
    content: Annotated[bytes | None, PersonalData("svc.case_document")] = field(repr=False)

    def field(self, name: str) -> str:
        """A field, empty when it was not sent."""
        return next(iter(self.fields.get(name, [])), "")


class _InMemory(MultiPartParser):
    """The bound on the whole form is kept while reading; nothing is moved to a file on the way."""

    spool_max_size = 1 << 40


def is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM_TYPE


async def read_upload(request: Request, most_bytes: int, *, file_field: str = "file") -> Upload:
    """Reads the form. ``most_bytes`` bounds its file. Raises UploadTooLarge, UploadMalformed."""
    if not is_form(request):
        raise UploadMalformed(f"send the form as {FORM_TYPE}")
    most = most_bytes + _FIELDS_BYTES
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise UploadTooLarge("the file is larger than is taken")
    parser = _InMemory(
        request.headers,
        _bounded(request, most),
        max_files=1,
        max_fields=_MOST_FIELDS,
        max_part_size=_FIELDS_BYTES,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, FormParserError) as error:
        raise UploadMalformed("the form cannot be read, or holds more than one file") from error
    except ClientDisconnect as error:
        raise UploadMalformed("the form ended early; nothing was stored") from error
    fields: dict[str, list[str]] = {}
    content: bytes | None = None
    try:
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(value)
            elif isinstance(value, UploadFile) and name == file_field:
                content = await value.read()
    finally:
        await form.close()
    return Upload(fields, content)


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > most:
            raise UploadTooLarge("the file is larger than is taken")
        yield chunk
