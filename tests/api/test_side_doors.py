"""The doors beside events and cases: the portal, the contact centre, education heads, counters, obligations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.context import ApiContext
from api.v1.signatures import sign
from belsendi.casework.obligations import DependantFacts, SurvivorFacts, begin_obligations
from belsendi.contracts.states import CaseState, Outcome
from belsendi.records.cases import open_case
from belsendi.records.models import (
    AuditEntry,
    Case,
    CounterVisit,
    EducationNotice,
    HomeVisit,
    InformationRequest,
    Task,
)
from tests.api.conftest import CENTRE_TOKEN, TOKEN
from tests.api.sender import NOW, Sender, iin

MOTHER, STUDENT = iin(11), iin(12)


class Doors:
    """Sends to every door as its own caller."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self.context: ApiContext = sender.context

    async def signed(self, path: str, body: dict[str, Any]) -> httpx.Response:
        content = json.dumps(body).encode()
        headers = sign(self._sender.secret, int(self.context.clock().timestamp()), content)
        return await self._sender.http.post(
            path, content=content, headers={"Content-Type": "application/json"} | headers
        )

    async def post(self, path: str, body: dict[str, Any], token: str = TOKEN) -> httpx.Response:
        return await self._sender.http.post(path, json=body, headers=_bearer(token))

    async def get(self, path: str, token: str = TOKEN) -> httpx.Response:
        return await self._sender.http.get(path, headers=_bearer(token))

    async def rows(self, model: type[Any]) -> Sequence[Any]:
        await self.context.background.drain()
        async with self.context.bench.records.database.reading() as session:
            return (await session.execute(select(model))).scalars().all()

    async def case(self, recipient: str = MOTHER, service: str = "BUR", **fields: Any) -> tuple[str, str]:
        """A case of a recipient. Returns its id and its reference."""
        bench = self.context.bench
        async with bench.records.database.writing() as session:
            subject = await bench.people.person(session, iin(99), NOW)
            person = await bench.people.person(session, recipient, NOW)
            case, _ = await open_case(
                session,
                service=service,
                subject_id=subject.id,
                recipient_id=person.id,
                event_id=None,
                initiative="provider",
                now=NOW,
            )
            for name, value in fields.items():
                setattr(case, name, value)
            return case.id, case.reference


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def doors(sender: Sender) -> Doors:
    return Doors(sender)


def asked(**changes: Any) -> dict[str, Any]:
    request = {"source": "egov.kz", "id": "req-1", "iin": MOTHER, "signature_reference": "eds-1"}
    return request | changes


def visit(**changes: Any) -> dict[str, Any]:
    request = {
        "source": "1414",
        "id": "call-1",
        "iin": MOTHER,
        "service": "BUR",
        "address": "Астана қ., Достық к-сі, 1",
        "caller_number": "+77015550001",
        "dialled": "1414",
    }
    return request | changes


async def test_a_request_for_information_is_stored_and_due_in_half_an_hour(doors: Doors) -> None:
    """AC-S10: the half hour runs from the receipt; the engine is out, the row waits for the sweep."""
    answer = await doors.signed("/v1/information-requests", asked(service="SUR"))

    assert answer.status_code == 202
    body = answer.json()
    assert (body["state"], body["rules"], body["late"]) == ("STORED", "S-t3", False)
    due, received = (datetime.fromisoformat(body[name]) for name in ("due_at", "received_at"))
    assert due - received == timedelta(minutes=30)
    (row,) = await doors.rows(InformationRequest)
    assert (row.id, row.signature_reference, row.workflow_started_at) == (body["id"], "eds-1", None)

    again = await doors.signed("/v1/information-requests", asked(service="SUR"))
    assert (again.status_code, again.json()) == (200, body)
    shown = await doors.get(f"/v1/information-requests/{body['id']}")
    assert (shown.status_code, shown.json()) == (200, body)


async def test_a_request_nobody_signed_is_not_taken(doors: Doors) -> None:
    answer = await doors.post("/v1/information-requests", asked())
    assert (answer.status_code, await doors.rows(InformationRequest)) == (401, [])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"iin": "123"}, "/iin"),
        ({"service": "XYZ"}, "/service"),
        ({"id": f"of-{MOTHER}"}, "/id"),
        ({"signature_reference": MOTHER}, "/signature_reference"),
        ({"language": "en"}, "/language"),
        ({"answer_to": "+77015550001"}, "/answer_to"),
    ],
)
async def test_a_wrong_field_is_named_without_its_value(
    doors: Doors, change: dict[str, Any], pointer: str
) -> None:
    answer = await doors.signed("/v1/information-requests", asked(**change))

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert MOTHER not in answer.text


