"""Several open cases of one number: the one last asked about is meant, unless they are of different persons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conversation.office import MINUTE, NOW, TalkOffice

HUSBAND, WIFE = "850101400121", "860101400128"


async def test_a_withdrawal_goes_to_the_case_last_asked_about(office: TalkOffice) -> None:
    asked, newer = await office.case(), await office.case()
    await office.offer(asked)
    await office.offer(newer)
    await office.send()

    await office.write("отзыв", NOW + MINUTE)

    assert office.answers() == [(asked, None)]


async def test_status_tells_of_the_case_last_asked_about(office: TalkOffice) -> None:
    asked, _newer = await office.case(), await office.case(due_at=NOW + timedelta(days=1))
    await office.offer(asked)
    await office.send()

    await office.write("СТАТУС", NOW + MINUTE)

    told = (await office.outbox())[-1]
    assert (told.template, told.case_id) == ("STATUS-OPEN-ND", asked)


@pytest.mark.parametrize("text", ["отзыв", "СТАТУС"])
async def test_cases_of_different_persons_are_for_a_person(office: TalkOffice, text: str) -> None:
    """SIL-05: a consent is a person's; nobody knows who of the two wrote."""
    await office.offer(await office.case(recipient=HUSBAND))
    await office.case(recipient=WIFE)
    await office.send()

    messages = [await office.write(text, NOW + MINUTE), await office.write(text, NOW + 2 * MINUTE)]

    assert [message.disposition for message in messages] == ["SEVERAL_PERSONS"] * 2
    assert (await office.said())[-2:] == ["HELP", "HELP"]
    assert await office.tasks() == ["NUMBER_NOT_REGISTERED"]
    assert office.answers() == []
