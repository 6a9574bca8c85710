"""At most one open question per number; the next opens in the transaction that closes the last."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from belsendi.records.columns import new_id
from belsendi.records.database import is_unique_violation
from belsendi.records.models import Question
from tests.records.office import NOW, Office
from tests.records.rivals import at_once, until_it_waits


async def states(office: Office, number_id: str) -> dict[str, int]:
    query = (
        select(Question.state, func.count()).where(Question.number_id == number_id).group_by(Question.state)
    )
    async with office.records.database.reading() as session:
        return {row[0]: row[1] for row in await session.execute(query)}


async def test_the_second_question_of_a_number_waits_in_line(office: Office) -> None:
    case_id, number_id = await office.case(), await office.number()
    first = await office.ask(case_id, number_id)
    second = await office.ask(case_id, number_id)
    assert (first.state, first.opened_at) == ("open", NOW)
    assert (second.state, second.opened_at) == ("waiting", None)


async def test_numbers_do_not_wait_for_each_other(office: Office) -> None:
    case_id = await office.case()
    asked = [await office.ask(case_id, await office.number()) for _ in range(3)]
    assert [question.state for question in asked] == ["open"] * 3


async def test_of_questions_asked_in_the_same_moment_one_is_open(office: Office, rival: Office) -> None:
    case_id, number_id = await office.case(), await office.number()
    works = [lambda side=side: side.ask(case_id, number_id) for side in (office, rival) * 4]
    asked = await at_once(works)
    assert sorted(question.state for question in asked) == ["open"] + ["waiting"] * 7
    assert await states(office, number_id) == {"open": 1, "waiting": 7}


async def test_the_database_itself_refuses_a_second_open_question(office: Office) -> None:
    case_id, number_id = await office.case(), await office.number()
    await office.ask(case_id, number_id)
    with pytest.raises(IntegrityError) as refused:
        async with office.records.database.writing() as session:
            session.add(
                Question(
                    id=new_id(),
                    case_id=case_id,
                    number_id=number_id,
                    kind="ACCOUNT",
                    state="open",
                    template="M-02",
                    created_at=NOW,
                )
            )
    assert is_unique_violation(refused.value)
    assert await states(office, number_id) == {"open": 1}


async def test_the_longest_waiting_question_opens_next(office: Office) -> None:
    case_id, number_id = await office.case(), await office.number()
    first = await office.ask(case_id, number_id)
    late = await office.ask(case_id, number_id, NOW + timedelta(minutes=2))
    early = await office.ask(case_id, number_id, NOW + timedelta(minutes=1))
    following = await office.close(first.id)
    assert following is not None and following.id == early.id
    assert (following.state, following.opened_at, following.announced) == ("open", NOW, False)
    assert (await office.question(late.id)).state == "waiting"


async def test_the_next_question_opens_with_the_closing_or_not_at_all(office: Office) -> None:
    case_id, number_id = await office.case(), await office.number()
    first = await office.ask(case_id, number_id)
    second = await office.ask(case_id, number_id)
    with pytest.raises(RuntimeError, match="the process died"):
        async with office.records.database.writing() as session:
            following = await office.questions.close(session, first.id, "answered", NOW)
            assert following is not None and following.id == second.id
            raise RuntimeError("the process died before it committed")
    assert (await office.question(first.id)).state == "open"
    assert (await office.question(second.id)).state == "waiting"


async def test_a_question_asked_while_the_open_one_closes_does_not_wait_for_ever(
    office: Office, rival: Office
) -> None:
    case_id, number_id = await office.case(), await office.number()
    first = await office.ask(case_id, number_id)
    async with office.records.database.writing() as session:
        await office.questions.close(session, first.id, "answered", NOW)
        asking = asyncio.create_task(rival.ask(case_id, number_id))
        await until_it_waits(asking, office.records.database)
    assert (await asking).state == "open"


async def test_a_line_that_is_closed_from_all_sides_ends_empty(office: Office, rival: Office) -> None:
    case_id, number_id = await office.case(), await office.number()
    line = [(await office.ask(case_id, number_id)).id for _ in range(6)]
    sides = [office, rival] * 3
    await at_once(
        [lambda side=side, q=q: side.close(q, "closed") for side, q in zip(sides, line, strict=True)]
    )
    assert await states(office, number_id) == {"closed": 6}


async def test_closing_in_line_opens_nothing_and_closing_twice_changes_nothing(office: Office) -> None:
    case_id, number_id = await office.case(), await office.number()
    first = await office.ask(case_id, number_id)
    second = await office.ask(case_id, number_id)
    third = await office.ask(case_id, number_id)
    assert await office.close(second.id, "closed") is None
    assert (await office.question(first.id)).state == "open"
    following = await office.close(first.id)
    assert following is not None and following.id == third.id
    assert await office.close(first.id, "closed") is None
    assert (await office.question(first.id)).state == "answered"
    assert await office.close(new_id()) is None


async def test_a_question_that_came_to_the_head_of_the_line_is_told_once(office: Office) -> None:
    case_id, number_id = await office.case(), await office.number()
    first = await office.ask(case_id, number_id)
    second = await office.ask(case_id, number_id)
    database = office.records.database
    async with database.reading() as session:
        assert await office.questions.unannounced(session) == []
    await office.close(first.id)
    async with database.writing() as session:
        waiting = await office.questions.unannounced(session)
        assert [question.id for question in waiting] == [second.id]
        waiting[0].announced = True
    async with database.reading() as session:
        assert await office.questions.unannounced(session) == []


async def test_the_last_question_of_a_number_is_the_one_closed_last(office: Office) -> None:
    case_id, number_id = await office.case(), await office.number()
    database = office.records.database
    first = await office.ask(case_id, number_id)
    second = await office.ask(case_id, number_id)
    async with database.writing() as session:
        await office.questions.close(session, first.id, "answered", NOW + timedelta(hours=2))
        await office.questions.close(session, second.id, "closed", NOW + timedelta(hours=1))
    async with database.reading() as session:
        last = await office.questions.last_for(session, number_id)
    assert last is not None and last.id == first.id
