"""The personal cabinet of a case that came through the portal: statuses and notices, none lost (COM-09, B-r13)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from belsendi.casework.cabinet import Cabinet
from belsendi.casework.case_page import CasePages
from belsendi.casework.standing import standing_of_case
from belsendi.contracts.states import CaseState
from belsendi.intake.applications import Application
from belsendi.intake.receiving import Applications
from belsendi.records.models import Case, CaseStep
from simulators.registry.people import Outage, OutageMode
from tests.console.office import ConsoleOffice, Family, without_payments
from tests.console.test_intake_form import IBAN, a_family
from tests.documents.paper import Paper

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def by_portal(office: ConsoleOffice, family: Family, **changes: object) -> Case:
    """A burial payment that the declarant applies for through the portal, without a mobile number."""
    now = office.context.clock()
    sent = {
        "service": "BUR",
        "channel": "portal",
        "applicant": {"iin": family.declarant.iin},
        "subject_iin": family.deceased.iin,
        "account": IBAN,
        "certified": "eds",
        "eds_reference": "eds-1",
        "received_at": now,
        "documents_complete": True,
        "data_consent": True,
        "language": "ru",
    }
    application = Application.model_validate(sent | changes)
    taken = await Applications(office.context.bench).take(application, f"portal:{family.declarant.iin}", now)
    assert taken.case is not None
    return taken.case


async def dead(office: ConsoleOffice, family: Family) -> Family:
    await office.registry.add_death(family.death)
    return family


async def test_the_cabinet_follows_a_portal_case_from_the_request_to_its_end(office: ConsoleOffice) -> None:
    """COM-09, M-10: the request is accepted; B-r13, M-05: acceptance; AC-B32: an electronic receipt; AC-C09."""
    family = await dead(office, await a_family(office))
    iin, cabinet = family.declarant.iin, Cabinet(office.context.bench)
    case = await by_portal(office, family)
    # Every answer is lost: one that is lost once may hit what another case of this office still had to show.
    await office.registry.set_outages(**{"portal/put_notice": Outage(mode=OutageMode.LOST_ANSWER)})
    now = office.context.clock() + timedelta(seconds=1)
    await cabinet.send_due(now)
    waiting = [post.id for post in await cabinet.of_case(case.id) if post.state == "queued"]
    assert len(waiting) == 2
    assert len((await office.registry.cabinet(iin)).notices) == 2, "the work was done, the answer was lost"
    await office.registry.set_outages()
    await cabinet.send_due(now)
    assert [post.id for post in await cabinet.of_case(case.id) if post.state == "queued"] == waiting
    await cabinet.send_due(now + timedelta(hours=1))
    assert {post.state for post in await cabinet.of_case(case.id)} == {"shown"}
    shown = await office.registry.cabinet(iin)
    assert [(status.case_reference, status.status) for status in shown.statuses] == [
        (case.reference, "запрос на оказание государственной услуги принят")
    ]
    notices = {notice.message: notice for notice in shown.notices}
    assert sorted(notices) == ["M-09", "M-10"] and len(shown.notices) == 2
    assert case.reference in notices["M-10"].text and f"{case.reference}/1" in notices["M-09"].text
    page = await CasePages(office.context.bench).page(case.id, now)
    (receipt,) = [document for document in page.documents if document.kind == "receipt"]
    assert notices["M-09"].document_sha256 == receipt.sha256
    assert [(each.row.role, each.verified.valid) for each in receipt.signatures] == [
        ("authorised_body", True)
    ]

    await office.context.sweep.start_cases(event_id=case.event_id)
    await office.until_state(case.id, CaseState.AWAITING_SIGNATURE)
    draft = await office.draft(case.id)
    await office.officers.sign(
        case.id, draft.id, draft.revision, "dev:signatory", office.passphrase, office.context.clock()
    )
    await office.until_state(case.id, CaseState.CLOSED)
    later = office.context.clock() + timedelta(minutes=3)
    assert await cabinet.follow(later) >= 1
    assert await cabinet.follow(later) == 0
    await cabinet.send_due(later)
    shown = await office.registry.cabinet(iin)
    (status,) = shown.statuses
    notices = {notice.message: notice for notice in shown.notices}
    assert sorted(notices) == ["M-05-BUR", "M-07-BUR", "M-09", "M-10"]
    assert "Единовременная выплата на погребение назначена" in notices["M-07-BUR"].text
    bench = office.context.bench
    async with bench.records.database.reading() as session:
        told = await standing_of_case(session, bench.speaker.catalogue, case.reference, later)
        steps = select(CaseStep).where(CaseStep.case_id == case.id, CaseStep.kind.startswith("CABINET"))
        lines = (await session.execute(steps.order_by(CaseStep.seq))).scalars().all()
    assert told is not None and told.cases[0].status.ru == status.status
    facts = [line.facts for line in lines]
    assert facts[0] in ({"message": "M-10"}, {"message": "M-09"}, {"status": "REQUEST_ACCEPTED"})
    assert {"status": "ASSIGNED"} in facts and {"message": "M-07-BUR"} in facts
    assert {tuple(line.rules) for line in lines} == {("COM-09",)}
    async with office.browser("caseworker") as desk:
        timeline = (await desk.get(f"/console/cases/{case.id}")).text
    assert "shows the status: request accepted." in timeline and "shows a notice: M-05-BUR." in timeline


async def test_a_request_that_is_not_accepted_says_so_in_the_cabinet_with_its_notice(
    office: ConsoleOffice,
) -> None:
    """M-06 reaches who has no number: the cabinet is the channel of a portal case (B-r16)."""
    family = without_payments(await a_family(office))
    await office.registry.add_people([family.deceased])
    case = await by_portal(office, await dead(office, family), language="kk")
    await office.context.sweep.start_cases(event_id=case.event_id)
    await office.until_state(case.id, CaseState.CLOSED)
    cabinet = Cabinet(office.context.bench)
    later = office.context.clock() + timedelta(minutes=1)
    await cabinet.follow(later)
    await cabinet.send_due(later)
    shown = await office.registry.cabinet(family.declarant.iin)
    (refusal,) = [notice for notice in shown.notices if notice.message == "M-06-BUR"]
    assert refusal.language == "kk" and "қабылданбады" in refusal.text
    assert [status.status for status in shown.statuses] == ["қабылданбады"]
    page = await CasePages(office.context.bench).page(case.id, later)
    (notice,) = [each for each in page.documents if each.kind == "non_acceptance_notice"]
    assert refusal.document_sha256 == notice.sha256
    _, content = await CasePages(office.context.bench).document(notice.id)
    assert case.reference in Paper(content).text


async def test_a_case_of_the_counter_has_no_cabinet(office: ConsoleOffice) -> None:
    case = await by_portal(
        office, await a_family(office), channel="state_corporation", certified="paper", eds_reference=None
    )
    assert await Cabinet(office.context.bench).of_case(case.id) == []


async def test_the_result_of_an_application_is_given_out_on_the_basis_of_its_receipt(
    office: ConsoleOffice,
) -> None:
    """AC-B33, B-t5, COM-19: to a representative with a notarised power of attorney, who shows the case's receipt."""
    family = await dead(office, await a_family(office))
    case = await by_portal(office, family)
    await office.context.sweep.start_cases(event_id=case.event_id)
    await office.until_state(case.id, CaseState.AWAITING_SIGNATURE)
    draft = await office.draft(case.id)
    await office.officers.sign(
        case.id, draft.id, draft.revision, "dev:signatory", office.passphrase, office.context.clock()
    )
    await office.until_state(case.id, CaseState.CLOSED)
    form = {
        "receiver_name": "Өкілов Асан",
        "receiver_iin": (await a_family(office)).declarant.iin,
        "identity_document": "жеке куәлік № 1",
        "power_number": "77-1",
        "power_issued_on": "2026-11-01",
        "power_notary": "Нотариус",
    }
    async with office.browser("caseworker") as desk:
        page = (await desk.get(f"/console/cases/{case.id}")).text
        assert f"The receipt last given has the number {case.reference}/1." in page
        path = f"/console/cases/{case.id}/handover"
        assert (await desk.post(path, **form, receipt_no="R-1")).status_code == 422
        given = await desk.post(path, **form, receipt_no=f"{case.reference}/1")
        assert given.headers["location"].endswith("done=handed_over")
    handed = [reason for _, act, reason in await office.audited(case.id) if act == "result.hand_over"]
    assert handed == ["representative"]
