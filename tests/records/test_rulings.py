"""Journal, decisions and payment orders: one live entry per deceased, one approval and one order per case."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from belsendi.errors import NotFound
from belsendi.records.models import Decision, JournalEntry
from belsendi.records.rulings import (
    approved_decision,
    decision_of,
    earlier_entries,
    holds_subject,
    journal_entry,
    payment_order,
)
from tests.records import office as rows
from tests.records.office import Office
from tests.records.rivals import at_once


async def register(office: Office, subject_id: str, *, number: str) -> bool:
    """Registers a new relative's case as the step does: asks for the lock, then writes the entry."""
    applicant_id = await office.person(f"{hash(number) % 10**12:012d}")
    case_id = await office.case(subject_id, applicant_id)
    async with office.records.database.writing() as session:
        consent_id = await office.consent(session, case_id, applicant_id)
        holds = not await holds_subject(session, "BUR", subject_id)
        session.add(
            rows.journal_entry(case_id, subject_id, applicant_id, consent_id, number=number, holds=holds)
        )
    return holds


async def test_of_relatives_who_apply_in_the_same_moment_exactly_one_holds_the_deceased(
    office: Office, rival: Office
) -> None:
    """The lock per deceased around CK2 and CK3 (B-r13(2), (3), SIL-25)."""
    subject_id = await office.person()
    sides = [office, rival] * 3
    held = await at_once(
        [lambda s=s, n=n: register(s, subject_id, number=f"BUR-2026-{n:06d}") for n, s in enumerate(sides)]
    )
    assert sorted(held) == [False] * 5 + [True]
    async with office.records.database.reading() as session:
        entries = list((await session.execute(select(JournalEntry))).scalars())
    assert len(entries) == 6 and sum(entry.holds_subject for entry in entries) == 1


async def test_the_database_itself_refuses_a_second_live_entry(office: Office) -> None:
    subject_id = await office.person()
    await register(office, subject_id, number="BUR-2026-000001")
    applicant_id = await office.person()
    case_id = await office.case(subject_id, applicant_id)
    with pytest.raises(IntegrityError):
        async with office.records.database.writing() as session:
            consent_id = await office.consent(session, case_id, applicant_id)
            session.add(
                rows.journal_entry(
                    case_id, subject_id, applicant_id, consent_id, number="BUR-2026-000002", holds=True
                )
            )


async def test_an_entry_that_let_go_makes_room_for_the_next(office: Office) -> None:
    subject_id = await office.person()
    assert await register(office, subject_id, number="BUR-2026-000001")
    assert not await register(office, subject_id, number="BUR-2026-000002")
    async with office.records.database.writing() as session:
        for entry in (await session.execute(select(JournalEntry))).scalars():
            entry.holds_subject = False
    assert await register(office, subject_id, number="BUR-2026-000003")
    assert await register(office, await office.person(), number="BUR-2026-000004")


async def test_the_other_entries_of_the_deceased_are_found(office: Office) -> None:
    subject_id = await office.person()
    await register(office, subject_id, number="BUR-2026-000001")
    await register(office, subject_id, number="BUR-2026-000002")
    await register(office, await office.person(), number="BUR-2026-000003")
    async with office.records.database.reading() as session:
        query = select(JournalEntry).where(JournalEntry.registration_no == "BUR-2026-000002")
        mine = (await session.execute(query)).scalar_one()
        others = await earlier_entries(session, mine)
        assert [entry.registration_no for entry in others] == ["BUR-2026-000001"]
        assert (await journal_entry(session, mine.case_id)).id == mine.id
        with pytest.raises(NotFound):
            await journal_entry(session, "unregistered")


async def draft(office: Office, case_id: str, revision: int, status: str = "draft") -> str:
    async with office.records.database.writing() as session:
        document_id = await office.document(session, case_id)
        row = rows.decision(case_id, document_id, revision=revision, status=status)
        session.add(row)
        return row.id


async def test_a_case_has_one_approved_decision(office: Office, rival: Office) -> None:
    case_id = await office.case()
    drafts = [await draft(office, case_id, revision) for revision in (1, 2)]

    async def approve(side: Office, decision_id: str) -> bool:
        try:
            async with side.records.database.writing() as session:
                (await session.get_one(Decision, decision_id)).status = "approved"
        except IntegrityError:
            return False
        return True

    approved = await at_once([lambda: approve(office, drafts[0]), lambda: approve(rival, drafts[1])])
    assert sorted(approved) == [False, True]
    async with office.records.database.reading() as session:
        found = await approved_decision(session, case_id)
    assert found is not None and found.id == drafts[approved.index(True)]


async def test_a_revision_is_drafted_once(office: Office) -> None:
    case_id = await office.case()
    await draft(office, case_id, 1)
    with pytest.raises(IntegrityError):
        await draft(office, case_id, 1)


async def test_the_newest_revision_is_the_decision(office: Office) -> None:
    case_id = await office.case()
    first, second = await draft(office, case_id, 1, "superseded"), await draft(office, case_id, 2)
    async with office.records.database.reading() as session:
        newest, oldest = await decision_of(session, case_id), await decision_of(session, case_id, 1)
        assert newest is not None and newest.id == second
        assert oldest is not None and oldest.id == first
        assert await approved_decision(session, case_id) is None


@pytest.mark.parametrize("same", ["case", "key"])
async def test_a_case_is_ordered_to_be_paid_once(office: Office, rival: Office, same: str) -> None:
    """Never twice, whoever tries: not for the case, and not for the decision under another case (SIL-16)."""
    person_id = await office.person()
    cases = [await office.case(), await office.case()] if same == "key" else [await office.case()] * 2
    decisions = [await draft(office, case_id, n, "draft") for n, case_id in enumerate(cases, start=1)]
    async with office.records.database.writing() as session:
        account = rows.account(person_id)
        session.add(account)

    async def order(side: Office, place: int) -> bool:
        key = "decision" if same == "key" else f"decision-{place}"
        try:
            async with side.records.database.writing() as session:
                session.add(rows.payment_order(cases[place], decisions[place], account.id, key=key))
        except IntegrityError:
            return False
        return True

    ordered = await at_once([lambda: order(office, 0), lambda: order(rival, 1)])
    assert sorted(ordered) == [False, True]
    async with office.records.database.reading() as session:
        found = await payment_order(session, cases[ordered.index(True)])
    assert found is not None and found.decision_id == decisions[ordered.index(True)]
