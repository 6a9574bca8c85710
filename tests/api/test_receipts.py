"""Receipts for what an application brought: on paper for who came, electronic by the portal (COM-08; M-09)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from belsendi.casework.case_page import CasePages
from belsendi.intake.receipts import Receipts
from belsendi.records.models import CaseStep, Document
from tests.api.sender import DECEASED, SON, WIDOW, Sender
from tests.api.test_applications import application, apply, rows
from tests.documents.paper import Paper

BY_PORTAL = {"channel": "portal", "certified": "eds", "eds_reference": "eds-1"}
POWER = {
    "name": "Өкілов Асан",
    "iin": SON,
    "power_number": "77-1",
    "power_issued_on": "2026-11-01",
    "power_notary": "Нотариус Н.",
}


async def receipt_of(sender: Sender, case_id: str) -> tuple[Document, str]:
    """The newest receipt of a case and its text."""
    bench = sender.context.bench
    async with bench.records.database.reading() as session:
        query = select(Document).where(Document.case_id == case_id, Document.kind == "receipt")
        document = (await session.execute(query.order_by(Document.key.desc()).limit(1))).scalar_one()
    return document, Paper((await CasePages(bench).document(document.id))[1]).text


@pytest.mark.parametrize(
    ("changes", "rule", "document", "titles"),
    [
        ({}, "B-r12", "death_record", ("қайтыс болу туралы куәлік", "свидетельство о смерти")),
        (
            {"service": "DIS", "subject_iin": WIDOW, "date_of_death": None},
            "D-r15",
            "guardianship",
            ("документ, подтверждающий установление опеки",),
        ),
        (
            {"service": "SUR", "dependants": [{"iin": SON, "relation": "CHILD"}]},
            "S-r14",
            "study_certificate",
            ("справка организации образования",),
        ),
    ],
)
async def test_who_came_gets_a_receipt_on_paper_and_who_applied_by_the_portal_an_electronic_one(
    sender: Sender, changes: dict[str, Any], rule: str, document: str, titles: tuple[str, ...]
) -> None:
    """AC-B32 both ways, and DIS and SUR alike (B-r12, D-r15, S-r14)."""
    brought = {
        "document_kinds": [document],
        "documents": ["Өтінішке қосымша"],
        "accepted_by": "Маманова Гүлнар",
    }
    came = await apply(sender, application(**changes, **brought))
    assert came.status_code == 202, came.text
    paper, text = await receipt_of(sender, came.json()["case_id"])
    assert f"{came.json()['reference']}/1" in text
    for words in (*titles, "Өтінішке қосымша", "Маманова Гүлнар", "бумажная", "Подпись заявителя", WIDOW):
        assert words in text
    steps = [step for step in await rows(sender, CaseStep) if step.kind == "RECEIPT_GIVEN"]
    assert [(step.facts, step.rules) for step in steps] == [({"form": "paper"}, [rule, "COM-08"])]
    again = await apply(sender, application(**changes, **brought))
    assert again.status_code == 200
    assert [row.id for row in await rows(sender, Document)] == [paper.id]

    sent = await apply(sender, application(**changes, document_kinds=[document], **BY_PORTAL), key="key-2")
    assert sent.json()["case_id"] == came.json()["case_id"]
    electronic, text = await receipt_of(sender, sent.json()["case_id"])
    assert electronic.key == "receipt:2"
    assert "электронная" in text and "Подпись заявителя" not in text and "принято через портал" in text


async def test_a_receipt_names_the_representative_and_the_power_of_attorney(sender: Sender) -> None:
    """COM-19: who applies in somebody's name shows a notarised power of attorney, which is handed in too."""
    taken = await apply(sender, application(representative=POWER))
    _, text = await receipt_of(sender, taken.json()["case_id"])
    for words in ("Өкілов Асан", SON, "№ 77-1, 01.11.2026", "Нотариус Н.", "нотариально удостоверенная"):
        assert words in text
    for wrong, code in (
        ({"iin": WIDOW}, "own_representative"),
        ({"power_issued_on": "2026-12-01"}, "power_in_the_future"),
    ):
        refused = await apply(sender, application(representative=POWER | wrong), key=f"key-{code}")
        assert [each["code"] for each in refused.json()["errors"]] == [code]


async def test_an_incomplete_application_gets_its_receipt_too_and_one_made_anew_tells_the_term(
    sender: Sender,
) -> None:
    taken = await apply(sender, application(documents_complete=False, account=None))
    case_id = taken.json()["case_id"]
    _, text = await receipt_of(sender, case_id)
    assert "Принятые документы" in text and "Регистрационный номер" not in text
    await Receipts(sender.context.bench).again(case_id, "officer", sender.context.clock())
    newest, _ = await receipt_of(sender, case_id)
    assert newest.key == "receipt:2"


async def test_a_kind_of_document_that_the_service_does_not_know_is_refused(sender: Sender) -> None:
    answer = await apply(sender, application(document_kinds=["study_certificate"]))
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("/document_kinds", "no_kind")
    ]
    assert DECEASED not in answer.text
