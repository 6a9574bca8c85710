"""The caseworker's decision on the casework path, by the form of the case's page (P7, transition 28)."""

from __future__ import annotations

import pytest

from belsendi.contracts.states import CaseState, Outcome
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
