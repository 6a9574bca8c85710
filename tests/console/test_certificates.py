"""A study certificate at the officer's desk: entered by its fields, judged, returned with why at each field."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from api.console.wording import LANGUAGES, load_words
from belsendi.attachments.brought import Brought, IntakeChannel
from belsendi.attachments.proof import Provenance
from belsendi.attachments.states import ProofState
from belsendi.casework.obligations import (
    DependantFacts,
    Obligations,
    SurvivorFacts,
    begin_obligations,
    task_key,
)
from belsendi.contracts.states import CaseState, TaskKind
from belsendi.law import CertificateFlaw, StudyCertificate, legal_day
from belsendi.law.survivor_years import academic_year_of
from belsendi.records.cases import open_case, open_task
from belsendi.records.models import Case, Task
from tests.api.sender import iin
from tests.attachments.files import pdf
from tests.console.office import ROOT, ConsoleOffice
from tests.console.test_yearly_tasks import caregivers_task

pytestmark = pytest.mark.asyncio(loop_scope="session")
WORDS = load_words(ROOT / "templates" / "console" / "texts")
FLAWED = [
    ({"seal": ""}, {"seal": "NO_SEAL"}),
    ({"head_signature": ""}, {"head_signature": "NO_SIGNATURE"}),
    ({"corner_stamp": ""}, {"corner_stamp": "NO_CORNER_STAMP"}),
    ({"course": "", "head": " "}, {"course": "BLANK_FIELD", "head": "BLANK_FIELD"}),
    ({"learner_iin": iin(999)}, {"learner_iin": "WRONG_IIN"}),
    ({"training_type": "сырттай"}, {"training_type": "NOT_FULL_TIME"}),
    ({"academic_year": "2019/2020"}, {"academic_year": "WRONG_ACADEMIC_YEAR"}),
    ({"studies_to": "2020-01-01"}, {"studies_to": "WRONG_PERIOD"}),
    ({"issued_on": "2199-01-01"}, {"issued_on": "ISSUED_IN_THE_FUTURE"}),
]


def typed(office: ConsoleOffice, learner: int, **changes: str) -> dict[str, str]:
    """The form as a careful officer types it off a whole certificate."""
    today = legal_day(office.context.clock())
    whole = {
        "corner_stamp": "yes",
        "issued_on": (today - timedelta(days=3)).isoformat(),
        "outgoing_no": "114",
        "organisation": "Алматы колледжі",
        "organisation_address": "Алматы",
        "learner": "Сынақов Сынақ",
        "learner_iin": iin(learner),
        "birth_year": "2007",
        "course": "2",
        "training_type": "күндізгі",
        "academic_year": academic_year_of(today),
        "study_years": "4",
        "studies_from": "2024-09-01",
        "studies_to": "2199-06-30",
        "seal": "yes",
        "head": "Сынақова Сәуле",
        "head_signature": "yes",
    }
    return whole | changes


def flaws_of(html: str) -> dict[str, str]:
    """What is said at each field of the form, from the list above it; it stands at the field too."""
    summary = html.partition('id="summary-head"')[2].partition("</ul>")[0]
    found = {name: unescape(words) for name, words in re.findall(r'<a href="#(\w+)">([^<]+)</a>', summary)}
    for name in found:
        assert f'id="{name}"' in html and f'id="{name}-error"' in html
    return found


async def a_survivor_case(office: ConsoleOffice, number: int) -> Case:
    """A learner's own case."""
    bench, now = office.context.bench, office.context.clock()
    async with bench.records.database.writing() as session:
        breadwinner = await bench.people.person(session, iin(300 + number), now)
        learner = await bench.people.person(session, iin(400 + number), now)
        case, _ = await open_case(
            session,
            service="SUR",
            subject_id=breadwinner.id,
            recipient_id=learner.id,
            event_id=None,
            initiative="provider",
            now=now,
        )
        case.state, case.workflow_started_at = CaseState.CASEWORK, now
    return case


async def learners_task(office: ConsoleOffice, number: int) -> tuple[str, Task]:
    """A learner who was asked for the certificate of this academic year."""
    case = await a_survivor_case(office, number)
    bench, now = office.context.bench, office.context.clock()
    period = academic_year_of(legal_day(now))
    async with bench.records.database.writing() as session:
        learner = DependantFacts(iin(400 + number), date(2007, 3, 1))
        facts = SurvivorFacts(date(2025, 9, 20), (learner,))
        (obligation_id,) = await begin_obligations(bench, session, case, facts, now)
        await open_task(
            session,
            TaskKind.STUDY_CERTIFICATE,
            key=task_key(obligation_id, period),
            now=now,
            case_id=case.id,
            facts={"year": period},
        )
        query = select(Task).where(Task.case_id == case.id)
        return obligation_id, (await session.execute(query)).scalar_one()


