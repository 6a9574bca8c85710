"""Cases for service accounts: who may ask, pages that hold still, and nobody's data in any of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from api.context import ApiContext
from belsendi.contracts.states import CaseState, Flag, Outcome, Party
from belsendi.records.cases import add_step, open_case, raise_flag, wait_for
from belsendi.records.columns import new_id
from belsendi.records.models import Case, Decision, Document, ParameterCheck, Person
from tests.api.conftest import TOKEN
from tests.api.sender import DECEASED, NOW, Clock, iin

BEARER = {"Authorization": f"Bearer {TOKEN}"}


class Office:
    """Puts cases into the records; each is opened a second after the one before."""

    def __init__(self, context: ApiContext) -> None:
        self._context = context
        self._opened = 0

    async def case(self, state: CaseState = CaseState.OFFERED, *, same_second: bool = False) -> Case:
        self._opened += 1
        at = NOW if same_second else NOW + timedelta(seconds=self._opened)
        people = self._context.bench.people
        async with self._context.bench.records.database.writing() as session:
            subject = await people.person(session, DECEASED, at)
            recipient = await people.person(session, iin(100 + self._opened), at)
            case, _ = await open_case(
                session,
                service="BUR",
                subject_id=subject.id,
                recipient_id=recipient.id,
                event_id=None,
                initiative="provider",
                now=at,
            )
            case.state = state
            return case

    async def story(self, case_id: str) -> None:
        """A registered, checked case with a draft, waiting for the officer."""
        async with self._context.bench.records.database.writing() as session:
            case = await session.get_one(Case, case_id)
            case.state = CaseState.AWAITING_SIGNATURE
            case.registered_at, case.due_at = NOW, NOW + timedelta(hours=8)
            raise_flag(case, Flag.BANK_UNKNOWN)
            facts = {"kind": "ASSIGN", "revision": 1, "deceased_iin": DECEASED}
            await add_step(
                session,
                case,
                key="draft",
                kind="DRAFTED",
                at=NOW,
                actor="system",
                rules=["B-r19-1"],
                facts=facts,
            )
            await wait_for(session, case, Party.OFFICER, NOW + timedelta(minutes=5))
            session.add(
                ParameterCheck(
                    id=new_id(), case_id=case.id, code="CK1", result="PASS", trace=[{"rule": "CK1"}], at=NOW
                )
            )
            document = Document(
                id=new_id(),
                case_id=case.id,
                key="decision/1",
                kind="decision",
                media_type="application/pdf",
                content=b"sealed",
                sha256="0" * 64,
                created_at=NOW,
            )
            session.add(document)
            await session.flush()
            session.add(_draft(case.id, document.id))


def _draft(case_id: str, document_id: str) -> Decision:
    return Decision(
        id=new_id(),
        case_id=case_id,
        revision=1,
        kind="ASSIGN",
        status="draft",
        form="annex-9",
        grounds=[{"code": "G1", "kk": "негіз", "ru": "основание", "citation": "B-r19-1"}],
        amount=Decimal("155700.00"),
        amount_note={},
        trace=[{"rule": "amount", "citation": "B-r19-1", "outcome": "drafted"}],
        parameter_hash="a" * 64,
        law_version="1",
        defaults_used=[],
        legal_date=b"sealed",
        knowledge_date=NOW.date(),
        document_id=document_id,
        drafted_at=NOW,
        facts_digest="b" * 64,
    )


@pytest.fixture
def office(context: ApiContext) -> Office:
    return Office(context)


async def walk(http: httpx.AsyncClient, limit: int, **query: str) -> AsyncIterator[dict[str, Any]]:
    """Page after page, as a client walks them."""
    cursor: dict[str, str] = {}
    while True:
        answer = await http.get("/v1/cases", params={"limit": str(limit)} | query | cursor, headers=BEARER)
        assert answer.status_code == 200
        page = answer.json()
        assert len(page["cases"]) <= limit
        yield page
        if page["next"] is None:
            return
        cursor = {"cursor": page["next"]}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
    ],
)
@pytest.mark.parametrize("path", ["/v1/cases", "/v1/cases/BUR-2222-2222"])
async def test_without_a_known_token_nothing_is_told(
    http: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    answer = await http.get(path, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (401, "/v1/problems/no-token")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_without_the_token_file_the_answer_names_it(
    http: httpx.AsyncClient, context: ApiContext
) -> None:
    (context.settings.secrets_dir / "api-token").unlink()
    answer = await http.get("/v1/cases", headers=BEARER)
    assert (answer.status_code, answer.json()["type"]) == (503, "/v1/problems/secret-missing")
    assert "'api-token'" in answer.json()["detail"]


async def test_pages_hold_every_case_once_and_newest_first(http: httpx.AsyncClient, office: Office) -> None:
    opened = [(await office.case()).id for _ in range(7)]
    seen = [case["id"] async for page in walk(http, 3) for case in page["cases"]]
    assert seen == opened[::-1]


async def test_cases_opened_in_the_same_instant_are_not_lost_between_pages(
    http: httpx.AsyncClient, office: Office
) -> None:
    opened = {(await office.case(same_second=True)).id for _ in range(5)}
    seen = [case["id"] async for page in walk(http, 2) for case in page["cases"]]
    assert (len(seen), set(seen)) == (5, opened)


async def test_a_case_opened_meanwhile_moves_nothing_between_pages(
    http: httpx.AsyncClient, office: Office
) -> None:
    opened = [(await office.case()).id for _ in range(6)]
    seen = []
    async for page in walk(http, 2):
        seen += [case["id"] for case in page["cases"]]
        await office.case()
    assert seen == opened[::-1]


async def test_a_page_that_is_exactly_full_is_the_last_one(http: httpx.AsyncClient, office: Office) -> None:
    for _ in range(4):
        await office.case()
    assert len([page async for page in walk(http, 2)]) == 2


async def test_only_cases_in_the_wanted_state_are_listed(http: httpx.AsyncClient, office: Office) -> None:
    await office.case()
    wanted = await office.case(CaseState.MANUAL_REVIEW)
    pages = [page async for page in walk(http, 10, state="MANUAL_REVIEW")]
    assert [case["id"] for case in pages[0]["cases"]] == [wanted.id]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"state": "SLEEPING"}, "state"),
        ({"cursor": "a b"}, "cursor"),
    ],
)
async def test_a_wrong_parameter_is_named(http: httpx.AsyncClient, query: dict[str, str], named: str) -> None:
    answer = await http.get("/v1/cases", params=query, headers=BEARER)
    assert answer.status_code == 422
    assert [each["parameter"] for each in answer.json()["errors"]] == [named]


@pytest.mark.parametrize(
    "cursor", ["AAAA", "bm90LW91cnM", "MjAyNi0xMS0yMHxhYmM", "MjAyNi0xMS0yMFQwMDowMDowMHxh"]
)
async def test_a_cursor_of_another_list_is_refused(http: httpx.AsyncClient, cursor: str) -> None:
    answer = await http.get("/v1/cases", params={"cursor": cursor}, headers=BEARER)
    assert (answer.status_code, answer.json()["type"]) == (422, "/v1/problems/invalid-data")


async def test_a_case_is_told_whole(http: httpx.AsyncClient, office: Office, clock: Clock) -> None:
    case = await office.case()
    await office.story(case.id)
    clock.forward(minutes=35)
    told = (await http.get(f"/v1/cases/{case.id}", headers=BEARER)).json()
    assert (told["reference"], told["state"], told["outcome"]) == (case.reference, "AWAITING_SIGNATURE", None)
    assert (told["due_at"], told["overdue"], told["flags"]) == (
        "2026-11-20T14:00:00Z",
        False,
        ["BANK_UNKNOWN"],
    )
    (step,) = told["timeline"]
    assert (step["kind"], step["rules"], step["facts"]) == (
        "DRAFTED",
        ["B-r19-1"],
        {"kind": "ASSIGN", "revision": 1},
    )
    assert [(wait["party"], wait["seconds"], wait["running"]) for wait in told["waits"]] == [
        ("US", 299, False),
        ("OFFICER", 1800, True),
    ]
    assert {ahead["kind"] for ahead in told["upcoming"]} >= {"SIGNATURE", "DUE"}
    assert [(check["code"], check["result"]) for check in told["checks"]] == [("CK1", "PASS")]
    decision = told["decision"]
    assert (decision["amount"], decision["status"], decision["grounds"]) == ("155700.00", "draft", ["G1"])
    assert (decision["number"], decision["decided_on"]) == (None, None)


async def test_a_case_is_overdue_from_its_due_instant_on(
    http: httpx.AsyncClient, office: Office, clock: Clock
) -> None:
    case = await office.case()
    await office.story(case.id)
    clock.forward(hours=8, seconds=1)
    assert (await http.get(f"/v1/cases/{case.id}", headers=BEARER)).json()["overdue"] is True


async def test_a_closed_case_names_its_outcome(
    http: httpx.AsyncClient, office: Office, context: ApiContext
) -> None:
    case = await office.case(CaseState.CLOSED)
    async with context.bench.records.database.writing() as session:
        (await session.get_one(Case, case.id)).outcome = Outcome.DECLINED
    told = (await http.get(f"/v1/cases/{case.id}", headers=BEARER)).json()
    assert (told["state"], told["outcome"], told["upcoming"]) == ("CLOSED", "DECLINED", [])


async def test_a_case_is_found_by_its_reference_too(http: httpx.AsyncClient, office: Office) -> None:
    case = await office.case()
    answer = await http.get(f"/v1/cases/{case.reference.lower()}", headers=BEARER)
    assert answer.json()["id"] == case.id


async def test_an_unknown_case_is_404(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"/v1/cases/{'0' * 32}", headers=BEARER)
    assert (answer.status_code, answer.json()["type"]) == (404, "/v1/problems/not-found")


async def test_no_answer_holds_anybodys_data(
    http: httpx.AsyncClient, office: Office, context: ApiContext
) -> None:
    """The canary is in the records, and is found there; no answer shows it, nor the date of death."""
    case = await office.case()
    await office.story(case.id)
    async with context.bench.records.database.reading() as session:
        recipient = await session.get_one(Person, case.recipient_id)
        known = await context.bench.people.iin(recipient)
    assert known == iin(101)
    shown = [
        (await http.get("/v1/cases", headers=BEARER)).text,
        (await http.get(f"/v1/cases/{case.id}", headers=BEARER)).text,
    ]
    for canary in (known, DECEASED, "2026-11-18", recipient.id):
        assert all(canary not in text for text in shown)
