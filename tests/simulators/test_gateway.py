"""Every operation of the registry gateway over HTTP, as CONTRACT.md says it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from simulators.registry.dossier import LegalEntity
from tests.simulators.conftest import World
from tests.simulators.people import APPLICANT, DECEASED, IBAN, NEIGHBOUR, NUMBER, OTHER_IBAN, small_population

HASH = "0" * 64


@pytest.fixture(autouse=True)
async def populated(world: World) -> None:
    await world.registry.set_population(small_population())


async def ask(
    gateway: httpx.AsyncClient, operation: str, data: dict[str, Any], token: str | None = None
) -> httpx.Response:
    body = {"purpose": "a test", "access_token": token, "data": data}
    return await gateway.post(f"/gateway/{operation}", json=body)


async def data_of(
    gateway: httpx.AsyncClient, operation: str, data: dict[str, Any], token: str | None = None
) -> Any:
    """The data of an ``ok`` answer, None of an ``absent`` one."""
    response = await ask(gateway, operation, data, token)
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["status"] in ("ok", "absent")
    return body["data"] if body["status"] == "ok" else None


async def token_for(gateway: httpx.AsyncClient, iin: str, expires_in_ms: int = 300_000) -> str:
    asked = {
        "iin": iin,
        "purpose": "burial payment",
        "items": ["pd.01"],
        "consent_reference": "c-1",
        "expires_in_ms": expires_in_ms,
    }
    answer = await data_of(gateway, "access-control/issue_token", asked)
    return str(answer["token"])


async def test_numbers_and_people_of_the_mobile_citizens_base(gateway: httpx.AsyncClient) -> None:
    numbers = await data_of(gateway, "mobile-citizens/numbers_of_person", {"iin": APPLICANT})
    assert numbers == {"numbers": [{"number": NUMBER}, {"number": "+77020000002"}]}
    shared = await data_of(gateway, "mobile-citizens/persons_of_number", {"number": NUMBER})
    assert shared == {"iins": sorted([APPLICANT, NEIGHBOUR])}
    assert await data_of(gateway, "mobile-citizens/numbers_of_person", {"iin": DECEASED}) is None
    assert await data_of(gateway, "mobile-citizens/persons_of_number", {"number": "+77770000000"}) is None


async def test_a_token_is_issued_for_a_known_person_only(gateway: httpx.AsyncClient) -> None:
    asked = {"purpose": "p", "items": ["pd.01"], "consent_reference": "c", "expires_in_ms": 60_000}
    answer = await data_of(gateway, "access-control/issue_token", {"iin": APPLICANT, **asked})
    left = datetime.fromisoformat(answer["expires_at"]) - datetime.now(UTC)
    assert timedelta(seconds=30) < left <= timedelta(seconds=60)
    assert len(answer["token"]) >= 32
    assert await data_of(gateway, "access-control/issue_token", {"iin": "0" * 12, **asked}) is None


async def test_a_person_with_document_and_address(gateway: httpx.AsyncClient) -> None:
    token = await token_for(gateway, APPLICANT)
    person = await data_of(gateway, "individuals/person", {"iin": APPLICANT}, token)
    assert person == {
        "iin": APPLICANT,
        "surname": "Сейітова",
        "given_name": "Әлия",
        "patronymic": "Нұрланқызы",
        "birth_date": "1986-03-15",
        "document": {
            "kind": "жеке куәлік",
            "number": "012345678",
            "issued_on": "2020-01-10",
            "valid_to": "2030-01-09",
            "issuer": "ҚР ІІМ",
        },
        "address": "Астана қ., Достық к-сі, 5",
        "died_on": None,
    }


async def test_a_death_record_names_deceased_and_declarant(gateway: httpx.AsyncClient) -> None:
    token = await token_for(gateway, APPLICANT)
    record = await data_of(gateway, "civil-registry/death_record", {"deceased_iin": DECEASED}, token)
    assert record["certificate_no"]
    assert {name: record[name] for name in record if name != "certificate_no"} == {
        "act_no": "10-2026-0000100",
        "date_of_death": "2026-06-10",
        "registered_on": "2026-06-11",
        "surname": "Сейітов",
        "given_name": "Нұрлан",
        "patronymic": None,
        "declarant": {"iin": APPLICANT},
    }
    assert await data_of(gateway, "civil-registry/death_record", {"deceased_iin": NEIGHBOUR}, token) is None


async def test_statuses_are_those_of_the_day(gateway: httpx.AsyncClient) -> None:
    async def kinds(on: str) -> list[str]:
        answer = await data_of(gateway, "recipients/status_on", {"iin": DECEASED, "on": on})
        assert answer["veteran"] is True
        return [period["kind"] for period in answer["periods"]]

    assert await kinds("2026-06-10") == ["AGE_PENSION"]
    assert await kinds("2015-12-31") == ["AGE_PENSION", "SPECIAL_STATE_BENEFIT"]
    assert await kinds("2003-02-02") == []
    unknown = await data_of(gateway, "recipients/status_on", {"iin": "0" * 12, "on": "2026-06-10"})
    assert unknown == {"periods": [], "veteran": False}


async def test_a_suspension_is_told_with_its_period(gateway: httpx.AsyncClient) -> None:
    answer = await data_of(gateway, "recipients/status_on", {"iin": DECEASED, "on": "2012-03-01"})
    assert answer["periods"][1] == {
        "kind": "SPECIAL_STATE_BENEFIT",
        "valid_from": "2010-01-01",
        "valid_to": "2015-12-31",
        "suspended_from": "2012-01-01",
        "suspended_to": "2012-06-30",
    }


async def test_accounts_on_file_and_their_owners(gateway: httpx.AsyncClient) -> None:
    token = await token_for(gateway, APPLICANT)
    assert await data_of(gateway, "recipients/account_on_file", {"iin": APPLICANT}) == {"iban": IBAN}
    assert await data_of(gateway, "recipients/account_on_file", {"iin": NEIGHBOUR}) is None
    own = {"iban": IBAN, "iin": APPLICANT}
    assert await data_of(gateway, "bank-accounts/owner", own, token) == {"belongs": True}
    other = {"iban": OTHER_IBAN, "iin": APPLICANT}
    assert await data_of(gateway, "bank-accounts/owner", other, token) == {"belongs": False}


def registration(number: str = "R-1", case: str = "case-1") -> dict[str, Any]:
    return {
        "case_reference": case,
        "registration_no": number,
        "benefit": "BUR",
        "subject_iin": DECEASED,
        "applicant_iin": APPLICANT,
        "registered_at": "2026-06-16T05:00:00+00:00",
        "channel": "MOBILE",
    }


async def test_an_application_is_registered_once_and_ends_once(gateway: httpx.AsyncClient) -> None:
    first = await data_of(gateway, "e-maket/register", registration())
    again = await data_of(gateway, "e-maket/register", registration())
    assert (first["repeated"], again["repeated"]) == (False, True)
    listed = await data_of(gateway, "e-maket/applications", {"subject_iin": DECEASED, "benefit": "BUR"})
    assert listed == {"applications": [{"registration_no": "R-1", "state": "REGISTERED"}]}
    assert await data_of(gateway, "recipients/burial_assigned", {"deceased_iin": DECEASED}) == {
        "assigned": False
    }
    for _ in range(2):
        ended = await data_of(gateway, "e-maket/outcome", {"registration_no": "R-1", "outcome": "ASSIGNED"})
        assert ended["state"] == "ASSIGNED"
    assert await data_of(gateway, "recipients/burial_assigned", {"deceased_iin": DECEASED}) == {
        "assigned": True
    }
    refused = await ask(gateway, "e-maket/outcome", {"registration_no": "R-1", "outcome": "REFUSED"})
    assert (refused.status_code, refused.json()["code"]) == (409, "CLOSED")


async def test_a_registration_number_belongs_to_one_case(gateway: httpx.AsyncClient) -> None:
    await data_of(gateway, "e-maket/register", registration())
    taken = await ask(gateway, "e-maket/register", registration(case="case-2"))
    assert (taken.status_code, taken.json()["code"]) == (409, "NUMBER_TAKEN")
    unknown = await ask(gateway, "e-maket/outcome", {"registration_no": "R-9", "outcome": "REFUSED"})
    assert (unknown.status_code, unknown.json()["code"]) == (409, "NOT_REGISTERED")


async def test_file_and_draft_are_mirrored_again_and_again(gateway: httpx.AsyncClient) -> None:
    draft = {"case_reference": "case-1", "draft_no": "case-1-1", "kind": "ASSIGN", "document_sha256": HASH}
    for number in (None, "D-1"):
        file = {"case_reference": "case-1", "items": [{"datum": "death", "system": "IS-2"}]}
        assert await data_of(gateway, "e-maket/put_file", file) == {"stored": True}
        assert await data_of(gateway, "e-maket/put_draft", draft | {"decision_no": number}) == {
            "stored": True
        }


def order(**changes: Any) -> dict[str, Any]:
    return {
        "idempotency_key": "pay-1",
        "decision_no": "D-1",
        "iban": IBAN,
        "recipient_iin": APPLICANT,
        "amount": "158305.00",
    } | changes


async def test_one_key_places_one_order_for_ever(world: World, gateway: httpx.AsyncClient) -> None:
    assert await data_of(gateway, "odq/placement", {"idempotency_key": "pay-1"}) is None
    first = await data_of(gateway, "odq/place", order())
    assert await data_of(gateway, "odq/place", order()) == first
    assert await data_of(gateway, "odq/placement", {"idempotency_key": "pay-1"}) == first
    [placed] = await world.registry.orders()
    assert (placed.order_ref, placed.amount, placed.repeats) == (first["order_ref"], "158305.00", 1)


async def test_a_key_used_for_another_order_is_refused(world: World, gateway: httpx.AsyncClient) -> None:
    await data_of(gateway, "odq/place", order())
    refused = await ask(gateway, "odq/place", order(iban=OTHER_IBAN))
    assert (refused.status_code, refused.json()["code"]) == (409, "KEY_REUSED")
    assert [placed.iban for placed in await world.registry.orders()] == [IBAN]


async def test_an_order_without_amount_leaves_it_to_the_assigning_system(
    world: World, gateway: httpx.AsyncClient
) -> None:
    await data_of(gateway, "odq/place", order(amount=None))
    assert [placed.amount for placed in await world.registry.orders()] == [None]


@pytest.mark.parametrize(
    ("operation", "data"),
    [
        ("individuals/person", {"iin": APPLICANT}),
        ("bank-accounts/owner", {"iban": IBAN, "iin": APPLICANT}),
    ],
)
async def test_personal_data_of_others_demand_a_live_token(
    world: World, gateway: httpx.AsyncClient, operation: str, data: dict[str, Any]
) -> None:
    live = await token_for(gateway, APPLICANT)
    assert (await ask(gateway, operation, data, live)).status_code == 200
    await world.registry.expire_tokens()
    for token in (None, "made-up", live):
        refused = await ask(gateway, operation, data, token)
        assert (refused.status_code, refused.json()["code"]) == (403, "TOKEN")


async def test_nobody_consents_for_the_dead_or_for_a_legal_entity(
    world: World, gateway: httpx.AsyncClient
) -> None:
    """A death record and the account of an entity come without a token."""
    entity = LegalEntity(
        bin="150440000003",
        name_kk="ЖШС",
        name_ru="ТОО",
        certificate_no="1",
        registered_on=date(2015, 4, 1),
        accounts=[IBAN],
    )
    asked = {"iban": IBAN, "bin": entity.bin}
    assert await data_of(gateway, "bank-accounts/entity_owner", asked) == {"belongs": False}
    await world.registry.add_legal_entities([entity])
    assert await data_of(gateway, "bank-accounts/entity_owner", asked) == {"belongs": True}
    assert await data_of(gateway, "civil-registry/death_record", {"deceased_iin": DECEASED}) is not None


async def test_a_token_of_somebody_else_opens_nothing(gateway: httpx.AsyncClient) -> None:
    token = await token_for(gateway, NEIGHBOUR)
    refused = await ask(gateway, "individuals/person", {"iin": APPLICANT}, token)
    assert (refused.status_code, refused.json()["code"]) == (403, "TOKEN")


async def test_a_bad_token_is_refused_even_where_none_is_demanded(gateway: httpx.AsyncClient) -> None:
    refused = await ask(gateway, "recipients/account_on_file", {"iin": APPLICANT}, "made-up")
    assert (refused.status_code, refused.json()["code"]) == (403, "TOKEN")


async def test_a_short_token_expires(gateway: httpx.AsyncClient) -> None:
    token = await token_for(gateway, APPLICANT, expires_in_ms=1)
    refused = await ask(gateway, "individuals/person", {"iin": APPLICANT}, token)
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("headers", "path", "body", "status", "code"),
    [
        ({"Authorization": "Bearer wrong"}, "recipients/account_on_file", {}, 401, "SECRET"),
        ({"X-Request-Id": ""}, "recipients/account_on_file", {}, 400, "REQUEST_ID"),
        ({}, "recipients/nothing", {}, 404, "OPERATION"),
        ({}, "recipients/account_on_file", {"purpose": ""}, 400, "BODY"),
        ({}, "recipients/account_on_file", {"purpose": "p", "data": {"iin": "12"}}, 422, "DATA"),
        ({}, "recipients/account_on_file", {"purpose": "p", "data": {"other": 1}}, 422, "DATA"),
        ({}, "recipients/account_on_file", {"purpose": "x" * 300_000}, 413, "TOO_LARGE"),
    ],
)
async def test_a_malformed_request_is_rejected_with_its_code(
    gateway: httpx.AsyncClient,
    headers: dict[str, str],
    path: str,
    body: dict[str, Any],
    status: int,
    code: str,
) -> None:
    response = await gateway.post(f"/gateway/{path}", json=body, headers=headers)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["status"] == "rejected"


async def test_a_rejection_never_repeats_the_personal_data(gateway: httpx.AsyncClient) -> None:
    response = await ask(gateway, "recipients/account_on_file", {"iin": "9" * 13})
    assert response.status_code == 422
    assert "iin" in response.text
    assert "9" * 13 not in response.text
