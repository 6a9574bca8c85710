"""Taking documents into a case: stored once, sealed, told in the timeline; what is harmful is not stored at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from belsendi.attachments.brought import Brought, Details, IntakeChannel
from belsendi.attachments.desk import Attachments, open_attachments
from belsendi.attachments.intake import Intake, Taken
from belsendi.attachments.kinds import UnknownKind
from belsendi.attachments.limits import FileLimits
from belsendi.attachments.proof import Provenance
from belsendi.attachments.refusals import FileRefused, Refusal
from belsendi.attachments.scanner import Clamd
from belsendi.attachments.states import ProofState, ScanState
from belsendi.contracts.states import TaskKind
from belsendi.errors import NotFound
from belsendi.records.models import (
    Attachment,
    AttachmentContent,
    AuditEntry,
    CaseStep,
    DocumentRequest,
    Task,
)
from belsendi.records.store import Records, open_records
from belsendi.settings import Settings
from tests.attachments.clamd_server import EICAR
from tests.attachments.files import on_open, pdf, picture
from tests.records.office import NOW, Office

CLERK = "clerk-1"
DEATH = Brought(kind="death_record")
ABROAD = Brought(kind="death_record", provenance=Provenance(from_abroad=True))


async def take(
    attachments: Attachments,
    case_id: str,
    content: bytes,
    brought: Brought = DEATH,
    channel: IntakeChannel = IntakeChannel.CONSOLE,
) -> Taken:
    return await attachments.intake.take(case_id, brought, content, by=CLERK, channel=channel, now=NOW)


async def steps(records: Records, case_id: str) -> list[tuple[str, dict[str, object], list[str]]]:
    async with records.database.reading() as session:
        query = select(CaseStep).where(CaseStep.case_id == case_id).order_by(CaseStep.seq)
        return [(step.kind, step.facts, step.rules) for step in (await session.execute(query)).scalars()]


async def count(records: Records, model: type) -> int:
    async with records.database.reading() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def test_a_document_is_stored_with_what_it_says(
    scanned: Attachments, records: Records, office: Office
) -> None:
    case_id = await office.case()
    details = Details(issued_by="АХАЖ бөлімі", issued_on=date(2026, 11, 2), number="0012345")
    taken = await take(
        scanned, case_id, pdf(text="certificate"), Brought(kind="death_record", details=details)
    )
    assert taken.new
    assert (taken.row.media_type, taken.row.pages, taken.row.scan) == ("application/pdf", 1, ScanState.CLEAN)
    assert (taken.row.state, taken.row.shortcomings) == (ProofState.RECEIVED, [])
    (view,) = await scanned.custody.listed(case_id)
    assert view.details == details
    assert view.openable
    assert await steps(records, case_id) == [
        ("DOCUMENT_RECEIVED", {"document": "death_record", "scan": "clean"}, ["COM-06"])
    ]


async def test_the_same_document_again_is_the_same_document(
    scanned: Attachments, records: Records, office: Office
) -> None:
    case_id, content = await office.case(), picture()
    first = await take(scanned, case_id, content)
    again = await take(scanned, case_id, content)
    assert (again.new, again.row.id) == (False, first.row.id)
    assert (await take(scanned, case_id, content, ABROAD)).new
    assert (await take(scanned, await office.case(), content)).new
    assert await count(records, Attachment) == 3
    assert len(await steps(records, case_id)) == 3


async def test_a_foreign_death_certificate_without_apostille_is_kept_and_not_accepted(
    scanned: Attachments, records: Records, office: Office
) -> None:
    """AC-B31: at intake."""
    case_id = await office.case()
    taken = await take(scanned, case_id, picture(), ABROAD)
    assert (taken.row.state, taken.row.shortcomings) == (ProofState.NOT_ACCEPTED, ["NOT_CERTIFIED"])
    assert taken.row.judged_by == "system"
    assert (await steps(records, case_id))[1:] == [
        ("DOCUMENT_NOT_ACCEPTED", {"document": "death_record", "why": ["NOT_CERTIFIED"]}, ["B-t8"])
    ]


async def test_what_no_officer_brought_becomes_a_task(
    scanned: Attachments, records: Records, office: Office
) -> None:
    case_id = await office.case()
    await take(scanned, case_id, picture())
    assert await count(records, Task) == 0
    await take(scanned, case_id, pdf(), channel=IntakeChannel.SERVICE)
    async with records.database.reading() as session:
        task = (await session.execute(select(Task))).scalar_one()
    assert (task.kind, task.case_id, task.facts) == (
        TaskKind.DOCUMENT_RECEIVED,
        case_id,
        {"document": "death_record"},
    )


async def test_harmful_software_is_refused_and_leaves_a_trace_but_no_bytes(
    scanned: Attachments, records: Records, office: Office
) -> None:
    case_id = await office.case()
    with pytest.raises(FileRefused) as refused:
        await take(scanned, case_id, picture() + EICAR)
    assert refused.value.code is Refusal.MALWARE
    assert await count(records, Attachment) == 0
    assert [(kind, facts["why"]) for kind, facts, _ in await steps(records, case_id)] == [
        ("DOCUMENT_REFUSED", ["MALWARE"])
    ]
    async with records.database.reading() as session:
        entry = (await session.execute(select(AuditEntry))).scalar_one()
    assert (entry.actor, entry.action, entry.object_id) == (CLERK, "attachment.refused", case_id)
    assert entry.reason is not None and "Eicar-Test" in entry.reason


@pytest.mark.parametrize("address", ["", "127.0.0.1:1"], ids=["no scanner", "scanner out"])
async def test_without_a_scanner_a_document_is_stored_and_stays_shut(
    records: Records, records_settings: Settings, office: Office, address: str
) -> None:
    settings = records_settings.model_copy(update={"scanner_address": address})
    attachments = open_attachments(records, settings)
    case_id = await office.case()
    taken = await take(attachments, case_id, picture())
    assert (taken.row.scan, taken.row.scanned_at) == (ScanState.NOT_SCANNED, None)
    (view,) = await attachments.custody.listed(case_id)
    assert not view.openable


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Refusal.EMPTY),
        (b"PK\x03\x04", Refusal.UNKNOWN_FORMAT),
        (b"\xff\xd8\xff" + b"\x00" * 20_000, Refusal.TOO_LARGE),
        (pdf(on_open(JS="app.alert(1)")), Refusal.PDF_ACTIVE),
    ],
    ids=["empty", "archive", "large", "active"],
)
async def test_a_refused_file_leaves_nothing(
    records: Records, records_settings: Settings, office: Office, content: bytes, code: Refusal
) -> None:
    settings = records_settings.model_copy(update={"attachment_limit_bytes": 20_000})
    case_id = await office.case()
    with pytest.raises(FileRefused) as refused:
        await take(open_attachments(records, settings), case_id, content)
    assert refused.value.code is code
    assert await count(records, Attachment) == await count(records, AttachmentContent) == 0
    assert await steps(records, case_id) == []


async def test_a_file_of_exactly_the_limit_is_taken(
    records: Records, records_settings: Settings, office: Office
) -> None:
    content = pdf()
    settings = records_settings.model_copy(update={"attachment_limit_bytes": len(content)})
    assert (await take(open_attachments(records, settings), await office.case(), content)).row.size == len(
        content
    )


async def test_a_case_holds_a_bounded_number_of_documents(
    records: Records, records_settings: Settings, office: Office
) -> None:
    settings = records_settings.model_copy(update={"attachments_per_case": 1})
    attachments, case_id = open_attachments(records, settings), await office.case()
    await take(attachments, case_id, picture())
    with pytest.raises(FileRefused) as refused:
        await take(attachments, case_id, pdf())
    assert refused.value.code is Refusal.TOO_MANY
    assert await count(records, Attachment) == 1


async def test_unknown_cases_kinds_and_requests_are_refused(unscanned: Attachments, office: Office) -> None:
    case_id = await office.case()
    with pytest.raises(NotFound):
        await take(unscanned, "0" * 32, picture())
    with pytest.raises(UnknownKind):
        await take(unscanned, case_id, picture(), Brought(kind="poem"))
    with pytest.raises(NotFound, match="request"):
        await take(unscanned, case_id, picture(), Brought(kind="other", request_id="0" * 32))


async def test_a_document_answers_a_request_of_its_own_case_only(
    unscanned: Attachments, office: Office, records: Records
) -> None:
    case_id, elsewhere = await office.case(), await office.case()
    request_id = await unscanned.requests.keep(case_id, ["other", "death_record"], CLERK, NOW)
    taken = await take(unscanned, case_id, picture(), Brought(kind="other", request_id=request_id))
    assert taken.row.request_id == request_id
    with pytest.raises(NotFound, match="request"):
        await take(unscanned, elsewhere, picture(), Brought(kind="other", request_id=request_id))
    async with records.database.reading() as session:
        kept = await session.get_one(DocumentRequest, request_id)
    assert (kept.kinds, kept.state) == (["death_record", "other"], "stored")


async def test_two_that_bring_the_same_document_at_once_make_one(
    records: Records, unscanned: Attachments, office: Office
) -> None:
    """Both have looked before either has stored."""
    case_id, content = await office.case(), picture()
    blind = Intake(records, unscanned.intake._inspector, None, FileLimits())
    first = await take(unscanned, case_id, content)

    async def sees_nothing(_case_id: str, _index: str) -> None:
        return None

    blind._known = sees_nothing  # type: ignore[method-assign]
    second = await take(replace(unscanned, intake=blind), case_id, content)
    assert (second.new, second.row.id) == (False, first.row.id)
    assert await count(records, AttachmentContent) == 1


async def test_the_records_hold_no_plain_bytes(sqlite_settings: Settings, tmp_path: Path) -> None:
    """Neither of the file nor of what is written on it: every piece of it is looked for in every file."""
    records = open_records(sqlite_settings)
    office = Office(records)
    content = pdf(text="Kuanysheva Aigerim 0012345")
    details = Details(issued_by="Almaty civil registry", number="KZ-0012345")
    case_id = await office.case()
    await take(
        open_attachments(records, sqlite_settings), case_id, content, Brought(kind="other", details=details)
    )
    pieces = [content[start : start + 24] for start in range(0, len(content) - 24, 24)]
    pieces += [b"Almaty civil registry", b"KZ-0012345"]
    stored = b"".join(path.read_bytes() for path in sqlite_settings.data_dir.glob("*.db*"))
    assert case_id.encode() in stored
    assert [piece for piece in pieces if piece in stored] == []
    await records.close()


def test_a_scanner_in_the_settings_is_used(records_settings: Settings, records: Records) -> None:
    settings = records_settings.model_copy(update={"scanner_address": "127.0.0.1:3310"})
    assert isinstance(open_attachments(records, settings).intake._scanner, Clamd)
