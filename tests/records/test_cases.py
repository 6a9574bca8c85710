"""Cases: one per service, subject, recipient and attempt; the time budget without a gap; tasks once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from belsendi.contracts.states import CaseState, Flag, Outcome, Party, TaskKind
from belsendi.errors import NotFound
from belsendi.records.cases import (
    add_step,
    end_case,
    locked_case,
    lower_flag,
    new_reference,
    open_case,
    open_task,
    raise_flag,
    step_done,
    wait_for,
)
from belsendi.records.columns import new_id
from belsendi.records.models import Case, Task, Wait
from tests.records.office import NOW, Office
from tests.records.rivals import at_once, postgres_only

HOUR = timedelta(hours=1)


async def opened(office: Office, subject: str, recipient: str, initiative: str) -> tuple[str, int, bool]:
    async with office.records.database.writing() as session:
        case, made = await open_case(
            session,
            service="BUR",
            subject_id=subject,
            recipient_id=recipient,
            event_id=None,
            initiative=initiative,
            now=NOW,
        )
        return case.id, case.attempt, made


async def end(office: Office, case_id: str, outcome: Outcome) -> None:
    async with office.records.database.writing() as session:
        await end_case(session, await locked_case(session, case_id), outcome, NOW + HOUR)


@pytest.mark.parametrize("initiative", ["provider", "citizen"])
async def test_the_same_death_heard_at_once_from_several_sides_is_one_case(
    office: Office, rival: Office, initiative: str
) -> None:
    subject, recipient = await office.person(), await office.person()
    sides = [office, rival] * 3
    results = await at_once([lambda s=s: opened(s, subject, recipient, initiative) for s in sides])
    assert len({case_id for case_id, _, _ in results}) == 1
    assert sorted(made for _, _, made in results) == [False] * 5 + [True]


async def test_two_recipients_of_one_death_have_a_case_each(office: Office) -> None:
    subject = await office.person()
    first, _, _ = await opened(office, subject, await office.person(), "provider")
    second, _, made = await opened(office, subject, await office.person(), "provider")
    assert made and second != first


async def test_a_citizen_may_try_again_after_the_end_and_the_provider_does_not(office: Office) -> None:
    subject, recipient = await office.person(), await office.person()
    first, _, _ = await opened(office, subject, recipient, "provider")
    await end(office, first, Outcome.LAPSED)
    assert await opened(office, subject, recipient, "provider") == (first, 1, False)
    second, attempt, made = await opened(office, subject, recipient, "citizen")
    assert (attempt, made) == (2, True) and second != first
    assert await opened(office, subject, recipient, "citizen") == (second, 2, False)


async def test_the_database_itself_refuses_the_same_attempt_twice(office: Office) -> None:
    subject, recipient = await office.person(), await office.person()
    await opened(office, subject, recipient, "provider")
    with pytest.raises(IntegrityError):
        async with office.records.database.writing() as session:
            session.add(
                Case(
                    id=new_id(),
                    reference=new_reference("BUR"),
                    service="BUR",
                    subject_id=subject,
                    recipient_id=recipient,
                    attempt=1,
                    state="IDENTIFIED",
                    waiting_for="US",
                    waiting_since=NOW,
                    created_at=NOW,
                    updated_at=NOW,
                )
            )


async def test_the_waits_of_a_case_follow_each_other_without_a_gap(office: Office) -> None:
    case_id = await office.case()
    parties = [Party.CITIZEN, Party.US, Party.REGISTRY, Party.OFFICER]
    async with office.records.database.writing() as session:
        case = await locked_case(session, case_id)
        for hours, party in enumerate(parties, start=1):
            await wait_for(session, case, party, NOW + hours * HOUR)
            await wait_for(session, case, party, NOW + hours * HOUR + HOUR / 2)
        await end_case(session, case, Outcome.ASSIGNED, NOW + 5 * HOUR)
    async with office.records.database.reading() as session:
        query = select(Wait).where(Wait.case_id == case_id).order_by(Wait.began_at)
        waits = list((await session.execute(query)).scalars())
    assert [wait.party for wait in waits] == [Party.US, *parties]
    assert [wait.began_at for wait in waits] == [NOW + hours * HOUR for hours in range(5)]
    assert [wait.ended_at for wait in waits] == [NOW + hours * HOUR for hours in range(1, 6)]


async def test_a_step_is_taken_once_and_gives_its_result_again(office: Office) -> None:
    case_id = await office.case()
    database = office.records.database
    for key, kind in (("1:make_offer", "OFFERED"), ("2:consent", "CONSENT_GIVEN")):
        async with database.writing() as session:
            case = await locked_case(session, case_id)
            await add_step(
                session,
                case,
                key=key,
                kind=kind,
                at=NOW,
                actor="system",
                rules=["B-t8"],
                facts={},
                result={"state": kind},
            )
    async with database.reading() as session:
        done = await step_done(session, case_id, "2:consent")
        assert done is not None and (done.seq, done.result) == (2, {"state": "CONSENT_GIVEN"})
        assert await step_done(session, case_id, "3:register") is None
    with pytest.raises(IntegrityError):
        async with database.writing() as session:
            case = await locked_case(session, case_id)
            await add_step(
                session, case, key="1:make_offer", kind="X", at=NOW, actor="system", rules=[], facts={}
            )


async def test_an_ended_case_takes_its_tasks_with_it_but_not_the_calls_that_outlive_it(
    office: Office,
) -> None:
    case_id = await office.case()
    async with office.records.database.writing() as session:
        for kind in (TaskKind.SIGN, TaskKind.CHECK_BANK, TaskKind.CALL_UNDELIVERED):
            await open_task(session, kind, key=f"{case_id}:{kind}", now=NOW, case_id=case_id)
    await end(office, case_id, Outcome.ASSIGNED)
    async with office.records.database.reading() as session:
        rows = (await session.execute(select(Task).where(Task.case_id == case_id))).scalars()
        still_open = {row.kind for row in rows if row.closed_at is None}
        case = await session.get_one(Case, case_id)
    assert still_open == {TaskKind.CHECK_BANK, TaskKind.CALL_UNDELIVERED}
    assert (case.state, case.outcome, case.waiting_for) == (
        CaseState.CLOSED,
        Outcome.ASSIGNED,
        Party.NOBODY,
    )


async def test_a_person_is_asked_once_per_matter(office: Office, rival: Office) -> None:
    async def ask(side: Office) -> None:
        async with side.records.database.writing() as session:
            await open_task(session, TaskKind.NO_RECIPIENT, key="event:1", now=NOW)

    await at_once([lambda s=s: ask(s) for s in (office, rival, office, rival)])
    async with office.records.database.reading() as session:
        assert len((await session.execute(select(Task))).scalars().all()) == 1


async def test_flags_are_raised_once_and_lowered(office: Office) -> None:
    case_id = await office.case()
    database = office.records.database
    async with database.writing() as session:
        case = await locked_case(session, case_id)
        raise_flag(case, Flag.ESCALATED)
        raise_flag(case, Flag.OVERDUE)
        raise_flag(case, Flag.ESCALATED)
    async with database.writing() as session:
        case = await locked_case(session, case_id)
        assert case.flags == ["ESCALATED", "OVERDUE"]
        lower_flag(case, Flag.ESCALATED)
    async with database.reading() as session:
        assert (await session.get_one(Case, case_id)).flags == ["OVERDUE"]


async def test_steps_of_one_case_follow_each_other(office: Office, rival: Office) -> None:
    case_id = await office.case()

    async def step(side: Office, place: int) -> int:
        async with side.records.database.writing() as session:
            case = await locked_case(session, case_id)
            return await add_step(
                session, case, key=f"{place}", kind="X", at=NOW, actor="system", rules=[], facts={}
            )

    sides = [office, rival] * 4
    numbers = await at_once([lambda s=s, n=n: step(s, n) for n, s in enumerate(sides)])
    assert sorted(numbers) == list(range(1, 9))


@postgres_only
async def test_a_message_is_filed_under_a_case_that_somebody_works_on(office: Office, rival: Office) -> None:
    case_id, number_id = await office.case(), await office.number()
    async with office.records.database.writing() as session:
        await locked_case(session, case_id)
        message_id = await asyncio.wait_for(rival.queue(rival.draft(number_id, "k", case_id=case_id)), 60)
    assert (await office.message(message_id)).case_id == case_id


async def test_an_unknown_case_is_said_so(office: Office) -> None:
    with pytest.raises(NotFound, match="no such case"):
        async with office.records.database.writing() as session:
            await locked_case(session, new_id())
