"""The counter's form: an application entered by an officer, with its errors, its receipt and its minutes."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from api.console.wording import LANGUAGES, load_words
from belsendi.casework.counter_visits import CounterVisits, TicketTimes
from belsendi.casework.demands import obtained
from belsendi.contracts.states import CaseState
from belsendi.law import RecipientType
from belsendi.records.models import Case, CaseStep, Document, Task
from tests.console.office import ROOT, ConsoleOffice, Desk, Family, hidden
from tests.documents.paper import Paper

pytestmark = pytest.mark.asyncio(loop_scope="session")
WORDS = load_words(ROOT / "templates" / "console" / "texts")
NEW = "/console/applications/new"
IBAN = "KZ86125KZT5004100100"
BIN = "150440000003"


def filled(html: str, family: Family, **changes: str | list[str]) -> dict[str, str | list[str]]:
    """The form of a burial payment as a careful officer fills it in."""
    form: dict[str, str | list[str]] = {
        "key": hidden(html, "key"),
        "service": hidden(html, "service"),
        "channel": "state_corporation",
        "received_on": value_of(html, "received_on"),
        "received_time": value_of(html, "received_time"),
        "accepted_by": "Маманова Гүлнар",
        "applicant_type": "natural_person",
        "applicant_name": "Сынақов Асан",
        "applicant_iin": family.declarant.iin,
        "subject_iin": family.deceased.iin,
        "account": "kz86 125k zt50 0410 0100",
        "certified": "paper",
        "documents_complete": "yes",
        "data_consent": "yes",
        "language": "kk",
        "act": "take",
    }
    return form | changes


def value_of(html: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', html)
    assert found, f"no field {name}"
    return unescape(found[1])


def errors_of(html: str) -> dict[str, str]:
    """The error summary: the field that each line leads to, and its words."""
    summary = html.partition('id="summary-head"')[2].partition("</ul>")[0]
    return {name: unescape(words) for name, words in re.findall(r'<a href="#([\w]+)">([^<]+)</a>', summary)}


async def cases_of(office: ConsoleOffice, family: Family) -> list[Case]:
    bench = office.context.bench
    async with bench.records.database.writing() as session:
        person = await bench.people.person(session, family.declarant.iin, office.context.clock())
        return list((await session.execute(select(Case).where(Case.recipient_id == person.id))).scalars())


async def a_family(office: ConsoleOffice) -> Family:
    family = next(office._families)
    await office.registry.add_people([family.deceased, family.declarant])
    return family


async def open_form(desk: Desk, code: str = "BUR") -> str:
    page = await desk.get(f"{NEW}/{code}")
    assert page.status_code == 200
    return page.text


async def test_an_application_is_entered_once_however_often_the_form_is_sent(office: ConsoleOffice) -> None:
    """COM-07, M-09, AC-B32: the same rules as by the interface; the form's key makes one case; the receipt is there."""
    family = await a_family(office)
    async with office.browser("caseworker") as desk:
        choice = (await desk.get(NEW)).text
        assert all(f'href="{NEW}/{code}"' in choice for code in ("BUR", "DIS", "SUR"))
        form = filled(await open_form(desk), family)
        first, second = (
            await desk.post("/console/applications", **form),
            await desk.post("/console/applications", **form),
        )
        assert first.status_code == 303 and second.headers["location"] == first.headers["location"]
        (case,) = await cases_of(office, family)
        page = (await desk.get(first.headers["location"])).text
        for words in (
            f'<a href="/console/cases/{case.id}">{case.reference}</a>',
            "Құжаттардың қабылданғаны туралы қолхат",
            "Расписка о приёме документов",
            "Маманова Гүлнар",
            "At most 15 minutes of waiting. At most 20 minutes of service.".partition(". ")[0],
            "A new case was opened:",
        ):
            assert words in page
        receipt = re.search(r'href="(/console/documents/[0-9a-f]{32})"', page)
        assert receipt
        paper = Paper((await desk.get(receipt[1])).content)
        assert "Сынақов Асан" in paper.text and "Подпись заявителя" in paper.text
        changed = await desk.post("/console/applications", **(form | {"applicant_name": "Басқа"}))
        assert changed.headers["location"] == f"{first.headers['location']}?changed=1"
        assert "had been taken in before" in (await desk.get(changed.headers["location"])).text
        await office.until_state(case.id, CaseState.CASEWORK)
        shown = (await desk.get(f"/console/cases/{case.id}")).text
        assert (
            first.headers["location"] in shown and "A receipt was given for the documents: on paper." in shown
        )
        await desk.post(f"/console/cases/{case.id}/papers", kind="receipt")
    assert len(await cases_of(office, family)) == 1
    acts = [(actor, act) for actor, act, _ in await office.audited(case.id)]
    assert acts.count(("dev:caseworker", "application.take")) == 1
    assert ("dev:caseworker", "application.view") in acts
    async with office.context.bench.records.database.reading() as session:
        query = select(Document).where(Document.case_id == case.id, Document.kind == "receipt")
        again = (await session.execute(query.order_by(Document.key.desc()).limit(1))).scalar_one()
    async with office.browser("caseworker") as desk:
        text = Paper((await desk.get(f"/console/documents/{again.id}")).content).text
    assert (
        f"{case.reference}/2" in text and "Срок принятия решения" in text and "Регистрационный номер" in text
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    office: ConsoleOffice, language: str
) -> None:
    family = await a_family(office)
    async with office.browser("caseworker", language) as desk:
        page = await open_form(desk)
        bad = filled(
            page,
            family,
            applicant_iin="123456789012",
            account="KZ00",
            mobile_number="12",
            data_consent="",
            subject_iin="",
            received_on="yesterday",
            representative_name="Өкілов",
            other_documents="Анықтама № 5\nХат",
            kind=["power_of_attorney"],
        )
        answer = await desk.post("/console/applications", **bad)
        assert answer.status_code == 422
        wrong = errors_of(answer.text)
        assert list(wrong) == [
            *("received_on", "applicant_iin", "mobile_number", "representative_iin", "power_number"),
            *("power_issued_on", "power_notary", "subject_iin", "account", "data_consent"),
        ]
        for name, words in wrong.items():
            assert f'id="{name}"' in answer.text and f'id="{name}-error"' in answer.text
            assert unescape(answer.text).count(words) >= 2
        t = WORDS[language]
        assert wrong["applicant_iin"] == t("intake.wrong.applicant_iin")
        assert wrong["data_consent"] == t("intake.missing.data_consent")
        for name in ("applicant_name", "applicant_iin", "account", "mobile_number", "representative_name"):
            assert value_of(answer.text, name) == bad[name]
        assert "Анықтама № 5\nХат</textarea>" in answer.text
        assert re.search(r'value="power_of_attorney" checked', answer.text)
        assert hidden(answer.text, "key") == bad["key"]
        right = await desk.post("/console/applications", **filled(page, family, key=str(bad["key"])))
        assert right.status_code == 303
    assert len(await cases_of(office, family)) == 1


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"channel": "portal", "certified": "mobile"}, "certified", "eds_needed"),
        ({"date_of_death": "2199-01-01"}, "date_of_death", "in_the_future"),
        ({"received_on": "2199-01-01"}, "received_on", "in_the_future"),
        ({"received_on": "2016-02-01", "date_of_death": "2016-02-05"}, "received_on", "before_death"),
        ({"received_on": "2016-02-01", "date_of_death": "2016-01-01"}, "received_on", "too_long_ago"),
        (
            {"applicant_type": "legal_entity", "registration_no": "CERT-1", "certified": "mobile"},
            "applicant_type",
            "no_bin",
        ),
    ],
)
async def test_what_the_law_does_not_let_in_is_refused_at_the_field(
    office: ConsoleOffice, changes: dict[str, str], field: str, code: str
) -> None:
    """The very rules of the interface: AC-B28, COM-07."""
    family = await a_family(office)
    async with office.browser("caseworker") as desk:
        answer = await desk.post("/console/applications", **filled(await open_form(desk), family, **changes))
        assert answer.status_code == 422
        assert errors_of(answer.text) == {field: WORDS["en"](f"intake.refused.{code}")}
    assert await cases_of(office, family) == []