async def test_the_contact_centre_hears_where_the_callers_cases_stand(doors: Doors) -> None:
    """AC-C09: by the person or by a case's reference, and every telling is on the audit trail."""
    await doors.case(iin(13))
    case_id, reference = await doors.case(state=CaseState.AWAITING_SIGNATURE, due_at=NOW)

    told = await doors.post("/v1/standings", {"iin": MOTHER}, CENTRE_TOKEN)
    by_reference = await doors.get(f"/v1/standings/{reference.lower()}", CENTRE_TOKEN)

    assert (told.status_code, by_reference.status_code) == (200, 200)
    (case,) = told.json()["cases"]
    assert (case["reference"], case["state"], case["due_on"]) == (
        reference,
        "AWAITING_SIGNATURE",
        "2026-11-20",
    )
    assert case["status"] == {"kk": "шешім қол қоюға берілді", "ru": "решение на подписи"}
    assert case["decided_on"] is None and case["decision_no"] is None
    assert by_reference.json()["cases"] == told.json()["cases"]
    trail = [(entry.actor, entry.action) for entry in await doors.rows(AuditEntry)]
    assert trail == [("contact-centre", "standing.told")] * 2
    assert case_id not in told.text


async def test_a_stranger_has_no_cases_and_nobody_is_entered_for_asking(doors: Doors) -> None:
    told = await doors.post("/v1/standings", {"iin": STUDENT}, CENTRE_TOKEN)
    assert (told.status_code, told.json()["cases"]) == (200, [])
    async with doors.context.bench.records.database.reading() as session:
        assert await doors.context.bench.people.find_person(session, STUDENT) is None


async def test_a_service_account_is_not_the_contact_centre(doors: Doors) -> None:
    assert (await doors.post("/v1/standings", {"iin": MOTHER}, TOKEN)).status_code == 401
    assert (await doors.post("/v1/home-visits", visit(), TOKEN)).status_code == 401
    assert (await doors.get("/v1/cases", CENTRE_TOKEN)).status_code == 401


async def test_a_home_visit_is_a_task_of_the_state_corporation_in_the_services_term(doors: Doors) -> None:
    """AC-B35: called 1414; the number shown is 8 800 080 7777 (INC-06); the service's own term (SIL-41)."""
    answer = await doors.post("/v1/home-visits", visit(), CENTRE_TOKEN)

    assert answer.status_code == 201
    body = answer.json()
    assert (body["number_shown"], body["state"]) == ("8 800 080 7777", "requested")
    assert body["rules"] == "B-t10; B-t3; SIL-41"
    due = datetime.fromisoformat(body["due_at"])
    assert due.astimezone(UTC) == datetime(
        2026, 11, 25, 18, 59, 59, tzinfo=UTC
    )  # three working days from Friday
    (task,) = await doors.rows(Task)
    assert (task.kind, task.due_at, task.facts) == (
        "HOME_VISIT",
        due,
        {"service": "BUR", "visit": body["id"]},
    )
    (row,) = await doors.rows(HomeVisit)
    assert "Достық".encode() not in row.whereabouts and b"7701555" not in row.whereabouts
    kept = await doors.context.bench.records.vault.open(row.whereabouts, f"home_visits.whereabouts/{row.id}")
    assert "Достық" in kept

    again = await doors.post("/v1/home-visits", visit(), CENTRE_TOKEN)
    assert (again.status_code, again.json(), len(await doors.rows(Task))) == (200, body, 1)


async def test_a_visit_that_took_place_closes_its_task(doors: Doors) -> None:
    body = (await doors.post("/v1/home-visits", visit(), CENTRE_TOKEN)).json()
    path = f"/v1/home-visits/{body['id']}/settlement"

    settled = await doors.post(path, {"state": "visited"})
    cancelled = await doors.post(path, {"state": "cancelled"})

    assert (settled.status_code, settled.json()["state"]) == (200, "visited")
    assert cancelled.status_code == 409
    (task,) = await doors.rows(Task)
    assert (task.closed_at, task.closed_by) == (NOW, "state-corporation")
    assert (
        await doors.post(f"/v1/home-visits/{'0' * 32}/settlement", {"state": "visited"})
    ).status_code == 404


