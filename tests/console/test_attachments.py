"""Brought documents at the officer's desk, over the served pages: taken, downloaded, released, judged."""

from __future__ import annotations

import re

import httpx
import pytest
from sqlalchemy import select

from api.app import create_app
from belsendi.attachments.asking import take_up_request
from belsendi.attachments.brought import Brought, IntakeChannel
from belsendi.attachments.proof import Provenance
from belsendi.attachments.states import ProofState, ScanState
from belsendi.casework.digital_documents import digital_documents
from belsendi.contracts.case import Disposition, OfficerAct, OfficerDecision
from belsendi.contracts.states import CaseState
from belsendi.records.models import Attachment, Case
from simulators.registry.events_control import OwnersAct
from tests.attachments.files import on_open, pdf, picture
from tests.console.office import ConsoleOffice, Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")
DIGITAL = "disability_certificate"
REASON = "seen on paper at the counter"


async def bring(desk: Desk, case_id: str, content: bytes, **fields: str):  # type: ignore[no-untyped-def]
    return await desk.client.post(
        f"/console/cases/{case_id}/attachments",
        data={"csrf": desk.csrf, "kind": "death_record", **fields},
        files={"file": ("<b>паспорт</b>.html", content, "text/html")},
    )


async def only(office: ConsoleOffice, case_id: str) -> Attachment:
    async with office.context.bench.records.database.reading() as session:
        query = select(Attachment).where(Attachment.case_id == case_id)
        return (await session.execute(query)).scalar_one()


async def put_in(office: ConsoleOffice, case_id: str, content: bytes, **said: object) -> str:
    """A document of another system, as nobody has scanned it."""
    brought = Brought(kind="death_record", provenance=Provenance.model_validate(said))
    taken = await office.context.attachments.intake.take(
        case_id,
        brought,
        content,
        by="service:api",
        channel=IntakeChannel.SERVICE,
        now=office.context.clock(),
    )
    return taken.row.id


async def test_a_document_goes_from_the_form_to_its_proof(office: ConsoleOffice) -> None:
    case_id, _ = await office.death()
    content = pdf(text="certificate")
    async with office.browser("caseworker") as desk, office.browser("supervisor") as head:
        page = (await desk.get(f"/console/cases/{case_id}")).text
        assert 'enctype="multipart/form-data"' in page
        assert "No document was brought." in page
        answer = await bring(
            desk, case_id, content, issued_by="Registry of Almaty", number="0012345", issued_on="2026-11-02"
        )
        assert answer.headers["location"] == f"/console/cases/{case_id}?done=document_taken"
        row = await only(office, case_id)
        page = (await desk.get(answer.headers["location"])).text
        assert "The document was taken and stored." in page
        assert "Registry of Almaty № " in page and "0012345" in page and "02.11.2026" in page
        assert f'href="/console/attachments/{row.id}"' not in page
        shut = await desk.get(f"/console/attachments/{row.id}")
        assert (shut.status_code, "was not scanned" in shut.text) == (409, True)
        released = await head.post(f"/console/attachments/{row.id}/release", reason=REASON)
        assert released.headers["location"].endswith("done=document_released")
        assert (await desk.get(f"/console/attachments/{row.id}")).content == content
        judged = await desk.post(f"/console/attachments/{row.id}/judge", verdict="accept")
        assert judged.headers["location"].endswith("done=document_accepted")
        page = (await desk.get(f"/console/cases/{case_id}")).text
    assert "accepted as proof" in page
    for sentence in (
        "A document came in: ",
        "let an unscanned document be opened",
        "was accepted as proof: ",
    ):
        assert sentence in page
    assert "DOCUMENT_" not in page
    assert (await only(office, case_id)).state == ProofState.ACCEPTED
    acts = [(actor.split("-")[0], action) for actor, action, _ in await office.audited(row.id)]
    assert [action for _, action in acts] == [
        "attachment.take",
        "attachment.release",
        "attachment.view",
        "attachment.accept",
    ]


async def test_a_download_is_a_file_and_never_a_page(office: ConsoleOffice) -> None:
    case_id, _ = await office.death()
    row_id = await put_in(office, case_id, picture())
    await office.context.attachments.custody.release(row_id, "head", REASON, office.context.clock())
    async with office.browser("signatory") as desk:
        answer = await desk.get(f"/console/attachments/{row_id}")
        again = await desk.get(f"/console/attachments/{row_id}")
    assert answer.status_code == again.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"] == f'attachment; filename="death_record-{row_id[:8]}.jpg"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    views = [action for _, action, _ in await office.audited(row_id) if action == "attachment.view"]
    assert len(views) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "No file was chosen"),
        (b"MZ\x90\x00", "Only PDF, JPEG and PNG are taken."),
        (pdf(on_open(JS="app.alert(1)")), "The PDF holds parts that act by themselves"),
    ],
    ids=["empty", "program", "active"],
)
async def test_a_refused_file_is_explained_on_the_page(
    office: ConsoleOffice, content: bytes, said: str
) -> None:
    case_id, _ = await office.death()
    async with office.browser("caseworker") as desk:
        answer = await bring(desk, case_id, content)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert await office.context.attachments.custody.listed(case_id) == []


