"""What the pages show: cases in three languages, masked lists, everything a decision rests on, who has looked."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from belsendi.casework.case_page import CasePages
from belsendi.casework.views import PAGE, CaseFilter, CaseViews, masked_iin, masked_name
from belsendi.contracts.states import CaseState, TaskKind
from belsendi.errors import InvalidInput
from belsendi.records.cases import open_task
from belsendi.records.models import Task
from tests.console.office import ConsoleOffice, without_payments

pytestmark = pytest.mark.asyncio(loop_scope="session")
LANGUAGES = ("kk", "ru", "en")


async def _not_accepted(office: ConsoleOffice) -> str:
    case_id, family = await office.death(without_payments)
    await office.write(family, "1")
    await office.until_state(case_id, CaseState.CLOSED)
    return case_id


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_is_whole_in_every_language(office: ConsoleOffice, language: str) -> None:
    offered, _ = await office.death()
    cases = [
        offered,
        await office.awaiting_signature(),
        await office.in_review(),
        await _not_accepted(office),
    ]
    lists = ["/console/cases", "/console/cases?outcome=any", "/console/tasks"]
    lists += ["/console/calendar", "/console/services"]
    for role in ("signatory", "supervisor"):
        async with office.browser(role, language) as desk:
            for path in [*lists, *(f"/console/cases/{case_id}" for case_id in cases)]:
                answer = await desk.get(path)
                assert answer.status_code == 200, path
                assert f'<html lang="{language}">' in answer.text
                words = re.sub(r"<[^>]+>", " ", answer.text)
                assert not re.search(r"\b(timeline|state|next|verdict|flag|silence)\.[A-Z]", words), path
                assert not re.search(r"\{\w+\}", words), path
                assert 'class="demo"' in answer.text, "the demonstration profile is marked on every page"


async def test_a_case_shows_what_its_decision_rests_on(office: ConsoleOffice) -> None:
    """AC-C07, 13.3–13.5: trace, parameter hash, legal and knowledge date, citations, product defaults."""
    case_id = await office.awaiting_signature()
    draft = await office.draft(case_id)
    async with office.browser("signatory") as desk:
        text = (await desk.get(f"/console/cases/{case_id}")).text
    assert draft.parameter_hash in text
    assert draft.law_version in text
    page = await CasePages(office.context.bench).page(case_id, office.context.clock())
    assert page.legal_date is not None
    assert page.legal_date == page.persons.died_on
    assert f"{page.legal_date:%d.%m.%Y}" in text
    assert f"{draft.knowledge_date:%d.%m.%Y}" in text
    for words in (
        "Product defaults this case rests on",
        "Strict due (first day counted)",
        "адамның қайтыс болған күніне жасына байланысты",
        "CNS-P",
        "M-01-BUR",
        "UCS-2",
        "registered automatically",
        "Where the time went",
        "мобильді азаматтар базасы",
        "/namespaces/default/workflows/" + case_id,
    ):
        assert words in text, words
    assert re.search(r'class="chip ours"[^>]*>SIL-12 <small>product default', text)


@pytest.mark.parametrize(
    ("language", "amount", "day"),
    [
        ("kk", "Әлеуметтік кодекс, 242-бап", "Мерекелер туралы заң"),
        ("ru", "Социальный кодекс, ст. 242", "Закон о праздниках"),
        ("en", "Social Code art. 242", "Law on holidays"),
    ],
)
async def test_the_sources_of_amounts_and_days_stand_in_the_language_of_the_page(
    office: ConsoleOffice, language: str, amount: str, day: str
) -> None:
    case_id = await office.awaiting_signature()
    async with office.browser("signatory", language) as desk:
        case = (await desk.get(f"/console/cases/{case_id}")).text
        calendar = (await desk.get("/console/calendar")).text
    assert case.count(amount) >= 2, "beside the amount and in the trace of the decision"
    assert day in calendar
    foreign = {"Social Code", "Republican budget law", "Law on holidays", "Labour Code"}
    if language != "en":
        assert [words for words in foreign if words in case + calendar] == []


async def test_a_case_that_was_not_accepted_has_reasons_and_no_decision_number(office: ConsoleOffice) -> None:
    """AC-B02, AC-C08."""
    case_id = await _not_accepted(office)
    async with office.browser("caseworker") as desk:
        text = (await desk.get(f"/console/cases/{case_id}")).text
    assert "parameters not met: CK4. This is no decision to refuse." in text
    assert 'id="decision-head"' not in text
    assert "Notice of non-acceptance" in text


async def test_lists_mask_names_and_numbers_and_the_case_shows_them(office: ConsoleOffice) -> None:
    case_id = await office.awaiting_signature()
    page = await CasePages(office.context.bench).page(case_id, office.context.clock())
    name, iin = page.persons.name, page.persons.iin
    assert name is not None
    assert iin is not None
    async with office.browser("caseworker") as desk:
        listed = (await desk.get("/console/cases")).text
        shown = (await desk.get(f"/console/cases/{case_id}")).text
    assert name in shown
    assert iin in shown
    assert name not in listed
    assert iin not in listed
    assert str(masked_name(name)) in listed
    assert iin not in repr(page.persons)


async def test_masks_say_nothing_of_a_birth_date() -> None:
    assert masked_name("Ахметов Асан Болатұлы") == "Ах••• А. Б."
    assert masked_name("Ли") == "Ли•••"
    assert masked_name(None) is None
    assert masked_iin("900101300017") == "•••• 0017"


async def test_who_looks_at_a_case_is_written_down_once_per_look(office: ConsoleOffice) -> None:
    """SIL-39: a look is an act; a page that refreshes itself is the same look."""
    case_id, _ = await office.death()
    async with office.browser("caseworker") as desk, office.browser("supervisor") as other:
        await desk.get(f"/console/cases/{case_id}")
        await desk.get(f"/console/cases/{case_id}", **{"X-Belsendi-Refresh": "1"})
        await desk.get(f"/console/cases/{case_id}", **{"X-Belsendi-Refresh": "1"})
        await desk.get(f"/console/cases/{case_id}")
        await other.get(f"/console/cases/{case_id}", **{"X-Belsendi-Refresh": "1"})
    looks = [(actor, action) for actor, action, _ in await office.audited(case_id)]
    assert looks == [("dev:caseworker", "case.view")] * 2 + [("dev:supervisor", "case.view")]


async def test_a_document_is_a_file_to_keep_as_stored_and_the_look_is_audited(
    office: ConsoleOffice,
) -> None:
    case_id = await office.awaiting_signature()
    draft = await office.draft(case_id)
    async with office.browser("signatory") as desk:
        answer = await desk.get(f"/console/documents/{draft.document_id}")
        missing = await desk.get(f"/console/documents/{'0' * 32}")
    _, content = await CasePages(office.context.bench).document(draft.document_id)
    assert answer.content == content
    assert content.startswith(b"%PDF-1.7")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith('attachment; filename="decision_assign-')
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert missing.status_code == 404
    assert ("dev:signatory", "document.view", None) in await office.audited(case_id)


async def test_an_unknown_case_is_a_plain_page(office: ConsoleOffice) -> None:
    async with office.browser("caseworker") as desk:
        answer = await desk.get("/console/cases/unknown")
        wrong = await desk.get("/console/cases?state=NOWHERE")
        cursor = await desk.get("/console/cases?cursor=bm90aGluZw")
    assert (answer.status_code, wrong.status_code, cursor.status_code) == (404, 422, 422)
    assert "There is no such page or case" in answer.text


async def test_the_list_is_paged_in_due_order_without_gap_or_repeat(office: ConsoleOffice) -> None:
    for _ in range(3):
        await office.death()
    await office.awaiting_signature()
    views, now = CaseViews(office.context.bench), office.context.clock()
    whole = (await views.cases(CaseFilter(), now, limit=500)).rows
    dues = [row.due_at for row in whole]
    assert dues == sorted((due for due in dues if due), key=str) + [None] * dues.count(None)
    paged: list[str] = []
    cursor: str | None = None
    while True:
        page = await views.cases(CaseFilter(), now, cursor=cursor, limit=2)
        paged += [row.id for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert paged == [row.id for row in whole]
    assert len(paged) > 3


async def test_the_list_is_filtered_by_state_outcome_party_and_reference(office: ConsoleOffice) -> None:
    waiting, closed = await office.awaiting_signature(), await _not_accepted(office)
    views, now = CaseViews(office.context.bench), office.context.clock()

    async def ids(wanted: CaseFilter) -> set[str]:
        return {row.id for row in (await views.cases(wanted, now, limit=500)).rows}

    assert waiting in await ids(CaseFilter(state="AWAITING_SIGNATURE"))
    assert waiting in await ids(CaseFilter(waiting_for="OFFICER"))
    assert waiting not in await ids(CaseFilter(waiting_for="CITIZEN"))
    assert waiting not in await ids(CaseFilter(overdue=True))
    assert closed not in await ids(CaseFilter())
    assert closed in await ids(CaseFilter(outcome="NOT_ACCEPTED"))
    assert closed in await ids(CaseFilter(outcome="any"))
    reference = (await office.case(closed)).reference
    assert await ids(CaseFilter(reference=reference.lower())) == {closed}
    later = (await office.case(waiting)).due_at
    assert later is not None
    overdue = await views.cases(CaseFilter(overdue=True), later.replace(year=later.year + 1), limit=500)
    assert waiting in {row.id for row in overdue.rows}
    with pytest.raises(InvalidInput):
        await views.cases(CaseFilter(), now, cursor="???")


async def test_tasks_are_paged_without_gap_or_repeat_urgent_and_soonest_due_first(
    office: ConsoleOffice,
) -> None:
    database, now = office.context.bench.records.database, office.context.clock()
    async with database.writing() as session:
        for number in range(3 * PAGE):
            due_at = now + timedelta(minutes=number % 7) if number % 3 else None
            await open_task(
                session, TaskKind.CHECK_BANK, key=f"paging:{number}", now=now, due_at=due_at, facts={}
            )
        urgent = select(Task).where(Task.key == "paging:74")
        (await session.execute(urgent)).scalar_one().urgent = True
    views = CaseViews(office.context.bench)
    whole = await views.tasks(kind="CHECK_BANK", limit=500)
    assert (whole.next_cursor, whole.open) == (None, len(whole.rows))
    assert [row.urgent for row in whole.rows] == [True] + [False] * (len(whole.rows) - 1)
    dues = [row.due_at for row in whole.rows[1:]]
    assert dues == sorted(due for due in dues if due) + [None] * dues.count(None)
    paged: list[str] = []
    path = "/console/tasks?kind=CHECK_BANK"
    async with office.browser("caseworker") as desk:
        while path:
            page = (await desk.get(path)).text
            assert f"Open tasks: {whole.open}" in page
            paged += re.findall(r'data-key="task-([0-9a-f]{32})"', page)
            following = re.search(r'href="([^"]*cursor=[^"]*)">Next', page)
            path = html.unescape(following[1]) if following else ""
        foreign = (await views.cases(CaseFilter(), now, limit=1)).next_cursor
        refused = await desk.get(f"/console/tasks?cursor={foreign}")
    async with database.writing() as session:
        ours = update(Task).where(Task.key.like("paging:%"))
        await session.execute(ours.values(closed_at=now, closed_by="test"))
    assert paged == [row.id for row in whole.rows]
    assert refused.status_code == 422


async def test_a_revoked_or_changed_signature_shows_at_once(office: ConsoleOffice) -> None:
    """AC-B25: what is shown is what verifying says now, not what was said once."""
    case_id = await office.awaiting_signature()
    pages, now = CasePages(office.context.bench), office.context.clock()
    page = await pages.page(case_id, now)
    (notice,) = [document for document in page.documents if document.kind == "acceptance_notice"]
    (seal,) = notice.signatures
    assert seal.verified.valid
    late = await pages.page(case_id, now.replace(year=now.year + 20))
    (notice,) = [document for document in late.documents if document.kind == "acceptance_notice"]
    assert not notice.signatures[0].verified.valid
