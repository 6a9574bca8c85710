"""An officer signs, returns, reviews, withdraws through the pages; the case and the audit trail show it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from belsendi.casework.case_page import CasePages
from belsendi.contracts.states import CaseState
from belsendi.law import legal_day
from belsendi.records.models import DocumentSignature
from simulators.registry.people import OutageMode
from tests.console.office import ConsoleOffice, Desk, hidden
from tests.documents.paper import Paper

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _signatures(office: ConsoleOffice, document_id: str) -> list[DocumentSignature]:
    async with office.context.bench.records.database.reading() as session:
        query = select(DocumentSignature).where(DocumentSignature.document_id == document_id)
        return list((await session.execute(query)).scalars())


async def _form(desk: Desk, case_id: str) -> dict[str, str]:
    """The fields of the signing form as they stand on the page."""
    page = (await desk.get(f"/console/cases/{case_id}")).text
    return {name: hidden(page, name) for name in ("decision", "revision", "act")}


async def test_the_signature_of_the_authorised_person_takes_effect_and_the_payment_is_ordered(
    office: ConsoleOffice,
) -> None:
    """AC-B01, from the draft on: signed in the console, decided, placed; invariant 3."""
    case_id = await office.awaiting_signature()
    draft = await office.draft(case_id)
    assert (draft.number, draft.decided_on) == (None, None)
    async with office.browser("signatory") as desk:
        form = await _form(desk, case_id)
        assert "given with the signature" in (await desk.get(f"/console/cases/{case_id}")).text
        answer = await desk.post(f"/console/cases/{case_id}/sign", **form, passphrase=office.passphrase)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/console/cases/{case_id}?done=signed"
        await office.until_state(case_id, CaseState.CLOSED)
        shown = (await desk.get(f"/console/cases/{case_id}")).text
    assert (await office.case(case_id)).outcome == "ASSIGNED"
    assert await _signatures(office, draft.document_id) == []
    decision = await office.decision(case_id)
    (signature,) = await _signatures(office, decision.document_id)
    assert decision.decided_on == legal_day(signature.signed_at)
    _, paper = await CasePages(office.context.bench).document(decision.document_id)
    assert f"№ {decision.number}, {decision.decided_on:%d.%m.%Y}" in Paper(paper).text
    assert f"{decision.number}</span>, {decision.decided_on:%d.%m.%Y}" in shown
    assert signature.effective
    assert signature.role == "provider_authorised_person"
    assert signature.signed_by == "dev:signatory"
    assert "signature valid (verified now)" in shown
    assert "placed for payment" in shown
    assert ("dev:signatory", "case.sign", "revision 1") in await office.audited(case_id)


async def test_a_wrong_passphrase_signs_nothing_and_is_said_in_plain_words(office: ConsoleOffice) -> None:
    case_id = await office.awaiting_signature()
    draft = await office.draft(case_id)
    async with office.browser("signatory") as desk:
        form = await _form(desk, case_id)
        answer = await desk.post(f"/console/cases/{case_id}/sign", **form, passphrase="not-the-passphrase")
        empty = await desk.post(f"/console/cases/{case_id}/sign", **form, passphrase="")
    assert answer.status_code == empty.status_code == 422
    assert "The passphrase did not open the key. Nothing was signed" in answer.text
    assert "not-the-passphrase" not in answer.text
    assert await _signatures(office, draft.document_id) == []
    assert (await office.case(case_id)).state == CaseState.AWAITING_SIGNATURE
    assert ("dev:signatory", "case.sign_failed", "revision 1") in await office.audited(case_id)


async def test_a_signature_tried_again_takes_no_second_number(office: ConsoleOffice) -> None:
    """Transition 22 happens once: the number of the first attempt is the number of the decision."""
    case_id = await office.awaiting_signature()
    async with office.browser("signatory") as desk:
        form = await _form(desk, case_id)
        await desk.post(f"/console/cases/{case_id}/sign", **form, passphrase="not-the-passphrase")
        taken = (await office.draft(case_id)).number
        await desk.post(f"/console/cases/{case_id}/sign", **form, passphrase=office.passphrase)
        await office.until_state(case_id, CaseState.CLOSED)
    assert taken is not None
    assert (await office.decision(case_id)).number == taken


async def test_a_returned_draft_is_formed_anew_and_its_older_revision_cannot_be_signed(
    office: ConsoleOffice,
) -> None:
    """Transition 23 (SIL-17); what was read is what is signed."""
    case_id = await office.awaiting_signature()
    async with office.browser("signatory") as desk:
        form = await _form(desk, case_id)
        answer = await desk.post(
            f"/console/cases/{case_id}/return",
            decision=form["decision"],
            revision=form["revision"],
            reason="The amount is not explained",
        )
        assert answer.status_code == 303

        async def drafted_again() -> bool:
            case = await office.case(case_id)
            return case.state == CaseState.AWAITING_SIGNATURE and await office.revision(case_id) == 2

        await office.until(drafted_again)
        late = await desk.post(f"/console/cases/{case_id}/sign", **form, passphrase=office.passphrase)
        shown = (await desk.get(f"/console/cases/{case_id}")).text
    assert late.status_code == 409
    assert "No draft waits for a signature" in late.text
    assert "The authorised person returned revision 1" in shown
    assert ("dev:signatory", "case.return_draft", "The amount is not explained") in await office.audited(
        case_id
    )


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", "Write in a few words why."),
        ("x" * 401, "The reason is too long"),
        ("the IIN 900101300017 is wrong", "must not hold an IIN"),
        ("KZ86125KZT5004100100 is closed", "must not hold an IIN"),
        ("call +7 701 000 00 01", "must not hold an IIN"),
    ],
)
async def test_a_reason_is_wanted_and_holds_no_personal_data(
    office: ConsoleOffice, reason: str, words: str
) -> None:
    case_id, _ = await office.death()
    async with office.browser("caseworker") as desk:
        answer = await desk.post(f"/console/cases/{case_id}/withdraw", reason=reason)
    assert answer.status_code == 422
    assert words in answer.text
    assert (await office.case(case_id)).outcome is None
    assert [action for _, action, _ in await office.audited(case_id)] == ["case.view"]


async def test_a_caseworker_withdraws_on_the_citizens_word(office: ConsoleOffice) -> None:
    """Transition 29 (SIL-07): until the signature; a closed case takes nothing more."""
    case_id, _ = await office.death()
    async with office.browser("caseworker") as desk:
        answer = await desk.post(f"/console/cases/{case_id}/withdraw", reason="said so by telephone")
        assert answer.status_code == 303
        await office.until_state(case_id, CaseState.CLOSED)
        late = await desk.post(f"/console/cases/{case_id}/withdraw", reason="said so by telephone")
    assert (await office.case(case_id)).outcome == "WITHDRAWN"
    assert late.status_code == 409
    assert "The case is closed" in late.text


@pytest.mark.parametrize(
    ("verdict", "state"), [("pass", CaseState.AWAITING_SIGNATURE), ("fail", CaseState.CLOSED)]
)
async def test_a_person_settles_what_the_checks_left_open(
    office: ConsoleOffice, verdict: str, state: CaseState
) -> None:
    """SIL-49: a payment suspended on the day of death; AC-C08 for the failing side."""
    case_id = await office.in_review()
    async with office.browser("caseworker") as desk:
        answer = await desk.post(
            f"/console/cases/{case_id}/review", verdict=verdict, reason="looked into the register"
        )
        assert answer.status_code == 303
        await office.until_state(case_id, state)
        shown = (await desk.get(f"/console/cases/{case_id}")).text
    case = await office.case(case_id)
    assert case.outcome == (None if verdict == "pass" else "NOT_ACCEPTED")
    assert (f"case.review_{verdict}ed") in [action for _, action, _ in await office.audited(case_id)]
    if verdict == "fail":
        assert "parameters not met: CK4" in shown
        assert "Decision No." not in shown


async def test_several_drafts_are_signed_with_one_passphrase(office: ConsoleOffice) -> None:
    """SIL-17: batch signing; a draft that was replaced meanwhile stops none of the others."""
    first, second = await office.awaiting_signature(), await office.awaiting_signature()
    refs = []
    for case_id in (first, second):
        draft = await office.draft(case_id)
        refs.append(f"{case_id}:{draft.id}:{draft.revision}")
    stale = refs[1].rsplit(":", 1)[0] + ":7"
    async with office.browser("signatory") as desk:
        wrong = await desk.post("/console/tasks/sign", draft=refs, passphrase="wrong")
        none = await desk.post("/console/tasks/sign", passphrase=office.passphrase)
        answer = await desk.post("/console/tasks/sign", draft=[refs[0], stale], passphrase=office.passphrase)
    assert wrong.status_code == none.status_code == 422
    assert "No draft was chosen" in none.text
    assert answer.status_code == 200
    assert "signature handed to the case" in answer.text
    assert "not taken, open the case" in answer.text
    await office.until_state(first, CaseState.CLOSED)
    assert (await office.case(second)).state == CaseState.AWAITING_SIGNATURE


async def test_a_rejected_placement_is_asked_for_again_by_a_button(office: ConsoleOffice) -> None:
    """AC-B26: the case stays decided, the result was told; a press asks the payment system at once."""
    case_id = await office.awaiting_signature()
    await office.registry.set_outages(odq=OutageMode.DOWN)
    try:
        async with office.browser("signatory") as desk:
            form = await _form(desk, case_id)
            await desk.post(f"/console/cases/{case_id}/sign", **form, passphrase=office.passphrase)
        await office.until_state(case_id, CaseState.DECIDED_ASSIGN)

        async def flagged() -> bool:
            return "PLACEMENT_FAILING" in (await office.case(case_id)).flags

        await office.until(flagged)
    finally:
        await office.registry.set_outages()
    async with office.browser("caseworker") as desk:
        shown = (await desk.get(f"/console/cases/{case_id}")).text
        assert "The payment system does not take it" in shown
        answer = await desk.post(f"/console/cases/{case_id}/place")
    assert answer.status_code == 303
    await office.until_state(case_id, CaseState.CLOSED)
    assert (await office.case(case_id)).outcome == "ASSIGNED"


async def test_a_service_account_has_a_placement_tried_again_once(office: ConsoleOffice) -> None:
    """SIL-16: whoever knows that the payment system is back may say so; the same key is the same act."""
    case_id = await office.awaiting_signature()
    (office.context.settings.secrets_dir / "api-token").write_text("a-service", encoding="utf-8")
    bearer = {"Authorization": "Bearer a-service"}
    await office.registry.set_outages(odq=OutageMode.DOWN)
    try:
        async with office.browser("signatory") as desk:
            form = await _form(desk, case_id)
            await desk.post(f"/console/cases/{case_id}/sign", **form, passphrase=office.passphrase)

        async def flagged() -> bool:
            return "PLACEMENT_FAILING" in (await office.case(case_id)).flags

        await office.until(flagged)
    finally:
        await office.registry.set_outages()
    async with office.browser() as caller:
        seen = await caller.get(f"/v1/cases/{case_id}", **bearer)
        act = bearer | {"Idempotency-Key": "the-payment-system-is-back", "If-Match": seen.headers["etag"]}
        first = await caller.client.post(f"/v1/cases/{case_id}/placement-attempts", headers=act)
        await office.until_state(case_id, CaseState.CLOSED)
        again = await caller.client.post(f"/v1/cases/{case_id}/placement-attempts", headers=act)
        new_key = act | {"Idempotency-Key": "another"}
        late = await caller.client.post(f"/v1/cases/{case_id}/placement-attempts", headers=new_key)
    assert (first.status_code, first.json()["case"]) == (202, case_id)
    assert (again.status_code, again.json()) == (202, first.json())
    assert (late.status_code, late.json()["type"]) == (412, "/v1/problems/changed-meanwhile")
    acts = [line for line in await office.audited(case_id) if line[0] == "service:api"]
    assert acts == [("service:api", "case.retry_placement", None)]


async def test_a_task_is_marked_as_done_with_a_word_on_how(office: ConsoleOffice) -> None:
    await office.death(declared=False)
    async with office.browser("caseworker") as desk:
        page = (await desk.get("/console/tasks?kind=NO_RECIPIENT")).text
        assert "it names nobody to whom an offer can be made" in page
        path = page.partition('action="/console/tasks/')[2].partition('"')[0]
        silent = await desk.post(f"/console/tasks/{path}", reason="")
        done = await desk.post(f"/console/tasks/{path}", reason="the family was found by the akimat")
        again = await desk.post(f"/console/tasks/{path}", reason="the family was found by the akimat")
    assert (silent.status_code, done.status_code, again.status_code) == (422, 303, 409)
    task_id = path.removesuffix("/close")
    assert await office.audited(task_id) == [
        ("dev:caseworker", "task.close", "the family was found by the akimat")
    ]
