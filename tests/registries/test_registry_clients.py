"""The clients speak the gateway's contract: paths, headers, bodies, and typed answers with marked fields."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import BaseModel

from belsendi.contracts.personal_data import PersonalData
from belsendi.errors import InvalidInput
from belsendi.registries import Inquiry, Registries, RegistryAnswer, System, answers, ports
from tests.registries.calls_of_facts import FAMILY, PORTAL, STANDING
from tests.registries.stand_in import NOW, StandIn

IIN = "850101300123"
NUMBER = "+77010000001"
IBAN = "KZ86125KZT5004100100"
DEATH = {
    "act_no": "A-1",
    "certificate_no": "C-1",
    "date_of_death": "2025-02-10",
    "registered_on": "2025-02-11",
    "surname": "Тегі",
    "given_name": "Аты",
    "patronymic": None,
    "declarant": {"iin": IIN},
}

Call = Callable[[Registries, Inquiry], Awaitable[RegistryAnswer[BaseModel]]]
CALLS: dict[str, tuple[Call, dict[str, object], dict[str, object]]] = {
    "mobile-citizens/numbers_of_person": (
        lambda r, q: r.mobile_citizens.numbers_of_person(IIN, q),
        {"iin": IIN},
        {"numbers": [{"number": NUMBER}]},
    ),
    "mobile-citizens/persons_of_number": (
        lambda r, q: r.mobile_citizens.persons_of_number(NUMBER, q),
        {"number": NUMBER},
        {"iins": [IIN]},
    ),
    "access-control/issue_token": (
        lambda r, q: r.access_control.issue_token(
            IIN, items=["pd.02"], consent_reference="c-1", expires_in=timedelta(minutes=5), inquiry=q
        ),
        {
            "iin": IIN,
            "purpose": "BUR",
            "items": ["pd.02"],
            "consent_reference": "c-1",
            "expires_in_ms": 300000,
        },
        {"token": "t", "expires_at": "2025-03-11T05:10:00Z"},
    ),
    "individuals/person": (
        lambda r, q: r.individuals.person(IIN, q),
        {"iin": IIN},
        {"iin": IIN, "surname": "Тегі", "given_name": "Аты", "birth_date": "1985-01-01", "died_on": None},
    ),
    "civil-registry/death_record": (
        lambda r, q: r.civil_registry.death_record(IIN, q),
        {"deceased_iin": IIN},
        DEATH,
    ),
    "civil-registry/death_feed": (
        lambda r, q: r.civil_registry.death_feed(7, 50, q),
        {"after": 7, "limit": 50},
        {
            "records": [
                {
                    "cursor": 8,
                    "act_no": "A-1",
                    "deceased_iin": IIN,
                    "date_of_death": "2025-02-10",
                    "registered_on": "2025-02-11",
                    "declarant_iin": None,
                }
            ],
            "last": 8,
        },
    ),
    "recipients/status_on": (
        lambda r, q: r.recipients.status_on(IIN, date(2025, 2, 10), q),
        {"iin": IIN, "on": "2025-02-10"},
        {
            "periods": [
                {
                    "kind": "AGE_PENSION",
                    "valid_from": "2010-01-01",
                    "valid_to": None,
                    "suspended_from": None,
                    "suspended_to": None,
                }
            ],
            "veteran": True,
        },
    ),
    "recipients/account_on_file": (
        lambda r, q: r.recipients.account_on_file(IIN, q),
        {"iin": IIN},
        {"iban": IBAN},
    ),
    "recipients/burial_assigned": (
        lambda r, q: r.recipients.burial_assigned(IIN, q),
        {"deceased_iin": IIN},
        {"assigned": False},
    ),
    "bank-accounts/owner": (
        lambda r, q: r.bank_accounts.owner(IBAN, IIN, q),
        {"iban": IBAN, "iin": IIN},
        {"belongs": True},
    ),
    "bank-accounts/entity_owner": (
        lambda r, q: r.bank_accounts.entity_owner(IBAN, "150440000003", q),
        {"iban": IBAN, "bin": "150440000003"},
        {"belongs": False},
    ),
    "e-maket/register": (
        lambda r, q: r.e_maket.register(
            case_reference="case-1",
            registration_no="BUR-1",
            benefit="BUR",
            subject_iin=IIN,
            applicant_iin=IIN,
            registered_at=NOW,
            channel="MOBILE",
            inquiry=q,
        ),
        {
            "case_reference": "case-1",
            "registration_no": "BUR-1",
            "benefit": "BUR",
            "subject_iin": IIN,
            "applicant_iin": IIN,
            "registered_at": "2025-03-11T05:05:00Z",
            "channel": "MOBILE",
        },
        {},
    ),
    "e-maket/applications": (
        lambda r, q: r.e_maket.applications(IIN, "BUR", q),
        {"subject_iin": IIN, "benefit": "BUR"},
        {"applications": [{"registration_no": "BUR-1", "state": "REGISTERED"}]},
    ),
    "e-maket/put_file": (
        lambda r, q: r.e_maket.put_file("case-1", [{"datum": "death_record", "status": "present"}], q),
        {"case_reference": "case-1", "items": [{"datum": "death_record", "status": "present"}]},
        {},
    ),
    "e-maket/put_draft": (
        lambda r, q: r.e_maket.put_draft(
            case_reference="case-1",
            draft_no="case-1-1",
            decision_no=None,
            kind="ASSIGN",
            document_sha256="ab" * 32,
            inquiry=q,
        ),
        {
            "case_reference": "case-1",
            "draft_no": "case-1-1",
            "decision_no": None,
            "kind": "ASSIGN",
            "document_sha256": "ab" * 32,
        },
        {},
    ),
    "e-maket/outcome": (
        lambda r, q: r.e_maket.outcome("BUR-1", "ASSIGNED", q),
        {"registration_no": "BUR-1", "outcome": "ASSIGNED"},
        {},
    ),
    "odq/place": (
        lambda r, q: r.payment_system.place(
            idempotency_key="k",
            decision_no="D-1",
            iban=IBAN,
            recipient_iin=IIN,
            amount=Decimal("137620.00"),
            inquiry=q,
        ),
        {
            "idempotency_key": "k",
            "decision_no": "D-1",
            "iban": IBAN,
            "recipient_iin": IIN,
            "amount": "137620.00",
        },
        {"order_ref": "O-1"},
    ),
    "odq/placement": (
        lambda r, q: r.payment_system.placement("k", q),
        {"idempotency_key": "k"},
        {"order_ref": "O-1"},
    ),
    **FAMILY,
    **STANDING,
    **PORTAL,
}


@pytest.mark.parametrize("operation", CALLS)
async def test_each_call_says_what_the_contract_says_and_reads_the_answer(
    operation: str, registries: Registries, stand_in: StandIn, inquiry: Inquiry
) -> None:
    call, sent, received = CALLS[operation]
    stand_in.ok(received)
    answer = await call(registries, inquiry)
    (seen,) = stand_in.seen
    assert seen.path == f"/gateway/{operation}"
    assert seen.body == {"purpose": "BUR", "access_token": "token-of-the-subject", "data": sent}
    secret = "secret of odq" if operation.startswith("odq/") else "shared secret"
    assert (seen.headers["authorization"], seen.headers["x-request-id"]) == (f"Bearer {secret}", "request-1")
    assert answer.data is not None
    read = answer.data.model_dump(mode="json", exclude_unset=True)
    assert read == received
    assert f"{answer.system.value}/{answer.operation}" == operation
    assert (answer.asked_at, answer.request_id) == (NOW, "request-1")


@pytest.mark.parametrize("operation", CALLS)
async def test_absent_is_none_and_still_names_who_was_asked(
    operation: str, registries: Registries, stand_in: StandIn, inquiry: Inquiry
) -> None:
    answer = await CALLS[operation][0](registries, inquiry)
    assert answer.data is None
    assert answer.system_name == answer.system.kazakh_name
    assert len(stand_in.seen) == 1


def test_every_port_method_is_called_above() -> None:
    methods = {
        f"{port}.{name}"
        for port in Registries.__annotations__
        for name, _ in inspect.getmembers(_port_class(port), inspect.isfunction)
        if not name.startswith("_")
    }
    assert len(methods) == len(CALLS)


def _port_class(name: str) -> type:
    return getattr(ports, "".join(part.capitalize() for part in name.split("_")))


def test_systems_bear_the_exact_names_of_the_order() -> None:
    assert System.E_MAKET.kazakh_name == '"Е-макет" ААЖ'
    assert System.ODQ.kazakh_name == System.RECIPIENTS.kazakh_name == '"ОДҚ" ААЖ'
    assert System.INDIVIDUALS.kazakh_name == '"Жеке тұлғалар" мемлекеттік дерекқоры АЖ'
    assert System.CIVIL_REGISTRY.kazakh_name == '"АХАЖ" (азаматтардың хал актілерін жазу) АЖ'
    assert {s for s in System if not s.named_by_the_order} == {
        System.MOBILE_CITIZENS,
        System.ACCESS_CONTROL,
        System.BANK_ACCOUNTS,
        System.MEDICAL_CONCLUSIONS,
        System.MILITARY_RECORDS,
        System.ENTREPRENEURS,
        System.CONTRIBUTIONS,
        System.LEGAL_ENTITIES,
    }
    assert (
        System.DISABILITIES.kazakh_name == '"Мүгедектігі бар адамдардың орталықтандырылған деректер қоры" АЖ'
    )
    assert System.HIGHER_EDUCATION.kazakh_name == '"ҚР ҒЖБМ ЖББП" АЖ'


NOT_PERSONAL = {
    "IssuedToken.expires_at",
    "DeathNotice.cursor",
    "DeathFeed.last",
    "BurialAssigned.assigned",
    "AccountOwner.belongs",
    "RegisteredApplication.registration_no",
    "RegisteredApplication.state",
    "OrderPlaced.order_ref",
    "BenefitAssigned.assigned",
    "BreadwinnerFeed.last",
    "BreadwinnerNotice.cursor",
    "DisabilityFeed.last",
    "DisabilityNotice.cursor",
    "DocumentConsent.consent_ref",
    "DocumentConsent.state",
    "LegalEntity.active",
    "LegalEntity.certificate_no",
    "LegalEntity.name_kk",
    "LegalEntity.name_ru",
    "LegalEntity.registered_on",
}


def test_every_field_of_an_answer_is_marked_or_known_not_to_be_personal() -> None:
    models = [m for m in vars(answers).values() if inspect.isclass(m) and issubclass(m, answers.Answer)]
    unmarked = {
        f"{model.__name__}.{name}"
        for model in models
        for name, info in model.model_fields.items()
        if not any(isinstance(mark, PersonalData) for mark in info.metadata)
        and "PersonalData(" not in repr(info.annotation)
        and not _holds_answers(repr(info.annotation))
    }
    assert unmarked == NOT_PERSONAL


def _holds_answers(annotation: str) -> bool:
    return "belsendi.registries.answers." in annotation


async def test_no_repr_of_an_answer_shows_personal_data(
    registries: Registries, stand_in: StandIn, inquiry: Inquiry
) -> None:
    stand_in.ok(DEATH)
    answer = await registries.civil_registry.death_record(IIN, inquiry)
    shown = f"{answer!r} {answer.data!r} {answer.data} {inquiry!r}"
    for value in (IIN, "Тегі", "Аты", "A-1", "C-1", "datetime.date(2025, 2, 10)", "token-of-the-subject"):
        assert value not in shown
    lists = answers.NumberPersons(iins=(IIN,))
    assert IIN not in repr(lists)


async def test_fields_that_nobody_declared_are_dropped(
    registries: Registries, stand_in: StandIn, inquiry: Inquiry
) -> None:
    stand_in.ok(DEATH | {"cause_of_death": "not ours to know"})
    answer = await registries.civil_registry.death_record(IIN, inquiry)
    assert answer.data is not None
    assert "cause_of_death" not in answer.data.model_dump()


def test_an_inquiry_needs_an_instant_with_a_time_zone() -> None:
    with pytest.raises(InvalidInput, match="time zone"):
        Inquiry(purpose="BUR", asked_at=datetime(2025, 3, 11, 5, 5))
    first, second = (Inquiry(purpose="BUR", asked_at=datetime(2025, 3, 11, tzinfo=UTC)) for _ in range(2))
    assert first.request_id != second.request_id
