"""Paper is not demanded for what the state's systems give (COM-05), and is where they do not (COM-06)."""

from __future__ import annotations

import re

import pytest

from belsendi.casework.demands import DemandRefused
from belsendi.contracts.states import CaseState
from belsendi.records.conditions import note_condition
from tests.console.office import ConsoleOffice

pytestmark = pytest.mark.asyncio(loop_scope="session")
REASON = "needed for the decision"
PRESENT, ABSENT = "disability_certificate", "hospital_certificate"


async def test_a_document_that_a_system_has_given_is_neither_offered_nor_taken_as_a_demand(
    office: ConsoleOffice,
) -> None:
    """AC-C10: the demand is disabled on the page and refused by the server; what is absent may be asked for."""
    case_id = await office.at_the_desk()
    path = f"/console/cases/{case_id}/document-requests"
    async with office.browser("caseworker") as desk:
        page = (await desk.get(f"/console/cases/{case_id}")).text
        asking = page.partition("document-requests")[2].partition("</fieldset>")[0]
        boxes = dict(re.findall(r'name="kind" value="(\w+)"( disabled)?>', asking))
        assert boxes[PRESENT] and not boxes[ABSENT] and not boxes["other"]
        refused = await desk.post(path, kind=[PRESENT, ABSENT], reason=REASON)
        assert refused.status_code == 422
        assert "not demanded of the citizen" in refused.text
        with pytest.raises(DemandRefused) as error:
            await office.officers.ask_documents(
                case_id, "dev:caseworker", [PRESENT, ABSENT], False, REASON, office.context.clock()
            )
        assert error.value.kinds == [PRESENT]
        taken = await desk.post(path, kind=ABSENT, reason=REASON)
        assert taken.headers["location"].endswith("done=documents_asked")
    assert (await office.case(case_id)).state == CaseState.CASEWORK


async def test_while_its_system_is_out_a_document_may_be_asked_for(office: ConsoleOffice) -> None:
    """COM-06, SIL-15: the person is not made to wait for a system."""
    case_id, now = await office.at_the_desk(), office.context.clock()
    database = office.context.bench.records.database
    path = f"/console/cases/{case_id}/document-requests"
    await note_condition(database, "disabilities", out=True, at=now, problem="timeout")
    try:
        async with office.browser("caseworker") as desk:
            taken = await desk.post(path, kind=PRESENT, reason=REASON)
    finally:
        await note_condition(database, "disabilities", out=False, at=now)
    assert taken.headers["location"].endswith("done=documents_asked")
