"""The portal asks which checks an application would fail before it is sent (D-t8, B-r13); no case comes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from api.v1.signatures import sign
from belsendi.records.models import AuditEntry, LifeEvent
from simulators.registry.people import OutageMode
from tests.console.office import ConsoleOffice, Family, without_payments
from tests.console.test_intake_form import IBAN, a_family, cases_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def ask(office: ConsoleOffice, family: Family, **changes: Any) -> httpx.Response:
    now = datetime.now(UTC)
    body = {
        "service": "BUR",
        "channel": "portal",
        "applicant": {"iin": family.declarant.iin},
        "subject_iin": family.deceased.iin,
        "account": IBAN,
        "certified": "eds",
        "eds_reference": "eds-1",
        "received_at": now.isoformat(),
        "documents_complete": True,
        "data_consent": True,
    }
    content = json.dumps(body | changes).encode()
    secret = office.context.settings.secret("events").get_secret_value()
    headers = {"Content-Type": "application/json"} | sign(secret.encode(), int(now.timestamp()), content)
    async with httpx.AsyncClient(base_url=office.url, trust_env=False, timeout=60) as client:
        return await client.post("/v1/parameter-checks", content=content, headers=headers)


async def test_the_portal_hears_which_checks_would_fail_and_nothing_is_opened(office: ConsoleOffice) -> None:
    """B-r13(4): the deceased received none of the four payments; a family in order passes all five."""
    good, bad = await a_family(office), without_payments(await a_family(office))
    await office.registry.add_people([bad.deceased])
    for family in (good, bad):
        await office.registry.add_death(family.death)
    checked = select(func.count()).where(AuditEntry.action == "application.check")
    async with office.context.bench.records.database.reading() as session:
        before = (await session.execute(select(func.count()).select_from(LifeEvent))).scalar_one()
        seen = (await session.execute(checked)).scalar_one()
    passed = (await ask(office, good)).json()
    assert passed["passes"] is True
    assert [(each["code"], each["result"]) for each in passed["checks"]] == [
        (f"CK{n}", "PASS") for n in range(1, 6)
    ]
    failed = (await ask(office, bad)).json()
    assert failed["passes"] is False
    results = {each["code"]: each["result"] for each in failed["checks"]}
    assert results["CK4"] == "FAIL" and results["CK3"] == "PASS"
    (named,) = [each for each in failed["checks"] if each["code"] == "CK4"]
    assert named["citation"] == "B-r13(4)" and named["name"]["kk"] and named["name"]["ru"]
    assert await cases_of(office, good) == [] and await cases_of(office, bad) == []
    async with office.context.bench.records.database.reading() as session:
        assert (await session.execute(select(func.count()).select_from(LifeEvent))).scalar_one() == before
        assert (await session.execute(checked)).scalar_one() == seen + 2


async def test_a_precheck_needs_consent_and_an_outage_fails_nothing(office: ConsoleOffice) -> None:
    """Law 94-V, art. 8: no register without consent; SIL-15: a system that is out is no failed check."""
    family = await a_family(office)
    refused = await ask(office, family, data_consent=False)
    assert refused.status_code == 422
    assert [each["code"] for each in refused.json()["errors"]] == ["no_data_consent"]
    await office.registry.set_outages(recipients=OutageMode.DOWN)
    try:
        out = await ask(office, family)
    finally:
        await office.registry.set_outages()
    assert out.status_code == 503


async def test_a_service_without_checks_passes(office: ConsoleOffice) -> None:
    """The order names no parameters for the survivor benefit: a caseworker decides."""
    family = await a_family(office)
    await office.registry.add_death(family.death)
    answer = await ask(office, family, service="SUR")
    assert answer.json() == {"service": "SUR", "passes": True, "checks": []}


async def test_of_a_person_nobody_knows_no_register_is_asked(office: ConsoleOffice) -> None:
    """Without an access token nothing is read (law 94-V, art. 8); who sent it hears what to correct."""
    family = await a_family(office)
    before = [call.id for call in await office.registry.calls()]
    stranger = next(office._families).declarant
    refused = await ask(office, family, applicant={"iin": stranger.iin})
    assert refused.status_code == 422
    assert [each["code"] for each in refused.json()["errors"]] == ["unknown_person"]
    asked = await office.registry.calls(after=max(before, default=0))
    assert [call.system for call in asked] == ["access-control"]
