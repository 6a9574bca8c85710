"""What else the counter's form asks: documents still to be brought, benefits of "one application"."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from api.console.wording import LANGUAGES
from belsendi.attachments.kinds import kinds_of
from belsendi.contracts.states import TaskKind
from belsendi.law import chosen_benefits, service
from belsendi.records.models import Case, Task
from tests.console.office import ConsoleOffice
from tests.console.test_intake_form import WORDS, a_family, cases_of, errors_of, filled, open_form

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def task_facts(office: ConsoleOffice, case: Case, kind: TaskKind) -> list[dict[str, Any]]:
    async with office.context.bench.records.database.reading() as session:
        query = select(Task.facts).where(Task.case_id == case.id, Task.kind == kind)
        return sorted((await session.execute(query)).scalars(), key=str)


async def test_what_is_still_to_be_brought_is_named_with_the_application(office: ConsoleOffice) -> None:
    """D-r24, AC-S06: the task of the case names the documents; with all documents none is missing."""
    family = await a_family(office)
    async with office.browser("caseworker") as desk:
        page = await open_form(desk, "DIS")
        offered = set(re.findall(r'name="missing_kind" value="(\w+)"', page))
        assert offered == set(re.findall(r'name="kind" value="(\w+)"', page))
        kind = next(iter(sorted(offered)))
        form = filled(page, family, subject_iin="", documents_complete="no", missing_kind=[kind])
        both = await desk.post("/console/applications", **(form | {"documents_complete": "yes"}))
        assert both.status_code == 422
        assert errors_of(both.text) == {"missing_kind": WORDS["en"]("intake.wrong.missing_kind")}
        assert re.search(rf'name="missing_kind" value="{kind}" checked', both.text)
        unknown = await desk.post("/console/applications", **(form | {"missing_kind": ["patent"]}))
        assert errors_of(unknown.text) == {"missing_kind": WORDS["en"]("intake.refused.no_kind")}
        taken = await desk.post("/console/applications", **form)
        assert taken.status_code == 303
        receipt = (await desk.get(taken.headers["location"])).text
        tasks = (await desk.get("/console/tasks?kind=DOCUMENTS_MISSING")).text
    name = kinds_of("DIS")[kind].name
    told = receipt.partition(WORDS["kk"]("intake.still_missing"))[2]
    assert name.kk in unescape(told) and name.ru in unescape(told)
    (case,) = await cases_of(office, family)
    assert await task_facts(office, case, TaskKind.DOCUMENTS_MISSING) == [
        {"service": "DIS", "documents": [kind], "account": False}
    ]
    assert case.reference in tasks


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_benefits_of_one_application_are_chosen_at_the_counter(
    office: ConsoleOffice, language: str
) -> None:
    """AC-D37, D-t4, D-t10, SIL-31: the service's own with others, each of these a caseworker's sub-case."""
    family, t = await a_family(office), WORDS[language]
    async with office.browser("caseworker", language) as desk:
        for code in ("BUR", "SUR"):
            assert 'name="one_application"' not in await open_form(desk, code)
        page = await open_form(desk, "DIS")
        assert re.findall(r'name="one_application" value="(\d)"', page) == ["1", "2", "3", "4"]
        assert 'name="one_application" value="1" checked' not in page
        form = filled(page, family, subject_iin="")
        for chosen, words in (
            (["2", "4"], "refused.own_benefit_missing"),
            (["1", "x"], "wrong.one_application"),
        ):
            refused = await desk.post("/console/applications", **(form | {"one_application": chosen}))
            assert refused.status_code == 422
            assert errors_of(refused.text) == {"one_application": t(f"intake.{words}")}
            assert f'name="one_application" value="{chosen[0]}" checked' in refused.text
        taken = await desk.post("/console/applications", **(form | {"one_application": ["1", "2", "4"]}))
        assert taken.status_code == 303
        receipt = unescape((await desk.get(taken.headers["location"])).text)
    (case,) = await cases_of(office, family)
    assert case.one_application == ["DISABILITY_STATE", "DISABILITY_SPECIAL", "CARE_SINCE_CHILDHOOD"]
    assert await task_facts(office, case, TaskKind.ONE_APPLICATION) == [
        {"benefit": "CARE_SINCE_CHILDHOOD"},
        {"benefit": "DISABILITY_SPECIAL"},
    ]
    for benefit in chosen_benefits(service("DIS"), [1, 2, 4]):
        assert benefit.kk in receipt and benefit.ru in receipt
