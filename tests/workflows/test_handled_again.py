"""A crash between a case's answer to a reply and our note of it: the reply is handled again and changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from belsendi.contracts.states import CaseState
from tests.workflows.office import CaseOffice, Family, families, open_office, skipping_engine, today


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[CaseOffice]:
    async with skipping_engine() as engine, open_office(tmp_path, engine) as opened:
        yield opened


async def two_offers_on_one_number(office: CaseOffice) -> tuple[str, str, str]:
    """Two deaths, one recipient: the second offer waits behind the first. Returns both cases and the number."""
    first, other = families(2, today())
    death = other.death.model_copy(update={"declarant_iin": first.declarant.iin})
    first_case = await office.death(first)
    await office.until_state(first_case, CaseState.OFFERED)
    second_case = await office.death(Family(other.deceased, first.declarant, death))
    await office.until_state(second_case, CaseState.OFFERED)
    return first_case, second_case, first.number


async def test_a_consent_handled_again_never_answers_the_next_offer(office: CaseOffice) -> None:
    """The second offer opens as soon as the first is answered (T-20)."""
    first_case, second_case, number = await two_offers_on_one_number(office)
    consent = await office.store(number, "1")
    await office.handle(consent)
    await office.until_steps(first_case, "REGISTERED")

    again = await office.hand_on_again(consent)

    assert (again.disposition, again.case_id) == ("ACCEPTED", first_case)
    assert (await office.case(second_case)).consented_at is None
    assert "REPEATED" not in await office.messages(first_case)


async def test_a_consent_written_twice_never_answers_the_next_offer(office: CaseOffice) -> None:
    """Both came before the second offer was made; only the first has been handled by then (T-20)."""
    first_case, second_case, number = await two_offers_on_one_number(office)
    consent, twice = await office.store(number, "1"), await office.store(number, "1")
    await office.handle(consent)
    await office.until_steps(first_case, "REGISTERED")

    again = await office.handle(twice)

    assert again.disposition == "REPEATED"
    second = await office.case(second_case)
    assert (second.state, second.consented_at) == (CaseState.OFFERED, None)


async def test_a_withdrawal_handled_again_says_nothing_new(office: CaseOffice) -> None:
    (family,) = families(1, today())
    case_id = await office.death(family)
    await office.until_state(case_id, CaseState.OFFERED)
    await office.write(family, "1")
    await office.draft(case_id)
    withdrawal = await office.write(family, "отзыв")
    await office.until_state(case_id, CaseState.CLOSED)
    told = await office.messages(case_id)

    again = await office.hand_on_again(withdrawal)

    assert (again.meaning, again.disposition) == ("WITHDRAW", "ACCEPTED")
    assert await office.messages(case_id) == told


async def test_a_decline_handled_again_after_the_end_says_nothing_new(office: CaseOffice) -> None:
    (family,) = families(1, today())
    case_id = await office.death(family)
    await office.until_state(case_id, CaseState.OFFERED)
    decline = await office.write(family, "0")
    await office.until_state(case_id, CaseState.CLOSED)
    told = await office.messages(case_id)

    again = await office.hand_on_again(decline)

    assert again.disposition == "ACCEPTED"
    assert await office.messages(case_id) == told