async def a_brought_certificate(office: ConsoleOffice, number: int) -> str:
    case = await a_survivor_case(office, number)
    attachments, now = office.context.attachments, office.context.clock()
    brought = Brought(kind="study_certificate", provenance=Provenance())
    taken = await attachments.intake.take(
        case.id,
        brought,
        pdf(text=f"certificate {number}"),
        by="service:api",
        channel=IntakeChannel.SERVICE,
        now=now,
    )
    await attachments.custody.release(taken.row.id, "head", "seen on paper at the counter", now)
    return taken.row.id


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_certificate_of_the_year_is_returned_until_it_is_whole(
    office: ConsoleOffice, language: str
) -> None:
    """AC-S17, S-form: without seal, or without signature or EDS, and so on; what is not whole meets no year."""
    number, t = 1 + LANGUAGES.index(language), WORDS[language]
    obligation_id, task = await learners_task(office, number)
    page = f"/console/tasks/{task.id}/certificate"
    async with office.browser("caseworker", language) as desk:
        listed = (await desk.get("/console/tasks?kind=STUDY_CERTIFICATE")).text
        assert f'href="{page}"' in listed and f"/console/tasks/{task.id}/year" not in listed
        empty = (await desk.get(page)).text
        assert task.facts["year"] in empty and "summary-head" not in empty
        assert (await desk.post(f"/console/tasks/{task.id}/year")).status_code == 422
        for changes, flaws in FLAWED:
            sent = typed(office, 400 + number, **changes)
            answer = await desk.post(page, **sent)
            assert answer.status_code == 422
            assert flaws_of(answer.text) == {
                name: f"{t(f'certificate.field.{name}')}: {t(f'certificate.flaw.{flaw}')}"
                for name, flaw in flaws.items()
            }
            assert f'value="{sent["outgoing_no"]}"' in answer.text
        unread = await desk.post(page, **typed(office, 400 + number, study_years="four", issued_on="-"))
        assert set(flaws_of(unread.text)) == {"study_years", "issued_on"}
        assert await years(office, obligation_id) == []
        whole = typed(office, 400 + number, head_signature="", head_eds="yes")
        taken = await desk.post(page, **whole)
        again = await desk.post(page, **whole)
        assert (await desk.get(page)).status_code == 409
    assert taken.headers["location"] == "/console/tasks?done=year_met"
    assert again.status_code == 409
    assert await years(office, obligation_id) == [(task.facts["year"], "STUDY_CERTIFICATE", "dev:caseworker")]


async def years(office: ConsoleOffice, obligation_id: str) -> list[tuple[str, str, str]]:
    obligations = Obligations(office.context.bench)
    ((_, met),) = await obligations.of_case((await obligations.find(obligation_id)).case_id)
    return [(year.period, year.evidence, year.confirmed_by) for year in met]


async def test_who_may_not_close_a_task_enters_no_certificate(office: ConsoleOffice) -> None:
    _, task = await learners_task(office, 11)
    _, other = await caregivers_task(office, 31)
    async with office.browser("signatory") as desk:
        assert (await desk.get(f"/console/tasks/{task.id}/certificate")).status_code == 403
        answer = await desk.post(f"/console/tasks/{task.id}/certificate", **typed(office, 411))
        assert answer.status_code == 403
    async with office.browser("caseworker") as desk:
        assert (await desk.get(f"/console/tasks/{other.id}/certificate")).status_code == 409
        assert (await desk.get(f"/console/tasks/{'0' * 32}/certificate")).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_brought_certificate_is_no_proof_until_its_fields_are_whole(
    office: ConsoleOffice, language: str
) -> None:
    """AC-S17: the shelf of a case asks for the fields; how the paper was certified goes along with them."""
    number, t = 21 + LANGUAGES.index(language), WORDS[language]
    row_id = await a_brought_certificate(office, number)
    custody, path = office.context.attachments.custody, f"/console/attachments/{row_id}/judge"
    case_id = (await custody.row(row_id)).case_id
    async with office.browser("caseworker", language) as desk:
        assert t("certificate.judge_hint") in unescape((await desk.get(f"/console/cases/{case_id}")).text)
        asked = await desk.post(path, verdict="accept", original_shown="yes", language="ru")
        assert asked.status_code == 200 and flaws_of(asked.text) == {}
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked.text))
        hidden.pop("csrf")
        assert hidden == {
            "verdict": "accept",
            "certificate": "yes",
            "original_shown": "yes",
            "language": "ru",
        }
        for changes, flaws in FLAWED:
            answer = await desk.post(path, **hidden, **typed(office, 400 + number, **changes))
            assert answer.status_code == 422
            assert flaws_of(answer.text) == {
                name: f"{t(f'certificate.field.{name}')}: {t(f'certificate.flaw.{flaw}')}"
                for name, flaw in flaws.items()
            }
        assert (await custody.row(row_id)).state != ProofState.ACCEPTED
        taken = await desk.post(path, **hidden, **typed(office, 400 + number))
    assert taken.headers["location"] == f"/console/cases/{case_id}?done=document_accepted"
    row = await custody.row(row_id)
    assert (row.state, row.language, row.original_shown) == (ProofState.ACCEPTED, "ru", True)


async def test_a_certificate_that_goes_back_is_refused_without_its_fields(office: ConsoleOffice) -> None:
    row_id = await a_brought_certificate(office, 29)
    async with office.browser("caseworker") as desk:
        refused = await desk.post(
            f"/console/attachments/{row_id}/judge",
            verdict="refuse",
            shortcoming="WRONG_DOCUMENT",
            reason="no seal on it",
        )
    assert refused.headers["location"].endswith("?done=document_not_accepted")


async def test_every_field_and_flaw_of_the_certificate_has_its_words() -> None:
    for words in WORDS.values():
        assert all(f"certificate.field.{name}" in words for name in StudyCertificate.model_fields)
        assert all(f"certificate.flaw.{flaw}" in words for flaw in CertificateFlaw)
