"""Words that answer no question: a death without a number, and a withdrawal when nothing can be withdrawn."""

from __future__ import annotations

import pytest

from belsendi.contracts.states import CaseState, TaskKind
from tests.conversation.office import MINUTE, NIGHT, NOW, TalkOffice


@pytest.mark.parametrize("text", ["Умер отец", "Әкем қайтыс болды"])
async def test_who_speaks_of_a_death_is_asked_for_the_number(office: TalkOffice, text: str) -> None:
    """SIL-04: the citizen begins, the IIN of the deceased is what is missing."""
    message = await office.write(text, NOW)

    assert (message.disposition, await office.said()) == ("NAME_ASKED", ["NAMES-ASK"])


async def test_who_speaks_of_another_death_after_an_answer_is_asked_for_its_number(
    office: TalkOffice,
) -> None:
    question = await office.offer(await office.case())
    await office.send()
    await office.answered(question, NOW + MINUTE)

    await office.write("Умер отец", NOW + 2 * MINUTE)

    assert (await office.said())[-1] == "NAMES-ASK"


@pytest.mark.parametrize(
    "outcome", ["WITHDRAWN", "LAPSED", "DECLINED", "NOT_ACCEPTED", "INCOMPLETE", "TRANSFERRED"]
)
async def test_a_withdrawal_after_an_end_without_a_decision_is_told_how_it_ended(
    office: TalkOffice, outcome: str
) -> None:
    await office.case(outcome=outcome, state=CaseState.CLOSED, closed_at=NOW)

    message = await office.write("отзыв", NOW + MINUTE)

    assert (message.disposition, await office.said()) == ("NOTHING_TO_WITHDRAW", ["STATUS-CLOSED"])
    assert await office.tasks() == []


@pytest.mark.parametrize("outcome", ["ASSIGNED", "REFUSED"])
async def test_a_withdrawal_after_a_signed_decision_is_a_persons(office: TalkOffice, outcome: str) -> None:
    await office.case(outcome=outcome, state=CaseState.CLOSED, closed_at=NOW)

    message = await office.write("отзыв", NOW + MINUTE)

    assert (message.disposition, await office.said()) == ("AFTER_SIGNATURE", ["WITHDRAW-LATE"])
    assert await office.tasks() == ["LATE_WITHDRAWAL"]


@pytest.mark.parametrize(
    ("fields", "template"),
    [
        ({}, "STATUS-OPEN-ND"),
        ({"due_at": NOW}, "STATUS-OPEN"),
        ({"outcome": "ASSIGNED", "state": CaseState.CLOSED, "closed_at": NOW}, "STATUS-CLOSED"),
    ],
)
async def test_status_tells_where_the_case_stands(
    office: TalkOffice, fields: dict[str, object], template: str
) -> None:
    await office.case(**fields)

    message = await office.write("СТАТУС", NOW + MINUTE)

    assert (message.disposition, await office.said()) == ("STATUS_TOLD", [template])


@pytest.mark.parametrize("text", ["1", "келісемін", "бұл не?"])
async def test_a_reply_before_the_first_offer_went_out_is_told_that_it_is_too_early(
    office: TalkOffice, text: str
) -> None:
    """The person is known: the offer waits for the morning, and no words before it are a consent (SIL-05)."""
    case_id = await office.case()
    await office.offer(case_id, NIGHT)

    message = await office.write(text, NIGHT + MINUTE)

    assert (message.disposition, message.case_id) == ("EARLY", case_id)
    assert await office.said() == ["M-01-BUR-NA", "EARLY"]
    assert office.answers() == []


async def test_a_reply_while_stop_holds_the_offer_back_is_told_of_the_stop(office: TalkOffice) -> None:
    await office.offer(await office.case(), NIGHT)
    await office.write("ТОҚТА", NIGHT + MINUTE)

    message = await office.write("1", NIGHT + 2 * MINUTE)

    assert (message.disposition, await office.said()) == ("EARLY", ["M-01-BUR-NA", "STOPPED", "STOPPED"])


async def test_words_to_a_case_that_asks_nothing_are_answered_with_where_it_stands(
    office: TalkOffice,
) -> None:
    await office.case(state=CaseState.CHECKING, due_at=NOW)

    message = await office.write("1", NOW + MINUTE)

    assert (message.disposition, await office.said()) == ("STATUS_TOLD", ["STATUS-OPEN"])


async def test_a_number_without_a_case_stays_a_strangers(office: TalkOffice) -> None:
    """SIL-45."""
    await office.case()

    message = await office.write("1", NOW, number="+77010000002")

    assert (message.disposition, await office.said()) == ("STRANGER_ANSWERED", ["UNKNOWN-NUMBER"])


async def test_strangers_fill_no_list(office: TalkOffice) -> None:
    """SIL-05, AC-D31: consent from numbers that were not asked is one open task; a no is none."""
    written = [
        await office.write(text, NOW + place * MINUTE, number=f"+770100000{place:02}")
        for place, text in enumerate(("1", "0", "1"), start=20)
    ]

    [task] = await office.open_tasks()
    assert task.kind == TaskKind.STRANGER_CONSENT
    assert task.facts == {"messages": [written[0].id, written[2].id]}
