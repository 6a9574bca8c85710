"""Documents that an officer has made of a case: journal extract and notice of the result."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from belsendi.casework.case_page import CasePages
from belsendi.casework.identity import identity_of
from belsendi.casework.issuing import Issuing
from belsendi.contracts.states import CaseState
from belsendi.documents import Handover, Party
from belsendi.errors import Conflict, NotFound
from belsendi.intake.receipts import Receipts
from belsendi.records.models import Document
from tests.console.office import ConsoleOffice
from tests.documents.paper import Paper

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def newest(office: ConsoleOffice, case_id: str, kind: str) -> Paper:
    async with office.context.bench.records.database.reading() as session:
        query = select(Document).where(Document.case_id == case_id, Document.kind == kind)
        row = (await session.execute(query.order_by(Document.created_at.desc()).limit(1))).scalar_one()
    return Paper((await CasePages(office.context.bench).document(row.id))[1])


async def test_an_officer_has_the_line_of_the_journal_and_the_notice_of_the_result_made(
    office: ConsoleOffice,
) -> None:
    """B-r16, 13.3: the journal; B-t5: the result, in the words of the decision."""
    case_id = await office.awaiting_signature()
    async with office.browser("caseworker") as desk:
        early = await desk.post(f"/console/cases/{case_id}/papers", kind="result_notice")
        assert early.status_code == 409
        assert "cannot be made yet" in early.text
        made = await desk.post(f"/console/cases/{case_id}/papers", kind="journal_extract")
        assert made.headers["location"] == f"/console/cases/{case_id}?done=paper_made"
        page = (await desk.get(made.headers["location"])).text
        assert "The document is made" in page
        assert "Make a journal extract" in page
        assert "Make the notice of the result" not in page
        wrong = await desk.post(f"/console/cases/{case_id}/papers", kind="decision_assign")
        assert wrong.status_code == 422
    extract = await newest(office, case_id, "journal_extract")
    assert "Автоматты түрде тіркелді Зарегистрировано автоматически иә да" in extract.text
    assert "Результат проверки өтті пройдена" in extract.text
    draft = await office.draft(case_id)
    async with office.browser("signatory") as desk:
        refused = await desk.post(f"/console/cases/{case_id}/papers", kind="journal_extract")
        assert refused.status_code == 403
        form = {"decision": draft.id, "revision": str(draft.revision), "passphrase": office.passphrase}
        await desk.post(f"/console/cases/{case_id}/sign", **form)
        await office.until_state(case_id, CaseState.CLOSED)
    async with office.browser("caseworker") as desk:
        assert "Make the notice of the result" in (await desk.get(f"/console/cases/{case_id}")).text
        await desk.post(f"/console/cases/{case_id}/papers", kind="result_notice")
        await desk.post(f"/console/cases/{case_id}/papers", kind="journal_extract")
    decision = await office.decision(case_id)
    notice = await newest(office, case_id, "result_notice")
    assert f"№ {decision.number}, {decision.decided_on:%d.%m.%Y} тағайындалды назначено" in notice.text
    account = (await identity_of(office.context.bench, case_id)).account
    assert account is not None
    assert f"*{account.last4}" in notice.text
    again = await newest(office, case_id, "journal_extract")
    assert "Итог дела тағайындалды назначено" in again.text
    issued = [entry for entry in await office.audited(case_id) if entry[1] == "document.issue"]
    assert issued == [
        ("dev:caseworker", "document.issue", kind)
        for kind in ("journal_extract", "result_notice", "journal_extract")
    ]


async def test_a_paper_that_the_case_is_not_ready_for_is_not_made(office: ConsoleOffice) -> None:
    """B-r16: no extract before the journal entry; B-t5: no result before a decision; COM-08: no receipt for nothing."""
    bench, now = office.context.bench, office.context.clock()
    issuing = Issuing(bench)
    unregistered, _ = await office.death()
    with pytest.raises(NotFound, match="no journal entry"):
        await issuing.journal_extract(unregistered, "dev:caseworker", now)
    case_id = await office.awaiting_signature()
    with pytest.raises(NotFound, match="no application"):
        await Receipts(bench).again(case_id, "dev:caseworker", now)
    identity = await identity_of(bench, case_id)
    handover = Handover(
        receiver=Party(name="Алушы", number=identity.recipient_iin),
        identity_document="жеке куәлік",
        receipt_no="R-1",
        handed_on=date(2025, 3, 13),
    )
    with pytest.raises(Conflict, match="no decision in force"):
        await issuing.result_notice(case_id, "dev:caseworker", now, handover)


async def test_the_result_goes_to_the_recipient_or_to_a_representative_with_a_power_of_attorney(
    office: ConsoleOffice,
) -> None:
    """AC-B33, B-t5, COM-19: on an identity document and the receipt; a representative shows a power of attorney."""
    case_id = await office.awaiting_signature()
    draft = await office.draft(case_id)
    async with office.browser("signatory") as desk:
        form = {"decision": draft.id, "revision": str(draft.revision), "passphrase": office.passphrase}
        await desk.post(f"/console/cases/{case_id}/sign", **form)
        await office.until_state(case_id, CaseState.CLOSED)
    recipient = (await identity_of(office.context.bench, case_id)).recipient_iin
    came = {"receiver_name": "Өкілов Асан", "identity_document": "жеке куәлік № 1", "receipt_no": "R-1"}
    power = {"power_number": "77-1", "power_issued_on": "2025-03-01", "power_notary": "Нотариус"}
    stranger = "850101400120"
    path = f"/console/cases/{case_id}/handover"
    async with office.browser("caseworker") as desk:
        assert "Give the result out in person" in (await desk.get(f"/console/cases/{case_id}")).text
        refused: list[dict[str, str]] = [
            came | {"receiver_iin": stranger},
            came | {"receiver_iin": recipient} | power,
            came | {"receiver_iin": "123456789012"} | power,
            came | {"receiver_iin": stranger} | power | {"power_issued_on": "yesterday"},
            came | {"receiver_iin": stranger, "receipt_no": ""} | power,
        ]
        for wrong in refused:
            answer = await desk.post(path, **wrong)
            assert answer.status_code == 422
            assert "notarised power of attorney" in answer.text
        for right in (came | {"receiver_iin": recipient}, came | {"receiver_iin": stranger} | power):
            answer = await desk.post(path, **right)
            assert answer.headers["location"] == f"/console/cases/{case_id}?done=handed_over"
    notice = await newest(office, case_id, "result_notice")
    for part in ("Өкілов Асан", stranger, "жеке куәлік № 1", "№ R-1", "№ 77-1, 01.03.2025"):
        assert part in notice.text
    handed = [entry for entry in await office.audited(case_id) if entry[1] == "result.hand_over"]
    assert [reason for _, _, reason in handed] == ["recipient", "representative"]
