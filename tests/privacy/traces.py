"""The search for personal data: every value in every encoding, through everything a case leaves behind."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowHandle

from belsendi.temporal.codec import EncryptionCodec

_PIECE = 24


@dataclass(frozen=True)
class Found:
    """A trace: where, of what, in which encoding. Never the value itself."""

    place: str
    what: str
    encoding: str


@dataclass
class Places:
    """What is searched, by the name of the place."""

    contents: dict[str, bytearray] = field(default_factory=dict)

    def add(self, name: str, content: bytes | str) -> None:
        data = content.encode() if isinstance(content, str) else content
        self.contents.setdefault(name, bytearray()).extend(b"\n" + data)

    def search(self, values: Mapping[str, str]) -> list[Found]:
        """Every trace of the values, which are named by what they are."""
        return [
            Found(place, what, encoding)
            for what, value in values.items()
            for encoding, needle in encodings(value)
            for place, content in self.contents.items()
            if needle in content
        ]


def encodings(value: str) -> Iterator[tuple[str, bytes]]:
    """The forms in which a text could stand in bytes. Base64 at each of its three alignments."""
    for charset in ("utf-8", "utf-16-be", "utf-16-le"):
        data = value.encode(charset)
        yield charset, data
        yield f"{charset} hex", data.hex().encode()
        yield f"{charset} HEX", data.hex().upper().encode()
        for shift in range(3):
            clear = base64.b64encode(bytes(shift) + data)
            inner = clear[(0, 2, 3)[shift] : len(clear) - (0, 3, 2)[(shift + len(data)) % 3]]
            yield f"{charset} base64 +{shift}", inner
            if inner.translate(_URLSAFE) != inner:
                yield f"{charset} base64url +{shift}", inner.translate(_URLSAFE)
    escaped = json.dumps(value)[1:-1]
    if escaped != value:
        yield "json escapes", escaped.encode()


_URLSAFE = bytes.maketrans(b"+/", b"-_")


def pieces(name: str, text: str) -> dict[str, str]:
    """A text and its parts of 24 characters: a part of a message is as bad as the whole."""
    parts = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
    whole = {name: text}
    return whole | {f"{name}, piece {n}": part for n, part in enumerate(parts) if len(part) == _PIECE}


def collect_files(places: Places, folder: Path) -> None:
    """Adds the bytes of every file as they lie, write-ahead logs included, and every row of every table.

    A long value lies in several pages of a database file; only its row shows it in one piece.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            places.add(f"file {path.name}", path.read_bytes())
        if path.suffix == ".db":
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
                _collect_rows(places, path.name, database)


def _collect_rows(places: Places, name: str, database: sqlite3.Connection) -> None:
    tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for row in database.execute(f'SELECT * FROM "{table}"'):
            for value in row:
                places.add(f"table {table} of {name}", value if isinstance(value, bytes) else str(value))


async def collect_workflow(places: Places, client: Client, codec: EncryptionCodec, workflow_id: str) -> int:
    """Adds a workflow's history, description, memo and search attributes, as they lie and as they decode.

    Returns how many encrypted payloads were opened.
    """
    handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(workflow_id)
    described = await handle.describe()
    messages: list[Message] = [event async for event in handle.fetch_history_events()]
    messages.append(described.raw_description)
    places.add("ids", "\n".join(filter(None, (described.id, described.run_id, described.task_queue))))
    opened = 0
    for message in messages:
        places.add("history as it lies", message.SerializeToString())
        places.add("history as it lies", str(message))
        for payload in payloads_of(message):
            opened += payload.metadata.get("encoding") == b"binary/encrypted"
            (clear,) = codec.decode_now([payload])
            places.add("decoded payloads", clear.SerializeToString())
    return opened


def payloads_of(message: Message) -> Iterator[Payload]:
    """Every payload anywhere in a message: inputs, results, memo, search attributes, failures, markers."""
    if isinstance(message, Payload):
        yield message
        return
    for descriptor, value in message.ListFields():
        if descriptor.type != FieldDescriptor.TYPE_MESSAGE:
            continue
        entry = descriptor.message_type
        if entry.GetOptions().map_entry:
            if entry.fields_by_name["value"].type == FieldDescriptor.TYPE_MESSAGE:
                for each in value.values():
                    yield from payloads_of(each)
        elif descriptor.is_repeated:
            for each in value:
                yield from payloads_of(each)
        else:
            yield from payloads_of(value)
