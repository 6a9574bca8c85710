"""Documents brought to another door: who may bring them, what is refused by which field, what is stored."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from api.context import ApiContext
from api.uploads import _InMemory
from belsendi.contracts.states import TaskKind
from belsendi.records.models import Attachment, AttachmentContent, Case, CaseStep, Task
from tests.api.conftest import TOKEN
from tests.api.sender import NOW
from tests.api.test_cases import Office, office  # noqa: F401  the fixture
from tests.attachments.files import on_open, pdf, picture

BEARER = {"Authorization": f"Bearer {TOKEN}"}
CERTIFICATE = pdf(text="certificate")
ABROAD = {"kind": "death_record", "from_abroad": "true"}


async def bring(
    http: httpx.AsyncClient, case: str, content: bytes | None = CERTIFICATE, **fields: Any
) -> httpx.Response:
    said = {"kind": "death_record", **fields}
    files = {"file": ("../../Асан 850101.pdf", content, "text/html")} if content is not None else {}
    # A form without a file would be sent in another encoding: an empty part keeps it a multipart form.
    return await http.post(
        f"/v1/cases/{case}/documents", data=said, files=files or {"nothing": ("x", b"")}, headers=BEARER
    )


async def count(context: ApiContext, model: type) -> int:
    async with context.bench.records.database.reading() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


@pytest.fixture
async def case(office: Office) -> Case:  # noqa: F811
    return await office.case()


async def test_a_document_is_stored_and_called_by_codes_only(
    http: httpx.AsyncClient, context: ApiContext, case: Case
) -> None:
    answer = await bring(
        http, case.reference, issued_by="АХАЖ бөлімі", number="0012345", issued_on="2026-11-02"
    )
    assert answer.status_code == 201
    body = answer.json()
    assert body | {"id": "", "size": 0} == {
        "id": "",
        "case": case.id,
        "kind": "death_record",
        "media_type": "application/pdf",
        "size": 0,
        "pages": 1,
        "state": "received",
        "shortcomings": [],
        "scan": "not_scanned",
        "received_at": "2026-11-20T06:00:00Z",
    }
    listed = await http.get(f"/v1/cases/{case.id}/documents", headers=BEARER)
    assert listed.json() == {"documents": [body]}
    async with context.bench.records.database.reading() as session:
        row = await session.get_one(Attachment, body["id"])
        task = (await session.execute(select(Task))).scalar_one()
        step = (await session.execute(select(CaseStep))).scalar_one()
    assert (row.received_by, row.channel, row.received_at) == ("service:api", "service", NOW)
    assert (task.kind, step.kind) == (TaskKind.DOCUMENT_RECEIVED, "DOCUMENT_RECEIVED")
    (view,) = await context.attachments.custody.listed(case.id)
    assert view.details is not None and view.details.number == "0012345"


async def test_the_timeline_of_the_case_tells_it(http: httpx.AsyncClient, case: Case) -> None:
    await bring(http, case.id)
    told = (await http.get(f"/v1/cases/{case.id}", headers=BEARER)).json()["timeline"]
    assert [(step["kind"], step["facts"]) for step in told] == [
        ("DOCUMENT_RECEIVED", {"document": "death_record", "scan": "not_scanned"})
    ]


async def test_the_same_document_again_is_nothing_new(
    http: httpx.AsyncClient, context: ApiContext, case: Case
) -> None:
    first, again = await bring(http, case.id), await bring(http, case.id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert await count(context, Attachment) == 1


async def test_a_foreign_document_without_apostille_is_not_accepted(
    http: httpx.AsyncClient, case: Case
) -> None:
    """AC-B31."""
    body = (await bring(http, case.id, from_abroad="true")).json()
    assert (body["state"], body["shortcomings"]) == ("not_accepted", ["NOT_CERTIFIED"])
    body = (await bring(http, case.id, from_abroad="true", certification="APOSTILLE")).json()
    assert (body["state"], body["shortcomings"]) == ("received", [])


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nobody"}])
async def test_nobody_without_a_token_brings_or_lists(
    http: httpx.AsyncClient, context: ApiContext, case: Case, headers: dict[str, str]
) -> None:
    path = f"/v1/cases/{case.id}/documents"
    posted = await http.post(path, data={"kind": "other"}, files={"file": CERTIFICATE}, headers=headers)
    listed = await http.get(path, headers=headers)
    assert (posted.status_code, listed.status_code) == (401, 401)
    assert await count(context, Attachment) == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY"),
        (b"PK\x03\x04archive", "UNKNOWN_FORMAT"),
        (b"\x00\x00\x00\x18ftypheic", "HEIC"),
        (picture()[:200], "IMAGE_BROKEN"),
        (pdf(on_open(JS="app.alert(1)")), "PDF_ACTIVE"),
    ],
    ids=["empty", "archive", "heic", "broken", "active"],
)
async def test_a_refused_file_is_named_by_its_code(
    http: httpx.AsyncClient, context: ApiContext, case: Case, content: bytes, code: str
) -> None:
    answer = await bring(http, case.id, content)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/file", code)]
    assert await count(context, AttachmentContent) == 0


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"kind": "poem"}, "/kind"),
        ({"kind": "../etc"}, "/kind"),
        ({"kind": ["other", "death_record"]}, "/kind"),
        ({"from_abroad": "perhaps"}, "/from_abroad"),
        ({"certification": "STAMP"}, "/certification"),
        ({"language": "de"}, "/language"),
        ({"issued_on": "yesterday"}, "/issued_on"),
        ({"issued_by": "a\x07b"}, "/issued_by"),
        ({"number": "1" * 201}, "/number"),
        ({"request": "x"}, "/request"),
        ({"verdict": "accepted"}, "/verdict"),
    ],
)
async def test_a_wrong_field_is_named_without_its_value(
    http: httpx.AsyncClient, case: Case, fields: dict[str, Any], pointer: str
) -> None:
    answer = await bring(http, case.id, **fields)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    value = next(iter(fields.values()))
    assert str(value) not in answer.text or value in ("x", "de")


async def test_a_form_without_its_file_is_refused(http: httpx.AsyncClient, case: Case) -> None:
    answer = await bring(http, case.id, None)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/file")


async def test_unknown_cases_and_requests_are_not_found(http: httpx.AsyncClient, case: Case) -> None:
    assert (await bring(http, "0" * 32)).status_code == 404
    assert (await bring(http, case.id, request="0" * 32)).status_code == 404
    assert (await http.get("/v1/cases/BUR-0000-0000/documents", headers=BEARER)).status_code == 404


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "streamed"])
async def test_a_file_over_the_limit_is_refused_while_it_is_read(
    http: httpx.AsyncClient, context: ApiContext, case: Case, declared: bool
) -> None:
    limit = context.settings.attachment_limit_bytes
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield head
        while sent < 4 * limit:
            sent += 1 << 20
            yield b"x" * (1 << 20)

    headers = {**BEARER, "Content-Type": "multipart/form-data; boundary=b"}
    if declared:
        headers["Content-Length"] = str(4 * limit)
    answer = await http.post(f"/v1/cases/{case.id}/documents", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (413, "/v1/problems/body-too-large")
    assert sent <= limit + (2 << 20)
    assert await count(context, Attachment) == 0


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("application/x-www-form-urlencoded", b"kind=other", 415),
        ("multipart/form-data", b"--b--", 400),
        ("multipart/form-data; boundary=b", b"nothing of the kind", 400),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n' * 2 + b"--b--",
            400,
        ),
    ],
    ids=["json", "urlencoded", "no boundary", "no form", "two files"],
)
async def test_other_bodies_are_refused(
    http: httpx.AsyncClient, case: Case, content_type: str, body: bytes, status: int
) -> None:
    headers = {**BEARER, "Content-Type": content_type}
    answer = await http.post(f"/v1/cases/{case.id}/documents", content=body, headers=headers)
    assert answer.status_code == status


async def test_the_plain_bytes_never_go_through_a_file(
    http: httpx.AsyncClient, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form's library would move a large file to the disk: whatever it opens stays in memory."""
    opened: list[Any] = []

    def spooled(max_size: int) -> Any:
        import tempfile

        opened.append(tempfile.SpooledTemporaryFile(max_size=max_size))  # noqa: SIM115
        return opened[-1]

    monkeypatch.setattr("starlette.formparsers.SpooledTemporaryFile", spooled)
    rolled: list[bool] = []
    monkeypatch.setattr(
        "tempfile.SpooledTemporaryFile.rollover", lambda _self: rolled.append(True), raising=True
    )
    answer = await bring(http, case.id, b"\xff\xd8\xff" + b"\x00" * 3_000_000)
    assert answer.json()["errors"][0]["code"] == "IMAGE_BROKEN"
    assert (len(opened), rolled) == (1, [])
    assert _InMemory.spool_max_size > 1 << 32
    assert isinstance(opened[0]._file, io.BytesIO)