async def test_the_minutes_of_a_ticket_are_told_as_they_become_known(doors: Doors) -> None:
    """T-12, T-13: 15 minutes of waiting, 20 of service for the burial payment, 30 for the others (B-t3, D-t3)."""

    def ticket(number: int, service: str, place: str = "state_corporation", **times: str) -> dict[str, Any]:
        return {
            "source": "queue",
            "id": f"A{number:03}",
            "service": service,
            "place": place,
            "office": "71-03",
            **times,
        }

    first = ticket(1, "BUR", joined_at="2026-11-20T10:00:00+05:00")
    drawn = await doors.post("/v1/counter-visits", first)
    assert (drawn.status_code, drawn.json()) == (
        201,
        {"wait_limit": 15, "service_limit": 20, "citation": "B-t3"},
    )
    closed = first | {"served_at": "2026-11-20T10:16:00+05:00", "ended_at": "2026-11-20T10:30:00+05:00"}
    assert (await doors.post("/v1/counter-visits", closed)).status_code == 200
    other = ticket(
        2,
        "BUR",
        joined_at="2026-11-20T11:00:00+05:00",
        served_at="2026-11-20T11:04:00+05:00",
        ended_at="2026-11-20T11:30:00+05:00",
    )
    assert (await doors.post("/v1/counter-visits", other)).status_code == 201
    desk = ticket(
        3,
        "DIS",
        "provider",
        joined_at="2026-11-20T11:00:00+05:00",
        served_at="2026-11-20T11:01:00+05:00",
    )
    assert (await doors.post("/v1/counter-visits", desk)).json()["service_limit"] is None

    page = (await doors.get("/v1/counter-visits/figures?since=2026-11-20&until=2026-11-20")).json()
    burial, disability = page["figures"]
    assert (burial["tickets"], burial["served"]) == (2, 2)
    assert (burial["waited_too_long"], burial["longest_wait"], burial["mean_wait"]) == (1, 16.0, 10.0)
    assert (burial["served_too_long"], burial["longest_service"], burial["mean_service"]) == (1, 26.0, 20.0)
    assert (disability["wait_limit"], disability["waited_too_long"], disability["served"]) == (0, 1, 0)
    before = (await doors.get("/v1/counter-visits/figures?since=2026-11-19&until=2026-11-19")).json()
    assert before["figures"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"ended_at": "2026-11-20T10:30:00+05:00"},
        {"served_at": "2026-11-20T09:59:00+05:00"},
        {"joined_at": "2026-11-20T10:01:00+05:00"},
        {"service": "DIS"},
    ],
)
async def test_a_ticket_that_contradicts_itself_changes_nothing(doors: Doors, change: dict[str, Any]) -> None:
    ticket = {
        "source": "queue",
        "id": "A001",
        "service": "BUR",
        "place": "state_corporation",
        "office": "71-03",
        "joined_at": "2026-11-20T10:00:00+05:00",
    }
    await doors.post("/v1/counter-visits", ticket)
    assert (await doors.post("/v1/counter-visits", ticket | change)).status_code == 422
    (row,) = await doors.rows(CounterVisit)
    assert (row.service, row.served_at, row.ended_at) == ("BUR", None, None)
    assert row.joined_at == datetime(2026, 11, 20, 5, tzinfo=UTC)


async def test_a_notice_of_an_education_head_is_kept_sealed_until_the_residence_is_known(
    doors: Doors,
) -> None:
    """M-17 (S-r7): the registers are out here, so the notice of a known learner waits stored (SIL-15)."""
    await _obligation(doors)
    notice = {
        "source": "college-12",
        "id": "order-7",
        "learner_iin": STUDENT,
        "change": "EXPELLED",
        "changed_on": "2026-11-18",
        "organisation": "Колледж №12",
        "signature_reference": "eds-9",
    }
    answer = await doors.signed("/v1/education-notices", notice)
    assert (answer.status_code, answer.json()["state"]) == (202, "stored")
    (row,) = await doors.rows(EducationNotice)
    assert (row.state, "Колледж".encode() in row.body) == ("stored", False)
    assert (await doors.signed("/v1/education-notices", notice)).status_code == 200
    assert await doors.rows(Task) == []


async def test_a_notice_about_a_learner_without_a_case_is_a_task_without_a_case(doors: Doors) -> None:
    notice = {
        "source": "college-12",
        "id": "order-8",
        "learner_iin": STUDENT,
        "change": "MOVED_TO_EXTRAMURAL",
        "changed_on": "2026-11-18",
        "organisation": "Колледж №12",
        "signature_reference": "eds-9",
    }
    await doors.signed("/v1/education-notices", notice)
    (task,) = await doors.rows(Task)
    assert (task.kind, task.case_id) == ("STUDY_CHANGED", None)
    assert task.facts == {"why": "MOVED_TO_EXTRAMURAL", "problem": "NO_RECIPIENT"}


