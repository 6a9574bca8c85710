"""Asking the owner for a digital document by the interface: the rules of the console's button."""

from __future__ import annotations

import httpx

from api.context import ApiContext
from belsendi.casework.digital_documents import digital_documents
from belsendi.contracts.states import CaseState
from tests.api.test_cases import BEARER, Office, office  # noqa: F401  the fixture

KIND = {"kind": "death_record"}


async def ask(http: httpx.AsyncClient, case: str, body: object = KIND, **headers: str) -> httpx.Response:
    return await http.post(f"/v1/cases/{case}/digital-documents", json=body, headers=BEARER | headers)


async def test_the_owner_is_asked_once(
    http: httpx.AsyncClient,
    office: Office,  # noqa: F811
    context: ApiContext,
) -> None:
    """COM-10, AC-D33: stored for the portal; asked again only when the owner has not been reached."""
    case = await office.case(CaseState.CASEWORK)
    answer = await ask(http, case.reference)
    assert answer.status_code == 202
    told = answer.json()
    assert (told["case"], told["kind"], told["attempt"], told["state"]) == (
        case.id,
        *KIND.values(),
        1,
        "STORED",
    )
    again = await ask(http, case.id)
    assert (again.status_code, again.json()["type"]) == (409, "/v1/problems/conflict")
    listed = await http.get(f"/v1/cases/{case.id}/digital-documents", headers=BEARER)
    assert listed.json() == {"requests": [told]}
    (row,) = await digital_documents(context.bench).listed(case.id)
    assert (row.id, row.asked_by) == (told["id"], "service:api")
    assert await digital_documents(context.bench).open_requests(context.clock()) == [row.id], "taken up next"


async def test_what_the_button_refuses_is_refused(http: httpx.AsyncClient, office: Office) -> None:  # noqa: F811
    offered, at_the_desk = await office.case(), await office.case(CaseState.EXTENDED)
    for case, body, status in (
        (offered.id, KIND, 409),  # the automatic path asks for nothing (INC-38)
        (at_the_desk.id, {"kind": "diary"}, 422),
        (at_the_desk.id, {"kind": "Diary"}, 422),
        (at_the_desk.id, {}, 422),
        ("0" * 32, KIND, 404),
    ):
        answer = await ask(http, case, body)
        assert answer.status_code == status, body
        if status == 422:
            assert [each["pointer"] for each in answer.json()["errors"]] == ["/kind"]
    assert (await ask(http, at_the_desk.id, Authorization="Bearer x")).status_code == 401
    listed = await http.get(f"/v1/cases/{at_the_desk.id}/digital-documents", headers=BEARER)
    assert listed.json() == {"requests": []}
