"""What the door for applications answers, and what it keeps."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from api.v1.signatures import sign
from belsendi.contracts.states import CaseState, Outcome, TaskKind
from belsendi.intake.recipients import EventTasks
from belsendi.records.cases import close_tasks, end_case, open_case
from belsendi.records.models import Account, Case, Consent, LifeEvent, Task
from tests.api.sender import DECEASED, SON, WIDOW, Sender

IBAN = "KZ86125KZT5004100100"
BIN = "150440000003"


def application(**changes: Any) -> dict[str, Any]:
    """A burial payment asked for at the State Corporation with everything that is needed."""
    body = {
        "service": "BUR",
        "channel": "state_corporation",
        "applicant": {"type": "natural_person", "iin": WIDOW},
        "subject_iin": DECEASED,
        "date_of_death": "2026-11-18",
        "account": IBAN,
        "certified": "paper",
        "received_at": "2026-11-20T10:30:00+05:00",
        "documents_complete": True,
        "documents": ["Өтініш"],
        "data_consent": True,
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


async def apply(sender: Sender, body: dict[str, Any], key: str = "key-1") -> httpx.Response:
    content = json.dumps(body).encode()
    signed = sign(sender.secret, int(sender.context.clock().timestamp()), content)
    headers = {"Content-Type": "application/json", "Idempotency-Key": key} | signed
    return await sender.http.post("/v1/applications", content=content, headers=headers)


async def rows(sender: Sender, model: type[Any]) -> list[Any]:
    await sender.context.background.drain()
    async with sender.context.bench.records.database.reading() as session:
        return list((await session.execute(select(model))).scalars())


async def count(sender: Sender, model: type[Any]) -> int:
    await sender.context.background.drain()
    async with sender.context.bench.records.database.reading() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def test_an_application_opens_a_case_with_its_account_and_the_applicants_consent(
    sender: Sender,
) -> None:
    answer = await apply(sender, application())
    assert (answer.status_code, answer.json()["became"]) == (202, "opened")
    (case,) = await rows(sender, Case)
    assert (case.origin, case.channel, case.id) == (
        "APPLICATION",
        "state_corporation",
        answer.json()["case_id"],
    )
    assert case.applied_at is not None and case.consented_at is None
    (consent,) = await rows(sender, Consent)
    assert (consent.kinds, consent.channel, consent.words) == (["CNS-D"], "state_corporation", None)
    (account,) = await rows(sender, Account)
    assert (case.account_id, account.last4) == (account.id, "0100")


async def test_an_application_without_consent_to_the_data_is_taken_in_and_no_consent_is_kept(
    sender: Sender,
) -> None:
    """4.2: CNS-D is missing after an application exists, so the decision is a refusal (G3), never a closed door."""
    answer = await apply(sender, application(data_consent=False))
    assert (answer.status_code, answer.json()["became"]) == (202, "opened")
    assert await count(sender, Consent) == 0


async def test_the_same_key_is_the_same_application(sender: Sender) -> None:
    first, second = await apply(sender, application()), await apply(sender, application())
    assert (first.status_code, second.status_code) == (202, 200)
    assert second.json() == first.json()
    assert (await count(sender, LifeEvent), await count(sender, Case)) == (1, 1)


async def test_a_key_does_not_stand_for_another_application(sender: Sender) -> None:
    await apply(sender, application())
    changed = await apply(sender, application(documents_complete=False))
    assert changed.status_code == 422 and changed.json()["type"].endswith("idempotency-key-reused")
    assert await count(sender, Case) == 1


async def test_a_second_channel_joins_the_open_case(sender: Sender) -> None:
    """SIL-40, AC-D17: one case comes of both."""
    first = await apply(sender, application())
    other = application(channel="portal", certified="eds", eds_reference="eds-1")
    second = await apply(sender, other, key="key-2")
    assert (second.status_code, second.json()["became"]) == (202, "attached")
    assert second.json()["case_id"] == first.json()["case_id"]
    assert (await count(sender, Case), await count(sender, Consent)) == (1, 1)


async def offered(sender: Sender) -> str:
    """A case of the widow that our offer opened."""
    bench, now = sender.context.bench, sender.context.clock()
    async with bench.records.database.writing() as session:
        deceased = await bench.people.person(session, DECEASED, now)
        widow = await bench.people.person(session, WIDOW, now)
        case, _ = await open_case(
            session,
            service="BUR",
            subject_id=deceased.id,
            recipient_id=widow.id,
            event_id=None,
            initiative="provider",
            now=now,
        )
        case.state = CaseState.OFFERED
    return case.id


async def test_a_whole_application_beside_an_unanswered_offer_waits_for_the_case_to_take_it_over(
    sender: Sender,
) -> None:
    """SIL-40: no person is needed; a further application of the same moment is a note."""
    offer = await offered(sender)
    first = await apply(sender, application())
    assert (first.json()["became"], first.json()["case_id"]) == ("attached", offer)
    await apply(sender, application(), key="key-2")
    (case,) = await rows(sender, Case)
    assert (case.application_id, case.applied_at, case.channel) == (first.json()["id"], None, "mobile")
    assert await count(sender, Task) == 0


async def test_an_incomplete_application_beside_an_offer_is_a_persons_task_that_outlives_the_offer(
    sender: Sender,
) -> None:
    """SIL-40: nobody has consented, so what is there of the application must not end with the offer."""
    offer, bench, now = await offered(sender), sender.context.bench, sender.context.clock()
    answer = await apply(sender, application(documents_complete=False))
    assert answer.json()["became"] == "attached"
    async with bench.records.database.writing() as session:
        await end_case(session, await session.get_one(Case, offer), Outcome.LAPSED, now)
    (task,) = await rows(sender, Task)
    assert (task.kind, task.case_id, task.closed_at) == (TaskKind.SECOND_CHANNEL, offer, None)


async def test_every_application_that_a_person_has_to_settle_is_a_task_of_its_own(sender: Sender) -> None:
    """SIL-40: the second one comes after the task of the first was done; repeated, it is still one."""
    offer, bench, now = await offered(sender), sender.context.bench, sender.context.clock()
    await apply(sender, application(documents_complete=False))
    async with bench.records.database.writing() as session:
        await close_tasks(session, offer, TaskKind.SECOND_CHANNEL, "officer", now)
    for _ in range(2):
        await apply(sender, application(documents_complete=False), key="key-2")
    tasks = await rows(sender, Task)
    assert [(task.kind, task.case_id) for task in tasks] == [(TaskKind.SECOND_CHANNEL, offer)] * 2
    assert sorted(task.closed_at is None for task in tasks) == [False, True]


async def test_an_application_without_all_documents_waits_and_is_completed_by_another(sender: Sender) -> None:
    """AC-S06: until then no term runs; a person knows what is missing."""
    body = application(documents_complete=False, account=None, missing_kinds=["death_record"])
    first = await apply(sender, body)
    (case,) = await rows(sender, Case)
    assert (first.json()["became"], case.state) == ("waiting_for_documents", CaseState.DOCUMENTS_AWAITED)
    assert case.applied_at is None
    (task,) = await rows(sender, Task)
    assert (task.kind, task.facts) == (
        TaskKind.DOCUMENTS_MISSING,
        {"service": "BUR", "documents": ["death_record"], "account": True},
    )
    second = await apply(sender, application(), key="key-2")
    assert (second.json()["became"], second.json()["case_id"]) == ("completed", case.id)
    (case,) = await rows(sender, Case)
    assert case.application_id == second.json()["id"]
    again = await apply(sender, application(), key="key-2")
    assert (again.status_code, again.json()["became"]) == (200, "completed")


async def test_nothing_of_an_application_is_kept_in_clear(sender: Sender) -> None:
    await apply(sender, application())
    (stored,) = await rows(sender, LifeEvent)
    kept = f"{stored.source}{stored.event_id}{stored.event_type}{stored.body!r}"
    assert not any(secret in kept for secret in (DECEASED, WIDOW, IBAN))


async def test_a_legal_entity_without_bin_on_paper_is_entered_by_a_person(sender: Sender) -> None:
    """AC-B28: electronic signing is not offered, paper is."""
    applicant = {"type": "legal_entity", "registration_no": "CERT-17"}
    refused = await apply(sender, application(applicant=applicant, certified="eds", eds_reference="eds-1"))
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
        ("/applicant", "no_bin")
    ]
    taken = await apply(sender, application(applicant=applicant), key="key-2")
    assert (taken.status_code, taken.json()["became"], taken.json()["case_id"]) == (
        202,
        "handed_to_a_person",
        None,
    )
    assert await count(sender, Case) == 0
    (task,) = await rows(sender, Task)
    shown = await EventTasks(sender.context.bench).view(task.id, "officer", sender.context.clock())
    assert (task.kind, shown.offerable, shown.meaning) == (
        TaskKind.PAPER_APPLICATION,
        False,
        "application_received",
    )
    assert (shown.subject_iin, shown.happened_on) == (DECEASED, date(2026, 11, 18))


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"service": "XXX"}, "/service", "no_service"),
        ({"channel": "provider"}, "/channel", "no_channel"),
        ({"service": "DIS", "channel": "provider"}, "/first_establishment", "first_time_only"),
        (
            {"service": "DIS", "applicant": {"type": "legal_entity", "bin": BIN}},
            "/applicant",
            "recipient_type",
        ),
        ({"channel": "portal", "certified": "mobile"}, "/certified", "eds_needed"),
        ({"subject_iin": WIDOW}, "/subject_iin", "deceased"),
        (
            {"account": None, "channel": "portal", "certified": "eds", "eds_reference": "EDS-1"},
            "/account",
            "account_missing",
        ),
        ({"date_of_death": "2026-11-21"}, "/date_of_death", "in_the_future"),
        ({"received_at": "2026-11-20T12:30:00+05:00"}, "/received_at", "in_the_future"),
        ({"received_at": "2026-11-17T23:59:00+05:00"}, "/received_at", "before_death"),
        ({"received_at": "2026-11-09T23:59:00+05:00", "date_of_death": None}, "/received_at", "too_long_ago"),
    ],
)
async def test_what_the_law_does_not_know_is_refused_by_its_field(
    sender: Sender, changes: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await apply(
        sender, application() | changes if "account" not in changes else application(**changes)
    )
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]
    assert await count(sender, LifeEvent) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"applicant": {"type": "natural_person"}},
        {"applicant": {"type": "natural_person", "iin": SON[:11]}},
        {"applicant": {"type": "sole_proprietor", "iin": SON}},
        {"applicant": {"type": "legal_entity"}},
        {"account": "KZ87125KZT5004100100"},
        {"certified": "eds"},
        {"missing_kinds": ["death_record"]},
        {"certified": "paper", "eds_reference": "eds-1"},
    ],
)
async def test_a_form_that_contradicts_itself_is_refused_without_repeating_it(
    sender: Sender, changes: dict[str, Any]
) -> None:
    answer = await apply(sender, application() | changes)
    assert answer.status_code == 422 and answer.json()["errors"]
    assert SON not in answer.text and "KZ87125KZT5004100100" not in answer.text
    assert await count(sender, LifeEvent) == 0


async def test_an_application_that_is_not_signed_is_not_taken(sender: Sender) -> None:
    answer = await sender.http.post(
        "/v1/applications",
        content=json.dumps(application()).encode(),
        headers={"Content-Type": "application/json", "Idempotency-Key": "key-1"},
    )
    assert answer.status_code == 401
    assert await count(sender, LifeEvent) == 0