@pytest.mark.parametrize(
    "fields",
    [{"kind": "poem"}, {"certification": "STAMP"}, {"issued_on": "yesterday"}, {"number": "1" * 201}],
)
async def test_a_wrong_field_stores_nothing(office: ConsoleOffice, fields: dict[str, str]) -> None:
    case_id, _ = await office.death()
    async with office.browser("caseworker") as desk:
        answer = await bring(desk, case_id, picture(), **fields)
    assert answer.status_code == 422
    assert await office.context.attachments.custody.listed(case_id) == []


async def test_a_file_over_the_limit_gets_a_plain_page(office: ConsoleOffice) -> None:
    case_id, _ = await office.death()
    most = office.context.settings.attachment_limit_bytes
    async with office.browser("caseworker") as desk:
        answer = await bring(desk, case_id, b"\xff" * (most + 100_000))
    assert (answer.status_code, "The file is too large" in answer.text) == (413, True)


async def test_the_form_with_a_file_needs_the_token_of_the_session_too(office: ConsoleOffice) -> None:
    case_id, _ = await office.death()
    async with office.browser("caseworker") as desk:
        answer = await bring(desk, case_id, picture(), csrf="guess")
        foreign = await desk.client.post(
            f"/console/cases/{case_id}/attachments",
            data={"csrf": desk.csrf, "kind": "death_record"},
            files={"file": ("a", picture())},
            headers={"Sec-Fetch-Site": "cross-site"},
        )
    assert answer.status_code == foreign.status_code == 403
    assert await office.context.attachments.custody.listed(case_id) == []


async def test_only_the_head_releases_and_a_signatory_changes_nothing(office: ConsoleOffice) -> None:
    case_id, _ = await office.death()
    row_id = await put_in(office, case_id, picture())
    async with office.browser("caseworker") as desk, office.browser("signatory") as signatory:
        page = (await desk.get(f"/console/cases/{case_id}")).text
        assert f"/console/attachments/{row_id}/release" not in page
        assert f"/console/attachments/{row_id}/judge" in page
        refused = [
            await desk.post(f"/console/attachments/{row_id}/release", reason=REASON),
            await signatory.post(f"/console/attachments/{row_id}/release", reason=REASON),
            await signatory.post(f"/console/attachments/{row_id}/judge", verdict="accept"),
            await bring(signatory, case_id, picture()),
        ]
        page = (await signatory.get(f"/console/cases/{case_id}")).text
        assert "/judge" not in page and "multipart/form-data" not in page
    assert {answer.status_code for answer in refused} == {403}
    assert (await only(office, case_id)).scan == ScanState.NOT_SCANNED


async def test_a_foreign_certificate_without_apostille_cannot_be_accepted(office: ConsoleOffice) -> None:
    """AC-B31."""
    case_id, _ = await office.death()
    row_id = await put_in(office, case_id, picture(), from_abroad=True)
    await office.context.attachments.custody.release(row_id, "head", REASON, office.context.clock())
    async with office.browser("caseworker") as desk:
        page = (await desk.get(f"/console/cases/{case_id}")).text
        assert "no apostille or legalisation" in page
        path = f"/console/attachments/{row_id}/judge"
        answer = await desk.post(path, verdict="accept", from_abroad="yes")
        assert (answer.status_code, "no proof without apostille" in answer.text) == (409, True)
        answer = await desk.post(path, verdict="accept", from_abroad="yes", certification="APOSTILLE")
        assert answer.status_code == 303
        lacking = await desk.post(path, verdict="refuse", shortcoming="UNREADABLE", reason="")
        assert (lacking.status_code, "Write in a few words why." in lacking.text) == (422, True)
        answer = await desk.post(path, verdict="refuse", shortcoming="DATA_DIFFER", reason=REASON)
        assert answer.headers["location"].endswith("done=document_not_accepted")
        page = (await desk.get(f"/console/cases/{case_id}")).text
    assert "its data differ from the case" in page


async def test_documents_are_asked_for_in_the_casework_path_only(office: ConsoleOffice) -> None:
    """A case of the automatic path takes no such act (INC-38); nothing is left of the request."""
    case_id, _ = await office.death()
    async with office.browser("caseworker") as desk:
        assert "document-requests" not in (await desk.get(f"/console/cases/{case_id}")).text
        path = f"/console/cases/{case_id}/document-requests"
        for kinds in ([], ["poem"]):
            answer = await desk.post(path, kind=kinds, reason=REASON)
            assert (answer.status_code, "Choose the kind of document" in answer.text) == (422, True)
        answer = await desk.post(path, kind=["death_record"], reason=REASON)
        assert (answer.status_code, "not with a caseworker now" in answer.text) == (409, True)
    assert await office.context.attachments.requests.listed(case_id) == []
    actions = [action for _, action, _ in await office.audited(case_id)]
    assert actions[-3:].count("case.act_refused") == 1


class Taking:
    """A case at the desk that takes every act."""

    def __init__(self) -> None:
        self.decisions: list[OfficerDecision] = []

    async def decide(self, _case_id: str, decision: OfficerDecision) -> Disposition:
        self.decisions.append(decision)
        return Disposition(state=CaseState.CASEWORK)


