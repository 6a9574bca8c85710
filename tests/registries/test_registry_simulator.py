"""The clients against the simulated registers over HTTP: tokens, outages, and one order per decision.

Everything is asked in both forms, JSON and the SOAP envelope of the national gateway.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from belsendi.errors import OutcomeUnknown, OutsideSystemUnavailable
from belsendi.registries import AccessTokenRejected, RegistryRejected
from belsendi.registries.answers import PaymentKind
from simulators.registry.people import Outage, OutageMode
from tests.registries.outside import (
    ACT,
    ASKED,
    DEATH_DAY,
    DECEASED,
    DECLARANT,
    IBAN,
    NUMBER,
    Outside,
    with_token,
)


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