REFUSALS = {
    code
    for path in (ROOT / "belsendi" / "intake").glob("*.py")
    for code in re.findall(r'ApplicationRefused\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
}


async def test_every_refusal_of_an_application_has_its_words() -> None:
    codes = REFUSALS
    assert len(codes) > 10
    for words in WORDS.values():
        assert sorted(code for code in codes if f"intake.refused.{code}" not in words) == []


async def test_a_proprietor_an_entity_and_a_representative_are_entered(office: ConsoleOffice) -> None:
    """B-t6, B-t8, COM-19: a patent, a BIN, or the certificate of registration; a power of attorney."""
    power = {
        "representative_name": "Өкілов Асан",
        "power_number": "77-1",
        "power_issued_on": "2026-11-01",
        "power_notary": "Нотариус Н.",
    }
    by_whom: list[dict[str, str]] = [
        {"applicant_type": "sole_proprietor", "patent_no": "P-17"},
        {"applicant_type": "legal_entity", "applicant_bin": BIN},
        {"applicant_type": "legal_entity", "registration_no": "CERT-17"},
        power,
    ]
    async with office.browser("caseworker") as desk:
        power["representative_iin"] = (await a_family(office)).declarant.iin
        for who in by_whom:
            family = await a_family(office)
            form = filled(await open_form(desk), family, **who)
            answer = await desk.post("/console/applications", **form)
            assert answer.status_code == 303, errors_of(answer.text)
            page = (await desk.get(answer.headers["location"])).text
            for shown in ("patent_no", "applicant_bin", "registration_no", "power_number"):
                assert who.get(shown, "") in page
            assert ("A new case was opened:" in page) == ("registration_no" not in who)
    async with office.context.bench.records.database.reading() as session:
        query = select(func.count()).select_from(Task).where(Task.kind == "PAPER_APPLICATION")
        assert (await session.execute(query)).scalar_one() == 1


async def test_a_familys_application_has_room_for_every_dependant(office: ConsoleOffice) -> None:
    """S-r7: more rows are drawn with what was typed; a wrong IIN is said at its own row."""
    family, child = await a_family(office), (await a_family(office)).declarant
    async with office.browser("supervisor") as desk:
        page = await open_form(desk, "SUR")
        assert 'name="dep_iin_3"' in page and 'name="dep_iin_4"' not in page
        form = filled(page, family, dep_iin_1=child.iin, dep_relation_1="CHILD", act="more")
        more = (await desk.post("/console/applications", **form)).text
        assert 'name="dep_iin_6"' in more and value_of(more, "dep_iin_1") == child.iin
        assert errors_of(more) == {}
        form |= {"act": "take", "dep_iin_5": "1", "dep_relation_5": "CHILD"}
        wrong = await desk.post("/console/applications", **form)
        assert set(errors_of(wrong.text)) == {"dep_iin_5"}
        form |= {"dep_iin_5": "", "kind": ["study_certificate"]}
        taken = await desk.post("/console/applications", **form)
        assert taken.status_code == 303
        page = (await desk.get(taken.headers["location"])).text
        assert "справка организации образования" in page
    (case,) = await cases_of(office, family)
    assert case.service == "SUR"


async def test_no_paper_is_demanded_at_the_counter_for_what_the_systems_give(office: ConsoleOffice) -> None:
    """AC-C10, COM-05: such documents are told to be obtained by ourselves, and cannot be ticked."""
    async with office.browser("caseworker") as desk:
        for code in ("BUR", "DIS", "SUR"):
            page = await open_form(desk, code)
            ours = page.partition('class="entry obtained"')[2].partition("</fieldset>")[0]
            assert ours.count("<input") == ours.count(" disabled>") == len(obtained(code)) > 2
            assert ours.count("obtained by ourselves") == len(obtained(code))
            offered = set(re.findall(r'name="kind" value="(\w+)"', page))
            assert offered and not offered & obtained(code).keys()


async def test_only_who_may_take_applications_in_sees_the_form(office: ConsoleOffice) -> None:
    family = await a_family(office)
    async with office.browser("signatory") as desk:
        assert (await desk.get(f"{NEW}/BUR")).status_code == 403
        assert (await desk.post("/console/applications", service="BUR", key="0" * 32)).status_code == 403
        assert NEW not in (await desk.get("/console/cases")).text
    async with office.browser("caseworker") as desk:
        form = filled(await open_form(desk), family)
        forged = await desk.client.post("/console/applications", data={"csrf": "x", **form})
        assert forged.status_code == 403
        assert (await desk.get(f"{NEW}/XXX")).status_code == 422
        assert (await desk.post("/console/applications", **(form | {"key": "k"}))).status_code == 422
        assert (await desk.get(f"/console/applications/{'0' * 32}")).status_code == 404
    assert await cases_of(office, family) == []


async def test_the_minutes_of_the_ticket_stand_with_the_application(office: ConsoleOffice) -> None:
    """T-12, T-13: 15 minutes of waiting, 20 of service for the burial payment (B-t3)."""
    family, now = await a_family(office), office.context.clock()
    visits = CounterVisits(office.context.bench)
    times = TicketTimes(
        source="queue",
        ticket="A-017",
        service="BUR",
        place="state_corporation",
        office="71-03",
        joined_at=now - timedelta(minutes=30),
        served_at=now - timedelta(minutes=12),
        ended_at=now - timedelta(minutes=2),
    )
    await visits.record(times)
    async with office.browser("caseworker") as desk:
        page = await open_form(desk)
        wrong = await desk.post("/console/applications", **filled(page, family, ticket="A 017"))
        assert set(errors_of(wrong.text)) == {"ticket"}
        taken = await desk.post("/console/applications", **filled(page, family, ticket="A-017"))
        page = (await desk.get(taken.headers["location"])).text
    assert "At most 15 minutes of waiting." in page and "At most 20 minutes of service." in page
    assert "Ticket A-017: waited 18.0 min, served 10.0 min." in page and "longer than allowed" in page


async def test_a_disability_at_the_providers_desk_is_a_first_one(office: ConsoleOffice) -> None:
    """D-t2: the provider takes an application only when disability is established for the first time (AC-D26)."""
    family = await a_family(office)
    async with office.browser("caseworker") as desk:
        page = await open_form(desk, "DIS")
        assert 'name="applicant_type" value="natural_person"' in page
        form = filled(page, family, channel="provider", subject_iin="")
        refused = await desk.post("/console/applications", **form)
        assert errors_of(refused.text) == {
            "first_establishment": WORDS["en"]("intake.refused.first_time_only")
        }
        taken = await desk.post("/console/applications", **form, first_establishment="yes")
        assert taken.status_code == 303
    (case,) = await cases_of(office, family)
    assert (case.channel, case.subject_id) == ("provider", case.recipient_id)
    async with office.context.bench.records.database.reading() as session:
        steps = select(CaseStep).where(CaseStep.case_id == case.id, CaseStep.kind == "RECEIPT_GIVEN")
        (step,) = (await session.execute(steps)).scalars().all()
    assert (step.actor, step.rules) == ("dev:caseworker", ["D-r15", "COM-08"])


async def test_every_type_of_applicant_has_its_words() -> None:
    for words in WORDS.values():
        assert all(f"intake.type.{kind.value}" in words for kind in RecipientType)
