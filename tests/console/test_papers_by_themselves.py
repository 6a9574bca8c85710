"""Papers that nobody has to ask for: the notice of a further document, the notice of the result, form 7.3."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from belsendi.casework.case_page import CasePages, DocumentView
from belsendi.contracts.states import CaseState
from belsendi.intake.applications import Application
from belsendi.intake.receiving import Applications
from belsendi.law import academic_year_of, legal_day, load_calendar
from belsendi.records.columns import new_id
from belsendi.records.models import Obligation
from tests.console.office import ConsoleOffice
from tests.console.test_intake_form import IBAN, WORDS, a_family
from tests.documents.paper import Paper

pytestmark = pytest.mark.asyncio(loop_scope="session")
REASON = "needed for the decision"


async def papers(office: ConsoleOffice, case_id: str, kind: str) -> list[tuple[DocumentView, str]]:
    pages = CasePages(office.context.bench)
    page = await pages.page(case_id, office.context.clock())
    found = [(view, (await pages.document(view.id))[1]) for view in page.documents if view.kind == kind]
    return [(view, Paper(content).text) for view, content in found]


async def test_an_extended_term_and_a_result_bring_their_notices(office: ConsoleOffice) -> None:
    """D-t3: the State Corporation's notice names the document and both terms; D-t5: form 13-қосымша, sealed."""
    case_id = await office.at_the_desk()
    before = (await office.case(case_id)).due_at
    async with office.browser("caseworker") as desk:
        await desk.post(
            f"/console/cases/{case_id}/document-requests",
            kind="hospital_certificate",
            reason=REASON,
            extend="yes",
        )
        await office.until_state(case_id, CaseState.EXTENDED)
        page = (await desk.get(f"/console/cases/{case_id}")).text
        assert WORDS["en"]("document.additional_document_notice") in page
        ((_, text),) = await papers(office, case_id, "additional_document_notice")
        after = (await office.case(case_id)).due_at
        assert before is not None and after is not None
        for words in (
            "Қосымша құжат ұсыну қажеттігі туралы хабарлама",
            "свидетельство о болезни, выданное госпиталем",
            f"Прежний срок (включительно) {legal_day(before):%d.%m.%Y}",
            f"Продлённый срок (включительно) {legal_day(after):%d.%m.%Y}",
        ):
            assert words in text
        assert await papers(office, case_id, "result_notice") == []
        await desk.post(f"/console/cases/{case_id}/propose", verdict="refuse", ground=["G2"], reason=REASON)
        await office.until_state(case_id, CaseState.AWAITING_SIGNATURE)
    draft = await office.draft(case_id)
    shift = timedelta(seconds=(await office.case(case_id)).clock_shift_seconds)
    await office.officers.sign(
        case_id,
        draft.id,
        draft.revision,
        "dev:signatory",
        office.passphrase,
        office.context.clock() + shift,
    )
    await office.until_state(case_id, CaseState.CLOSED)
    ((view, text),) = await papers(office, case_id, "result_notice")
    decision = await office.decision(case_id)
    assert [(each.row.role, each.verified.valid) for each in view.signatures] == [("authorised_body", True)]
    for words in (f"№ {decision.number}", "в назначении отказано", "G2.", "13-қосымша", "Обжалование"):
        assert words in text


async def test_the_form_of_the_study_certificate_is_made_empty_and_for_each_learner(
    office: ConsoleOffice,
) -> None:
    """S-r7, 7.3: an education organisation fills in the form; the learner and the year stand in it already."""
    morning = datetime.combine(load_calendar().next_working_day(datetime.now(UTC).date()), time(6), UTC)
    shift = morning - datetime.now(UTC)
    family, now = await a_family(office), office.context.clock()
    await office.registry.add_death(family.death)
    sent = {
        "service": "SUR",
        "channel": "state_corporation",
        "applicant": {"iin": family.declarant.iin},
        "subject_iin": family.deceased.iin,
        "account": IBAN,
        "certified": "paper",
        "received_at": now,
        "documents_complete": True,
        "data_consent": True,
    }
    taken = await Applications(office.context.bench).take(
        Application.model_validate(sent),
        f"sur:{family.declarant.iin}",
        now,
        shift_seconds=round(shift.total_seconds()),
    )
    assert taken.case is not None
    case_id = taken.case.id
    await office.context.sweep.start_cases(event_id=taken.event_id)
    await office.until_state(case_id, CaseState.CASEWORK)
    async with office.browser("caseworker") as desk:
        assert "Make the form of the study certificate" in (await desk.get(f"/console/cases/{case_id}")).text
        made = await desk.post(f"/console/cases/{case_id}/papers", kind="education_certificate_form")
        assert made.headers["location"].endswith("done=paper_made")
        ((_, empty),) = await papers(office, case_id, "education_certificate_form")
        assert family.declarant.iin not in empty and "действительно является" in empty
        async with office.context.bench.records.database.writing() as session:
            row = Obligation(
                id=new_id(),
                kind="STUDY",
                case_id=case_id,
                person_id=taken.case.recipient_id,
                dates=b"",
                began_at=now,
                workflow_started_at=now,
            )
            session.add(row)
        await desk.post(f"/console/cases/{case_id}/papers", kind="education_certificate_form")
    _, (_, filled) = await papers(office, case_id, "education_certificate_form")
    assert family.declarant.iin in filled
    assert academic_year_of(legal_day(office.context.clock())) in filled
