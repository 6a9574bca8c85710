"""The caseworker's decision on the casework path, by the form of the case's page (P7, transition 28)."""

from __future__ import annotations

from html import unescape

import pytest

from belsendi.contracts.states import CaseState, Outcome
from belsendi.law import service
from tests.console.office import ConsoleOffice

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_caseworker_proposes_a_refusal_and_the_signatory_signs_it(office: ConsoleOffice) -> None:
    """AC-D03, AC-D35: no automatic decision; the draft bears the ground and the right to complain."""
    case_id = await office.at_the_desk()
    async with office.browser("caseworker") as desk:
        page = (await desk.get(f"/console/cases/{case_id}")).text
        assert f'action="/console/cases/{case_id}/propose"' in page
        fields = {"verdict": "refuse", "ground": "G2", "reason": "the papers do not meet the rules"}
        answer = await desk.post(f"/console/cases/{case_id}/propose", **fields)
        assert answer.headers["location"].endswith("done=proposed")
    await office.until_state(case_id, CaseState.AWAITING_SIGNATURE)
    draft = await office.draft(case_id)
    assert [ground["code"] for ground in draft.grounds] == ["G2"]
    assert (
        "dev:caseworker",
        "case.propose_refusal",
        "the papers do not meet the rules",
    ) in await office.audited(case_id)
    async with office.browser("signatory") as desk:
        fields = {"decision": draft.id, "revision": str(draft.revision), "passphrase": office.passphrase}
        await desk.post(f"/console/cases/{case_id}/sign", **fields)
    await office.until_state(case_id, CaseState.CLOSED)
    assert (await office.case(case_id)).outcome == Outcome.REFUSED


@pytest.mark.parametrize(
    "fields", [{"verdict": "refuse"}, {"verdict": "assign", "ground": "G1"}, {"verdict": "maybe"}], ids=str
)
async def test_a_proposal_that_contradicts_itself_is_not_taken(
    office: ConsoleOffice, fields: dict[str, str]
) -> None:
    case_id = await office.at_the_desk()
    async with office.browser("caseworker") as desk:
        answer = await desk.post(f"/console/cases/{case_id}/propose", reason="looked at", **fields)
    assert answer.status_code == 422
    assert (await office.case(case_id)).state == CaseState.CASEWORK


async def test_a_caseworker_records_what_a_citizen_of_the_mobile_channel_chose(office: ConsoleOffice) -> None:
    """DIS-16, AC-D37 (D-t10): once, before the draft, which names it; each further benefit is a sub-case (SIL-31)."""
    case_id = await office.at_the_desk()
    act = f"/console/cases/{case_id}/one-application"
    async with office.browser("caseworker", "kk") as desk:
        page = unescape((await desk.get(f"/console/cases/{case_id}")).text)
        assert f'action="{act}"' in page
        for benefit in service("DIS").one_application:
            assert (benefit.kk in page) == (benefit.service != "DIS")
        for wrong in ([], ["DISABILITY_STATE"], ["HOUSING"]):
            assert (await desk.post(act, benefit=wrong)).status_code == 422
        taken = await desk.post(act, benefit=["DISABILITY_SPECIAL"])
        assert taken.headers["location"].endswith("done=chosen")
        assert (await desk.post(act, benefit=["CHILD_RAISING"])).status_code == 409
        assert f'action="{act}"' not in (await desk.get(f"/console/cases/{case_id}")).text
        await desk.post(f"/console/cases/{case_id}/propose", verdict="assign", reason="the file is complete")
    await office.until_state(case_id, CaseState.AWAITING_SIGNATURE)
    chosen = ["DISABILITY_STATE", "DISABILITY_SPECIAL"]
    assert (await office.case(case_id)).one_application == chosen
    draft = await office.draft(case_id)
    named = [line["detail"]["benefit"] for line in draft.trace if line["rule"] == "one application"]
    assert named == chosen


async def test_a_caseworker_says_that_all_documents_are_there(office: ConsoleOffice) -> None:
    """S-r24, D-r24: the account is asked for where the application named none; then the case goes on."""
    case_id = await office.waiting_for_documents()
    await office.until_step(case_id, "DOCUMENTS_AWAITED")
    async with office.browser("caseworker") as desk:
        page = (await desk.get(f"/console/cases/{case_id}")).text
        assert f'action="/console/cases/{case_id}/documents-brought"' in page
        assert "Missing: свидетельство о смерти" in page
        assert "The citizen applied; the case was opened." in page and "named the deceased" not in page
        wrong = await desk.post(f"/console/cases/{case_id}/documents-brought", account="KZ87125KZT5004100100")
        assert wrong.status_code == 422
        assert "KZ87125KZT5004100100" not in wrong.text
        assert (await office.case(case_id)).application_id is None
        taken = await desk.post(
            f"/console/cases/{case_id}/documents-brought", account="kz86 125k zt50 0410 0100"
        )
        assert taken.headers["location"].endswith("done=documents_brought")
        again = await desk.post(f"/console/cases/{case_id}/documents-brought")
        assert again.status_code == 409
    await office.until_state(case_id, CaseState.CASEWORK)
    case = await office.case(case_id)
    assert case.applied_at is not None and case.account_id is not None and case.due_at is not None
    assert ("dev:caseworker", "case.documents_brought", None) in await office.audited(case_id)


async def test_a_caseworker_enters_the_account_of_an_application_that_named_none(
    office: ConsoleOffice,
) -> None:
    """S-r24, S-t8, SIL-08: the term runs without the account; nothing is assigned without it."""
    case_id = await office.waiting_for_documents()
    await office.until_step(case_id, "DOCUMENTS_AWAITED")
    async with office.browser("caseworker") as desk:
        await desk.post(f"/console/cases/{case_id}/documents-brought")
        await office.until_state(case_id, CaseState.CASEWORK)
        case = await office.case(case_id)
        assert case.account_id is None and case.due_at is not None
        path = f"/console/cases/{case_id}/account"
        assert f'action="{path}"' in (await desk.get(f"/console/cases/{case_id}")).text
        early = await desk.post(f"/console/cases/{case_id}/propose", verdict="assign", reason="looked at")
        wrong = await desk.post(path, account="KZ87125KZT5004100100")
        assert (early.status_code, wrong.status_code) == (409, 422)
        taken = await desk.post(path, account="kz86 125k zt50 0410 0100")
        assert taken.headers["location"].endswith("done=account_entered")
        again = await desk.post(path, account="KZ86125KZT5004100100")
        assert again.status_code == 409
        assert f'action="{path}"' not in (await desk.get(f"/console/cases/{case_id}")).text
    assert (await office.case(case_id)).account_id is not None
    assert ("dev:caseworker", "case.account", None) in await office.audited(case_id)


async def test_an_application_without_its_documents_is_withdrawn_at_the_desk(office: ConsoleOffice) -> None:
    """SIL-07."""
    case_id = await office.waiting_for_documents()
    await office.until_step(case_id, "DOCUMENTS_AWAITED")
    async with office.browser("caseworker") as desk:
        await desk.post(f"/console/cases/{case_id}/withdraw", reason="asked at the counter")
    await office.until_state(case_id, CaseState.CLOSED)
    assert (await office.case(case_id)).outcome == Outcome.WITHDRAWN


async def test_who_may_not_review_cannot_complete_an_application(office: ConsoleOffice) -> None:
    case_id = await office.waiting_for_documents()
    async with office.browser("signatory") as desk:
        answer = await desk.post(f"/console/cases/{case_id}/documents-brought")
    assert answer.status_code == 403
