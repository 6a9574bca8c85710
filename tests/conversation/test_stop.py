"""STOP: what is optional and not yet sent stays unsent, what was consented to goes on (SIL-07)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conversation.office import MINUTE, NIGHT, NOW, TalkOffice


async def states(office: TalkOffice, template: str) -> list[str]:
    return [message.state for message in await office.outbox() if message.template == template]


async def test_stop_calls_back_an_offer_that_still_waits_for_the_morning(office: TalkOffice) -> None:
    case_id = await office.case()
    await office.offer(case_id, NIGHT)

    await office.write("ТОҚТА", NIGHT + MINUTE)

    assert await states(office, "M-01-BUR-NA") == ["expired"]
    assert await states(office, "STOPPED") == ["queued"]


async def test_stop_calls_back_nothing_of_another_number(office: TalkOffice) -> None:
    await office.offer(await office.case(), NIGHT)

    await office.write("ТОҚТА", NIGHT + MINUTE, number="+77010000002")

    assert await states(office, "M-01-BUR-NA") == ["queued"]


async def test_an_offer_in_line_is_not_sent_after_stop_but_its_case_is_told(office: TalkOffice) -> None:
    """Told that its question is open, the case lets it lapse by itself (T-20)."""
    first, second = await office.case(), await office.case()
    question = await office.offer(first)
    await office.offer(second)
    await office.send()
    await office.write("ТОҚТА", NOW + MINUTE)

    following = await office.answered(question, NOW + 2 * MINUTE)

    assert following is not None
    opened = await office.question(following.id)
    assert (opened.state, opened.announced, opened.message_id) == ("open", False, None)
    assert await states(office, "M-01-BUR-NA") == ["sent"]


async def test_an_offer_the_citizen_asked_for_is_sent_in_spite_of_stop(office: TalkOffice) -> None:
    first, asked_for = await office.case(), await office.case(initiative="citizen")
    question = await office.offer(first)
    await office.offer(asked_for)
    await office.send()
    await office.write("ТОҚТА", NOW + MINUTE)

    await office.answered(question, NOW + 2 * MINUTE)

    assert await states(office, "M-01-BUR-NA") == ["sent", "queued"]


async def test_a_switch_of_language_after_stop_sends_no_offer_that_was_held_back(office: TalkOffice) -> None:
    case_id = await office.case()
    await office.offer(case_id, NIGHT)
    await office.write("ТОҚТА", NIGHT + MINUTE)

    await office.write("РУС", NIGHT + 2 * MINUTE)

    assert await states(office, "M-01-BUR-NA") == ["expired"]


async def test_start_makes_the_offer_that_stop_held_back(office: TalkOffice) -> None:
    """SIL-07: the question still stands, so its words go out, at any hour: the citizen has just asked."""
    case_id = await office.case()
    question = await office.offer(case_id, NIGHT)
    await office.write("ТОҚТА", NIGHT + MINUTE)

    message = await office.write("БАСТА", NIGHT + 2 * MINUTE)

    assert message.disposition == "STARTED"
    assert (await office.said())[-2:] == ["STARTED", "M-01-BUR-NA"]
    assert await states(office, "M-01-BUR-NA") == ["expired", "queued"]
    await office.send(NIGHT + 3 * MINUTE)
    answer = await office.write("1", NIGHT + 4 * MINUTE)
    assert (answer.disposition, office.answers()) == ("ACCEPTED", [(case_id, question.id)])


async def test_start_makes_the_offer_that_came_to_the_head_of_the_line_after_stop(office: TalkOffice) -> None:
    first, second = await office.case(), await office.case()
    question = await office.offer(first)
    await office.offer(second)
    await office.send()
    await office.write("ТОҚТА", NOW + MINUTE)
    await office.answered(question, NOW + 2 * MINUTE)

    await office.write("БАСТА", NOW + 3 * MINUTE)

    assert await states(office, "M-01-BUR-NA") == ["sent", "queued"]


async def test_start_repeats_no_offer_that_went_out_before_stop(office: TalkOffice) -> None:
    await office.offer(await office.case())
    await office.send()
    await office.write("ТОҚТА", NOW + MINUTE)

    await office.write("БАСТА", NOW + 2 * MINUTE)

    assert await states(office, "M-01-BUR-NA") == ["sent"]


async def test_start_brings_back_no_offer_that_has_lapsed(office: TalkOffice) -> None:
    """T-20 ran on while STOP held the offer back."""
    question = await office.offer(await office.case(), NIGHT)
    await office.write("ТОҚТА", NIGHT + MINUTE)
    async with office.bench.records.database.writing() as session:
        await office.bench.questions.close(session, question.id, "closed", NIGHT + 2 * MINUTE)

    await office.write("БАСТА", NIGHT + 3 * MINUTE)

    assert await states(office, "M-01-BUR-NA") == ["expired"]


async def test_a_reminder_that_still_waits_is_called_back_by_the_answer(office: TalkOffice) -> None:
    case_id = await office.case()
    question = await office.offer(case_id)
    await office.send()
    await office.remind(case_id, NIGHT)

    await office.answered(question, NIGHT + MINUTE)

    assert await states(office, "M-19-NA") == ["expired"]


@pytest.mark.parametrize(
    ("consented", "told"), [(None, "STOPPED"), (NOW - timedelta(hours=1), "STOPPED-OPEN")]
)
async def test_only_a_case_with_a_consent_is_said_to_go_on(
    office: TalkOffice, consented: object, told: str
) -> None:
    await office.offer(await office.case(consented_at=consented))
    await office.send()

    await office.write("СТОП", NOW + MINUTE)

    assert (await office.said())[-1] == told
    assert await office.tasks() == ["STOP_WITH_OPEN_CASE"]