@pytest.mark.parametrize(
    ("fields", "act"),
    [({}, OfficerAct.DOCUMENT_REQUESTED), ({"extend": "yes"}, OfficerAct.TERM_EXTENDED)],
    ids=["within the term", "with its extension"],
)
async def test_a_caseworker_asks_for_named_documents(
    office: ConsoleOffice, fields: dict[str, str], act: OfficerAct
) -> None:
    """T-10: the form stands on the page of a case at the desk; the act that goes to the case names the request."""
    case_id, _ = await office.death()
    records = office.context.bench.records
    async with records.database.writing() as session:
        case = await session.get_one(Case, case_id)
        case.service, case.state = "DIS", CaseState.CASEWORK
    taking = Taking()
    context = type(office.context)(**{**vars(office.context), "cases": taking})
    transport = httpx.ASGITransport(create_app(context), client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url=office.url) as client:
        client.cookies.set("belsendi_language", "en", domain="127.0.0.1")
        desk = Desk(client)
        await desk.log_in("caseworker")
        page = (await desk.get(f"/console/cases/{case_id}")).text
        assert f"/console/cases/{case_id}/document-requests" in page
        assert 'name="extend"' in page
        kinds = ["other", "power_of_attorney"]
        answer = await desk.post(
            f"/console/cases/{case_id}/document-requests", kind=kinds, reason=REASON, **fields
        )
        assert answer.headers["location"].endswith("done=documents_asked")
    (decision,) = taking.decisions
    async with records.database.writing() as session:
        request = await take_up_request(session, decision.act_id)
    assert request is not None
    assert (decision.act, request.case_id, request.kinds) == (act, case_id, ["power_of_attorney", "other"])
    async with office.browser("caseworker") as desk:
        page = (await desk.get(f"/console/cases/{case_id}")).text
    assert re.search(r"Asked for on [0-9.]+ [0-9:]+: ", page)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
async def test_the_page_speaks_of_documents_in_every_language(office: ConsoleOffice, language: str) -> None:
    case_id, _ = await office.death()
    await put_in(office, case_id, picture(), from_abroad=True)
    async with office.browser("caseworker", language) as desk:
        page = (await desk.get(f"/console/cases/{case_id}")).text
    assert not re.search(r"NOT_CERTIFIED|not_scanned|death_record<|DOCUMENT_", page)
    assert {"kk": "Әкелінген құжаттар", "ru": "Представленные документы", "en": "Documents brought"}[
        language
    ] in page


async def test_nothing_is_told_of_an_unknown_document(office: ConsoleOffice) -> None:
    async with office.browser("caseworker") as desk:
        for path in ("/console/attachments/" + "0" * 32, "/console/attachments/x"):
            assert (await desk.get(path)).status_code == 404
        assert (
            await desk.post(f"/console/attachments/{'0' * 32}/judge", verdict="accept")
        ).status_code == 404


async def test_the_owner_is_asked_for_a_digital_document_from_the_page(office: ConsoleOffice) -> None:
    """AC-D33: the button has the portal ask; the answer, with its method, stands on the page."""
    case_id = await office.at_the_desk()
    async with office.browser("caseworker") as desk, office.browser("signatory") as other:
        page = (await desk.get(f"/console/cases/{case_id}")).text
        assert "Ask the owner to open a digital document" in page
        assert 'name="kind"' in page and 'action="/console/cases/' + case_id + '/digital-documents"' in page
        wrong = await desk.post(f"/console/cases/{case_id}/digital-documents", kind="diary")
        assert wrong.status_code == 422
        assert (
            await other.post(f"/console/cases/{case_id}/digital-documents", kind=DIGITAL)
        ).status_code == 403
        answer = await desk.post(f"/console/cases/{case_id}/digital-documents", kind=DIGITAL)
        assert answer.headers["location"] == f"/console/cases/{case_id}?done=owner_asked"
        again = await desk.post(f"/console/cases/{case_id}/digital-documents", kind=DIGITAL)
        assert again.status_code == 409
        page = (await desk.get(answer.headers["location"])).text
        assert "The portal was told to ask the owner." in page
        assert "being passed to the portal" in page
        documents = digital_documents(office.context.bench)
        row = (await documents.listed(case_id))[-1]
        assert await documents.take_up(row.id, office.context.clock()) == "WAITING"
        assert "the owner is being asked" in (await desk.get(f"/console/cases/{case_id}")).text
        reference = (await documents.listed(case_id))[-1].consent_ref
        await office.registry.decide_consent(reference or "", OwnersAct.ONE_TIME_CODE)
        assert await documents.take_up(row.id, office.context.clock()) == "NOTHING", (
            "consented to what is not there"
        )
        page = (await desk.get(f"/console/cases/{case_id}")).text
    assert "there is no such document" in page and "by one-time password" in page
    async with office.browser("caseworker") as desk:
        finished, _ = await office.death()
        refused = await desk.post(f"/console/cases/{finished}/digital-documents", kind="death_record")
    assert refused.status_code == 409