async def _obligation(doors: Doors) -> tuple[str, str]:
    """A study obligation of an assigned survivor case. Returns its id and the case's."""
    case_id, _ = await doors.case(service="SUR", state=CaseState.CLOSED, outcome=Outcome.ASSIGNED)
    bench = doors.context.bench
    async with bench.records.database.writing() as session:
        case = await session.get_one(Case, case_id)
        dependant = DependantFacts(STUDENT, date(2006, 5, 1), "2026/2027")
        facts = SurvivorFacts(date(2026, 11, 20), dependants=(dependant,))
        (obligation_id,) = await begin_obligations(bench, session, case, facts, NOW)
    return obligation_id, case_id


async def test_a_paper_meets_a_year_of_an_obligation(doors: Doors) -> None:
    obligation_id, case_id = await _obligation(doors)
    path = f"/v1/obligations/{obligation_id}/years"

    met = await doors.post(path, {"period": "2027/2028", "evidence": "STUDY_CERTIFICATE"})
    shown = await doors.get(f"/v1/cases/{case_id}/obligations")

    assert met.status_code == 200
    years = [(each["period"], each["evidence"]) for each in met.json()["years"]]
    assert years == [("2026/2027", "ASSIGNMENT"), ("2027/2028", "STUDY_CERTIFICATE")]
    assert shown.json() == {"obligations": [met.json()]}
    assert STUDENT not in shown.text and "2006-05-01" not in shown.text


@pytest.mark.parametrize(
    "sent",
    [
        {"period": "2027/2029", "evidence": "STUDY_CERTIFICATE"},
        {"period": "2027", "evidence": "STUDY_CERTIFICATE"},
        {"period": "2027/2028", "evidence": "LABOUR_BOOK"},
        {"period": "2027/2028", "evidence": "ASSIGNMENT"},
    ],
)
async def test_evidence_or_a_year_that_does_not_fit_is_refused(doors: Doors, sent: dict[str, str]) -> None:
    obligation_id, _ = await _obligation(doors)
    answer = await doors.post(f"/v1/obligations/{obligation_id}/years", sent)
    assert answer.status_code == 422


def _certificate(**changes: object) -> dict[str, object]:
    """A whole certificate of form S-form for the learner of the obligation."""
    whole: dict[str, object] = {
        "corner_stamp": True,
        "issued_on": "2026-11-02",
        "outgoing_no": "114",
        "learner": "Сынақов Серік",
        "birth_year": 2006,
        "learner_iin": STUDENT,
        "organisation": "Колледж №12",
        "organisation_address": "Астана",
        "course": "2",
        "training_type": "күндізгі",
        "academic_year": "2026/2027",
        "study_years": 4,
        "studies_from": "2025-09-01",
        "studies_to": "2029-06-30",
        "seal": True,
        "head": "Сынақова Сәуле",
        "head_signature": True,
    }
    return whole | changes


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"head_signature": False, "head_eds": True}, []),
        ({"seal": False}, [("/certificate/seal", "NO_SEAL")]),
        ({"head_signature": False}, [("/certificate/head_signature", "NO_SIGNATURE")]),
        ({"learner_iin": MOTHER}, [("/certificate/learner_iin", "WRONG_IIN")]),
        ({"training_type": "сырттай"}, [("/certificate/training_type", "NOT_FULL_TIME")]),
        ({"academic_year": "2025/2026"}, [("/certificate/academic_year", "WRONG_ACADEMIC_YEAR")]),
        ({"course": ""}, [("/certificate/course", "BLANK_FIELD")]),
    ],
)
async def test_a_certificate_that_is_not_whole_is_returned(
    doors: Doors, changes: dict[str, object], found: list[tuple[str, str]]
) -> None:
    """AC-S17: without seal, or without signature or EDS of the head, it is incomplete; nothing is met by it."""
    obligation_id, _ = await _obligation(doors)
    sent = {
        "period": "2026/2027",
        "evidence": "STUDY_CERTIFICATE",
        "certificate": _certificate(**changes),
    }
    answer = await doors.post(f"/v1/obligations/{obligation_id}/years", sent)
    assert answer.status_code == (422 if found else 200)
    problems = answer.json().get("errors", [])
    assert [(each["pointer"], each["code"]) for each in problems] == found
    assert STUDENT not in answer.text
