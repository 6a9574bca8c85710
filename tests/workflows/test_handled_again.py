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


async def test_a_consent_handled_again_never_answers_the_next_offer(office: CaseOffice) -> None:
    """Two deaths, one recipient: the second offer opens as soon as the first is answered (T-20)."""
    first, other = families(2, today())
    death = other.death.model_copy(update={"declarant_iin": first.declarant.iin})
    second = Family(other.deceased, first.declarant, death)
    first_case = await office.death(first)
    await office.until_state(first_case, CaseState.OFFERED)
    second_case = await office.death(second)
    await office.until_state(second_case, CaseState.OFFERED)
    consent = await office.write(first, "1")
    await office.until_steps(first_case, "REGISTERED")
    told = await office.messages(first_case)

    again = await office.hand_on_again(consent)

    assert (again.disposition, again.case_id) == ("ACCEPTED", first_case)
    assert (await office.case(second_case)).consented_at is None
    assert (await office.messages(first_case))[: len(told)] == told
    assert "REPEATED" not in await office.messages(first_case)


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
