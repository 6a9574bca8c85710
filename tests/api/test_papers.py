"""What the portal's own system reads of a case: the applicant's papers and the lines of the cabinet."""

from __future__ import annotations

import hashlib

import httpx

from belsendi.records.models import AuditEntry
from tests.api.conftest import TOKEN
from tests.api.sender import WIDOW, Sender
from tests.api.test_applications import application, apply, rows
from tests.api.test_receipts import BY_PORTAL
from tests.documents.paper import Paper

AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}


async def get(sender: Sender, path: str) -> httpx.Response:
    return await sender.http.get(path, headers=AUTHORISED)


async def test_the_electronic_receipt_is_read_by_the_portal_and_the_cabinet_tells_of_it(
    sender: Sender,
) -> None:
    """AC-B32, COM-09: M-10 and the status first, M-09 with the receipt; nothing is lost while the portal is out."""
    taken = (await apply(sender, application(**BY_PORTAL, language="ru"))).json()
    base = f"/v1/cases/{taken['reference']}"
    (paper,) = (await get(sender, f"{base}/papers")).json()["papers"]
    content = await get(sender, f"{base}/papers/{paper['id']}")
    assert content.headers["content-type"] == "application/pdf"
    assert hashlib.sha256(content.content).hexdigest() == paper["sha256"]
    assert paper["kind"] == "receipt" and "электронная" in Paper(content.content).text
    lines = (await get(sender, f"{base}/cabinet")).json()["lines"]
    told = {line["code"]: line for line in lines}
    assert set(told) == {"M-09", "M-10", "REQUEST_ACCEPTED"}
    assert told["M-09"]["paper"] == paper["id"] and f"{taken['reference']}/1" in told["M-09"]["text"]
    assert told["REQUEST_ACCEPTED"]["text"] == "запрос на оказание государственной услуги принят"
    assert {line["state"] for line in lines} == {"queued"}
    assert await sender.context.side.cabinet.send_due(sender.context.clock()) == 0
    again = (await get(sender, f"{base}/cabinet")).json()["lines"]
    assert again == lines
    audited = [row.action for row in await rows(sender, AuditEntry)]
    assert audited.count("document.view") == 1 and audited.count("cabinet.view") == 2


async def test_a_case_of_the_counter_shows_nothing_in_the_cabinet_and_its_papers_are_its_own(
    sender: Sender,
) -> None:
    first = (await apply(sender, application())).json()
    other = await apply(
        sender, application(subject_iin=WIDOW, service="DIS", date_of_death=None), key="key-2"
    )
    (paper,) = (await get(sender, f"/v1/cases/{first['case_id']}/papers")).json()["papers"]
    assert (await get(sender, f"/v1/cases/{first['case_id']}/cabinet")).json() == {"lines": []}
    elsewhere = f"/v1/cases/{other.json()['case_id']}/papers/{paper['id']}"
    assert (await get(sender, elsewhere)).status_code == 404
    assert (await sender.http.get(elsewhere)).status_code == 401
