"""The clients against the simulated registers over HTTP: tokens, outages, and one order per decision."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from belsendi.errors import OutcomeUnknown, OutsideSystemUnavailable
from belsendi.registries import (
    AccessTokenRejected,
    Inquiry,
    Registries,
    RegistryRejected,
    RegistrySettings,
    connect_registries,
)
from belsendi.registries.answers import PaymentKind
from simulators.client import RegistryControl
from simulators.process import running
from simulators.registry.people import (
    IdentityDocument,
    NewDeath,
    Outage,
    OutageMode,
    Person,
    Population,
    StatusKind,
    StatusPeriod,
)
from simulators.settings import SimulatorSettings

DECLARANT, DECEASED = "850101400121", "400101300129"
NUMBER, IBAN, ACT = "+77010000001", "KZ86125KZT5004100100", "2025-000001"
DEATH_DAY = date(2025, 2, 10)
ASKED = Inquiry(purpose="BUR", asked_at=datetime(2025, 3, 11, 5, 5, tzinfo=UTC))

PENSION = StatusPeriod(kind=StatusKind.AGE_PENSION, valid_from=date(2003, 1, 1))
PAPER = IdentityDocument(
    kind="ID", number="0123", issued_on=date(2020, 1, 1), valid_to=date(2030, 1, 1), issuer="ІІМ"
)
WORLD = Population(
    people=[
        Person(
            iin=DECLARANT,
            surname="Сынақова",
            given_name="Айгүл",
            birth_date=date(1985, 1, 1),
            numbers=[NUMBER],
            account=IBAN,
            document=PAPER,
        ),
        Person(
            iin=DECEASED,
            surname="Сынақов",
            given_name="Серік",
            birth_date=date(1940, 1, 1),
            died_on=DEATH_DAY,
            statuses=[PENSION],
            veteran=True,
        ),
    ],
    deaths=[
        NewDeath(
            deceased_iin=DECEASED,
            date_of_death=DEATH_DAY,
            registered_on=date(2025, 2, 11),
            declarant_iin=DECLARANT,
            act_no=ACT,
        )
    ],
)


@dataclass(frozen=True)
class Outside:
    registries: Registries
    control: RegistryControl


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    settings = SimulatorSettings(data_dir=tmp_path, smpp_password="p", registry_secret="secret")
    async with (
        running(settings) as addresses,
        RegistryControl(addresses.registry_url) as control,
        connect_registries(
            RegistrySettings(base_url=addresses.registry_url, secret=SecretStr("secret"))
        ) as registries,
    ):
        await control.set_population(WORLD)
        yield Outside(registries, control)


async def with_token(outside: Outside, iin: str = DECLARANT) -> Inquiry:
    issued = await outside.registries.access_control.issue_token(
        iin,
        items=["pd.01", "pd.02"],
        consent_reference="consent-1",
        expires_in=timedelta(minutes=5),
        inquiry=ASKED,
    )
    assert issued.data is not None
    return replace(ASKED, access_token=issued.data.token)


async def place(outside: Outside, key: str = "case-1:placement") -> str:
    placed = await outside.registries.payment_system.place(
        idempotency_key=key,
        decision_no="D-1",
        iban=IBAN,
        recipient_iin=DECLARANT,
        amount=Decimal("137620.00"),
        inquiry=ASKED,
    )
    assert placed.data is not None
    return placed.data.order_ref


async def test_what_is_known_before_consent_needs_no_token(outside: Outside) -> None:
    registries = outside.registries
    numbers = await registries.mobile_citizens.numbers_of_person(DECLARANT, ASKED)
    persons = await registries.mobile_citizens.persons_of_number(NUMBER, ASKED)
    account = await registries.recipients.account_on_file(DECLARANT, ASKED)
    nobody = await registries.mobile_citizens.persons_of_number("+77019999999", ASKED)
    assert numbers.data is not None and [n.number for n in numbers.data.numbers] == [NUMBER]
    assert persons.data is not None and persons.data.iins == (DECLARANT,)
    assert account.data is not None and account.data.iban == IBAN
    assert nobody.data is None


async def test_a_persons_data_open_with_a_token_only(outside: Outside) -> None:
    registries = outside.registries
    with pytest.raises(AccessTokenRejected):
        await registries.individuals.person(DECLARANT, ASKED)
    with pytest.raises(AccessTokenRejected):
        await registries.individuals.person(DECEASED, await with_token(outside))
    inquiry = await with_token(outside)
    person = await registries.individuals.person(DECLARANT, inquiry)
    death = await registries.civil_registry.death_record(DECEASED, inquiry)
    owner = await registries.bank_accounts.owner(IBAN, DECLARANT, inquiry)
    assert person.data is not None and person.data.surname == "Сынақова"
    assert person.data.document is not None and person.data.document.valid_to == date(2030, 1, 1)
    assert death.data is not None and death.data.act_no == ACT
    assert death.data.declarant is not None and death.data.declarant.iin == DECLARANT
    assert owner.data is not None and owner.data.belongs
    await outside.control.expire_tokens()
    with pytest.raises(AccessTokenRejected):
        await registries.individuals.person(DECLARANT, inquiry)


async def test_the_status_on_the_day_of_death_and_the_feed(outside: Outside) -> None:
    registries = outside.registries
    status = await registries.recipients.status_on(DECEASED, DEATH_DAY, ASKED)
    assigned = await registries.recipients.burial_assigned(DECEASED, ASKED)
    feed = await registries.civil_registry.death_feed(0, 10, ASKED)
    assert status.data is not None and status.data.veteran
    assert [period.kind for period in status.data.periods] == [PaymentKind.AGE_PENSION]
    assert assigned.data is not None and not assigned.data.assigned
    assert feed.data is not None and [notice.deceased_iin for notice in feed.data.records] == [DECEASED]
    rest = await registries.civil_registry.death_feed(feed.data.last, 10, ASKED)
    assert rest.data is not None and rest.data.records == ()


async def test_mirrors_in_e_maket_may_be_repeated(outside: Outside) -> None:
    e_maket = outside.registries.e_maket
    for _ in range(2):
        await e_maket.register(
            case_reference="case-1",
            registration_no="BUR-1",
            benefit="BUR",
            subject_iin=DECEASED,
            applicant_iin=DECLARANT,
            registered_at=ASKED.asked_at,
            channel="mobile",
            inquiry=ASKED,
        )
        await e_maket.put_file("case-1", [{"datum": "death_record", "status": "PRESENT"}], ASKED)
        await e_maket.put_draft(
            case_reference="case-1",
            draft_no="case-1-1",
            decision_no=None,
            kind="ASSIGN",
            document_sha256="ab" * 32,
            inquiry=ASKED,
        )
        await e_maket.outcome("BUR-1", "ASSIGNED", ASKED)
    known = await e_maket.applications(DECEASED, "BUR", ASKED)
    assert known.data is not None
    assert [(a.registration_no, a.state) for a in known.data.applications] == [("BUR-1", "ASSIGNED")]
    with pytest.raises(RegistryRejected) as caught:
        await e_maket.outcome("BUR-404", "ASSIGNED", ASKED)
    assert caught.value.code == "NOT_REGISTERED"


async def test_a_lost_answer_to_a_placement_is_unknown_and_asking_finds_the_one_order(
    outside: Outside,
) -> None:
    await outside.control.set_outages(**{"odq/place": Outage(mode=OutageMode.LOST_ANSWER, remaining=1)})
    with pytest.raises(OutcomeUnknown):
        await place(outside)
    found = await outside.registries.payment_system.placement("case-1:placement", ASKED)
    assert found.data is not None
    assert await place(outside) == found.data.order_ref
    assert [order.order_ref for order in await outside.control.orders()] == [found.data.order_ref]


async def test_a_system_that_is_down_did_nothing_and_says_so(outside: Outside) -> None:
    await outside.control.set_outages(odq=OutageMode.DOWN, recipients=OutageMode.ERROR)
    with pytest.raises(OutsideSystemUnavailable):
        await place(outside)
    with pytest.raises(OutsideSystemUnavailable):
        await outside.registries.recipients.burial_assigned(DECEASED, ASKED)
    await outside.control.set_outages()
    assert await outside.control.orders() == []
    absent = await outside.registries.payment_system.placement("case-1:placement", ASKED)
    assert absent.data is None


async def test_a_key_never_carries_a_second_order(outside: Outside) -> None:
    await place(outside)
    with pytest.raises(RegistryRejected) as caught:
        await outside.registries.payment_system.place(
            idempotency_key="case-1:placement",
            decision_no="D-2",
            iban=IBAN,
            recipient_iin=DECLARANT,
            amount=None,
            inquiry=ASKED,
        )
    assert caught.value.code == "KEY_REUSED"
    assert len(await outside.control.orders()) == 1
