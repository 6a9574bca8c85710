"""Applications that come at one instant with another one, or with the end of the case they meet (SIL-40, COM-14)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from belsendi.casework.bench import Bench, open_bench
from belsendi.contracts.states import CaseState, Outcome, TaskKind
from belsendi.conversation.opening import open_reception
from belsendi.intake.applications import Applicant, Application, Certified
from belsendi.intake.completing import Completing
from belsendi.intake.filing import completed_at_desk
from belsendi.intake.receipts import Receipts
from belsendi.intake.receiving import Applications, Became, Taken
from belsendi.intake.sweep import Sweep
from belsendi.records.cases import end_case, locked_case, open_case
from belsendi.records.models import Account, CabinetPost, Case, CaseStep, Consent, Document, Task
from belsendi.settings import Settings
from tests.api.sender import DECEASED, WIDOW
from tests.conversation.office import NOW, TakingCases
from tests.records.rivals import at_once, until_it_waits


@pytest.fixture
async def bench(records_settings: Settings) -> AsyncIterator[Bench]:
    """On SQLite and on PostgreSQL; no registry answers."""
    opened = open_bench(records_settings.model_copy(update={"registry_url": "http://127.0.0.1:9"}))
    yield opened
    await opened.close()


def application() -> Application:
    return Application(
        service="BUR",
        channel="state_corporation",
        applicant=Applicant(iin=WIDOW),
        subject_iin=DECEASED,
        account="KZ86125KZT5004100100",
        certified=Certified.PAPER,
        received_at=NOW,
        documents_complete=True,
        data_consent=True,
    )


async def take(bench: Bench, key: str) -> Taken:
    return await Applications(bench).take(application(), key, NOW)


async def offered(bench: Bench) -> str:
    async with bench.records.database.writing() as session:
        subject = await bench.people.person(session, DECEASED, NOW)
        widow = await bench.people.person(session, WIDOW, NOW)
        case, _ = await open_case(
            session,
            service="BUR",
            subject_id=subject.id,
            recipient_id=widow.id,
            event_id=None,
            initiative="provider",
            offer_again=True,
            now=NOW,
        )
        case.state, case.workflow_started_at = CaseState.OFFERED, NOW
    return case.id


async def end(bench: Bench, case_id: str, outcome: Outcome) -> None:
    async with bench.records.database.writing() as session:
        await end_case(session, await locked_case(session, case_id), outcome, NOW)


async def cases(bench: Bench) -> list[Case]:
    async with bench.records.database.reading() as session:
        return list((await session.execute(select(Case).order_by(Case.attempt))).scalars())


async def test_two_applications_of_one_instant_are_one_case(bench: Bench) -> None:
    """AC-D17: one opens the case, the other joins it, whichever is first."""
    taken = await at_once([lambda: take(bench, "one"), lambda: take(bench, "two")])

    (case,) = await cases(bench)
    assert sorted(each.became for each in taken) == [Became.ATTACHED, Became.OPENED]
    assert {each.case.id for each in taken if each.case is not None} == {case.id}
    async with bench.records.database.reading() as session:
        assert len((await session.execute(select(Consent.id))).all()) == 1


async def test_an_application_that_waited_for_the_end_of_its_case_is_a_further_attempt(bench: Bench) -> None:
    """The case ends in the very unit of work that the application has to wait for (COM-14)."""
    case_id = await offered(bench)
    async with bench.records.database.writing() as session:
        case = await locked_case(session, case_id)
        waiting = asyncio.create_task(take(bench, "late"))
        await until_it_waits(waiting, bench.records.database)
        await end_case(session, case, Outcome.LAPSED, NOW)
    taken = await waiting

    assert taken.became is Became.OPENED
    assert [(each.attempt, each.outcome) for each in await cases(bench)] == [(1, Outcome.LAPSED), (2, None)]


async def test_an_application_whose_case_ends_before_it_hears_of_it_is_filed_again(bench: Bench) -> None:
    """SIL-40: told to the case by the sweep, once; after the end it opens a further attempt."""
    case_id, told = await offered(bench), TakingCases()
    sweep = Sweep(bench, told, open_reception(bench, told), lambda: NOW)
    taken = await take(bench, "meeting")
    assert taken.became is Became.ATTACHED
    await sweep.join_applications()
    await sweep.join_applications()
    assert told.joined == [(case_id, taken.event_id)]

    await end(bench, case_id, Outcome.LAPSED)
    await sweep.join_applications()
    await sweep.join_applications()

    first, second = await cases(bench)
    assert (first.application_id, second.attempt, second.applied_at) == (None, 2, NOW)
    async with bench.records.database.reading() as session:
        kinds = select(CaseStep.kind).where(CaseStep.case_id == second.id)
        assert (await session.execute(kinds)).scalars().all() == ["APPLICATION_RECEIVED", "RECEIPT_GIVEN"]


async def test_an_application_filed_again_is_seen_in_its_new_case(bench: Bench) -> None:
    """Its receipt, the status in the personal cabinet and a repeated request are those of the further attempt."""
    portal = application().model_copy(
        update={"channel": "portal", "certified": Certified.EDS, "eds_reference": "eds-1"}
    )
    case_id = await offered(bench)
    taken = await Applications(bench).take(portal, "filed-again", NOW)
    await end(bench, case_id, Outcome.LAPSED)
    await Applications(bench).file_again(case_id, NOW)

    _, second = await cases(bench)
    again = await Applications(bench).take(portal, "filed-again", NOW)
    assert again.case is not None and again.case.id == second.id
    assert (again.became, again.new) == (Became.OPENED, False)
    view = await Receipts(bench).view(taken.event_id, "officer", NOW)
    assert view.case is not None and view.case.id == second.id
    async with bench.records.database.reading() as session:
        receipt = await session.get_one(Document, view.receipt_id or "")
        posts = select(CabinetPost.what).where(CabinetPost.case_id == second.id)
        assert "status" in (await session.execute(posts)).scalars().all()
    assert receipt.case_id == second.id


async def test_what_the_desk_completed_is_not_lost_when_its_case_ends_first(bench: Bench) -> None:
    """The last day passes before the case hears of it: the further attempt is whole, from the desk's instant, with
    the account that the desk took in (S-r24, COM-14)."""
    later = NOW + timedelta(hours=1)
    lacking = application().model_copy(
        update={"documents_complete": False, "account": None, "missing_kinds": ["death_record"]}
    )
    taken = await Applications(bench).take(lacking, "lacking", NOW)
    assert taken.case is not None
    await Completing(bench).complete(taken.case.id, "officer", later, "KZ86125KZT5004100100")
    await end(bench, taken.case.id, Outcome.INCOMPLETE)
    await Applications(bench).file_again(taken.case.id, later + timedelta(minutes=1))

    first, second = await cases(bench)
    assert (first.application_id, second.state) == (None, CaseState.IDENTIFIED)
    assert second.applied_at == later
    async with bench.records.database.reading() as session:
        account = await session.get_one(Account, second.account_id or "")
        consent = (await session.execute(select(Consent).where(Consent.case_id == second.id))).scalar_one()
        tasks = select(Task.kind).where(Task.case_id == second.id)
        assert (await session.execute(tasks)).scalars().all() == []
    assert account.last4 == "0100"
    assert await bench.records.vault.open(account.number, f"accounts.number/{account.id}") == (
        "KZ86125KZT5004100100"
    )
    assert consent.given_at == NOW


async def test_what_the_desk_completed_goes_over_to_an_offer_made_meanwhile(bench: Bench) -> None:
    """The claim has a new open case by then, which takes the application over as it is now (SIL-40)."""
    lacking = application().model_copy(update={"documents_complete": False, "account": None})
    taken = await Applications(bench).take(lacking, "lacking", NOW)
    assert taken.case is not None
    await Completing(bench).complete(taken.case.id, "officer", NOW, "KZ86125KZT5004100100")
    await end(bench, taken.case.id, Outcome.INCOMPLETE)
    offer = await offered(bench)
    filed = await Applications(bench).file_again(taken.case.id, NOW)

    _, second = await cases(bench)
    assert filed is not None and (filed.became, second.id) == (Became.ATTACHED, offer)
    assert second.application_id == taken.event_id
    async with bench.records.database.reading() as session:
        assert (await session.get_one(Account, second.account_id or "")).last4 == "0100"
        assert await completed_at_desk(session, second, taken.event_id) == NOW


async def test_an_application_that_crosses_a_withdrawal_is_a_persons(bench: Bench) -> None:
    """Nobody knows which of the two the person meant last (SIL-07, SIL-40)."""
    case_id = await offered(bench)
    await take(bench, "crossing")
    await end(bench, case_id, Outcome.WITHDRAWN)

    assert await Applications(bench).file_again(case_id, NOW) is None

    async with bench.records.database.reading() as session:
        tasks = select(Task.kind).where(Task.closed_at.is_(None))
        assert (await session.execute(tasks)).scalars().all() == [TaskKind.SECOND_CHANNEL]
    assert len(await cases(bench)) == 1


async def test_consent_before_the_path_is_found_is_taken_at_once(bench: Bench) -> None:
    """An application's own case is no offer that a second one could take over: it only gives the consent (COM-14)."""
    without = application().model_copy(update={"data_consent": False})
    first = await Applications(bench).take(without, "without", NOW)
    second = await take(bench, "with")

    (case,) = await cases(bench)
    assert (first.became, second.became) == (Became.OPENED, Became.ATTACHED)
    assert (case.state, case.registered_at) == (CaseState.IDENTIFIED, None)
    assert (case.application_id, case.applied_at) == (None, NOW)
    async with bench.records.database.reading() as session:
        kinds = select(Consent.kinds).where(Consent.case_id == case.id)
        assert (await session.execute(kinds)).scalars().all() == [["CNS-D"]]
