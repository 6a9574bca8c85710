"""Documents in the records: seen under audit, released by a supervisor, accepted as proof or not, erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from belsendi.attachments.asking import take_up_request
from belsendi.attachments.brought import Brought, IntakeChannel
from belsendi.attachments.custody import Custody, accepted_kinds
from belsendi.attachments.desk import Attachments, open_attachments
from belsendi.attachments.proof import Certification, Provenance, Shortcoming
from belsendi.attachments.scanner import ScanResult
from belsendi.attachments.states import (
    JudgedTooLate,
    NothingToRelease,
    NotOpenable,
    NotProof,
    ProofState,
    ScanState,
)
from belsendi.casework.officers import ReasonRefused
from belsendi.errors import InvalidInput, NotFound, OutsideSystemUnavailable
from belsendi.records.keystore import KeyDestroyed, Owner
from belsendi.records.models import Attachment, AttachmentContent, AuditEntry, Case, CaseStep, Decision, Task
from belsendi.records.store import Records
from belsendi.settings import Settings
from tests.attachments.files import pdf, picture
from tests.records.office import NOW, Office, decision

OFFICER, HEAD = "officer-1", "head-1"
HERE = Provenance()
ABROAD = Provenance(from_abroad=True)
CERTIFIED = Provenance(from_abroad=True, certification=Certification.APOSTILLE)


class Told:
    """A scanner that says what it was told to say, one after the other."""

    def __init__(self, *said: ScanResult | Exception) -> None:
        self._said = list(said)

    async def scan(self, _content: bytes) -> ScanResult:
        answer = self._said.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


CLEAN, HARMFUL = ScanResult(None), ScanResult("Eicar-Test")
OUT = OutsideSystemUnavailable("out")


async def taken(
    attachments: Attachments, case_id: str, provenance: Provenance = HERE, content: bytes | None = None
) -> str:
    brought = Brought(kind="death_record", provenance=provenance)
    given = await attachments.intake.take(
        case_id, brought, content or pdf(), by="service-1", channel=IntakeChannel.SERVICE, now=NOW
    )
    return given.row.id


async def audited(records: Records, object_id: str) -> list[tuple[str, str]]:
    async with records.database.reading() as session:
        query = select(AuditEntry).where(AuditEntry.object_id == object_id).order_by(AuditEntry.seq)
        return [(entry.actor, entry.action) for entry in (await session.execute(query)).scalars()]


async def kinds_of_steps(records: Records, case_id: str) -> Sequence[str]:
    async with records.database.reading() as session:
        query = select(CaseStep.kind).where(CaseStep.case_id == case_id).order_by(CaseStep.seq)
        return (await session.execute(query)).scalars().all()


async def test_every_view_is_an_entry_of_the_audit_trail(
    scanned: Attachments, records: Records, office: Office
) -> None:
    content = pdf(text="certificate")
    row_id = await taken(scanned, await office.case(), content=content)
    for _ in range(2):
        assert (await scanned.custody.open(row_id, OFFICER, NOW)).content == content
    assert await audited(records, row_id) == [
        ("service-1", "attachment.take"),
        (OFFICER, "attachment.view"),
        (OFFICER, "attachment.view"),
    ]


async def test_what_was_not_scanned_is_opened_after_a_supervisors_release_only(
    unscanned: Attachments, records: Records, office: Office
) -> None:
    case_id = await office.case()
    row_id = await taken(unscanned, case_id)
    with pytest.raises(NotOpenable) as shut:
        await unscanned.custody.open(row_id, OFFICER, NOW)
    assert shut.value.scan is ScanState.NOT_SCANNED
    with pytest.raises(NotOpenable):
        await unscanned.custody.accept(row_id, HERE, OFFICER, NOW)
    with pytest.raises(ReasonRefused):
        await unscanned.custody.release(row_id, HEAD, "  ", NOW)
    await unscanned.custody.release(row_id, HEAD, "seen on paper at the counter", NOW)
    assert (await unscanned.custody.open(row_id, OFFICER, NOW)).content == pdf()
    with pytest.raises(NothingToRelease):
        await unscanned.custody.release(row_id, HEAD, "seen once more", NOW)
    assert (HEAD, "attachment.release") in await audited(records, row_id)
    assert "DOCUMENT_RELEASED" in await kinds_of_steps(records, case_id)


async def test_a_scanner_that_is_back_is_asked_before_the_first_view(
    records: Records, records_settings: Settings, office: Office
) -> None:
    attachments = open_attachments(records, records_settings, scanner=Told(OUT, OUT, CLEAN))
    row_id = await taken(attachments, await office.case())
    with pytest.raises(NotOpenable):
        await attachments.custody.open(row_id, OFFICER, NOW)
    opened = await attachments.custody.open(row_id, OFFICER, NOW)
    assert (opened.row.scan, opened.row.scanned_at) == (ScanState.CLEAN, NOW)


@pytest.mark.parametrize("act", ["open", "release"])
async def test_what_proves_harmful_later_is_destroyed_and_never_released(
    records: Records, records_settings: Settings, office: Office, act: str
) -> None:
    attachments = open_attachments(records, records_settings, scanner=Told(OUT, HARMFUL))
    case_id = await office.case()
    row_id = await taken(attachments, case_id)
    for _ in range(2):
        with pytest.raises((NotOpenable, NothingToRelease)):
            if act == "open":
                await attachments.custody.open(row_id, OFFICER, NOW)
            else:
                await attachments.custody.release(row_id, HEAD, "I know the sender", NOW)
    async with records.database.reading() as session:
        assert await session.get(AttachmentContent, row_id) is None
    row = await attachments.custody.row(row_id)
    assert (row.scan, row.state) == (ScanState.INFECTED, ProofState.NOT_ACCEPTED)
    assert (await kinds_of_steps(records, case_id))[-1] == "DOCUMENT_REFUSED"
    with pytest.raises(NotOpenable):
        await attachments.custody.accept(row_id, HERE, OFFICER, NOW)


async def test_an_accepted_document_is_proof_of_its_kind(
    scanned: Attachments, records: Records, office: Office
) -> None:
    case_id = await office.case()
    row_id = await taken(scanned, case_id)
    async with records.database.reading() as session:
        assert await accepted_kinds(session, case_id) == frozenset()
    await scanned.custody.accept(row_id, HERE, OFFICER, NOW)
    async with records.database.reading() as session:
        assert await accepted_kinds(session, case_id) == {"death_record"}
        task = (await session.execute(select(Task))).scalar_one()
    assert (task.closed_at, task.closed_by) == (NOW, OFFICER)
    assert (await kinds_of_steps(records, case_id))[-1] == "DOCUMENT_ACCEPTED"


async def test_nobody_can_accept_a_foreign_document_without_its_certification(
    scanned: Attachments, records: Records, office: Office
) -> None:
    """AC-B31: neither as it was declared, nor as the officer sees it."""
    case_id = await office.case()
    declared, silent = (
        await taken(scanned, case_id, ABROAD),
        await taken(scanned, case_id, content=picture()),
    )
    for row_id in (declared, silent):
        with pytest.raises(NotProof) as refused:
            await scanned.custody.accept(row_id, ABROAD, OFFICER, NOW)
        assert refused.value.shortcomings == [Shortcoming.NOT_CERTIFIED]
    async with records.database.reading() as session:
        assert await accepted_kinds(session, case_id) == frozenset()


async def test_a_foreign_document_counts_once_the_officer_sees_its_apostille(
    scanned: Attachments, office: Office
) -> None:
    row_id = await taken(scanned, await office.case(), ABROAD)
    await scanned.custody.accept(row_id, CERTIFIED, OFFICER, NOW)
    row = await scanned.custody.row(row_id)
    assert (row.state, row.shortcomings, row.certification) == (ProofState.ACCEPTED, [], "APOSTILLE")


async def test_a_foreign_document_without_a_notarised_translation_is_no_proof(
    scanned: Attachments, records: Records, office: Office
) -> None:
    """AC-D41, on a case of the disability benefit."""
    case_id = await office.case()
    async with records.database.writing() as session:
        await session.execute(update(Case).where(Case.id == case_id).values(service="DIS"))
    said = {"from_abroad": True, "certification": "LEGALISATION", "language": "other"}
    brought = Brought(kind="other", provenance=Provenance.model_validate(said))
    given = await scanned.intake.take(
        case_id, brought, picture(), by="service-1", channel=IntakeChannel.SERVICE, now=NOW
    )
    assert (given.row.state, given.row.shortcomings) == (ProofState.NOT_ACCEPTED, ["NOT_TRANSLATED"])
    with pytest.raises(NotProof):
        await scanned.custody.accept(given.row.id, brought.provenance, OFFICER, NOW)
    translated = Provenance.model_validate({**said, "translation_notarised": True})
    await scanned.custody.accept(given.row.id, translated, OFFICER, NOW)


async def test_an_officer_says_what_a_document_lacks(
    scanned: Attachments, records: Records, office: Office
) -> None:
    case_id = await office.case()
    row_id = await taken(scanned, case_id)
    await scanned.custody.refuse(row_id, HERE, "UNREADABLE", "the stamp cannot be read", OFFICER, NOW)
    row = await scanned.custody.row(row_id)
    assert (row.state, row.shortcomings) == (ProofState.NOT_ACCEPTED, ["UNREADABLE"])
    for wrong in ("", "NOT_CERTIFIED", "BAD_MOOD"):
        with pytest.raises(InvalidInput):
            await scanned.custody.refuse(row_id, HERE, wrong, "a good reason", OFFICER, NOW)
    with pytest.raises(ReasonRefused):
        await scanned.custody.refuse(row_id, HERE, "UNREADABLE", "IIN 850101400121", OFFICER, NOW)


async def test_what_a_decision_rests_on_is_not_changed_after_it(
    scanned: Attachments, records: Records, office: Office
) -> None:
    """A document that comes after the decision (a study certificate of the next year) is judged as any other."""
    case_id = await office.case()
    before = await taken(scanned, case_id)
    async with records.database.writing() as session:
        paper = await office.document(session, case_id)
        draft = decision(case_id, paper, revision=1)
        session.add(draft)
    await scanned.custody.refuse(before, HERE, "UNREADABLE", "the stamp cannot be read", OFFICER, NOW)
    async with records.database.writing() as session:
        (await session.get_one(Decision, draft.id)).approved_at = NOW
    for judged in (
        scanned.custody.accept(before, HERE, OFFICER, NOW),
        scanned.custody.refuse(before, HERE, "DATA_DIFFER", "another name", OFFICER, NOW),
    ):
        with pytest.raises(JudgedTooLate):
            await judged
    later = await scanned.intake.take(
        case_id,
        Brought(kind="other"),
        picture(),
        by="service-1",
        channel=IntakeChannel.SERVICE,
        now=NOW + timedelta(days=300),
    )
    await scanned.custody.accept(later.row.id, HERE, OFFICER, NOW + timedelta(days=301))


async def test_with_the_key_of_the_case_its_documents_are_gone(
    scanned: Attachments, records: Records, office: Office
) -> None:
    case_id = await office.case()
    row_id = await taken(scanned, case_id)
    assert await records.vault.keys.destroy(Owner.CASE, case_id, NOW)
    with pytest.raises(KeyDestroyed):
        await scanned.custody.open(row_id, OFFICER, NOW)
    (view,) = await scanned.custody.listed(case_id)
    assert (view.details, view.openable, view.row.kind) == (None, False, "death_record")


async def test_bytes_that_were_changed_are_not_shown(
    unscanned: Attachments, records: Records, office: Office
) -> None:
    row_id = await taken(unscanned, await office.case())
    async with records.database.writing() as session:
        await session.execute(update(Attachment).where(Attachment.id == row_id).values(sha256="0" * 64))
    with pytest.raises(NotFound, match="hash"):
        await unscanned.custody.open(row_id, OFFICER, NOW)


async def test_an_unknown_document_is_not_found(records: Records) -> None:
    custody = Custody(records, None)
    with pytest.raises(NotFound):
        await custody.open("0" * 32, OFFICER, NOW)
    with pytest.raises(NotFound):
        await custody.accept("0" * 32, HERE, OFFICER, NOW)


async def test_a_request_stands_once_the_case_has_taken_it(
    unscanned: Attachments, records: Records, office: Office
) -> None:
    case_id, act_id = await office.case(), "a" * 32
    assert await unscanned.requests.keep(case_id, ["death_record"], OFFICER, NOW, act_id) == act_id
    assert await unscanned.requests.listed(case_id) == []
    for _ in range(2):
        async with records.database.writing() as session:
            request = await take_up_request(session, act_id)
        assert request is not None and request.kinds == ["death_record"]
    await unscanned.requests.not_taken(act_id)
    assert [row.id for row in await unscanned.requests.listed(case_id)] == [act_id]
    async with records.database.writing() as session:
        assert await take_up_request(session, "b" * 32) is None


async def test_a_request_that_the_case_did_not_take_is_not_listed(
    unscanned: Attachments, office: Office
) -> None:
    case_id = await office.case()
    request_id = await unscanned.requests.keep(case_id, ["other"], OFFICER, NOW)
    await unscanned.requests.not_taken(request_id)
    assert await unscanned.requests.listed(case_id) == []
