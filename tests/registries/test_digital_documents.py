"""A digital document comes with its owner's consent or not at all, and what the portal recorded is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from belsendi.casework.bench import Bench, open_bench
from belsendi.casework.digital_documents import DigitalDocuments, NotAtTheDesk, digital_documents, look_after
from belsendi.casework.inquiries import SystemOut
from belsendi.contracts.states import CaseState
from belsendi.errors import Conflict, InvalidInput, NotFound
from belsendi.records.cases import open_case
from belsendi.records.models import Case, CaseStep, OwnersConsent, RegistryCall
from belsendi.settings import Settings
from simulators.client import RegistryControl
from simulators.process import running
from simulators.registry.events_control import OwnersAct
from simulators.registry.people import OutageMode, Person
from simulators.settings import SimulatorSettings

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OWNER, KIND = "850101400120", "applicant_identity"
PAPER = {"kind": KIND, "number": "0123", "issued_on": "2020-01-01", "issuer": "ІІМ"}


@dataclass(frozen=True)
class Desk:
    bench: Bench
    control: RegistryControl
    documents: DigitalDocuments
    case_id: str

    async def ask(self) -> str:
        return await self.documents.ask(self.case_id, KIND, actor="dev:caseworker", now=NOW)

    async def owner_decides(self, act: OwnersAct) -> None:
        waiting = await self.control.consents_asked(OWNER)
        await self.control.decide_consent(waiting[-1].consent_ref, act)

    async def row(self, request_id: str) -> OwnersConsent:
        async with self.bench.records.database.reading() as session:
            return await session.get_one(OwnersConsent, request_id)

    async def timeline(self) -> list[tuple[str, dict[str, object]]]:
        query = select(CaseStep).where(CaseStep.case_id == self.case_id).order_by(CaseStep.seq)
        async with self.bench.records.database.reading() as session:
            return [(step.kind, step.facts) for step in (await session.execute(query)).scalars()]


@pytest.fixture
async def desk(sqlite_settings: Settings, tmp_path: Path) -> AsyncIterator[Desk]:
    secret = sqlite_settings.secret("registry").get_secret_value()
    outside = SimulatorSettings(data_dir=tmp_path / "outside", smpp_password="p", registry_secret=secret)
    async with running(outside) as addresses, RegistryControl(addresses.registry_url) as control:
        owner = Person.model_validate(
            {
                "iin": OWNER,
                "surname": "С",
                "given_name": "А",
                "birth_date": "1985-01-01",
                "digital_documents": [PAPER],
            }
        )
        await control.add_people([owner])
        bench = open_bench(sqlite_settings.model_copy(update={"registry_url": addresses.registry_url}))
        async with bench.records.database.writing() as session:
            person = await bench.people.person(session, OWNER, NOW)
            case, _ = await open_case(
                session,
                service="BUR",
                subject_id=person.id,
                recipient_id=person.id,
                event_id=None,
                initiative="provider",
                offer_again=False,
                now=NOW,
            )
            case.state = CaseState.CASEWORK
        yield Desk(bench, control, digital_documents(bench), case.id)
        await bench.close()


@pytest.mark.parametrize(
    ("act", "state", "method"),
    [
        (OwnersAct.REPLY, "FETCHED", "SMS"),
        (OwnersAct.ONE_TIME_CODE, "FETCHED", "OTP"),
        (OwnersAct.REFUSAL, "REFUSED", None),
        (OwnersAct.NOTHING, "EXPIRED", None),
    ],
)
async def test_what_the_portal_recorded_is_kept_with_its_method_and_time(
    desk: Desk, act: OwnersAct, state: str, method: str | None
) -> None:
    """AC-D33, AC-C04: the portal asks; without a consent nothing is fetched."""
    request_id = await desk.ask()
    assert await desk.documents.take_up(request_id, NOW) == "WAITING"
    await desk.owner_decides(act)

    assert await desk.documents.take_up(request_id, NOW + MINUTE) == state

    row = await desk.row(request_id)
    assert (row.state, row.method) == (state, method)
    assert row.decided_at is not None
    document = await desk.documents.document(desk.case_id, KIND)
    fetched = await desk.control.calls("digital-documents")
    if method is None:
        assert document is None
        assert fetched == []
    else:
        assert document is not None and document.number == "0123"
        assert b"0123" not in (row.document or b"")
    kind, facts = (await desk.timeline())[-1]
    assert kind == f"DIGITAL_DOCUMENT_{state}"
    assert facts == {"document": KIND, **({"method": method} if method else {})}


async def test_an_owner_who_consents_to_what_is_not_there(desk: Desk) -> None:
    await desk.control.change_person(OWNER, digital_documents=[])
    request_id = await desk.ask()
    await desk.documents.take_up(request_id, NOW)
    await desk.owner_decides(OwnersAct.REPLY)
    assert await desk.documents.take_up(request_id, NOW + MINUTE) == "NOTHING"
    assert await desk.documents.document(desk.case_id, KIND) is None


async def test_a_lost_answer_of_the_portal_asks_the_owner_once(desk: Desk) -> None:
    """The request has a key of its own: repeated after an outage it is the same request."""
    request_id = await desk.ask()
    await desk.control.set_outages(portal=OutageMode.LOST_ANSWER)
    with pytest.raises(SystemOut):
        await desk.documents.take_up(request_id, NOW)
    assert (await desk.row(request_id)).state == "STORED"
    await desk.control.set_outages()
    assert await desk.documents.take_up(request_id, NOW + MINUTE) == "WAITING"
    assert len(await desk.control.consents_asked(OWNER)) == 1


async def test_the_round_looks_once_a_minute_and_an_outage_stops_no_other(desk: Desk) -> None:
    request_id = await desk.ask()
    await desk.control.set_outages(portal=OutageMode.DOWN)
    assert await look_after(desk.documents, NOW) == 0
    await desk.control.set_outages()
    assert await desk.documents.open_requests(NOW + MINUTE / 2) == []
    assert await look_after(desk.documents, NOW + MINUTE) == 0
    await desk.owner_decides(OwnersAct.REPLY)
    assert await look_after(desk.documents, NOW + 2 * MINUTE) == 1
    assert await desk.documents.open_requests(NOW + 9 * MINUTE) == []
    assert (await desk.row(request_id)).state == "FETCHED"


async def test_every_look_stands_in_the_query_log(desk: Desk) -> None:
    request_id = await desk.ask()
    await desk.documents.take_up(request_id, NOW)
    await desk.owner_decides(OwnersAct.ONE_TIME_CODE)
    await desk.documents.take_up(request_id, NOW + MINUTE)
    query = select(RegistryCall).where(RegistryCall.case_id == desk.case_id).order_by(RegistryCall.asked_at)
    async with desk.bench.records.database.reading() as session:
        calls = {
            (call.system, call.operation, call.result) for call in (await session.execute(query)).scalars()
        }
    assert calls == {
        ("portal", "request_consent", "present"),
        ("portal", "consent", "present"),
        ("digital-documents", "document", "present"),
    }


async def test_an_owner_is_asked_again_only_after_the_answer(desk: Desk) -> None:
    request_id = await desk.ask()
    with pytest.raises(Conflict):
        await desk.ask()
    await desk.documents.take_up(request_id, NOW)
    await desk.owner_decides(OwnersAct.REFUSAL)
    await desk.documents.take_up(request_id, NOW + MINUTE)
    again = await desk.ask()
    assert (await desk.row(again)).attempt == 2
    assert await desk.documents.take_up(request_id, NOW + MINUTE) == "REFUSED"


async def test_the_automatic_path_asks_nobody(desk: Desk) -> None:
    """INC-38: there, what is absent is a refusal decision."""
    async with desk.bench.records.database.writing() as session:
        (await session.get_one(Case, desk.case_id)).state = CaseState.EIM_DRAFTING
    with pytest.raises(NotAtTheDesk):
        await desk.ask()
    assert await desk.control.consents_asked(OWNER) == []


async def test_a_document_that_ran_out_proves_nothing(desk: Desk) -> None:
    await desk.control.change_person(OWNER, digital_documents=[{**PAPER, "valid_to": "2026-11-20"}])
    request_id = await desk.ask()
    await desk.documents.take_up(request_id, NOW)
    await desk.owner_decides(OwnersAct.REPLY)
    assert await desk.documents.proved(desk.case_id, date(2026, 11, 20)) == frozenset()
    await desk.documents.take_up(request_id, NOW + MINUTE)
    assert await desk.documents.proved(desk.case_id, date(2026, 11, 20)) == {KIND}
    assert await desk.documents.proved(desk.case_id, date(2026, 11, 21)) == frozenset()


async def test_what_nobody_needs_is_not_asked_for(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="no such document"):
        await desk.documents.ask(desk.case_id, "diary", actor="dev:caseworker", now=NOW)
    with pytest.raises(NotFound):
        await desk.documents.ask("nobody", KIND, actor="dev:caseworker", now=NOW)
    with pytest.raises(NotFound):
        await desk.documents.take_up("nobody", NOW)
