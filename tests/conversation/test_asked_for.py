"""What the citizen asked for comes at any hour; an offer nobody asked for waits for the morning (SIL-23)."""

from __future__ import annotations

import pytest

from tests.conversation.office import MINUTE, NIGHT, TalkOffice


@pytest.mark.parametrize(("initiative", "waits"), [("citizen", False), ("provider", True)])
async def test_only_an_offer_the_citizen_asked_for_goes_at_night(
    office: TalkOffice, initiative: str, waits: bool
) -> None:
    await office.offer(await office.case(initiative=initiative), NIGHT)

    (offer,) = await office.outbox()
    assert (offer.not_before > NIGHT) is waits


async def test_the_question_in_the_language_asked_for_comes_at_once(office: TalkOffice) -> None:
    await office.offer(await office.case(), NIGHT)

    await office.write("РУС", NIGHT + MINUTE)

    again = (await office.outbox())[-1]
    assert (again.template, again.language, again.not_before) == ("M-01-BUR-NA", "ru", NIGHT + MINUTE)
